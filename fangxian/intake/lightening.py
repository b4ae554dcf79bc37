"""Whether what somebody files makes the measure somebody is under lighter: asked about before it is recorded.

It does not matter by which form, nor which fact it tells: what counts is what the tables say of the facts before and
after. ``notice`` looks at that in the flow, under the locks on the subjects, of everything recorded; where something
was not asked about, nothing is recorded, it is ``asked``, and sent again it says that it is meant. Only what ends a
measure and has a task on its last day (a release) ends it unasked, from that day on.

A stricter measure in front hides what would apply without it: a suspicion, and the isolation that goes on when it is
ruled out. So it is looked also without what puts that one in front (``_layers``).

Nobody is let go before there is anything to let go from, either: where a measure would apply by what is told, or
nothing is decided, and a single other fact makes it none (a release or a removal that came first, or along with it),
that is asked about like a measure that becomes lighter (``_Layered.let_go``).
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar

from fangxian.decide import bearing
from fangxian.decide import queries as decisions
from fangxian.journal.types import FUTURE_TOLERANCE
from fangxian.journal.work import Work
from fangxian.kernel.clock import Calendar
from fangxian.kernel.text import Text
from fangxian.kernel.values import Privacy
from fangxian.programmes import queries as programmes
from fangxian.programmes.facts import FactState, FactSubmission, told_by
from fangxian.programmes.forms.types import Question, QuestionType
from fangxian.programmes.types import DaysInARow, FirstWhen, LastWhen, Programme, Since
from fangxian.subjects.queries import recorded_as

from . import foreseen, rules
from .foreseen import Applies
from .placing import Registered
from .types import Filing

LIGHTER: Final = Text("by this, {before} would become {after}", "据此，“{before}”将变为“{after}”")
EARLY: Final = Text(
    "this is due on the last day of the measure; by it, {before} would become {after}",
    "此项应在措施最后一天办理；据此，“{before}”将变为“{after}”")
AGAINST: Final = Text(
    "what is recorded speaks against it ({fact}); by this, {before} would become {after}",
    "已有记录与此不符（{fact}）；据此，“{before}”将变为“{after}”")
BENEATH: Final = Text(
    "by this, once {front} is over, {before} would become {after}", "据此，“{front}”结束后，“{before}”将变为“{after}”")
COVERED: Final = Text(
    "by this, {before} would apply; because of “{fact}” it is {after}",
    "据此应为“{before}”；但因“{fact}”，结果为“{after}”")
UNDECIDED: Final = Text(
    "nothing is decided about them yet; because of “{fact}” it would be {after}",
    "此人尚未判定；因“{fact}”，结果将为“{after}”")
WHOLE: Final = "+"
NONE: Final = "-"
FILLED: Final = "?"
"""Everything told, nothing of it, and what is told without what was not known before."""
Key = TypeVar("Key")
Layer = frozenset[str]
"""Facts that are taken for unknown, to see what applies without them."""
AS_IT_IS: Final[Layer] = frozenset()
_REFERENCE: Final = re.compile(r"\$\{(\w+)\}")
_NEVER: Final = dt.datetime.max.replace(tzinfo=dt.UTC)


def notice(work: Work) -> None:
    """The step of the flow that sees whose measure becomes lighter by what a round told of them: of those who are under
    one, by what was decided before; for whom nothing is in force nothing is lighter."""
    programme = work.programme
    if programme.decision is None:
        return
    found = {subject: ChangedFacts(before, work.facts[subject]) for subject, before in work.before.items()
             if bearing.may_matter(programme, before, work.facts[subject])}
    alike: dict[Calendar, dict[uuid.UUID, ChangedFacts]] = defaultdict(dict)
    for subject in decisions.under_measure(found):
        alike[work.calendar(work.subjects[subject].path)][subject] = found[subject]
    for calendar, told in alike.items():
        work.lightened |= lightened_among(programme, told, calendar, work.at).keys()


def notice_let_go(work: Work) -> None:
    """The step of the flow that sees who is let go by what a round told of them though nothing was in force that could
    end: of those under no measure now, and of those of whom one stands in front."""
    programme = work.programme
    if programme.decision is None:
        return
    nothing: Mapping[str, Any] = FactState().values
    alike: dict[Calendar, dict[uuid.UUID, ChangedFacts]] = defaultdict(dict)
    for subject in {one.submission.subject for one in work.filed} & work.decided.keys() - work.lightened:
        told = ChangedFacts(work.before.get(subject, nothing), work.facts[subject])
        if not work.decided[subject].verdict.managed or not _events(programme).isdisjoint(told.after):
            alike[work.calendar(work.subjects[subject].path)][subject] = told
    for calendar, some in alike.items():
        work.lightened |= lightened_among(programme, some, calendar, work.at).keys()


@dataclass(slots=True)
class KnownSoFar:
    """What is known of somebody before a filing: the facts, and those filings of its batch that are in them and not in
    the journal yet, with the entries that these take the place of."""

    facts: FactState
    before: list[FactSubmission] = field(default_factory=list)
    replaced: list[uuid.UUID] = field(default_factory=list)

    def after(self, programme: Programme, one: Registered, filing: Filing, zone: dt.tzinfo) -> KnownSoFar:
        """The same after a filing."""
        told = FactSubmission(one.entry, one.form.id, one.happened_at, _decisive(one), zone)
        replaced = [*self.replaced, *([filing.replaces] if filing.replaces else ())]
        [facts] = foreseen.folded(programme, {0: (one.subject, told)}, {one.subject: self.facts}, without=replaced,
                                  before={one.subject: self.before}).values()
        return KnownSoFar(facts, [*self.before, told], replaced)


class Lightened(NamedTuple):
    """What would become lighter, as it is or beneath what is ``left_out``: before, after, and what is in front of it.

    ``because``: it is one fact that lets somebody go; ``before`` is what would apply without it.
    """

    before: Applies
    after: Applies
    left_out: Layer
    front: Applies
    because: str = ""


class ChangedFacts(NamedTuple):
    """The facts known of somebody, and those that would be."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]


def asked(one: Registered, filing: Filing, told: KnownSoFar, calendar: Calendar, at: dt.datetime) -> dict[str, Text]:
    """The questions whose answers make a measure lighter or end sooner, with what it is and would be."""
    programme, known = programmes.in_force(one.programme.id), told.facts
    corrects = filing.replaces is not None
    if not (corrects or may_tell(programme, one.form.id)) or one.happened_at > at + FUTURE_TOLERANCE:
        return {}
    after = told.after(programme, one, filing, calendar.zone).facts
    found = lightened(programme, ChangedFacts(known.values, after.values), calendar, at)
    ends = rules.ends_measures(programme, one.form) and not corrects
    in_time = ends and found is not None and _in_its_time(found, one.happened_at, calendar)
    against = rules.against_ending(programme, one.form.id, after.values) if ends else []
    if found is None or (in_time and not against):
        return {}
    differing = {name for name in bearing.bearing(programme) if after.values.get(name) != known.values.get(name)}
    if found.because in differing:
        weighing = {found.because}
    else:
        variants = {name: _without(_with(known, after, differing - {name}), found.left_out) for name in differing}
        said = foreseen.applying(programme, variants, calendar, at)
        would_be = found.before if found.because else found.after
        weighing = {name for name in differing if said[name] != would_be} or differing
    return dict.fromkeys(_questions(programme, one, weighing), _why(
        found, programme, calendar, AGAINST if against else EARLY if ends else LIGHTER,
        recorded_as(programme, against, after.values)))


def _why(found: Lightened, programme: Programme, calendar: Calendar, plain: Text, recorded: Text) -> Text:
    """``plain``: what is said of the measure in force; ``recorded``: what speaks against ending it."""
    told: dict[str, Any] = {"before": found.before, "after": found.after, "front": found.front}
    if not found.because:
        return _in_words(BENEATH if found.left_out else plain, programme, calendar, fact=recorded, **told)
    sentence = COVERED if found.before[0] is not None else UNDECIDED
    return _in_words(sentence, programme, calendar, fact=programme.facts[found.because].label, **told)


@lru_cache(maxsize=512)
def may_tell(programme: Programme, form: str) -> bool:
    """Whether a form can change a fact that the measure follows from: all others can't lighten it."""
    return not told_by(programme, form).isdisjoint(bearing.bearing(programme))


def _in_its_time(found: Lightened, happened_at: dt.datetime, calendar: Calendar) -> bool:
    """Whether the last day of the measure in force has come, and it is the one that is ended."""
    until = found.front[1]
    return not found.left_out and until is not None and calendar.last_day(until) <= calendar.today(happened_at)


def lightened(programme: Programme, told: ChangedFacts, calendar: Calendar, at: dt.datetime) -> Lightened | None:
    """What becomes lighter or ends sooner from some facts to others, while a measure is in force; None for nothing."""
    return lightened_among(programme, {0: told}, calendar, at).get(0)


def lightened_among(
    programme: Programme, told: Mapping[Key, ChangedFacts], calendar: Calendar, at: dt.datetime,
) -> dict[Key, Lightened]:
    """Those of many of whom that is so, and what. The tables are asked of those of whom it may matter; of what stands
    behind the measure in force only where that one is as strict as before, and there first what would apply then."""
    found = {key: _Layered(programme, one, at) for key, one in told.items() if bearing.may_matter(programme, *one)}
    _ask({key: (one, one.variants(AS_IT_IS)) for key, one in found.items()}, programme, calendar, at)
    held = {key: one for key, one in found.items() if one.is_held}
    behind = {key: one for key, one in held.items() if one.lightened() is None}
    _ask({key: (one, [(WHOLE, layer) for layer in one.behind()]) for key, one in behind.items()}, programme, calendar,
         at)
    _ask({key: (one, one.variants(*one.uncovered())) for key, one in behind.items()}, programme, calendar, at)
    lighter = {key: lighter for key, one in held.items() if (lighter := one.lightened())}
    others = {key: one for key, one in found.items() if key not in lighter}
    _ask({key: (one, one.without_one()) for key, one in others.items()}, programme, calendar, at)
    return lighter | {key: let_go for key, one in others.items() if (let_go := one.let_go())}


class _Layered:
    """What the tables say of somebody before and after, layer by layer."""

    def __init__(self, programme: Programme, told: ChangedFacts, at: dt.datetime) -> None:
        self.programme, self.told, self.at = programme, told, at
        self.said: dict[tuple[str, Layer], Applies] = {}
        self.filled = {name for name in told.after.keys() - told.before.keys()
                       if name in bearing.bearing(programme) and rules.of_arrival(programme.facts[name])}

    @property
    def is_held(self) -> bool:
        """Whether somebody watches over the measure in force."""
        front = self.said.get((NONE, AS_IT_IS))
        return front is not None and _applies(self.programme, front)

    def behind(self) -> list[Layer]:
        return list(_layers(self.programme, self.told.before.keys() | self.told.after.keys()))

    def uncovered(self) -> list[Layer]:
        """The layers without which less would apply: what is in front of them hides them."""
        return [layer for layer in self.behind() if is_lighter(
            self.programme, self.said[WHOLE, layer & _events(self.programme) if layer - _events(self.programme)
                                      else AS_IT_IS], self.said[WHOLE, layer], self.at)]

    def variants(self, *layers: Layer) -> list[tuple[str, Layer]]:
        """Which facts a layer is looked at with."""
        return [(which, layer) for layer in layers for which in (NONE, WHOLE, FILLED) if which != FILLED or self.filled]

    def facts(self, which: str, layer: Layer) -> Mapping[str, Any]:
        """The facts as they are, as they would be, or those without an arrival that was not known: to fill that in
        says when a measure ends that had no end for want of it."""
        known = self.told.before if which == NONE else self.told.after
        return _without(known, layer | self.filled if which == FILLED else layer)

    def lightened(self) -> Lightened | None:
        """The first layer in which it becomes lighter, of those the tables were asked about both before and after."""
        for which, layer in self.said:
            if which == NONE and self._is_lighter(layer):
                return Lightened(self.said[NONE, layer], self.said[WHOLE, layer], layer, self.said[NONE, AS_IT_IS])
        return None

    def _is_lighter(self, layer: Layer) -> bool:
        was, would_be = self.said[NONE, layer], self.said[WHOLE, layer]
        if was[1] is None and was[0] == would_be[0] and self.filled:
            would_be = self.said[FILLED, layer]
        return is_lighter(self.programme, was, would_be, self.at)


    def without_one(self) -> list[tuple[str, Layer]]:
        """What the tables are asked to see whether one fact lets somebody go."""
        layers = {layer for base, name in self._singled_out() for layer in (base, base | {name})}
        return [(which, layer) for layer in layers for which in (NONE, WHOLE)]

    def let_go(self) -> Lightened | None:
        """Whom one fact lets go from what would apply, or from being undecided, where it did not before.

        Nothing hangs on who is known by nothing that bears on it yet: there is nothing undecided about them.
        """
        begun = not bearing.bearing(self.programme).isdisjoint(self.told.before)
        for base, name in self._singled_out():
            was, shown = self.said[NONE, base], self.said[WHOLE, base]
            was_hidden, hidden = self.said[NONE, base | {name}], self.said[WHOLE, base | {name}]
            if _applies(self.programme, shown) or not _weighs_less(self.programme, hidden, shown, self.at):
                continue
            undecided = begun and was[0] is None and shown[0] is not None
            if undecided or _weighs_less(self.programme, hidden, was_hidden, self.at):
                return Lightened(hidden, shown, base | {name}, self.said[WHOLE, AS_IT_IS], name)
        return None

    def _singled_out(self) -> Iterator[tuple[Layer, str]]:
        """Each fact that may let somebody go, where nobody watches over them: as it is, and without what follows from
        single answers, which may stand in front. What is told of an arrival stays."""
        programme, after = self.programme, self.told.after
        bases = [AS_IT_IS] if not _applies(programme, self.said[WHOLE, AS_IT_IS]) else []
        bases += [frozenset(_events(programme) & after.keys())] if not _events(programme).isdisjoint(after) else []
        for base in bases:
            for name in sorted((bearing.bearing(programme) & after.keys()) - base):
                if not rules.of_arrival(programme.facts[name]) and bearing.may_matter(
                        programme, _without(after, base), _without(after, base | {name})):
                    yield base, name


def _ask(
    wanted: Mapping[Key, tuple[_Layered, Sequence[tuple[str, Layer]]]], programme: Programme, calendar: Calendar,
    at: dt.datetime,
) -> None:
    """Put what is not known yet of some layers of many to the tables at once."""
    facts = {(key, asked): one.facts(*asked) for key, (one, variants) in wanted.items() for asked in variants
             if asked not in one.said}
    for (key, asked), applies in foreseen.applying(programme, facts, calendar, at).items():
        wanted[key][0].said[asked] = applies


def _layers(programme: Programme, known: Set[str]) -> Iterator[Layer]:
    """What may stand in front: what follows from single answers (a suspicion); and each other fact besides, one at a
    time (a contact). What is told of an arrival stays."""
    events = _events(programme) & known
    if events:
        yield events
    for name in sorted((bearing.bearing(programme) & known) - events):
        if not rules.of_arrival(programme.facts[name]):
            yield events | {name}


@lru_cache(maxsize=32)
def _events(programme: Programme) -> Layer:
    return frozenset(name for name in bearing.bearing(programme)
                     if isinstance(programme.facts[name].derivation, LastWhen | FirstWhen))


def _in_words(
    sentence: Text, programme: Programme, calendar: Calendar, *, fact: Text | None = None, **said: Applies,
) -> Text:
    return sentence.filled(
        fact=fact, **{name: foreseen.in_words(programme, *one, calendar) for name, one in said.items()})


def _with(known: FactState, after: FactState, changed: Set[str]) -> dict[str, Any]:
    """What is known with some of it as it would be."""
    new = {name: after.values[name] for name in changed if name in after.values}
    return {**_without(known.values, changed), **new}


def _without(facts: Mapping[str, Any], names: Set[str]) -> Mapping[str, Any]:
    return {name: value for name, value in facts.items() if name not in names}


def _applies(programme: Programme, one: Applies) -> bool:
    """Whether it is a measure that somebody watches over: past its term too, until it is released or decided away."""
    known = programme.measures.get(one[0]) if one[0] is not None else None
    return known is not None and known.managed


def is_lighter(programme: Programme, before: Applies, after: Applies, at: dt.datetime) -> bool:
    """Whether a measure in force becomes none, one declared behind it (the strictest stands first), or ends sooner;
    of what is past already no end is sooner than another."""
    (was, ended), (would_be, ends) = before, after
    measures = programme.measures
    if was is None or not _applies(programme, before):
        return False
    if would_be is None or would_be not in measures or not measures[would_be].managed:
        return True
    strictest_first = list(measures)
    if strictest_first.index(would_be) > strictest_first.index(was):
        return True
    return max(ends or _NEVER, at) < max(ended or _NEVER, at)


def _weighs_less(programme: Programme, before: Applies, after: Applies, at: dt.datetime) -> bool:
    """Whether it becomes lighter; nothing decided yet, which somebody is to find out, is more than decided to be none.
    """
    if _applies(programme, before):
        return is_lighter(programme, before, after, at)
    return before[0] is None and after[0] is not None and not _applies(programme, after)


def _decisive(one: Registered) -> dict[str, Any]:
    questions = one.form.by_name
    return {name: value for name, value in one.answers.items() if questions[name].privacy is not Privacy.PERSONAL}


def _questions(programme: Programme, one: Registered, facts: Set[str]) -> list[str]:
    """The questions whose answers tell some facts, or what these follow from, those alone that were answered where any
    was; all that were answered where none do."""
    told = facts | {source for name in facts for source in _sources(programme, name)}
    found = [name for question in one.form.questions if question.fact in told for name in _answered(question)]
    answered = [name for name in found if one.answers.get(name) is not None]
    return answered or found or [question.name for question in one.form.questions
                     if question.type is not QuestionType.CALCULATE and one.answers.get(question.name) is not None]


def _sources(programme: Programme, fact: str) -> Iterator[str]:
    match programme.facts[fact].derivation:
        case LastWhen(series) | FirstWhen(series):
            yield from (one.of for one in series)
        case Since(one) | DaysInARow(one):
            yield one.of


def _answered(question: Question) -> list[str]:
    """What somebody answered: of what is calculated, the questions it is worked out from, or hangs on."""
    if question.type is not QuestionType.CALCULATE:
        return [question.name]
    return _REFERENCE.findall(question.calculation) or _REFERENCE.findall(question.relevant)
