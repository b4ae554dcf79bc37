"""Confirmed lines become submissions, all in one transaction; what became of each line is kept for the result file."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Sequence, Set
from typing import Final

from django.db import connection

from fangxian.accounts.rules import require
from fangxian.accounts.scope import among, working_in
from fangxian.accounts.types import Acting, Action
from fangxian.decide import queries as decisions
from fangxian.journal.actions import record
from fangxian.journal.types import Actor, Recorded, Refused, Submission
from fangxian.kernel import collecting, errors, ids
from fangxian.kernel.arrays import array_text
from fangxian.kernel.clock import Calendar
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme
from fangxian.subjects import presence
from fangxian.subjects.matching import search
from fangxian.tasks import actions as tasks

from . import doubles, listing, preparing, rechecking, replying, store
from .models import Import
from .preparing import whole_county
from .tabular.types import Refusal
from .types import NEW, SAME, Note, Prepared, Tab
from .verdicts import ListContext

Tell = Callable[[str], None]
_SOURCE: Final = "import"
_DECIDED: Final = (
    "SELECT subject, measure, until FROM decide_current WHERE programme = %s AND subject = ANY(%s::uuid[])")


@collecting.put_off()
def record_lines(held: Import, *, by: Acting, at: dt.datetime, tell: Tell = lambda _: None) -> int:
    """File every line that is to be recorded and keep what became of it. Doing it again files nothing twice: what is
    settled is left, and the ids follow from the import and the line. What was still doubtful then is filed now.

    Gives how many lines changed since they were previewed and have to be looked at: then nothing is recorded.
    """
    programme = programmes.in_force(held.programme)
    form = programme.forms[held.form]
    tell("matching")
    with working_in(whole_county(by.path)):
        lines, changed = _looked_at_again(held, preparing.context_of(held, programme, form, by, at))
        if not changed:
            tell("recording")
            _file(held, lines, programme, by=by, at=at, tell=tell)
    store.put_lines(held, lines)
    if not changed:
        held.results = dict(Counter(line.result for line in lines))
    return changed


def _looked_at_again(held: Import, context: ListContext) -> tuple[list[Prepared], int]:
    """The lines as they stand now that nobody else can register whom they may mean, and how many of them changed."""
    lines = store.lines(held, context.form)
    if rechecking.version_moved(held):
        before = lines
        if isinstance(preparing.prepare(held, by=context.by, at=context.at, as_seen=True), Refusal):
            raise Problem(errors.NOT_FOUND)
        lines = store.lines(held, context.form)
        if changed := rechecking.compare(before, lines):
            return lines, len(changed)
    return lines, len(rechecking.judge_again(lines, context))


def _file(held: Import, lines: Sequence[Prepared], programme: Programme, *, by: Acting, at: dt.datetime, tell: Tell,
          ) -> None:
    waiting = _follow(lines) | doubles.held_back(lines)
    filed = [line for line in lines if line.to_record and not line.settled and line.number not in waiting]
    reply = programme.reply_by(held.form)
    doubtful = [line for line in filed if reply and line.tab is Tab.DOUBTFUL]
    replaced = replying.replaced(doubtful, programme.id, reply) if reply and doubtful else {}
    if replaced:
        require(by, Action.CORRECT, programme.id, held.form)
    removal = listing.removal(programme)
    if removal and any(line.tab is Tab.REMOVED for line in filed):
        require(by, Action.FILL, programme.id, removal[0])
    sent = [submission(held, line, programme, by.calendar, replaced.get(line.number)) for line in filed]
    weighty = [line for line in filed if line.subject in line.weighty | line.reached]
    under = _told_of({line.subject for line in weighty if line.subject}, by)
    receipt = record(sent, by=actor(by), at=at)
    for line, answer in zip(filed, receipt.results, strict=True):
        _settle(line, answer, replying=reply is not None)
    lightened = {subject for _programme, subject in receipt.lightened}
    changed = {line.subject for line in weighty if line.subject in under} | lightened
    for results, named in ((("known", "recorded"), held.form), (("removed",), listing.REMOVAL)):
        told = {line.subject for line in filed if line.subject in changed and line.result in results}
        if told:
            tasks.tell_list_changed(
                programme=programme.id, form=named, held=held.pk, count=len(told), by=actor(by), at=at)
    tell("finishing")
    _tell_measures(lines, programme, by)
    _tell_places(lines)
    for line in lines:
        line.result = line.result if line.settled else _unfiled(line)


def _told_of(people: Set[uuid.UUID], by: Acting) -> set[uuid.UUID]:
    """Those of some people that the level above is told of when they are changed: they are under a measure, or known to
    a programme that the importer does not see."""
    elsewhere = {subject for subject, place in presence.places(people).items()
                 if among(by.programmes, place.programmes) != place.programmes}
    return decisions.under_measure(people) | elsewhere


def _follow(lines: Sequence[Prepared]) -> set[int]:
    """Give lines that are about the same person as another of the list whom that one turned out to be; the numbers of
    those that wait, for the other is not decided.
    """
    by_number = {line.number: line for line in lines}
    waiting: set[int] = set()
    for line in lines:
        chosen = next((one.line for one in line.candidates if one.line and one.subject == line.subject), 0)
        if not chosen or line.decision != SAME or line.settled:
            continue
        other = by_number[chosen]
        if other.number in waiting or (other.tab is Tab.DOUBTFUL and not other.decision and not other.settled):
            waiting.add(line.number)
        elif not other.left_out:
            line.subject = other.subject
    return waiting


def actor(by: Acting) -> Actor:
    """The one who imports, as the journal names them."""
    return Actor(path=by.path, user=by.user, post=by.post, source=_SOURCE)


def submission(
    held: Import, line: Prepared, programme: Programme, calendar: Calendar, replaces: uuid.UUID | None = None,
) -> Submission:
    """The line as a submission; its id follows from the import and the line's number."""
    reply = programme.reply_by(held.form)
    form, answers = held.form, dict(line.answers)
    if line.tab is Tab.REMOVED:
        form, said = listing.removal(programme) or (held.form, {})
        answers = dict(said)
    elif programme.forms[form].question(listing.SOURCE):
        answers[listing.SOURCE] = held.source.name
    assert line.subject is not None
    at = replying.moment(line, reply, held.received_at, calendar) if reply else held.received_at
    return Submission(
        id=entry_id(held, line), programme=held.programme, form=form, subject=line.subject,
        happened_at=at, answers=answers, path=line.place, replaces=replaces)


def entry_id(held: Import, line: Prepared) -> uuid.UUID:
    """The id of what a line files."""
    return ids.derived(held.id, line.number, held.form if line.tab is not Tab.REMOVED else line.tab.value)


def _settle(line: Prepared, answer: Recorded | Refused, *, replying: bool) -> None:
    if isinstance(answer, Refused):
        line.result = "refused"
        line.notes += [Note(answer.code, "error", message) for _, message in answer.faults]
    elif line.tab is Tab.REMOVED:
        line.result = "removed"
    else:
        known = line.tab in (Tab.KNOWN, Tab.REROUTED) or (line.tab is Tab.DOUBTFUL and line.decision != NEW)
        line.result = "known" if known and not replying else "recorded"


def _unfiled(line: Prepared) -> str:
    if line.left_out:
        return "left_out"
    if line.tab is Tab.REMOVED:
        return "kept"
    return {Tab.UNCHANGED: "unchanged", Tab.DOUBTFUL: "open"}.get(line.tab, "refused")


def _tell_places(lines: Sequence[Prepared]) -> None:
    """Where each of them is now: the grid, or the area that is to choose it."""
    now = search.existing(line.subject for line in lines if line.subject)
    for line in lines:
        line.place = now.get(line.subject, line.place) if line.subject else line.place


def _tell_measures(lines: Sequence[Prepared], programme: Programme, by: Acting) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, [programme.id, array_text({line.subject for line in lines if line.subject})])
        decided = {subject: (measure, until) for subject, measure, until in cursor.fetchall()}
    for line in lines:
        measure, until = decided.get(line.subject, (None, None))
        line.measure = measure or ""
        line.until = by.calendar.last_day(until).isoformat() if until else ""
