"""The verdict on each line that names somebody: new, known, or to be asked. Nothing is written on the lines here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from fangxian.accounts.scope import Scope
from fangxian.accounts.types import Acting
from fangxian.areas import queries as areas
from fangxian.intake.doubles import log_looked_up
from fangxian.intake.numbering import FORMER
from fangxian.kernel import ids
from fangxian.kernel.identifiers import names
from fangxian.kernel.text import Text
from fangxian.programmes.forms import Form
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.programmes.types import Programme, Reply
from fangxian.subjects import presence, vault
from fangxian.subjects.matching import locks, rules, search
from fangxian.subjects.matching.rules import Hits, Traits
from fangxian.subjects.steps.identity import number_kind
from fangxian.subjects.steps.links import by_numbers

from . import listing
from .speaking import beside as told_beside
from .types import CONTRADICTED, NOT_BY_NUMBER, Candidate, Effect, Note, Prepared, Tab

_IDENTITY: Final = ("name", "name_latin", "document_number", "phone", "birth_date")
_ELSEWHERE: Final = Text(
    "Known in the county, in another area or programme.", "在本县其他区域或其他专项已有记录。")
_TWO_LINES: Final = Text(
    "Two lines of this list have one number and contradict each other.", "本名单中有两行编号相同而内容矛盾。")
_RIGHT_LINE: Final = Text("This line is the right one for its number.", "此编号以本行为准。")


@dataclass(frozen=True, slots=True)
class ListContext:
    """Whose list it is, what it fills, and when: what every verdict depends on besides the lines. ``received_at``: when
    the list came in, which is when what a line tells happened where it does not say."""

    source: str
    programme: Programme
    form: Form
    by: Acting
    at: dt.datetime
    received_at: dt.datetime

    @property
    def numbered(self) -> bool:
        """Whether the list's own number is the person: links to it meet it."""
        return self.form.question(listing.EXTERNAL_ID) is not None

    @property
    def reply(self) -> Reply | None:
        """What the list's lines reply to, by its number."""
        return self.programme.reply_by(self.form.id)

    @property
    def number_source(self) -> str:
        """Among whose lists a number means the same person."""
        return self.source if self.form.question(listing.SOURCE) else ""


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """Where a line stands. ``subject``: who it means, or who somebody new will be; ``weighty``: those of whom it would
    change who they are, set an arrival back, or lighten the measure; ``reached``: those under one of whom it would
    change how they are reached."""

    tab: Tab
    subject: uuid.UUID
    reason: Text
    candidates: tuple[Candidate, ...] = ()
    effects: tuple[Effect, ...] = ()
    weighty: frozenset[uuid.UUID] = frozenset()
    reached: frozenset[uuid.UUID] = frozenset()

    @property
    def offered(self) -> frozenset[uuid.UUID | int]:
        """The keys of those whom the line may mean."""
        return frozenset(one.key for one in self.candidates)


def judge(
    lines: Sequence[Prepared], context: ListContext, *, beside: Sequence[Prepared],
    holding: Collection[uuid.UUID] | None,
) -> list[LineVerdict]:
    """The verdict on each line, in order; ``beside`` is the whole list, ``holding`` as ``judging.judge``.
    """
    if context.numbered:
        return _by_number(lines, context, holding)
    return _by_traits(lines, context, shared_numbers(beside), holding)


def adopt(line: Prepared, found: LineVerdict) -> None:
    """Set a line where its verdict says; what was decided before about it is forgotten."""
    line.tab, line.subject, line.reason = found.tab, found.subject, found.reason
    line.candidates, line.decision, line.effects = list(found.candidates), "", found.effects
    line.weighty, line.reached = found.weighty, found.reached
    if found.tab is Tab.REFUSED:
        line.notes.append(Note(NOT_BY_NUMBER, "error", found.reason))


def identity_of(line: Prepared, form: Form) -> dict[str, Any]:
    """The parts of an identity that people are found by, as a line tells them."""
    asked = {part: name for part in _IDENTITY if (name := listing.asked_for(form, part))}
    return {part: line.answers[name] for part, name in asked.items() if line.answers.get(name)}


def _by_number(
    lines: Sequence[Prepared], context: ListContext, holding: Collection[uuid.UUID] | None,
) -> list[LineVerdict]:
    """A number is whoever bears it, whether a list told of them or somebody filed it."""
    programme, source = context.programme, context.number_source
    told = [spelled_alike(line.answers[listing.EXTERNAL_ID]) for line in lines]
    numbers = [(number_kind(programme.id, source), number) for number in told]
    traits = [search.traits_of(identity_of(line, context.form), number)
              for line, number in zip(lines, numbers, strict=True)]
    if holding is not None:
        locks.lock([*traits, *map(locks.of_subject, holding)])
    listed = by_numbers(vault.ring(), programme, [line.answers[listing.EXTERNAL_ID] for line in lines], source)
    there = search.existing(listed)
    filed = search.bearers(numbers, programme.id)
    borne = [others | ({own} & there.keys()) for own, others in zip(listed, filed, strict=True)]
    names = {subject: rules.known_names(one.identity)
             for subject, one in search.identities(set[uuid.UUID]().union(*borne), context.by.programmes).items()}
    now = {subject: spelled_alike(one.identity.get("external_id")) for subject, one in search.identities(
        set[uuid.UUID]().union(*filed).difference(listed), (programme.id,)).items()}
    found = [_bearing(one, number, bearers, names, now)
             for one, number, bearers in zip(traits, told, borne, strict=True)]
    return [_right_line(line, verdict) for line, verdict in zip(lines, _on_lines(found, listed, context), strict=True)]


def as_new(line: Prepared, programme: Programme, form: Form, source: str, at: dt.datetime) -> uuid.UUID | None:
    """Who a line that is asked about would be as somebody new; None where its number, or the document beside
    the name, says who it is."""
    if programme.reply_by(form.id) or any(one.certain for one in line.candidates):
        return None
    offered = {one.subject for one in line.candidates}
    if form.question(listing.EXTERNAL_ID) is None:
        return ids.uuid7(at) if line.subject is None or line.subject in offered else line.subject
    number, among = line.answers[listing.EXTERNAL_ID], source if form.question(listing.SOURCE) else ""
    [own] = by_numbers(vault.ring(), programme, [number], among)
    return None if own in offered else own


def _bearing(
    traits: Traits, number: str, bearers: set[uuid.UUID], names: Mapping[uuid.UUID, tuple[str, ...]],
    now: Mapping[uuid.UUID, str],
) -> rules.MatchVerdict:
    """Who bears a line's number, by their ``names``. Of whom somebody filed it may not be the one any more who bears
    another one ``now``."""
    found = rules.judge(traits, Hits(external=bearers), names)
    if found.subject and now.get(found.subject, "") not in ("", number):
        return rules.uncertain({found.subject: FORMER})
    return found


def _right_line(line: Prepared, found: LineVerdict) -> LineVerdict:
    """Lines of one number that contradict each other are asked about: the last one may not win in silence."""
    if found.tab is Tab.DOUBTFUL or all(note.code != CONTRADICTED for note in line.notes):
        return found
    return replace(found, tab=Tab.DOUBTFUL, reason=_TWO_LINES,
                   candidates=(Candidate(found.subject, _RIGHT_LINE, elsewhere=True),))


def _by_traits(
    lines: Sequence[Prepared], context: ListContext, shared: frozenset[str],
    holding: Collection[uuid.UUID] | None,
) -> list[LineVerdict]:
    traits = [search.traits_of(identity_of(line, context.form), _external(line, context.source, shared))
              for line in lines]
    around = told_beside(lines, context)
    found = search.match(traits, around) if holding is None else locks.match_locked(traits, holding, around)
    return _on_lines(found, ids.many_uuid7(context.at, len(lines)), context)


def _on_lines(
    found: Sequence[rules.MatchVerdict], fresh: Iterable[uuid.UUID], context: ListContext,
) -> list[LineVerdict]:
    """The verdicts as they are shown; ``fresh``: who each would be as somebody new."""
    known = search.identities(
        (subject for verdict in found for subject, _ in verdict.candidates), context.by.programmes)
    sight = in_sight(known, context.by)
    namesakes = in_sight(
        (subject for verdict in found for subject, why in verdict.candidates if why is rules.NAME_BARE), context.by,
        kind=context.programme.subject)
    found = [_with_namesakes(verdict, namesakes) for verdict in found]
    _log(found, context)
    places = {path: node.name for path, node in areas.nodes({one.path for one in known.values()}).items()}
    return [LineVerdict(
        Tab.KNOWN if verdict.subject else Tab.DOUBTFUL if verdict.candidates else Tab.NEW,
        verdict.subject or new, verdict.why,
        tuple(_candidate(subject, why, known, places, sight) for subject, why in verdict.candidates))
        for verdict, new in zip(found, fresh, strict=True)]


def _log(found: Iterable[rules.MatchVerdict], context: ListContext) -> None:
    """At those whom a list means and the importer does not see: a preview tells of each that somebody is known."""
    own = Scope.of(context.by)
    meant = {subject for one in found for subject in (one.subject, *(subject for subject, _ in one.candidates))
             if subject}
    hidden = {subject: place for subject, place in presence.places(meant).items()
              if not own.shows(place.path, place.programmes)}
    log_looked_up(hidden, context.by, context.at)


def _with_namesakes(found: rules.MatchVerdict, namesakes: Container[uuid.UUID]) -> rules.MatchVerdict:
    """Of namesakes whom nothing tells apart only those of whom somebody can say whether they are the same person."""
    left = {subject: why for subject, why in found.candidates if why is not rules.NAME_BARE or subject in namesakes}
    return found if len(left) == len(found.candidates) else rules.uncertain(left)


def shared_numbers(lines: Sequence[Prepared]) -> frozenset[str]:
    """Numbers that several lines bear, such as one booking for a family: they tell nobody apart."""
    seen: set[str] = set()
    twice: set[str] = set()
    for line in lines:
        number = spelled_alike(line.answers.get("source_id"))
        (twice if number in seen else seen).add(number)
    return frozenset(twice)


def _external(line: Prepared, source: str, shared: frozenset[str]) -> tuple[str, str] | None:
    number = spelled_alike(line.answers.get("source_id"))
    return (number_kind("", source), number) if number and number not in shared else None


def in_sight(subjects: Iterable[uuid.UUID], by: Acting, *, kind: str = "") -> set[uuid.UUID]:
    """Those, of a kind, whom the one who imports sees; the others are told of as somebody, and no more."""
    own = Scope.of(by)
    return {subject for subject, place in presence.places(subjects).items()
            if own.shows(place.path, place.programmes) and kind in ("", place.kind)}


def _candidate(
    subject: uuid.UUID, why: Text, known: Mapping[uuid.UUID, search.KnownSubject], places: Mapping[str, str],
    sight: Container[uuid.UUID],
) -> Candidate:
    one = known.get(subject)
    if one is None or subject not in sight:
        return Candidate(subject, _ELSEWHERE, elsewhere=True)
    return Candidate(subject, why, masked_line(one, places))


def masked_line(one: search.KnownSubject, places: Mapping[str, str]) -> str:
    """Somebody known in a masked line, with the name of their area."""
    told = [names.mask(str(one.identity[part])) for part in ("name", "name_latin") if one.identity.get(part)]
    number = str(one.identity.get("document_number") or "")
    shown = [*told, str(one.identity.get("birth_date") or ""), number[:2] + "…" + number[-2:] if number else "",
             places.get(one.path, "")]
    return " · ".join(part for part in shown if part)
