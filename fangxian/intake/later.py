"""Whether a later arrival puts off what is asked now of somebody under a measure: asked about first.

No measure becomes lighter by it: it ends later, and meanwhile nobody takes a sample or releases anybody, for the days
are counted from an arrival that has not happened, or that nobody has registered. What is found at the door settles when
somebody arrived, and is not asked about; of whom nobody has met yet nothing is put off.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar

from fangxian.decide.rules import local_date
from fangxian.decide.types import Verdict
from fangxian.journal.types import FUTURE_TOLERANCE
from fangxian.kernel.clock import Calendar
from fangxian.kernel.text import Text
from fangxian.kernel.values import ValueType
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Keep, Programme
from fangxian.tasks.rules import falls_in, window_of

from . import foreseen
from .foreseen import Applies
from .lightening import ChangedFacts, KnownSoFar
from .placing import Registered
from .types import Filing

Key = TypeVar("Key")
LATER: Final = Text(
    "this lies ahead; by it, {before} would become {after}", "此项在今天之后；据此，“{before}”将变为“{after}”")
PUT_OFF: Final = Text(
    "by this later arrival these would no longer be asked for now: {tasks}", "据此较晚的抵达，目前将不再要求：{tasks}")
EXPECTED: Final = Text(
    "by this later arrival somebody under a measure here would be expected again",
    "据此较晚的抵达，正在本地管控的此人将重新列为应到")
_MOMENTS: Final = (ValueType.DATE, ValueType.DATETIME)


def asked(one: Registered, filing: Filing, told: KnownSoFar, calendar: Calendar, at: dt.datetime) -> dict[str, Text]:
    """The questions that tell of a later arrival, with what it would put off."""
    programme = programmes.in_force(one.programme.id)
    telling = {question.fact: question.name for question in one.form.questions
               if question.fact in _moments(programme) and one.form.id not in programme.facts[question.fact].settled_by
               and one.answers.get(question.name) is not None and not question.calculation}
    if not telling or one.happened_at > at + FUTURE_TOLERANCE:
        return {}
    after = told.after(programme, one, filing, calendar.zone).facts
    found = put_off(programme, {None: ChangedFacts(told.facts.values, after.values)}, calendar, at)
    return dict.fromkeys(telling.values(), found[None]) if found else {}


def put_off(
    programme: Programme, told: Mapping[Key, ChangedFacts], calendar: Calendar, at: dt.datetime,
) -> dict[Key, Text]:
    """Those under a measure of whom a later arrival becomes known, with what it puts off."""
    some = {key: one for key, one in told.items() if _later(programme, one)}
    before = foreseen.decided(programme, {key: one.before for key, one in some.items()}, calendar, at)
    here = {key: said for key, said in before.items() if said.managed and not _expected(programme, said)}
    after = foreseen.decided(programme, {key: some[key].after for key in here}, calendar, at)
    return {key: words for key, was in here.items()
            if (words := _words(programme, was, after[key], some[key], calendar, at))}


def _words(
    programme: Programme, was: Verdict, now: Verdict, told: ChangedFacts, calendar: Calendar, at: dt.datetime,
) -> Text | None:
    """What is put off, the most telling of it; None where all goes on."""
    lost = [programme.tasks[kind].label for kind in _asked_today(programme, was, told.before, calendar, at)
            if kind not in _asked_today(programme, now, told.after, calendar, at)]
    if lost:
        return PUT_OFF.filled(tasks=Text(", ".join(one.en for one in lost), "、".join(one.zh for one in lost)))
    applied: tuple[Applies, Applies] = (was.measure, was.until), (now.measure, now.until)
    ahead = any(day > calendar.today(at) for name in _later(programme, told)
                if (day := local_date(told.after[name], calendar)) is not None)
    if ahead and applied[0] != applied[1]:
        before, after = (foreseen.in_words(programme, *one, calendar) for one in applied)
        return LATER.filled(before=before, after=after)
    return EXPECTED if _expected(programme, now) else None


def _asked_today(
    programme: Programme, said: Verdict, facts: Mapping[str, Any], calendar: Calendar, at: dt.datetime,
) -> list[str]:
    """The kinds of task that fall on the present operational day, whether its hours are past or not."""
    day = calendar.operational_day(at)
    windows = ((kind, window_of(programme.tasks[kind], calendar, day, calendar.day_begins(day))) for kind in said.asks)
    return [kind for kind, window in windows if window is not None and falls_in(
        window, programme.tasks[kind], facts, said.until, None, calendar, at)]


def _expected(programme: Programme, said: Verdict) -> bool:
    """Whether they are only expected, and nothing has begun."""
    return programme.cohort is not None and said.stage == programme.cohort.stages[0]


def _later(programme: Programme, told: ChangedFacts) -> set[str]:
    """The facts of an arrival that come out later than they were, or come to be known."""
    before, after = told
    return {name for name in _moments(programme) if after.get(name) is not None
            and (before.get(name) is None or after[name] > before[name])}


@lru_cache(maxsize=64)
def _moments(programme: Programme) -> frozenset[str]:
    return frozenset(name for name, fact in programme.facts.items()
                     if fact.keep is Keep.GREATEST and fact.settled_by and fact.type in _MOMENTS)
