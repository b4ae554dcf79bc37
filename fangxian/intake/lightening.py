"""Whether a filing would lighten the measure somebody is under where that is not in its time: asked about before it is
recorded.

Of an arrival the greatest or least value counts (``keep``), and what was told along with it (``told_with``): another
country that somebody comes from decides as much as the day. What ends a measure has a task on its last day; before that
day nobody was asked for it. A correction, and taking back, undo what had its effect already. A test result or a visit
lightens by itself.

A stricter measure in front hides what would apply without it: a suspicion, and the isolation that goes on when it is
ruled out. So it is looked also without what puts that one in front (``_layers``).
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

from fangxian.decide import engine
from fangxian.decide.types import Verdict
from fangxian.kernel.clock import Calendar
from fangxian.kernel.text import Text
from fangxian.kernel.values import Privacy
from fangxian.programmes import queries as programmes
from fangxian.programmes.facts import FactState, Submission
from fangxian.programmes.forms import Form
from fangxian.programmes.forms.types import Question, QuestionType
from fangxian.programmes.types import DaysInARow, FirstWhen, LastWhen, Programme, Since

from . import foreseen, rules
from .placing import Registered
from .types import Filing

LIGHTER: Final = Text("by this, {before} would become {after}", "据此，“{before}”将变为“{after}”")
EARLY: Final = Text(
    "this is due on the last day of the measure; by it, {before} would become {after}",
    "此项应在措施最后一天办理；据此，“{before}”将变为“{after}”")
MEANWHILE: Final = Text(
    "this is due on the last day of the measure, and {before} is in force",
    "此项应在措施最后一天办理，目前为“{before}”")
BENEATH: Final = Text(
    "by this, once {front} is over, {before} would become {after}", "据此，“{front}”结束后，“{before}”将变为“{after}”")
WHOLE: Final = "+"
NONE: Final = "-"
"""What stands beside the names of facts: everything told, and nothing of it."""
Applies = tuple[str | None, dt.datetime | None]
"""A measure and until when, as it is decided."""
Layer = frozenset[str]
"""Facts that are taken for unknown, to see what applies without them."""
AS_IT_IS: Final[Layer] = frozenset()
_REFERENCE: Final = re.compile(r"\$\{(\w+)\}")
_NEVER: Final = dt.datetime.max.replace(tzinfo=dt.UTC)


@lru_cache(maxsize=32)
def of_arrival(programme: Programme) -> frozenset[str]:
    """The facts of an arrival that decisions look at."""
    return frozenset(name for name in engine.base_columns(programme) if rules.of_arrival(programme.facts[name]))


def asks_of_arrival(programme: Programme, form: Form) -> bool:
    """Whether a form tells something of an arrival that decisions look at."""
    return any(question.fact in of_arrival(programme) for question in form.questions)


@dataclass(slots=True)
class KnownSoFar:
    """What is known of somebody before a filing: the facts, and those filings of its batch that are in them and not in
    the journal yet, with the entries that these take the place of."""

    facts: FactState
    before: list[Submission] = field(default_factory=list)
    replaced: list[uuid.UUID] = field(default_factory=list)

    def after(self, programme: Programme, one: Registered, filing: Filing, zone: dt.tzinfo) -> KnownSoFar:
        """The same after a filing."""
        told = Submission(one.entry, one.form.id, one.happened_at, _decisive(one), zone)
        replaced = [*self.replaced, *([filing.replaces] if filing.replaces else ())]
        [facts] = foreseen.folded(programme, {0: (one.subject, told)}, {one.subject: self.facts}, without=replaced,
                                  before={one.subject: self.before}).values()
        return KnownSoFar(facts, [*self.before, told], replaced)


class Lightened(NamedTuple):
    """What would become lighter, as it is or beneath what is ``left_out``: before, after, and what is in front of it.
    """

    before: Applies
    after: Applies
    left_out: Layer
    front: Applies


def asked(one: Registered, filing: Filing, told: KnownSoFar, calendar: Calendar, at: dt.datetime) -> dict[str, Text]:
    """The questions whose answers make another arrival of the one known, or correct what is recorded, by which a
    measure would become lighter or end sooner; with what it is and would be."""
    programme, known = programmes.in_force(one.programme.id), told.facts
    corrects = filing.replaces is not None
    if not corrects and not (asks_of_arrival(programme, one.form) and _may_differ(programme, one, known)):
        return {}
    after = told.after(programme, one, filing, calendar.zone).facts
    differing = _differing(programme, known, after)
    if not corrects:
        differing &= of_arrival(programme) & known.values.keys()
        if not any(question.fact in differing for question in one.form.questions):
            return {}
    found = lightened(programme, known.values, _with(known, after, differing), calendar, at)
    if found is None:
        return {}
    variants = {name: _without(_with(known, after, differing - {name}), found.left_out) for name in differing}
    said = foreseen.decided(programme, variants, calendar, at)
    weighing = {name for name in differing if _measure(said[name]) != found.after} or differing
    sentence = BENEATH if found.left_out else LIGHTER
    why = _in_words(sentence, programme, calendar, before=found.before, after=found.after, front=found.front)
    return dict.fromkeys(_questions(programme, one, weighing), why)


def asked_of_end(
    one: Registered, filing: Filing, told: KnownSoFar, calendar: Calendar, at: dt.datetime,
) -> dict[str, Text]:
    """The questions whose answers end a measure before the last day of the one in force has come, also where it has no
    last day yet: what stands behind that one would be ended unseen."""
    programme, known = programmes.in_force(one.programme.id), told.facts
    if not rules.ends_measures(programme, one.form):
        return {}
    after = told.after(programme, one, filing, calendar.zone).facts
    differing = _differing(programme, known, after)
    said = foreseen.decided(programme, {NONE: known.values, WHOLE: after.values}, calendar, at) if differing else {}
    if not said or not _applies(programme, _measure(said[NONE]), at):
        return {}
    before, would_be = _measure(said[NONE]), _measure(said[WHOLE])
    until = said[NONE].until
    if until is not None and calendar.last_day(until) <= calendar.today(one.happened_at):
        return {}
    sentence = EARLY if is_lighter(programme, before, would_be, at) else MEANWHILE
    why = _in_words(sentence, programme, calendar, before=before, after=would_be)
    return dict.fromkeys(_questions(programme, one, differing), why)


def lightened(
    programme: Programme, before: Mapping[str, Any], after: Mapping[str, Any], calendar: Calendar, at: dt.datetime,
) -> Lightened | None:
    """What becomes lighter or ends sooner from some facts to others, while a measure is in force; None for nothing.
    Where the tables look at nothing that differs they are not asked."""
    if all(before.get(name) == after.get(name) for name in engine.base_columns(programme)):
        return None
    layers = list(_layers(programme, before.keys() | after.keys()))
    said = foreseen.decided(
        programme, {(which, layer): _without(facts, layer) for layer in layers
                    for which, facts in ((NONE, before), (WHOLE, after))}, calendar, at)
    if not said or not _applies(programme, front := _measure(said[NONE, AS_IT_IS]), at):
        return None
    for layer in layers:
        was, would_be = (_measure(said[which, layer]) for which in (NONE, WHOLE))
        above = _measure(said[WHOLE, layer & _events(programme) if layer - _events(programme) else AS_IT_IS])
        uncovered = layer == AS_IT_IS or is_lighter(programme, above, would_be, at)
        if uncovered and is_lighter(programme, was, would_be, at):
            return Lightened(was, would_be, layer, front)
    return None


def arrival_lightened(
    programme: Programme, before: FactState, after: FactState, calendar: Calendar, at: dt.datetime,
) -> bool:
    """Whether what is told of an arrival that was known makes a measure lighter, or one that stands behind it."""
    differing = _differing(programme, before, after) & of_arrival(programme) & before.values.keys()
    return bool(differing) and lightened(
        programme, before.values, _with(before, after, differing), calendar, at) is not None


def _layers(programme: Programme, known: Set[str]) -> Iterator[Layer]:
    """As it is; without what follows from single answers (a suspicion); and without each other fact besides, one at a
    time (a contact). What is told of an arrival stays."""
    events = _events(programme) & known
    yield AS_IT_IS
    if events:
        yield events
    for name in sorted((engine.base_columns(programme).keys() & known) - events - of_arrival(programme)):
        yield events | {name}


@lru_cache(maxsize=32)
def _events(programme: Programme) -> Layer:
    return frozenset(name for name in engine.base_columns(programme)
                     if isinstance(programme.facts[name].derivation, LastWhen | FirstWhen))


def _in_words(sentence: Text, programme: Programme, calendar: Calendar, **said: Applies) -> Text:
    return sentence.filled(**{name: foreseen.in_words(programme, *one, calendar) for name, one in said.items()})


def _differing(programme: Programme, known: FactState, after: FactState) -> set[str]:
    return {name for name in engine.base_columns(programme) if after.values.get(name) != known.values.get(name)}


def _with(known: FactState, after: FactState, changed: Set[str]) -> dict[str, Any]:
    """What is known with some of it as it would be."""
    new = {name: after.values[name] for name in changed if name in after.values}
    return {**_without(known.values, changed), **new}


def _without(facts: Mapping[str, Any], names: Set[str]) -> Mapping[str, Any]:
    return {name: value for name, value in facts.items() if name not in names}


def _measure(one: Verdict) -> Applies:
    return one.measure, one.until


def _applies(programme: Programme, one: Applies, at: dt.datetime) -> bool:
    """Whether a measure is in force that somebody watches over."""
    measure, until = one
    known = programme.measures.get(measure) if measure is not None else None
    return known is not None and known.managed and (until is None or until > at)


def is_lighter(programme: Programme, before: Applies, after: Applies, at: dt.datetime) -> bool:
    """Whether a measure in force becomes none, one declared behind it (the strictest stands first), or ends sooner."""
    (was, ended), (would_be, ends) = before, after
    measures = programme.measures
    if was is None or not _applies(programme, before, at):
        return False
    if would_be is None or would_be not in measures or not measures[would_be].managed:
        return True
    strictest_first = list(measures)
    if strictest_first.index(would_be) > strictest_first.index(was):
        return True
    return (ends or _NEVER) < (ended or _NEVER)


def _may_differ(programme: Programme, one: Registered, known: FactState) -> bool:
    """Spares the fold where every answer is what is known."""
    return any(question.fact in of_arrival(programme) and known.values.get(question.fact) is not None
               and one.answers.get(question.name, known.values[question.fact]) != known.values[question.fact]
               for question in one.form.questions if question.fact)


def _decisive(one: Registered) -> dict[str, Any]:
    questions = one.form.by_name
    return {name: value for name, value in one.answers.items() if questions[name].privacy is not Privacy.PERSONAL}


def _questions(programme: Programme, one: Registered, facts: Set[str]) -> list[str]:
    """The questions whose answers tell some facts, or what these follow from; all that were answered where none do."""
    told = facts | {source for name in facts for source in _sources(programme, name)}
    found = [question for question in one.form.questions if question.fact in told]
    return [name for question in found or one.form.questions if found or one.answers.get(question.name) is not None
            for name in _answered(question)]


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
    return _REFERENCE.findall(question.calculation) or _REFERENCE.findall(question.relevant) or [question.name]
