"""One expression, one meaning: the browser's own engine and the server, with the same answers.

Every expression is a calculation; those that are true or false are the relevance of a question and the constraint of
another as well. What the check refuses is left out: what it lets through must agree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from fangxian.programmes.expressions import NameScope, RefusedError, StaticType, compile_expression, written
from fangxian.programmes.expressions.values import text
from fangxian.programmes.forms.xform import prefill, to_xform

from .browser_engine import Judged, judged
from .forms_for_tests import Row, form_of
from .grammar import Grammar

QUESTIONS: Final[tuple[Row, ...]] = (
    {"type": "text", "name": "t"}, {"type": "text", "name": "empty"}, {"type": "text", "name": "u"},
    {"type": "integer", "name": "n"}, {"type": "integer", "name": "none"}, {"type": "decimal", "name": "d"},
    {"type": "decimal", "name": "neg"}, {"type": "date", "name": "day"}, {"type": "date", "name": "noday"},
    {"type": "dateTime", "name": "w"}, {"type": "dateTime", "name": "now"}, {"type": "time", "name": "tm"},
    {"type": "select_multiple some", "name": "m"}, {"type": "select_multiple some", "name": "nom"},
    {"type": "select_one some", "name": "o"}, {"type": "select_one some", "name": "oo"},
)  # fmt: skip
CHOICES: Final = [{"list_name": "some", "name": name} for name in ("a", "b", "ab", "5")]
KINDS: Final = {
    "t": StaticType.TEXT, "empty": StaticType.TEXT, "u": StaticType.TEXT, "n": StaticType.NUMBER,
    "none": StaticType.NUMBER, "d": StaticType.NUMBER, "neg": StaticType.NUMBER, "day": StaticType.DATE,
    "noday": StaticType.DATE, "w": StaticType.DATETIME, "now": StaticType.DATETIME, "tm": StaticType.TIME,
    "m": StaticType.LIST, "nom": StaticType.LIST, "o": StaticType.TEXT, "oo": StaticType.TEXT,
}  # fmt: skip
FILLED: Final[dict[str, Any]] = {
    "t": "Abc", "u": "𠮷田太", "n": 5, "d": 1.5, "neg": -2.5, "day": dt.date(2024, 2, 2), "o": "ab", "m": ("b", "ab"),
    "w": dt.datetime(2026, 3, 8, 5, 30, tzinfo=dt.UTC), "now": dt.datetime(2020, 1, 1, 23, 59, tzinfo=dt.UTC),
    "tm": dt.time(8, 30),
}  # fmt: skip
OTHER: Final[dict[str, Any]] = {
    "t": "12", "empty": "x y", "u": "𠮷", "n": 0, "none": -7, "d": 1.005, "neg": -0.5, "day": dt.date(1950, 7, 1),
    "noday": dt.date(2024, 3, 10), "oo": "5", "o": "5", "nom": ("a",), "m": ("a", "b", "ab"),
    "w": dt.datetime(2024, 2, 2, 0, 0, tzinfo=dt.UTC), "now": dt.datetime(2024, 11, 3, 6, 0, tzinfo=dt.UTC),
}  # fmt: skip
ZONES: Final = ("Asia/Shanghai", "America/New_York")
ANSWERS: Final[tuple[dict[str, Any], ...]] = (FILLED, {}, OTHER)
MADE: Final = 300
A_FORM: Final = 120
"""Expressions a form: it has at most 400 questions."""
FIXED: Final = """
string(0.0000001) | 0.0000001 * 3 | 0.000001 | 1000000000000000000000 * 5 | round(0.00000055, 7)
round(${d}) | round(${neg}) | round(${neg}, 1) | round(2.5) | round(-2.5) | round(1.005, 2) | round(2.675, 2)
round(1234.5, -2) | round(0.125, 2) | round(-0.125, 2) | round(-0.5) | round(-1.5) | int(${neg}) | int(-1.5)
int('3') | int(-0.5) | int(2.9999999999999999) | number('12') | number(${empty}) | number(${t})
number(${tm} != '') | ${none} + 1 | ${n} div 0 | 0 div 0 | -7 mod 3 | 7 mod -3 | 7.5 mod 2 | ${neg} mod 2
${n} div 3 | 1 div 3 | string(1 div 3) | string(0.1 + 0.2) | 0.1 + 0.2 = 0.3 | 1.1 * 3 = 3.3 | string(1.0)
string(true()) | ${m} | concat(${m}, '') | -(-5) | --5 | - -${n} | count-selected(${m}) | count-selected(${nom})
selected(${m}, 'b') | selected(${o}, 'a') | selected(${m}, ${oo}) | selected(${nom}, ${oo})
string-length(${u}) | string-length('𠮷a') | substr(${u}, 0, 1) | substr('𠮷田太', 0, 2) | substr(${t}, 1)
substr(${t}, -2) | substr(${t}, 0, -1) | substr(${t}, 5, 2) | substr(${t}, 1.7) | concat(${empty}, 'x', ${n})
concat(${d}, '') | concat(${day}, '') | coalesce(${empty}, ${t}) | coalesce(${none} + 1, 5)
coalesce(${empty}, '', 'c') | coalesce(${noday}, today()) | coalesce(${noday}, date(${w}))
if(${empty} = '', 'e', 'f') | if(${n} > '3', 'y', 'n') | if(${t}, 'y', 'n') | if('0', 'y', 'n')
if('false', 'y', 'n') | ${none} = '' | ${none} != '' | ${none} = 0 | '' = 0 | ${n} = '5' | ${n} = ${d}
${n} = ${none} | ${t} = 'Abc' | ${t} = ${n} | ${o} = 5 | true() = 'false' | true() = ${empty}
${day} - ${noday} | ${day} + 1 | number(${day}) | date(${day} + 1) | date(20000) | date(-1) | date(${w})
date('2024-02-29') + 365 | date(date('2024-02-29') + 366) | ${day} > ${noday} | ${day} = '2024-02-02'
${day} < today() | ${day} = date(${w}) | today() = date(now()) | today() - ${day} | ${w} < now()
${w} >= ${day} | ${w} >= ${now} | now() > ${w} | ${w} - ${now} | (${w} - ${day}) > 0 | ${w} != '' | ${tm} = ''
date(coalesce(${w}, now())) | date(coalesce(${now}, now())) | regex(${t}, 'A.*') | regex(${t}, 'b')
regex(${t}, '^A.*$') | regex(${empty}, '.*') | regex('１２', '[0-9]+') | regex('１２', '\\d+')
regex('é', '\\w') | regex('AB', 'ab') | regex(' ', '\\s') | regex('\u00a0', '\\s') | regex('北京', '[一-龥]{2}')
starts-with(${t}, 'A') | starts-with(${t}, '') | contains(${t}, '') | contains(${u}, '田') | not(${empty})
not(${t}) | not('') | not('0') | not(${m}) | not(${day}) | 1 + true() | 'a' = 'a ' | ${n} * ${d} | 1.1 * 1.1
5 - 3 - 1 | -${n} | ${n} mod 0 | 2 * 3 div 4 | 1 < 2 < 3 | 3 > 2 > 1 | '2' < '10' | concat(${n} = 5, '')
${n} = 5 = true() | string-length(${n}) | contains(${d}, '.') | string(${n} * 0)
string(100000000000000000000 * 10) | string(0.001) | ${neg} + ${neg} = -5
if(${n} > 1, ${day}, today()) < today() | if(${none} > 1, 'a', ${n}) | once(${t}) | ${t} and ${n} > 1
"""


class Accepted(NamedTuple):
    source: str
    kind: StaticType


def accepted(source: str) -> Accepted | None:
    scope = NameScope(KINDS)
    try:
        written(source, scope)
        return Accepted(source, compile_expression(source, scope).kind)
    except RefusedError:
        return None


def expressions() -> list[Accepted]:
    fixed = [part.strip() for line in FIXED.strip().splitlines() for part in line.split(" | ")]
    made = (Grammar(seed).any() for seed in range(MADE))
    found = [accepted(source) for source in dict.fromkeys([*fixed, *made])]
    return [one for one in found if one is not None and one.kind is not StaticType.TIME]


EXPRESSIONS: Final = expressions()


def rows(numbers: range) -> Iterator[Row]:
    yield from QUESTIONS
    for number in numbers:
        source, kind = EXPRESSIONS[number]
        yield {"type": "calculate", "name": f"c{number}", "calculation": source}
        if kind is StaticType.BOOLEAN:
            yield {"type": "text", "name": f"r{number}", "relevant": source}
            yield {"type": "text", "name": f"k{number}", "constraint": source}
        elif kind is StaticType.TEXT:
            yield {"type": "text", "name": f"r{number}", "relevant": source}


class Case(NamedTuple):
    """What both engines say of the expressions with these numbers, for one set of answers in one zone."""

    zone: str
    numbers: range
    browser: Judged
    answers: dict[str, Any]
    faults: frozenset[str]


@pytest.fixture(scope="module")
def both() -> list[Case]:
    parts = [range(at, min(at + A_FORM, len(EXPRESSIONS))) for at in range(0, len(EXPRESSIONS), A_FORM)]
    forms = [form_of(*rows(part), choices=CHOICES) for part in parts]
    xforms = [to_xform(form, language="en") for form in forms]
    asked = [{one.name: "x" for one in form.questions if one.name[0] in "rk"} for form in forms]
    cases = [(zone, told, at) for zone in ZONES for at in range(len(parts)) for told in ANSWERS]
    filled = [prefill(xforms[at], {**told, **asked[at]}) for _zone, told, at in cases[: len(cases) // len(ZONES)]]
    browser = [one for zone in ZONES for one in judged(zone, filled)]
    now = dt.datetime.now(dt.UTC)
    found = []
    for here, (zone, told, at) in zip(browser, cases, strict=True):
        there = forms[at].validate({**told, **asked[at]}, happened_at=now, tz=ZoneInfo(zone))
        faults = frozenset(fault.question for fault in there.faults)
        found.append(Case(zone, parts[at], here, there.answers, faults))
    return found


def test_enough_is_compared() -> None:
    assert len(EXPRESSIONS) > 300
    assert {one.kind for one in EXPRESSIONS} >= {
        StaticType.TEXT, StaticType.NUMBER, StaticType.BOOLEAN, StaticType.DATE}


def test_every_form_the_check_lets_through_opens(both: list[Case]) -> None:
    assert [case.browser.error for case in both if case.browser.error] == []


def test_values_relevance_and_constraints_are_the_same(both: list[Case]) -> None:
    found = [f"{case.zone} {told}" for case in both for told in _differences(case)]
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:60])


def _differences(case: Case) -> Iterator[str]:
    for number in case.numbers:
        source, kind = EXPRESSIONS[number]
        here, there = case.browser.values.get(f"c{number}", ""), case.answers.get(f"c{number}")
        if not _same(kind, here, there):
            yield f"{source}: browser {here!r}, server {there!r}"
        if kind not in (StaticType.BOOLEAN, StaticType.TEXT):
            continue
        seen = f"r{number}" in case.browser.values
        if seen != (f"r{number}" in case.answers):
            yield f"relevant {source}: browser {seen}"
        if (f"k{number}" in case.browser.faults) != (f"k{number}" in case.faults):
            yield f"constraint {source}: browser refuses {f'k{number}' in case.browser.faults}"


def _same(kind: StaticType, here: str, there: Any) -> bool:
    if kind is StaticType.DATETIME and here and isinstance(there, dt.datetime):
        return abs(dt.datetime.fromisoformat(here) - there) < dt.timedelta(minutes=2)
    if kind is StaticType.NUMBER and here and there is not None:
        wanted = float(there)
        return abs(float(here) - wanted) <= 1e-9 * max(1.0, abs(wanted))  # moments are taken from one another in floats
    return _sendable(here) == text(there)


def _sendable(told: str) -> str:
    """Half a character goes out as U+FFFD."""
    return told.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
