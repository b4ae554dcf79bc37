"""Whether what somebody files takes a person out of a household, or into one elsewhere: asked before it is recorded.

What is found out about one reaches those who share the household with them. So nobody leaves one unseen, by a
correction that names another or none, and nobody is put beside people of another community unasked: a short key is
soon given twice. The sentences name no key: it says where somebody lives.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import Acting
from fangxian.areas import queries as areas
from fangxian.areas.types import Place, subtree
from fangxian.decide import queries as decisions
from fangxian.journal.types import FUTURE_TOLERANCE
from fangxian.kernel.text import Text, both
from fangxian.programmes import queries as programmes
from fangxian.subjects import presence
from fangxian.subjects.steps.links import followed, links_in

from .placing import Registered, expected
from .rules import may_join
from .types import Filing

LEFT: Final = Text(
    "by this, they leave the household that is recorded, and what is found out there reaches them no more",
    "据此将脱离已登记的同住家庭，该户如出现疑似病例，不再关联此人")
ANOTHER: Final = Text(
    "another household is recorded; they would belong to both", "已登记在另一家庭，录入后将同属两户")
ELSEWHERE: Final = Text(
    "whoever is recorded under this key lives at {place}; if that is another household, add the name of the place to"
    " the key",
    "使用该编号的人员住在{place}；如非同一户，请在编号中加上地名")
Shared = tuple[str, uuid.UUID]
"""The kind of a link along which something follows, and its other side."""


class AskedSharing(NamedTuple):
    """By question what is asked about; ``company``: who shares a household with somebody who leaves it."""

    sentences: Mapping[str, Text]
    company: frozenset[uuid.UUID]


class Sharing:
    """Which households those are in whom some filings are about, and who is in them and in those named. To be read
    while they are locked: what is judged by it holds when it is recorded."""

    def __init__(self, filings: Iterable[tuple[Registered, Filing]], by: Acting, at: dt.datetime) -> None:
        self._by, self._at = by, at
        self._own: dict[tuple[str, uuid.UUID], dict[uuid.UUID, set[Shared]]] = defaultdict(dict)
        self._within: dict[uuid.UUID, dict[uuid.UUID, str]] = defaultdict(dict)
        self._replaced: set[uuid.UUID] = set()
        self._told: dict[uuid.UUID, set[Shared]] = {}
        self._new: Mapping[uuid.UUID, str] = {}
        self._places: Mapping[str, Place] = {}
        if weighed := [one for one, filing in filings if _may_matter(one, filing)]:
            self._read(weighed)

    def _read(self, weighed: Sequence[Registered]) -> None:
        at_place: dict[uuid.UUID, str] = {}
        drills = set[uuid.UUID]()
        with working_in(SYSTEM):
            for row in presence.with_links({one.subject for one in weighed}):
                at_place[row.subject] = row.path
                drills |= {row.subject} if row.drill else set()
                if row.programme and row.kind and row.other and row.entry:
                    own = self._own[row.programme, row.subject]
                    own.setdefault(row.entry, set()).add((row.kind, row.other))
            self._told = {one.entry: _told(one, drill=one.subject in drills) for one in weighed}
            others = {other for told in self._told.values() for _, other in told}
            others |= {other for own in self._own.values() for told in own.values() for _, other in told}
            for other, subject, path in presence.linked_to(others) if others else ():
                self._within[other][subject] = path
        self._new = expected([one for one in weighed if self._told[one.entry]], at_place, self._by)
        paths = {*self._new.values(), *(path for some in self._within.values() for path in some.values())}
        self._places = areas.places(paths) if paths else {}

    def asked(self, one: Registered, filing: Filing) -> AskedSharing:
        """What somebody would leave or join by a filing. One that is dated ahead takes no other's place."""
        if one.entry not in self._told or self._is_ahead(one):
            return AskedSharing({}, frozenset())
        told, own = self._tells(one), self._own[one.programme.id, one.subject]
        gone = own.get(filing.replaces, set()) if filing.replaces else set()
        rest = {shared for entry, some in own.items() if entry != filing.replaces for shared in some}
        rest = {shared for shared in rest if shared[0] in followed(one.programme)}
        left = {shared for shared in gone - told - rest if shared[0] in followed(one.programme)}
        sentences = {self._question(one, kind): LEFT for kind, _ in left}
        for kind, other in sorted(told - gone - rest):
            said = ANOTHER if any(kind == known for known, _ in rest) else self._elsewhere(one, other)
            if said is not None:
                sentences.setdefault(self._question(one, kind), said)
        company = {subject for _, other in left for subject in self._within[other]} - {one.subject}
        return AskedSharing(sentences, frozenset(company))

    def take_in(self, one: Registered, filing: Filing) -> None:
        """Take in what will be recorded, for what comes after it in the batch."""
        if one.entry not in self._told or self._is_ahead(one):
            return
        own = self._own[one.programme.id, one.subject]
        if filing.replaces:
            own.pop(filing.replaces, None)
            self._replaced.add(filing.replaces)
        own[one.entry] = told = self._tells(one)
        for _, other in told:
            self._within[other][one.subject] = self._new[one.entry]

    def _is_ahead(self, one: Registered) -> bool:
        return one.happened_at > self._at + FUTURE_TOLERANCE

    def _tells(self, one: Registered) -> set[Shared]:
        return self._told[one.entry] if one.entry not in self._replaced else set()

    def _elsewhere(self, one: Registered, other: uuid.UUID) -> Text | None:
        """Where those in a household are, if none of them is in the community of somebody who would join them, or may
        be there, not being placed yet; of whom the sender sees nobody, the journal refuses."""
        here = self._community(self._new[one.entry])
        members = {self._community(path) for subject, path in self._within[other].items() if subject != one.subject}
        seen = sorted((path for path in members if path in self._by.range), key=len, reverse=True)
        if any(here in subtree(path) for path in members) or not seen:
            return None
        node = areas.nodes(seen[:1]).get(seen[0])
        return ELSEWHERE.filled(place=both(node.name if node else seen[0]))

    def _community(self, path: str) -> str:
        """The community of a place, or the place itself above the communities."""
        place = self._places.get(path)
        return place.community or path if place else path

    def _question(self, one: Registered, kind: str) -> str:
        asking = (question.name for question in one.form.questions if question.link == kind)
        return next(asking, kind)


def concerned(filings: Iterable[tuple[Registered, Filing]]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Those whose households may change by what some filings tell, with the households these name."""
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for one, filing in filings:
        if _may_matter(one, filing):
            found.setdefault(one.subject, set()).update(other for _, other in _told(one, drill=False))
    return found


def leaving(entries: Mapping[uuid.UUID, uuid.UUID]) -> set[uuid.UUID]:
    """Of the subjects of some entries that are to be taken back, those whom this takes out of a household in which
    anybody is under a measure; to be asked before, while they are locked."""
    own: dict[tuple[str, uuid.UUID], dict[bool, set[uuid.UUID]]] = defaultdict(lambda: {True: set(), False: set()})
    along = {one.id: followed(one) for one in programmes.all_in_force()}
    with working_in(SYSTEM):
        for row in presence.with_links(set(entries.values())):
            if row.programme and row.other and row.kind in along.get(row.programme, ()):
                own[row.programme, row.subject][row.entry in entries].add(row.other)
        left = {(subject, other) for (_, subject), links in own.items() for other in links[True] - links[False]}
        company: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        for other, subject, _path in presence.linked_to({other for _, other in left}) if left else ():
            company[other].add(subject)
    held = decisions.under_measure(set[uuid.UUID]().union(*company.values()))
    return {subject for subject, other in left if company[other] - {subject} and company[other] & held}


def _may_matter(one: Registered, filing: Filing) -> bool:
    """Whether a form names a household along which something follows; a correction leaves it out on purpose, too."""
    return may_join(one.programme, one.form) and (
        filing.replaces is not None or bool(_told(one, drill=False)))


def _told(one: Registered, *, drill: bool) -> set[Shared]:
    named = links_in(one.programme, one.form, one.answers, followed(one.programme), drill=drill)
    return {(kind.kind, other) for kind, other in named}
