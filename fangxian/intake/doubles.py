"""Who is about to be registered: looked for among those who are known, with what they are found by locked."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Final

from fangxian.accounts import actions as accounts
from fangxian.accounts.scope import ALL_PROGRAMMES, Scope, working_in
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import subtree
from fangxian.kernel import identity_parts
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.subjects import listed, presence
from fangxian.subjects import queries as subjects
from fangxian.subjects.listed import ListedNumber
from fangxian.subjects.matching import search
from fangxian.subjects.matching.locks import lock, of_subject
from fangxian.subjects.matching.rules import SAME, Hits, Traits, known_names
from fangxian.subjects.presence import SubjectPlace

from . import rules
from .numbering import FORMER
from .rules import Coming, Resemblance
from .types import Lookalike

LOOKED_UP: Final = "walk_in"
"""The purpose under which a look at whom one may not see is logged at them."""


@dataclass(frozen=True, slots=True)
class Unregistered:
    """Somebody about to be registered: the kind of subject, the identity by part, and whom it is said not to be.

    ``known``: somebody there already of whom an identity is told: only who else bears the document, or the number of
    the list, is asked.
    ``coming``: whether those after it in the batch may mean it. ``named``: to whom it leads who names the number.
    """

    subject: uuid.UUID
    kind: str
    identity: Mapping[str, Any] = field(repr=False)
    external: tuple[str, str] | None = field(default=None, repr=False)
    other_than: Set[uuid.UUID] = frozenset()
    known: bool = False
    coming: bool = True
    named: uuid.UUID | None = None

    @property
    def traits(self) -> Traits:
        return search.traits_of(self.identity, self.external)


@dataclass(frozen=True, slots=True)
class InSight:
    """Somebody whom the post may see."""

    path: str
    identity: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Likes:
    """Those in sight to be asked about, and those out of sight who bear the document, with where they are."""

    asked: tuple[Lookalike, ...]
    hidden: Mapping[uuid.UUID, SubjectPlace]


def judge(newcomers: Sequence[Unregistered], by: Acting, at: dt.datetime) -> list[Likes]:
    """Whom each may be, in order, among those known and those before it in the batch.

    Whoever was made up for a drill is like nobody, and nobody like them. What they are found by, and the ids they bear,
    stay locked until the transaction ends: what was judged holds when it is recorded. Those out of sight are never
    shown; that they were looked for is logged at them.
    """
    traits = [one.traits for one in newcomers]
    lock([*traits, *(of_subject(one.subject) for one in newcomers)])
    hits, namesakes = search.hits(traits), search.namesakes(traits, rules.MANY + 1)
    numbers = listed.numbers_of(set[uuid.UUID]().union(*(one.external for one in hits)))
    told_of = {subject for one in newcomers for subject in (one.subject, one.named) if subject}
    people = subjects.identities(told_of.union(*(one.every() for one in hits), *namesakes), by.range)
    hidden = _hidden(traits, hits, people.keys(), by)
    in_sight: dict[str, dict[uuid.UUID, InSight]] = defaultdict(dict)
    for one in people.values():
        in_sight[one.kind][one.id] = InSight(one.path, one.parts)
    coming: dict[str, Coming] = defaultdict(Coming)
    found = []
    for newcomer, own, hit, named, out in zip(newcomers, traits, hits, namesakes, hidden, strict=True):
        if newcomer.subject in people and people[newcomer.subject].drill:
            found.append(Likes((), {}))
            continue
        known, before = in_sight[newcomer.kind], coming[newcomer.kind]
        elsewhere = {subject: place for subject, place in out.items()
                     if place.kind == newcomer.kind and subject != newcomer.subject}
        if newcomer.named in known:
            hit.add("external", [newcomer.named])
        earlier, bearing = before.look(own)
        asked = _asked(newcomer, own, hit | earlier, named | bearing, known, numbers)
        found.append(Likes(asked, elsewhere))
        if newcomer.coming and not asked:
            before.add(newcomer.subject, own)
            known[newcomer.subject] = InSight(by.path, newcomer.identity)
    log_looked_up({subject: place for one in found for subject, place in one.hidden.items()}, by, at)
    return found


def _asked(
    newcomer: Unregistered, traits: Traits, hits: Hits, namesakes: Set[uuid.UUID], known: Mapping[uuid.UUID, InSight],
    numbers: Mapping[uuid.UUID, Mapping[str, ListedNumber]],
) -> tuple[Lookalike, ...]:
    """Those alike, without those who are said to be somebody else: of whom that may be said. By their ``numbers``:
    who bore one before is not certain."""
    identities = {subject: one.identity for subject, one in known.items() if subject != newcomer.subject}
    names = {subject: known_names(identities[subject]) for subject in hits.every() & identities.keys()}
    likes = rules.alike(newcomer.identity, traits, hits, namesakes, identities, names)
    if newcomer.known:
        likes = {subject: like for subject, like in likes.items() if subject in hits.document | hits.external}
    likes |= {subject: Resemblance(FORMER) for subject, like in likes.items()
              if like.why == SAME["external"] and _bears_another(newcomer.external, numbers.get(subject, {}))}
    return tuple(_candidate(subject, like, known[subject]) for subject, like in likes.items()
                 if like.certain or subject not in newcomer.other_than)


def _bears_another(told: tuple[str, str] | None, known: Mapping[str, ListedNumber]) -> bool:
    """Whether another number of the same list than is told is known of somebody now."""
    return told is not None and told[0] in known and spelled_alike(known[told[0]].told) != told[1]


def _candidate(subject: uuid.UUID, like: Resemblance, one: InSight) -> Lookalike:
    masked = {part: identity_parts.masked(part, str(value)) for part, value in one.identity.items() if value}
    return Lookalike(subject, like.why, like.certain, one.path, masked)


def _hidden(
    traits: Sequence[Traits], hits: Sequence[Hits], people: Set[uuid.UUID], by: Acting,
) -> list[dict[uuid.UUID, SubjectPlace]]:
    """By newcomer, those in the county who bear the document out of the post's sight: in another area, or known by it
    only in programmes that the post does not see."""
    with working_in(_county(by)):
        anywhere = search.hits(traits)
        found = [one.document - (hit.document & people) for one, hit in zip(anywhere, hits, strict=True)]
        places = presence.places(set[uuid.UUID]().union(*found))
    return [{subject: places[subject] for subject in some} for some in found]


def _county(by: Acting) -> Scope:
    """Everybody in the county: somebody known in another township must be found."""
    return Scope(subtree(areas.county_of(by.path)), (ALL_PROGRAMMES,))


def log_looked_up(looked_up: Mapping[uuid.UUID, SubjectPlace], by: Acting, at: dt.datetime) -> None:
    """Log that those out of sight were looked for: at each of them, under a programme it is known in, where its own
    posts see it."""
    if not looked_up:
        return
    by_programme: dict[str, dict[uuid.UUID, str]] = defaultdict(dict)
    for subject, place in looked_up.items():
        by_programme[next(iter(place.programmes), "")][subject] = place.path
    with working_in(_county(by)):
        for programme, people in sorted(by_programme.items()):
            accounts.log_access(
                by=by, action=Action.FILL, purpose=LOOKED_UP, at=at, programme=programme, subjects=people)
