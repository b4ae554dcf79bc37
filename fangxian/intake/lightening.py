"""Whether a filing would lighten the measure somebody is under where that is not in its time: asked about before it is
recorded.

Of an arrival the greatest or least value counts (``keep``), and what was told along with it (``told_with``): another
country that somebody comes from decides as much as the day. What ends a measure has a task on its last day; before that
day nobody was asked for it. A test result or a visit lightens by itself.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from fangxian.decide import engine
from fangxian.decide.types import Verdict
from fangxian.kernel.clock import Calendar
from fangxian.kernel.text import Text
from fangxian.kernel.values import Privacy
from fangxian.programmes import queries as programmes
from fangxian.programmes.facts import FactState, Submission
from fangxian.programmes.forms import Form
from fangxian.programmes.forms.types import Question, QuestionType
from fangxian.programmes.types import Programme

from . import foreseen, rules
from .placing import Registered
from .types import Filing

LIGHTER: Final = Text("by this, {before} would become {after}", "据此，“{before}”将变为“{after}”")
EARLY: Final = Text(
    "this is due on the last day of the measure; by it, {before} would become {after}",
    "此项应在措施最后一天办理；据此，“{before}”将变为“{after}”")
WHOLE: Final = "+"
NONE: Final = "-"
"""What stands beside the names of facts: everything told, and nothing of it."""
Applies = tuple[str | None, dt.datetime | None]
"""A measure and until when, as it is decided."""
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


def asked(one: Registered, filing: Filing, told: KnownSoFar, calendar: Calendar, at: dt.datetime) -> dict[str, Text]:
    """The questions whose answers make another arrival of the one known, by which the measure in force would become
    lighter or end sooner; with what it is and would be."""
    programme, known = programmes.in_force(one.programme.id), told.facts
    if not asks_of_arrival(programme, one.form) or not (filing.replaces or _may_differ(programme, one, known)):
        return {}
    after = told.after(programme, one, filing, calendar.zone).facts
    differing = {name for name in of_arrival(programme) & known.values.keys()
                 if after.values.get(name) != known.values[name]}
    told_of = [question for question in one.form.questions if question.fact in differing]
    if not told_of:
        return {}
    variants = {WHOLE: _with(known, after, differing), NONE: known.values} | {
        name: _with(known, after, differing - {name}) for name in differing}
    said = foreseen.decided(programme, variants, calendar, at)
    if not said or not is_lighter(programme, _measure(said[NONE]), _measure(said[WHOLE]), at):
        return {}
    weighing = {name for name in differing if _measure(said[name]) != _measure(said[WHOLE])} or differing
    why = _in_words(LIGHTER, programme, said, calendar)
    return {name: why for one in told_of if one.fact in weighing for name in _answered(one)}


def asked_of_end(
    one: Registered, filing: Filing, told: KnownSoFar, calendar: Calendar, at: dt.datetime,
) -> dict[str, Text]:
    """The questions whose answers end the measure in force, or make it lighter, before its last day has come."""
    programme, known = programmes.in_force(one.programme.id), told.facts
    if not rules.ends_measures(programme, one.form):
        return {}
    after = told.after(programme, one, filing, calendar.zone).facts
    said = foreseen.decided(programme, {NONE: known.values, WHOLE: after.values}, calendar, at)
    if not said or not is_lighter(programme, _measure(said[NONE]), _measure(said[WHOLE]), at):
        return {}
    until = said[NONE].until
    if until is not None and calendar.last_day(until) <= calendar.today(one.happened_at):
        return {}
    why = _in_words(EARLY, programme, said, calendar)
    return {name: why for question in one.form.questions
            if question.fact and after.values.get(question.fact) != known.values.get(question.fact)
            for name in _answered(question)}


def _in_words(sentence: Text, programme: Programme, said: Mapping[str, Verdict], calendar: Calendar) -> Text:
    was, would_be = (foreseen.in_words(programme, *_measure(said[which]), calendar) for which in (NONE, WHOLE))
    return sentence.filled(before=was, after=would_be)


def _with(known: FactState, after: FactState, changed: Set[str]) -> dict[str, Any]:
    """What is known with some of it as it would be."""
    kept = {name: value for name, value in known.values.items() if name not in changed}
    return kept | {name: after.values[name] for name in changed if name in after.values}


def _measure(one: Verdict) -> Applies:
    return one.measure, one.until


def is_lighter(programme: Programme, before: Applies, after: Applies, at: dt.datetime) -> bool:
    """Whether a measure in force becomes none, one declared behind it (the strictest stands first), or ends sooner."""
    (was, ended), (would_be, ends) = before, after
    measures = programme.measures
    if was is None or was not in measures or not measures[was].managed or (ended is not None and ended <= at):
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


def _answered(question: Question) -> list[str]:
    """What somebody answered: of what is calculated, the questions it is worked out from, or hangs on."""
    if question.type is not QuestionType.CALCULATE:
        return [question.name]
    return _REFERENCE.findall(question.calculation) or _REFERENCE.findall(question.relevant) or [question.name]
