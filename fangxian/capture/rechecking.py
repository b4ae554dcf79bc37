"""What a preview said, looked at again under the lock when it is recorded: others were at work meanwhile.

What became another thing with certainty, such as somebody new whom another list has made known since, is recorded as
what it is now. Where the user would have been asked, the line is asked about, and nothing of the list is recorded.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Final

from fangxian.kernel.text import Text

from . import persons, removing, versions
from .judging import judge
from .models import Import, Source
from .types import CHANGED_MEANWHILE, NEW, OUT, SAME, TABS, Note, Prepared, Tab, effects_on
from .verdicts import LineVerdict, ListContext, adopt
from .weighing import as_it_stands, weighed

_JUDGED: Final = (Tab.NEW, Tab.KNOWN, Tab.DOUBTFUL, Tab.REROUTED)
_CHANGED: Final = Text(
    "Changed since the preview: it was “{before}”. Look at it again, then confirm.",
    "预览之后有变化：原为“{before}”。请重新核对后再确认。")


def hold_source(held: Import) -> None:
    """Let whoever records or undoes another list of its source wait until the transaction ends."""
    Source.objects.select_for_update().get(pk=held.source_id)


def version_moved(held: Import) -> bool:
    """Whether another list of its source was recorded or undone since it was compared; holds the source."""
    hold_source(held)
    return held.recorded_at is None and versions.seen(held) != held.versions_seen


def judge_again(lines: Sequence[Prepared], context: ListContext) -> list[Prepared]:
    """Judge what is to be recorded once more, under the lock of whom it may mean; gives the lines that have to be
    looked at again, which then stand where they stand now. What is known of those it may mean is held as well: a line
    is asked about as long as it would change who they are.
    """
    asked = [line for line in lines if not line.settled and line.to_record and line.tab in _JUDGED]
    matched = [line for line in asked if line.tab is not Tab.REROUTED and not line.changed]
    beside = [line for line in lines if line.tab is not Tab.REFUSED]
    gone = [line for line in lines if line.tab is Tab.REMOVED and not line.settled and not line.left_out]
    judged = {line.number: one for line, one in zip(
        matched, judge(matched, context, beside=beside, holding=_people([*asked, *gone])), strict=True)}
    now = [judged.get(line.number) or as_it_stands(line) for line in asked]
    found = weighed(asked, now, lines, context)
    for line, verdict in zip(asked, found, strict=True):
        line.weighty, line.reached = verdict.weighty, verdict.reached
    changed = [(line, verdict) for line, verdict in zip(asked, found, strict=True) if not _holds(line, verdict)]
    for line, verdict in changed:
        mark(line, line.tab)
        adopt(line, verdict)
    twice = _open_again(lines, context)
    otherwise = removing.look_again(gone, context)
    for line in otherwise:
        mark(line, line.tab)
    return [*(line for line, _ in changed), *twice, *otherwise]


def _open_again(lines: Sequence[Prepared], context: ListContext) -> list[Prepared]:
    """Ask again about the lines that were said to be somebody whom another line is, or has become meanwhile."""
    found = persons.said_twice(lines) if persons.are_told_apart(context.programme, context.form) else []
    for line, other in found:
        mark(line, line.tab)
        line.decision, line.reason = "", persons.TAKEN.filled(line=other)
    return [line for line, _ in found]


def _people(lines: Iterable[Prepared]) -> set[uuid.UUID]:
    """Those known whom some lines mean or may mean."""
    return {subject for line in lines if line.tab is not Tab.NEW
            for subject in (line.subject, *(one.subject for one in line.candidates if not one.line)) if subject}


def compare(before: Sequence[Prepared], after: Sequence[Prepared]) -> list[Prepared]:
    """Lines of a list that was prepared anew against those the user saw; gives those that stand elsewhere now."""
    changed = carry(before, after)
    for line, tab in changed:
        mark(line, tab)
    return [line for line, _ in changed]


def carry(before: Sequence[Prepared], after: Sequence[Prepared]) -> list[tuple[Prepared, Tab]]:
    """Let what the user decided go on where they are asked the same; gives the other lines, with where they stood."""
    saw = {line.number: line for line in before if line.tab is not Tab.REMOVED}
    changed = []
    for line in after:
        old = saw.get(line.number) if line.tab is not Tab.REMOVED else _removed_before(line, before)
        if old is not None and old.left_out:
            line.decision = OUT
            continue
        if old is not None and standing(old) == standing(line):
            line.decision, line.subject = old.decision, old.subject
        else:
            changed.append((line, old.tab if old else Tab.UNCHANGED))
    return changed


def standing(line: Prepared) -> tuple[object, ...]:
    """What a user sees of where a line stands; who somebody new will be nobody sees."""
    subject = None if line.tab in (Tab.NEW, Tab.DOUBTFUL, Tab.REFUSED) else line.subject
    return line.tab, subject, frozenset(
        (one.key, one.effects) for one in line.candidates), line.changed, line.effects, line.asks_removal, line.stays_on


def mark(line: Prepared, before: Tab) -> None:
    """Say on a line that it stood elsewhere in the preview."""
    line.notes[:] = [note for note in line.notes if note.code != CHANGED_MEANWHILE]
    line.notes.append(Note(CHANGED_MEANWHILE, "warning", Text(
        _CHANGED.en.format(before=TABS[before].en), _CHANGED.zh.format(before=TABS[before].zh))))


def _removed_before(line: Prepared, before: Sequence[Prepared]) -> Prepared | None:
    return next((one for one in before if one.tab is Tab.REMOVED and one.subject == line.subject), None)


def _holds(line: Prepared, found: LineVerdict) -> bool:
    """Whether a line can be recorded as what it is now; sets its subject where that is somebody else than before."""
    if line.tab in (Tab.KNOWN, Tab.REROUTED):
        line.effects = found.effects
        return found.tab is line.tab and found.subject == line.subject
    if line.tab is Tab.NEW:
        if found.tab is Tab.KNOWN:
            line.tab, line.subject, line.reason, line.effects = found.tab, found.subject, found.reason, found.effects
        return found.tab is not Tab.DOUBTFUL
    offered = {one.key: one.subject for one in line.candidates}
    if line.decision == SAME:
        chosen = next((key for key, subject in offered.items() if subject == line.subject), None)
        same = (effects_on(chosen, one.effects, one.candidates) for one in (line, found))
        return len(set(same)) == 1 and chosen in (found.offered or {found.subject})
    if any(one.certain for one in found.candidates):
        return False
    return line.decision == NEW and found.tab is not Tab.KNOWN and found.offered <= offered.keys()
