"""What the submissions of a round do to tasks: fill them, try in vain, say why not, or take back what did."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

import orjson

from fangxian.accounts import queries as accounts
from fangxian.accounts.types import Action
from fangxian.journal import append
from fangxian.journal.types import STANDS, Actor, Filed, Flag
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.kernel.clock import Calendar

from . import rules
from .states import CLOSED, Event, State
from .types import VISIT, StoredTask, VisitEffect

_WITHDRAWN: Final = (
    "SELECT replaces FROM journal_entry WHERE replaces = ANY(%s::uuid[]) AND kind = 'command' AND form = 'withdraw'"
)
_STANDING: Final = f"""
SELECT e.subject, e.form, e.happened_at, e.id, e.body FROM journal_entry e
WHERE e.subject = ANY(%s::uuid[]) AND e.programme = %s AND e.happened_at >= %s AND e.kind = 'submission'
  AND e.flag = '' AND {STANDS}
ORDER BY e.happened_at, e.id
"""  # noqa: S608 - a constant
_A_DAY: Final = dt.timedelta(days=1)


class _Standing(NamedTuple):
    """A submission that neither was taken back nor corrected."""

    form: str
    happened_at: dt.datetime
    entry: uuid.UUID
    answers: Mapping[str, Any]


def reopen(work: Work, tasks: Mapping[uuid.UUID, list[StoredTask]]) -> None:
    """A task closed by a submission that has been withdrawn or corrected is open again while its window lasts, unless
    another submission of its form that stands was made in its time and does it; of a visit that left it open, the
    outcome is gone."""
    corrected = {entry for filed in work.filed if (entry := filed.submission.replaces) and _counts(work, filed)}
    if not work.refold and not corrected:
        return
    about: dict[uuid.UUID, list[StoredTask]] = defaultdict(list)  # a visit may have been about several
    for task in chain.from_iterable(tasks.values()):
        if task.entry and task.state in (State.OPEN, *CLOSED) and task.closes > work.at:
            about[task.entry].append(task)
    gone = corrected & about.keys()
    if work.refold and about:
        gone |= {entry for entry, in append.fetch(_WITHDRAWN, [array_text(about)])}
    _open_again(work, [task for entry in sorted(gone) for task in about[entry]])


def _open_again(work: Work, undone: Sequence[StoredTask]) -> None:
    for task in undone:
        if task.state == State.OPEN:
            rules.apply(task, Event.VISIT_WITHDRAWN)
    closed = [task for task in undone if task.state in CLOSED]
    standing = _standing(work, closed)
    for task in closed:
        rules.apply(task, Event.WITHDRAWN)
        calendar = work.calendar(work.subjects[task.subject].path)
        for form, happened_at, entry, answers in standing.get(task.subject, ()):
            about = rules.about([task], work.programme.tasks, form, happened_at, calendar, None)
            if about is task and _done(work, task, answers):
                rules.fill(task, entry, happened_at)


def _standing(work: Work, tasks: Sequence[StoredTask]) -> dict[uuid.UUID, list[_Standing]]:
    """Those of the forms and from the days of some tasks."""
    if not tasks:
        return {}
    found: dict[uuid.UUID, list[_Standing]] = defaultdict(list)
    since = min(task.opens for task in tasks) - _A_DAY
    asked = [array_text({task.subject for task in tasks}), work.programme.id, since]
    for subject, form, happened_at, entry, body in append.fetch(_STANDING, asked):
        found[subject].append(_Standing(form, happened_at, entry, orjson.loads(body)))
    return found


def apply_submissions(work: Work, tasks: Mapping[uuid.UUID, list[StoredTask]]) -> list[StoredTask]:
    """Close what the round's submissions do; gives the tasks whose visit outcome is to be escalated."""
    escalated = []
    told = (filed for filed in work.filed if _counts(work, filed))
    for filed in sorted(told, key=lambda filed: (filed.submission.happened_at, filed.submission.id.int)):
        one = filed.submission
        own = tasks[one.subject]
        if one.form == VISIT:
            escalated += _visit(work, own, filed)
            continue
        calendar = work.calendar(filed.about.path)
        task = rules.about(own, work.programme.tasks, one.form, one.happened_at, calendar, one.task, filed.plain)
        if task is None:
            continue
        if _done(work, task, filed.plain):
            rules.fill(task, one.id, one.happened_at)
        elif task.state == State.OPEN:
            escalated += _in_vain(work, task, filed)
    return escalated


def _counts(work: Work, filed: Filed) -> bool:
    """What is dated into the future does nothing: it is no fact either; nor does what was corrected before it came."""
    return filed.flag == Flag.NONE and filed.submission.id not in work.corrected


def does(work: Work, task: StoredTask, filed: Filed, calendar: Calendar) -> bool:
    """Whether a submission of a task's form was made in its time and does it."""
    in_time = rules.is_in_its_time(task, work.programme.tasks, filed.submission.happened_at, calendar)
    return in_time and _counts(work, filed) and _done(work, task, filed.plain)


def _done(work: Work, task: StoredTask, answers: Mapping[str, Any]) -> bool:
    """Whether its form with these answers does a task: as the programme says of the answers, and where it is asked for
    until it is decided otherwise, as it was decided."""
    kind, decided = work.programme.tasks.get(task.kind), work.decided.get(task.subject)
    asked_on = kind is not None and kind.until_decided and decided is not None and task.kind in decided.verdict.asks
    return not asked_on and rules.done_by(task, work.programme.tasks, answers)


def _in_vain(work: Work, task: StoredTask, filed: Filed) -> list[StoredTask]:
    """A form that does not do its task counts as the visit outcome the programme names, if it names one."""
    kind = work.programme.tasks[task.kind]
    if not kind.undone or kind.done_by(filed.plain):
        return []
    return _told(task, kind.undone, _effect(work, task, kind.undone), filed)


def _visit(work: Work, own: Iterable[StoredTask], filed: Filed) -> list[StoredTask]:
    """A visit says how it went for the task it names, else for every open task of the subject; where its time had come.

    It excuses what its sender may do. The others stay open, and those who have them see how it went.
    """
    one, outcome, calendar = filed.submission, str(filed.plain.get("outcome")), work.calendar(filed.about.path)
    about = [
        task for task in own if task.state == State.OPEN and (
            task.id == one.task and rules.is_in_its_time(task, work.programme.tasks, one.happened_at, calendar)
            if one.task else task.opens <= one.happened_at < task.closes)
    ]
    escalated = []
    for task in about:
        effect = _effect(work, task, outcome)
        if effect == VisitEffect.EXCUSE and not _may_excuse(work, task, one.by or work.by):
            effect = VisitEffect.KEEP
        escalated += _told(task, outcome, effect, filed)
    return escalated


def _may_excuse(work: Work, task: StoredTask, by: Actor) -> bool:
    """Whose own it is, or whoever may know the person, as with filling it; Fangxian itself acts as no post."""
    if by.post is None:
        return by.user is None
    roster = accounts.roster()
    sender, owner = roster.posts[by.post], roster.posts.get(task.post or 0)
    own = owner is not None and (
        owner is sender or roster.answering(owner, work.at) is sender or roster.answering(sender, work.at) is owner)
    return own or accounts.permissions().may(sender.kind, Action.IDENTITY, work.programme.id)


def _effect(work: Work, task: StoredTask, outcome: str) -> str:
    kind = work.programme.tasks.get(task.kind)
    return ((kind and kind.outcomes) or {}).get(outcome, VisitEffect.KEEP)


def _told(task: StoredTask, outcome: str, effect: str, filed: Filed) -> list[StoredTask]:
    """Note how it went; gives the task where that is to be escalated."""
    one = filed.submission
    if effect == VisitEffect.EXCUSE:
        rules.apply(task, Event.EXCUSE, at=one.happened_at, entry=one.id, outcome=outcome)
    else:
        rules.apply(task, Event.VISITED, entry=one.id, outcome=outcome)
    return [task] if effect == VisitEffect.ESCALATE else []
