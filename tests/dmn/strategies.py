"""Random tables, written as their author would, and random rows for them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from typing import Any

from hypothesis import strategies as st

from fangxian.kernel.values import ValueType

V = ValueType
MICROSECOND = dt.timedelta(microseconds=1)
DAYS = [dt.date(2020, 2, 27) + dt.timedelta(days=step) for step in range(6)]
INSTANTS = [dt.datetime(2020, 2, 28, 16, tzinfo=dt.UTC) + dt.timedelta(hours=7 * step) for step in range(5)]
SPANS = [dt.timedelta(hours=12 * step) for step in range(-1, 4)]
INPUTS = {
    "flag": V.BOOLEAN,
    "other_flag": V.BOOLEAN,
    "risk": V.TEXT,
    "region": V.TEXT,
    "days": V.INTEGER,
    "age": V.INTEGER,
    "heat": V.NUMBER,
    "arrival": V.DATE,
    "contact": V.DATE,
    "seen": V.DATETIME,
    "span": V.DURATION,
    "signs": V.LIST,
    "places": V.LIST,
}
POOLS: dict[ValueType, list[Any]] = {
    V.BOOLEAN: [True, False],
    V.TEXT: ["high", "low", 'a "b", ‘c’', "中"],
    V.INTEGER: [-2, 0, 1, 2, 3, 5],
    V.NUMBER: [-1.5, 0.0, 1.0, 2.5, 37.3],
    V.DATE: DAYS,
    V.DATETIME: INSTANTS,
    V.DURATION: SPANS,
    V.LIST: [(), ("high",), ("low", "high"), ("中",), ("中", "low")],
}
HOURS = {
    span: f'duration("{"-" if span < dt.timedelta() else ""}PT{abs(span) // dt.timedelta(hours=1)}H")' for span in SPANS
}
NAMES = {kind: [name for name, given in INPUTS.items() if given is kind] for kind in POOLS}


def written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, dt.datetime):
        return f'date and time("{value.isoformat()}")'
    if isinstance(value, dt.date):
        return f'date("{value.isoformat()}")'
    return HOURS[value] if isinstance(value, dt.timedelta) else str(value)


def literal(kind: ValueType) -> st.SearchStrategy[str]:
    return st.sampled_from(POOLS[V.TEXT if kind is V.LIST else kind]).map(written)


def operand(name: str) -> st.SearchStrategy[str]:
    """A literal, now and then another input or something computed from one."""
    kind = INPUTS[name]
    others = [other for other in NAMES[kind] if other != name]
    choices = [literal(kind), literal(kind), literal(kind)]
    if others:
        choices.append(st.sampled_from(others))
    if name == "arrival":
        choices += [st.just('contact - duration("P2D")'), st.just('max(contact, date("2020-02-28"))')]
    if kind is V.INTEGER:
        choices += [
            st.just(f"{others[0]} + 1"),
            st.just("2 * (1 + 1) - 3"),
            st.just("2.5"),
            st.just(f"10 / {others[0]}"),
        ]
    if kind is V.TEXT:
        choices.append(st.just("places"))
    return st.one_of(choices)


def test(name: str) -> st.SearchStrategy[str]:
    kind = INPUTS[name]
    equal = operand(name)
    if kind in (V.BOOLEAN, V.LIST):
        return st.one_of(equal, equal, st.just("unknown"))
    signed = st.tuples(st.sampled_from(["< ", "<= ", "> ", ">="]), operand(name).filter(lambda text: text != "places"))
    return st.one_of(equal, st.just("unknown"), signed.map("".join), interval(name))


@st.composite
def interval(draw: st.DrawFn, name: str) -> str:
    low, high = sorted(draw(st.lists(st.sampled_from(POOLS[INPUTS[name]]), min_size=2, max_size=2, unique=True)))
    opening, closing = draw(st.sampled_from("[(]")), draw(st.sampled_from("])["))
    return f"{opening}{written(low)}..{written(high)}{closing}"


def cell(name: str) -> st.SearchStrategy[str]:
    several = st.lists(test(name), min_size=1, max_size=3).map(", ".join)
    return st.one_of(st.just("-"), several, several.map(lambda text: f"not({text})"))


OUTPUTS: dict[str, tuple[ValueType, list[str]]] = {
    "measure": (V.TEXT, ['"home"', '"central"', "", "risk", 'risk + "!"']),
    "until": (
        V.DATE,
        [
            'arrival + duration("P14D")',
            'max(arrival, contact, date("2020-02-29")) + duration("P1M")',
            'date("2020-03-01")',
            'min(contact, arrival) - duration("P1Y")',
            "",
        ],
    ),
    "score": (
        V.NUMBER,
        ["days / age", "heat * 2 - 0.5", "days ** 2", "-days", "max(heat, days)", "(1 + 2) * 3", "heat ** 0.5"],
    ),
    "count": (V.INTEGER, ["days + age * 2", "7", "min(days, 2)", ""]),
    "at": (V.DATETIME, ['seen + duration("PT2H")', "seen", 'max(seen, date and time("2020-03-01T00:00:00Z"))']),
    "length": (
        V.DURATION,
        ["arrival - contact", "span", 'span + duration("P1D")', 'seen - date and time("2020-03-01T00:00:00Z")'],
    ),
    "flagged": (V.BOOLEAN, ["flag", "true", ""]),
}


TOGETHER = {"C+": ("score", "count", "length"), "C<": ("until", "score", "count", "at", "length"),
            "C>": ("until", "score", "count", "at", "length"), "C#": tuple(sorted(OUTPUTS))}
RANKED = {"measure": '"home","central"', "count": "7,3,1"}


def chosen_outputs(policy: str) -> st.SearchStrategy[list[str]]:
    if policy in TOGETHER:
        return st.sampled_from(TOGETHER[policy]).map(lambda name: [name])
    names = sorted(OUTPUTS)
    return st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True).filter(
        lambda found: policy not in ("P", "O") or "measure" in found or "count" in found
    )


@st.composite
def tables(draw: st.DrawFn, policy: str | None = None, most_rules: int = 6) -> str:
    """A table as CSV."""
    inputs = draw(st.lists(st.sampled_from(sorted(INPUTS)), min_size=1, max_size=4, unique=True))
    policy = policy or draw(st.sampled_from(["U", "A", "F", "C", "P", "R", "O", "C+", "C<", "C>", "C#"]))
    outputs = draw(chosen_outputs(policy))
    ranked = {name: RANKED[name] for name in outputs if policy in ("P", "O") and RANKED.get(name)}
    required = [draw(st.sampled_from(["yes", "no", "no"])) for _ in inputs]
    rows: list[list[str]] = [
        ["result", "hit policy", policy],
        ["", *["input"] * len(inputs), *["output"] * len(outputs)],
        ["name", *inputs, *outputs],
        ["type", *(INPUTS[name].value for name in inputs), *(OUTPUTS[name][0].value for name in outputs)],
        ["values", *[""] * len(inputs), *(ranked.get(name, "") for name in outputs)],
        ["required", *required],
    ]
    allowed = {name: ranked[name].split(",") if name in ranked else OUTPUTS[name][1] for name in outputs}
    for number in range(1, draw(st.integers(1, most_rules)) + 1):
        cells = [draw(cell(name)) for name in inputs]
        rows.append([f"{number}", *cells, *(draw(st.sampled_from(allowed[name])) for name in outputs)])
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


def row_values() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: st.sampled_from([None, *POOLS[kind]]) for name, kind in INPUTS.items()})


EXTREMES: dict[ValueType, list[Any]] = {
    V.BOOLEAN: [],
    V.TEXT: ["", "a\0b", "\uffff", "\U0001d11e", "high ", "HIGH"],
    V.INTEGER: [-(2**63), 2**63 - 1, 2**53 + 1, -(2**31), 2**31],
    V.NUMBER: [math.inf, -math.inf, math.nan, -0.0, 1.7e308, -1.7e308, 5e-324, 3],
    V.DATE: [dt.date.min, dt.date.max, dt.date(2000, 2, 29), dt.date(1900, 2, 28), dt.date(2020, 1, 31)],
    V.DATETIME: [
        dt.datetime.min.replace(tzinfo=dt.UTC),
        dt.datetime.max.replace(tzinfo=dt.UTC),
        dt.datetime(1969, 12, 31, 23, 59, 59, 999_999, dt.UTC),
        dt.datetime(2020, 2, 29, 8, tzinfo=dt.timezone(dt.timedelta(hours=8))),
    ],
    V.DURATION: [*(sign * (2**63 - some) * MICROSECOND for sign in (1, -1) for some in (1, 200_000_000_000)),
                 MICROSECOND, -MICROSECOND],
    V.LIST: [("high", "high"), ("", "low"), ["中"], (None,), ("high", None)],
}


def extreme_values() -> st.SearchStrategy[dict[str, Any]]:
    """Rows with what lies at the ends of each type."""
    return st.fixed_dictionaries(
        {name: st.sampled_from([None, *POOLS[kind], *EXTREMES[kind]]) for name, kind in INPUTS.items()})
