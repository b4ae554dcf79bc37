"""What a line tells besides who somebody is, for comparing it with a namesake: its flight or train, the day of arrival,
the grid or address, the household."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fangxian.kernel.identifiers.spelling import compact
from fangxian.kernel.values import ValueType
from fangxian.programmes.forms import Form, QuestionType
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.programmes.types import Programme
from fangxian.subjects.matching.circumstances import Beside, Circumstances
from fangxian.subjects.steps.links import links_in

from . import listing
from .types import Prepared

if TYPE_CHECKING:
    from .verdicts import ListContext

_REFERENCE: Final = re.compile(r"\$\{(\w+)\}")


class Journey(NamedTuple):
    """By fact, the question that tells it: the numbers that the key of a link is worked out of, and the days."""

    numbers: Mapping[str, str]
    days: Mapping[str, str]


@lru_cache(maxsize=64)
def journey_of(programme: Programme, form: Form) -> Journey:
    """What the keys that nobody writes, such as a flight and its day, are worked out of."""
    told = {name for one in form.questions if one.link for name in _REFERENCE.findall(one.calculation)}
    numbers = {one.fact: one.name for one in form.questions
               if one.fact and one.name in told and one.type is QuestionType.TEXT}
    days: dict[str, str] = {}
    for one in form.questions:
        asked = told & {one.name, *_REFERENCE.findall(one.calculation)}
        if one.fact and asked and programme.facts[one.fact].type is ValueType.DATE:
            days[one.fact] = min(asked)
    return Journey(numbers, days)


def beside(lines: Sequence[Prepared], context: ListContext) -> Beside:
    """The circumstances of lines, in order."""
    journey = journey_of(context.programme, context.form)
    return Beside(context.programme.id, [_of(line, journey, context) for line in lines],
                  tuple(journey.numbers), tuple(journey.days))


def near(one: Circumstances, other: Circumstances) -> bool:
    """Whether two lines of one list live together, as far as they say: all of it may have come by one flight."""
    return bool(one.address and one.address == other.address) or not one.links.isdisjoint(other.links)


def _of(line: Prepared, journey: Journey, context: ListContext) -> Circumstances:
    programme, form, told = context.programme, context.form, line.answers
    placed = listing.place_question(programme, form)
    address = listing.asked_for(form, "address")
    shared = {one.link for one in form.questions if one.link and not one.calculation and told.get(one.name)
              and programme.links[one.link].to != programme.subject}
    zone = context.by.calendar.zone
    return Circumstances(
        {fact: spelled_alike(told[name]) for fact, name in journey.numbers.items() if told.get(name)},
        {fact: day for fact, name in journey.days.items() if (day := _day(told.get(name), zone))},
        line.place if placed and told.get(placed) else "",
        compact(str(told.get(address) or "")) if address else "",
        frozenset(other for _, other in links_in(programme, form, told, shared, drill=False) if shared))


def _day(value: Any, zone: dt.tzinfo) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.astimezone(zone).date() if value.tzinfo else value.date()
    return value if isinstance(value, dt.date) else None
