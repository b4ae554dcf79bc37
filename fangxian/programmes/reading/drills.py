"""[[drill]]: exercises a programme ships, each a few forms about somebody made up."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from fangxian.kernel.text import Text, both
from fangxian.programmes.types import DrillPlan, DrillStep

if TYPE_CHECKING:
    from fangxian.programmes.toml import TomlTable

    from .draft import Draft

_SOME_MOMENT: Final = dt.datetime(2020, 3, 20, 6, 35, tzinfo=dt.UTC)
_UTC: Final = ZoneInfo("UTC")


def read_drills(document: TomlTable, draft: Draft) -> tuple[DrillPlan, ...]:
    """In the order of the file. Every form takes its answers as they are."""
    found: dict[str, DrillPlan] = {}
    for section in document.sections("drill"):
        plan = _plan(section, draft)
        if plan.name in found:
            section.wrong("twice", "name", name=plan.name)
        found[plan.name] = plan
    return tuple(found.values())


def _plan(section: TomlTable, draft: Draft) -> DrillPlan:
    name = section.name("name")
    label = section.text("label") or both(name)
    steps = tuple(_step(one, draft) for one in section.sections("step"))
    if not steps:
        section.wrong("missing_key", "step", name="step")
    section.finish()
    return DrillPlan(name, label, steps)


def _step(section: TomlTable, draft: Draft) -> DrillStep:
    form = section.one_of("form", "unknown_form", sorted(draft.form_names))
    now = tuple(section.items("now", str))
    inner = section.section("answers", needed=True)
    answers: dict[str, Any] = dict(inner.values) if inner is not None else {}
    if inner is not None and form in draft.forms:
        raw = answers | dict.fromkeys(now, _SOME_MOMENT.isoformat())
        for fault in draft.forms[form].validate(raw, happened_at=_SOME_MOMENT, tz=_UTC).faults:
            reason = Text(f"“{fault.question}”: {fault.message.en}", f"“{fault.question}”：{fault.message.zh}")
            section.mistakes.tell("bad_answer", reason, inner.line(fault.question), fault.question)
    section.finish()
    return DrillStep(form, answers, now)
