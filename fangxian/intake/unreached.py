"""Whom nothing followed for, because only another programme knows with whom they live: the levels are told how many.

A consequence is filed about those who share a link of its own programme. A family that only the register of residents
knows is not among them, and no wall between programmes is crossed by filing about it; but nobody is left out unseen:
whichever came first, what is decided or who is registered, and whether the register knows the one who is decided about
or only the same key of the household in their community.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from fangxian.accounts.scope import everywhere
from fangxian.areas import queries as areas
from fangxian.areas.types import EVERYWHERE, Range, subtree
from fangxian.journal import append
from fangxian.journal import queries as journal
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.kernel.ids import derived
from fangxian.programmes import queries as programmes
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.programmes.types import Consequence, Programme
from fangxian.subjects import presence
from fangxian.subjects.presence import LinkedSubjectRow
from fangxian.subjects.steps.links import external_subject
from fangxian.tasks import alerts
from fangxian.tasks.alerts import Unreached

_LEFT_OUT: Final = """
SELECT h.subject, count(DISTINCT o.subject)
FROM unnest(%(subjects)s::uuid[], %(households)s::uuid[], %(lowest)s::varchar[], %(highest)s::varchar[])
  AS h (subject, household, lowest, highest)
JOIN subjects_link o ON o.other = h.household AND o.kind = %(kind)s AND o.ended_at IS NULL AND o.subject <> h.subject
JOIN subjects_subject a ON a.id = h.subject
JOIN subjects_subject b ON b.id = o.subject AND b.drill = a.drill AND b.path >= h.lowest AND b.path < h.highest
WHERE NOT EXISTS (
  SELECT FROM subjects_link p JOIN subjects_link q ON q.other = p.other AND q.kind = p.kind
    AND q.programme = p.programme
  WHERE p.subject = h.subject AND q.subject = o.subject AND p.kind = %(kind)s AND p.programme = %(programme)s
    AND p.ended_at IS NULL AND q.ended_at IS NULL)
GROUP BY h.subject
"""
_ENTAILING: Final = """
SELECT subject, entry FROM decide_current
WHERE subject = ANY(%(subjects)s::uuid[]) AND programme = %(programme)s
  AND %(number)s = ANY (string_to_array(entails, ' '))
"""
Decided = dict[uuid.UUID, uuid.UUID]
"""Of whom something follows, with the decision that says so."""


class _Following(NamedTuple):
    """A consequence of a programme, its number there, and the other programmes that know who lives together."""

    programme: Programme
    number: int
    consequence: Consequence
    others: Sequence[Programme]


class _Household(NamedTuple):
    """A household of another programme that somebody may belong to, and where those in it have to be."""

    subject: uuid.UUID
    household: uuid.UUID
    within: Range


def tell_unreached(work: Work) -> None:
    """The step of the flow that tells the levels how many share a household with somebody of whom something follows by
    what another programme knows, and had nothing filed about them: where it begins to follow, and where a link of the
    round shows who belongs together."""
    for one in _concerned(work):
        with everywhere():
            decided = _joined(work, one) | _begun(work, one)
            people = presence.with_links(decided) if decided else []
            counts = _left_out(work, one, people)
        about = {row.subject: row for row in people}
        alerts.raise_unreached(one.programme.id, [
            Unreached(one.consequence.form, derived(decided[subject], count), subject, about[subject].path,
                      about[subject].drill, _day(work, about[subject].path), count)
            for subject, count in counts], work.at)


def _concerned(work: Work) -> Iterator[_Following]:
    """The consequences that begin in the round, and those along whose kind of link somebody is linked in it."""
    kinds = {kind for kind, _, _ in work.linked.values()}
    begun = {number for one in work.decided.values() for number in one.new_consequences}
    if not kinds and not begun:
        return
    known = programmes.all_in_force()
    for programme in known:
        for number, consequence in enumerate(programme.consequences):
            own = programme.id == work.programme.id
            others = _others(known, programme, consequence)
            touched = own or work.programme.id in {one.id for one in others}
            if others and ((own and number in begun) or (touched and consequence.link in kinds)):
                yield _Following(programme, number, consequence, others)


def _others(known: Iterable[Programme], programme: Programme, consequence: Consequence) -> list[Programme]:
    """The other programmes in force that have the same kind of link to the same kind of subject, about the same kind.
    """
    own = programme.links[consequence.link]
    return [one for one in known
            if one.id != programme.id and one.subject == programme.subject
            and (link := one.links.get(own.kind)) is not None and link.to == own.to]


def _begun(work: Work, one: _Following) -> Decided:
    if one.programme.id != work.programme.id:
        return {}
    return {found.subject: found.entry or found.subject for found in work.decided.values()
            if one.number in found.new_consequences}


def _joined(work: Work, one: _Following) -> Decided:
    """Of whom it follows already, and whom the round puts into one household with somebody."""
    near = {subject for _other, subject, _path in presence.linked_to(_named(work, one))}
    found = append.fetch(_ENTAILING, {
        "subjects": array_text(near), "programme": one.programme.id, "number": str(one.number)}) if near else []
    return {subject: entry or subject for subject, entry in found}


def _named(work: Work, one: _Following) -> set[uuid.UUID]:
    """The households that the round puts people into, as this programme and the others that know them call them."""
    found = set[uuid.UUID]()
    for filed in work.filed:
        answers: Mapping[str, Any] = {**filed.personal, **filed.plain}
        key = _key(work.version(filed.version), filed.submission.form, answers, one.consequence.link)
        drill = work.subjects[filed.submission.subject].drill
        found |= {_called(work, programme, one.consequence.link, key, drill=drill)
                  for programme in (one.programme, *one.others) if key}
    return found


def _key(programme: Programme, form: str, answers: Mapping[str, Any], kind: str) -> str:
    named = (answers.get(question.name) for question in programme.forms[form].questions if question.link == kind)
    return next((key for value in named if (key := spelled_alike(value))), "")


def _called(work: Work, programme: Programme, kind: str, key: str, *, drill: bool) -> uuid.UUID:
    return external_subject(work.ring, programme.id, programme.links[kind].to, key, drill=drill)


def _left_out(work: Work, one: _Following, people: Sequence[LinkedSubjectRow]) -> list[tuple[uuid.UUID, int]]:
    households = [*_linked(one, people), *_of_the_same_key(work, one, people)]
    if not households:
        return []
    return append.fetch(_LEFT_OUT, {
        "subjects": array_text(told.subject for told in households),
        "households": array_text(told.household for told in households),
        "lowest": array_text(told.within.lo for told in households),
        "highest": array_text(told.within.hi for told in households),
        "kind": one.consequence.link, "programme": one.programme.id})


def _linked(one: _Following, people: Iterable[LinkedSubjectRow]) -> Iterator[_Household]:
    """Those that another programme knows them to be in, wherever the others of it are."""
    others = {other.id for other in one.others}
    for row in people:
        if row.kind == one.consequence.link and row.programme in others and row.other:
            yield _Household(row.subject, row.other, EVERYWHERE)


def _of_the_same_key(work: Work, one: _Following, people: Sequence[LinkedSubjectRow]) -> Iterator[_Household]:
    """Those of the key that this programme was told, as far as they are in the same community: a short key is soon
    given twice."""
    kind = one.consequence.link
    own = [row for row in people if row.kind == kind and row.programme == one.programme.id and row.entry]
    told = journal.entries({row.entry for row in own if row.entry}) if own else {}
    places = areas.places({row.path for row in own}) if own else {}
    for row in own:
        line = told.get(row.entry) if row.entry else None
        key = _key(one.programme, line.form, line.body, kind) if line and line.form in one.programme.forms else ""
        place = places.get(row.path)
        near = subtree(place.community or row.path if place else row.path)
        for programme in one.others if key else ():
            yield _Household(row.subject, _called(work, programme, kind, key, drill=row.drill), near)


def _day(work: Work, path: str) -> dt.date:
    return work.calendar(path).operational_day(work.at)
