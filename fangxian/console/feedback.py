"""What became of something recorded: what the journal refused as a problem one can act on, and whom it alarmed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from fangxian.accounts import queries as accounts
from fangxian.accounts.types import POST_KINDS, Acting, Action, Person, PostKind
from fangxian.areas import queries as areas
from fangxian.console import passing
from fangxian.console.asking import listed, say, subject_url
from fangxian.console.people_lines import outcome_label
from fangxian.intake.types import Filing, FilingResult, Lookalike
from fangxian.journal import queries as journal
from fangxian.journal.queries import EntryLine
from fangxian.journal.types import Refused
from fangxian.kernel import errors
from fangxian.kernel.errors import Kind, Problem
from fangxian.kernel.identifiers import documents
from fangxian.kernel.text import Text
from fangxian.programmes import queries as programmes
from fangxian.programmes.forms import Form
from fangxian.tasks import queries as alerts
from fangxian.tasks import worklist
from fangxian.tasks.states import State
from fangxian.tasks.types import ACKNOWLEDGE_WITHIN, VISIT
from fangxian.tasks.worklist import TaskView

_SHOWN_OF: Final = ("document_number", "phone", "birth_date")


def raise_refused(results: Iterable[FilingResult], form: Form | None) -> None:
    """Problem for the first that was refused, so that nothing of the batch stays; with whom it may be, where that is
    asked."""
    for result in results:
        if isinstance(result.answer, Refused):
            problem = problem_of(result.answer, form)
            if result.candidates:
                problem.more = {"candidates": candidates(result.candidates)}
            if result.answer.code == errors.CHANGES_KNOWN.code:
                problem.more = {"changes": [{"question": name, "said": say(_said(form, name, what))}
                                            for name, what in result.answer.faults]}
            raise problem


def candidates(found: Sequence[Lookalike]) -> list[dict[str, Any]]:
    """Those who may be the one about to be registered, masked, as pages and scripts show them."""
    nodes = areas.nodes({one.path for one in found})
    return [
        {
            "subject": str(one.subject),
            "name": one.name or _("Name not known"),
            "about": " · ".join(filter(None, (
                *(one.identity.get(part, "") for part in _SHOWN_OF),
                nodes[one.path].name if one.path in nodes else ""))),
            "why": say(one.why),
            "certain": one.certain,
            "url": subject_url(one.subject),
        }
        for one in found
    ]


def told(result: FilingResult) -> str:
    """What of something recorded was not kept, or does not count."""
    answer = result.answer
    if isinstance(answer, Refused):
        return ""
    said = []
    if answer.left_out:
        labels = listed(say(label) for _name, label in answer.left_out)
        said.append(_("Not kept, for it isn't asked with the other answers: %(questions)s.") % {"questions": labels})
    if answer.future:
        said.append(_("The clock of this device is ahead, so it doesn't count. Set the clock and fill it in again."))
    return " ".join(said)


def problem_of(refused: Refused, form: Form | None) -> Problem:
    """Faults named by the questions' labels; what is refused as a whole keeps its own sentence."""
    kind = errors.BY_CODE.get(refused.code, errors.FORM_FAULTS)
    if kind not in (errors.FORM_FAULTS, errors.CHANGES_KNOWN):
        return _WithSentence(kind, refused.faults[0][1])
    said = [_said(form, question, fault) for question, fault in refused.faults]
    faults = Text("; ".join(one.en for one in said), "；".join(one.zh for one in said))
    return _WithSentence(kind, kind.sentence.filled(faults=faults, changes=faults))


def alarm(subjects: Iterable[uuid.UUID], at: dt.datetime) -> str:
    """Whom an alert went to that what was recorded just now set off, and what comes next; nothing without one."""
    paths = alerts.told_now(subjects, at)
    if not paths:
        return ""
    nodes = areas.nodes(paths)
    return _("An alert went to %(areas)s. Stay within reach: somebody answers within %(n)d minutes.") % {
        "areas": listed(nodes[path].name for path in paths if path in nodes),
        "n": ACKNOWLEDGE_WITHIN.total_seconds() // 60,
    }


def change_told(entries: Iterable[uuid.UUID], at: dt.datetime) -> str:
    """To whom a change went that was made, or taken back, just now: the area, and the posts there that answer for what
    they are told. Nothing where nobody was told."""
    told = alerts.told_of_change(entries, at)
    nodes = areas.nodes({path for path, _programme in told})
    posts: dict[str, set[str]] = {path: set() for path in nodes}
    for path, programme in told:
        posts.setdefault(path, set()).update(accounts.kinds_at(path, Action.ACKNOWLEDGE, programme, at))
    whom = [_("%(area)s (%(posts)s)") % {"area": nodes[path].name, "posts": listed(_kinds(found))}
            if (found := posts[path]) else nodes[path].name for path in nodes]
    return _("This was told to %(whom)s.") % {"whom": listed(whom)} if whom else ""


def _kinds(found: Iterable[str]) -> list[str]:
    return [say(POST_KINDS[kind].label) for kind in PostKind if kind in set(found)]


def document_doubt(form: Form, answers: Mapping[str, Any], today: dt.date) -> str:
    """What is wrong with the number of a document that a form was filled with; it is kept as it was typed."""
    identity = {question.identity: str(answers[question.name]) for question in form.questions
                if question.identity and answers.get(question.name)}
    if "document_number" not in identity:
        return ""
    found = documents.recognise(
        identity["document_number"], kind=identity.get("document_type"), country=identity.get("nationality"), on=today)
    return " ".join(say(fault.message) for fault in found.faults)


def answered_before(sent: Iterable[Filing], by: Acting, at: dt.datetime) -> str:
    """That a task had its answer already, when it was and whose: this one stands beside it. Nothing where none had."""
    told = {one.task: one.id for one in sent if one.task and one.replaces is None}
    tasks = worklist.by_ids(told, by.range)
    earlier = [task for task in tasks.values() if task.state != State.OPEN and task.entry not in (None, told[task.id])]
    if not earlier:
        return ""
    entries = journal.entries([task.entry for task in earlier if task.entry])
    people = accounts.users({entry.user for entry in entries.values() if entry.user})
    answers = dict.fromkeys(_when_and_who(entry, people, by, at) for entry in entries.values())
    return _("It had been answered already (%(answers)s). Yours is kept as a further entry.") % {
        "answers": listed(answers)}


def left_open(sent: Iterable[Filing], by: Acting) -> str:
    """That a form left its task open, which a visit is meant to and a form is not: nothing where none did."""
    told = {one.task for one in sent if one.task and one.form != VISIT}
    if not any(task.state == State.OPEN for task in worklist.by_ids(told, by.range).values()):
        return ""
    return _("The task stays open: by what was filled in it isn't done yet.")


def noted_before(
    tasks: Iterable[TaskView], known: Iterable[str], sent: Iterable[Filing], by: Acting, at: dt.datetime
) -> str:
    """That a visit had left a task open already, unless its card said so (``known``) or it is the same visit.

    ``tasks`` as they stood before what was sent was recorded.
    """
    seen = {*known, *(str(one.id) for one in sent)}
    earlier = {
        task.entry: task
        for task in tasks
        if task.state == State.OPEN and task.entry is not None and str(task.entry) not in seen
    }
    entries = journal.entries(list(earlier))
    people = accounts.users({entry.user for entry in entries.values() if entry.user})
    notes = [
        f"{outcome_label(programmes.in_force(earlier[pk].programme), earlier[pk].outcome)}, "
        f"{_when_and_who(entry, people, by, at)}"
        for pk, entry in entries.items()
    ]
    if not notes:
        return ""
    return _("Meanwhile it had been noted (%(notes)s). Both stay in the record.") % {"notes": listed(notes)}


def _when_and_who(entry: EntryLine, people: Mapping[int, Person], by: Acting, at: dt.datetime) -> str:
    when = by_the_clock(entry.happened_at, by, at)
    person = people.get(entry.user or 0)
    return f"{when} {person.name}" if person else when


def by_the_clock(moment: dt.datetime, by: Acting, at: dt.datetime) -> str:
    """A moment in the area's time, with its date where that is not today's."""
    return passing.instant(moment, by.calendar, by.calendar.today(at))


class _WithSentence(Problem):
    """A problem whose sentence is filled in each language by itself."""

    def __init__(self, kind: Kind, sentence: Text) -> None:
        Exception.__init__(self, f"{kind.code}: {sentence.en}")
        self.kind, self.values, self.sentence = kind, {}, sentence


def _said(form: Form | None, name: str, fault: Text) -> Text:
    question = form.question(name) if form else None
    label = question.label if question and question.label else None
    return Text(f"{label.en}: {fault.en}", f"{label.zh}：{fault.zh}") if label else fault
