"""Tasks and consequences: what follows while conditions over facts, inputs and outputs hold."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from fangxian.kernel.text import Text, both
from fangxian.programmes.tables import UnaryError, read_test
from fangxian.programmes.types import Condition, Consequence, Late, Quick, TaskKind, Window
from fangxian.programmes.words import EFFECTS, OUTCOMES, POSTS, TIERS

from .done import read_done
from .draft import MOMENTS
from .measured import NUMBERS, no_reading_given, read_measured

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from fangxian.kernel.values import Value, ValueType
    from fangxian.programmes.forms import Form
    from fangxian.programmes.toml import TomlTable
    from fangxian.programmes.types import Measured

    from .draft import Draft

_SOME_MOMENT: Final = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_UTC: Final = ZoneInfo("UTC")
_MOST_DAYS: Final = 3650


def read_tasks(document: TomlTable, draft: Draft) -> dict[str, TaskKind]:
    found: dict[str, TaskKind] = {}
    for section in document.sections("task"):
        task = _task(section, draft)
        section.finish()
        if task.kind in found:
            section.wrong("twice", "kind", name=task.kind)
        found[task.kind] = task
    return found


def _task(section: TomlTable, draft: Draft) -> TaskKind:
    kind = section.name("kind")
    form = section.one_of("form", "unknown_form", sorted(draft.form_names))
    window, days = _window(section), tuple(section.items("days", int))
    measured, outcomes = read_measured(section, draft.forms.get(form)), _outcomes(section)
    done_when, undone = read_done(section, draft.forms.get(form), outcomes)
    task = TaskKind(
        kind=kind,
        label=_label(section, form, draft),
        form=form,
        when=_conditions(section, draft.columns),
        post=section.one_of("post", "unknown_post", POSTS),
        missed=section.one_of("missed", "unknown_tier", TIERS),
        window=window,
        due_within=section.duration("due_within"),
        days=days,
        anchor=section.one_of("anchor", "unknown_fact", draft.facts, needed=False) or None,
        late=_late(section),
        urgent=section.flag("urgent"),
        not_before_until=section.flag("not_before_until"),
        outcomes=outcomes,
        quick=tuple(_quick(one, form, draft, measured) for one in section.sections("quick")),
        measured=measured,
        done_when=done_when,
        undone=undone,
        daily=section.flag("daily"),
        ends_unasked=_conditions(
            section, {name: draft.columns[name] for name in draft.facts}, "ends_unasked", needed=False),
    )
    _check_times(section, task, draft)
    no_reading_given(section, task, draft.forms.get(form))
    return task


def _label(section: TomlTable, form: str, draft: Draft) -> Text:
    """The task's own label, else its form's title."""
    own = section.text("label", needed=False)
    if own is not None:
        return own
    return draft.forms[form].title if form in draft.forms else both(form)


def _check_times(section: TomlTable, task: TaskKind, draft: Draft) -> None:
    if task.window is not None and task.due_within is not None:
        section.wrong("window_or_within", "due_within")
    if bool(task.days) != bool(task.anchor) or (task.days and task.window is None):
        section.wrong("days_anchor", "days")
    if any(not 0 <= day <= _MOST_DAYS for day in task.days):
        section.outside("days", 0, _MOST_DAYS)
    if task.anchor and draft.facts[task.anchor].type not in MOMENTS:
        section.wrong("not_a_date", "anchor", name=task.anchor, wanted="date, datetime")
    if task.daily and task.window is not None:
        section.wrong("daily_window", "daily")
    if task.ends_unasked and not task.not_before_until:
        section.wrong("no_last_day", "ends_unasked")
    if task.not_before_until and draft.decision is None:
        section.wrong("no_until", "not_before_until")


def _window(section: TomlTable) -> Window | None:
    written = section.items("window", str)
    accept = section.words("accept_from", needed=False)
    if not written:
        if accept:
            section.wrong("window_order", "accept_from")
        return None
    if len(written) != 2:
        section.wrong(
            "wrong_type",
            "window",
            name="window",
            wanted='two times, as ["08:00", "10:00"]',
            wanted_zh='两个时间，如 ["08:00", "10:00"]',
        )
        return None
    opens, due = (section.time("window", one) for one in written)
    from_ = section.time("accept_from", accept) if accept else opens
    if opens is None or due is None or from_ is None:
        return None
    if not from_ <= opens < due:
        section.wrong("window_order", "window")
    return Window(opens, due, from_)


def _late(section: TomlTable) -> tuple[Late, ...]:
    steps = []
    for one in section.sections("late"):
        after = one.duration("after", needed=True)
        tell = one.one_of("tell", "unknown_tier", TIERS)
        one.finish()
        steps.append(Late(after or dt.timedelta(), tell))
    if any(first.after >= second.after for first, second in pairwise(steps)):
        section.wrong("late_order", "late")
    return tuple(steps)


def _outcomes(section: TomlTable) -> Mapping[str, str]:
    inner = section.section("outcomes")
    if inner is None:
        return {}
    found = {name: inner.one_of(name, "unknown_word", EFFECTS) for name in inner.values if name in OUTCOMES}
    for name in inner.values:
        if name not in OUTCOMES:
            inner.unknown("unknown_outcome", name, name, OUTCOMES)
    return found


def _conditions(
    section: TomlTable, known: Mapping[str, ValueType], key: str = "when", *, needed: bool = True,
) -> tuple[Condition, ...]:
    """Tests of what is ``known``: facts, or all columns."""
    inner = section.section(key, needed=needed)
    if inner is None:
        return ()
    found = [condition for name in inner.values if (condition := _condition(inner, name, known)) is not None]
    if not inner.values:
        section.wrong("no_condition", key)
    return tuple(found)


def _condition(section: TomlTable, name: str, known: Mapping[str, ValueType]) -> Condition | None:
    text = section.words(name)
    if name not in known:
        section.unknown("unknown_name", name, name, known)
        return None
    try:
        return Condition(name, read_test(text, known[name]))
    except UnaryError as error:
        section.mistakes.tell("bad_test", error.reason, section.line(name), name)
        return None


def _quick(section: TomlTable, form: str, draft: Draft, measured: Measured | None) -> Quick:
    label = section.text("label") or both("")
    _no_numbers(section.section("answers"), draft.forms.get(form))
    quick = Quick(label, _answers(section, form, draft, measured))
    section.finish()
    return quick


def _no_numbers(answers: TomlTable | None, form: Form | None) -> None:
    for name in answers.values if answers is not None and form is not None else ():
        question = form.question(name) if form is not None else None
        if answers is not None and question is not None and question.type in NUMBERS:
            answers.wrong("quick_number", name, name=name)


def _answers(
    section: TomlTable, form_name: str, draft: Draft, measured: Measured | None = None
) -> Mapping[str, Value]:
    """The answers typed; the form must take them as they are, with everything it requires but what is measured."""
    inner = section.section("answers", needed=True)
    form = draft.forms.get(form_name)
    if inner is None or form is None:
        return {}
    raw: dict[str, Any] = dict(inner.values)
    validated = form.validate(raw, happened_at=_SOME_MOMENT, tz=_UTC)
    awaited = measured.question if measured is not None else ""
    for fault in validated.faults:
        if (fault.question, fault.code) == (awaited, "required"):
            continue
        code_line = inner.line(fault.question), fault.question
        reason = Text(f"“{fault.question}”: {fault.message.en}", f"“{fault.question}”：{fault.message.zh}")
        section.mistakes.tell("bad_answer", reason, *code_line)
    return {name: value for name, value in validated.answers.items() if name in raw and value is not None}


def read_consequences(document: TomlTable, draft: Draft, tasks: Mapping[str, TaskKind]) -> tuple[Consequence, ...]:
    """What a task measures no consequence gives: nobody took it of those it is filed about."""
    measured = {(task.form, task.measured.question) for task in tasks.values() if task.measured is not None}
    return tuple(_consequence(section, draft, measured) for section in document.sections("consequence"))


def _consequence(section: TomlTable, draft: Draft, measured: AbstractSet[tuple[str, str]]) -> Consequence:
    when = _conditions(section, draft.columns)
    link = section.one_of("link", "unknown_link", draft.links)
    form = section.one_of("form", "unknown_form", sorted(draft.form_names))
    found = Consequence(when, link, form, _answers(section, form, draft))
    for name in found.answers:
        if (form, name) in measured:
            section.wrong("filed_number", "answers", name=name)
    section.finish()
    return found
