"""Everything the compiler can make of tables has a translation, which says what DuckDB says."""

from __future__ import annotations

import ast
import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlglot import exp

import fangxian.dmn as dmn
from fangxian.dmn.derived import ElapsedInput
from fangxian.dmn.engine import Chain
from fangxian.dmn.feel import FeelError, check_expression, check_tests, parse_expression, parse_tests, syntax
from fangxian.dmn.feel.typing import ORDERED, Typing
from fangxian.dmn.few.calls import CALLS
from fangxian.dmn.few.nodes import NODES
from fangxian.kernel.values import ValueType as V

from .both_ways import agreed_or_refused
from .examples import table
from .strategies import EXTREMES, POOLS

TODAY = dt.date(2020, 2, 29)
VALUES: dict[V, list[Any]] = {kind: [None, *POOLS[kind], *EXTREMES[kind]] for kind in POOLS}
VALUES[V.TIME] = [None, dt.time(8), dt.time(0), dt.time(23, 59, 59, 999_999), dt.time(8, 0, 0, 1)]
INPUTS = {f"{letter}_{kind.value}": kind for kind in V for letter in "ab"}
LITERALS = {
    V.TEXT: ['"high"', '""', '"中"'],
    V.INTEGER: ["0", "2", "1000000000000"],
    V.NUMBER: ["0.5", "2.5"],
    V.BOOLEAN: ["true", "false"],
    V.DATE: ['date("2020-02-29")', 'date("9999-12-31")'],
    V.DATETIME: ['date and time("2020-02-29T08:00:00+08:00")'],
    V.TIME: ['time("08:00:00.5")'],
    V.DURATION: ['duration("P14D")', 'duration("-PT0.5S")', 'duration("P1M")', 'duration("-P999999M")'],
}
OPERANDS = [*INPUTS, *itertools.chain.from_iterable(LITERALS.values())]


def rows(count: int) -> list[dict[str, Any]]:
    """Each with another value of each type; the two inputs of a type go through its values at different speeds."""
    return [{name: VALUES[kind][(number * (1 + 2 * at) + at) % len(VALUES[kind])]
             for at, (name, kind) in enumerate(INPUTS.items())} for number in range(count)]


def expressions() -> Iterator[tuple[str, V]]:
    """Every sum, and the greatest and least, of any two operands that have a meaning together, with its type."""
    for sign, one, other in itertools.product("+-*/", OPERANDS, OPERANDS):
        yield from meaning(f"{one} {sign} {other}")
    for one, other in itertools.product(OPERANDS, OPERANDS):
        yield from meaning(f"({one}) ** {other}")
        yield from meaning(f"max({one}, {other})")
        yield from meaning(f"min({one}, {other}, {one})")
    for one in OPERANDS:
        yield from meaning(one)


def meaning(text: str) -> Iterator[tuple[str, V]]:
    tree = parse_expression(text)
    assert tree is not None
    try:
        kind = Typing(INPUTS).of(tree)
        check_expression(tree, kind, INPUTS)
    except FeelError:
        return
    yield text, kind


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def lines(policy: str, found: list[tuple[str, V]]) -> str:
    """A table with a row that always holds and one that never does."""
    names = ",".join(f"o{at}" for at, _ in enumerate(found))
    kinds, cells = ",".join(kind.value for _, kind in found), ",".join(quoted(text) for text, _ in found)
    return (f"t,hit policy,{policy}\n,input,{','.join(['output'] * len(found))}\nname,a_boolean,{names}\n"
            f"type,boolean,{kinds}\n1,-,{cells}\n2,\"true,false\",{cells}\n3,unknown,{cells}\n")


def test_every_sum() -> None:
    found = [one for one in expressions() if one[1] is not V.LIST]
    assert len(found) > 700
    assert {kind for _, kind in found} == set(V) - {V.LIST}
    decided = [
        agreed_or_refused(chain, row)
        for start in range(0, len(found), 10)
        for chain in [Chain([table(lines("F", found[start : start + 10]), INPUTS)], INPUTS)]
        for row in rows(12)[start // 10 % 2 :: 2]
    ]
    assert sum(decided) * 10 > len(decided) * 6


COLLECTING = {"C": list(V), "R": list(V), "C+": [V.INTEGER, V.NUMBER, V.DURATION], "C<": sorted(ORDERED - {V.TEXT}),
              "C>": sorted(ORDERED - {V.TEXT}), "C#": list(V), "U": list(V), "A": list(V)}  # fmt: skip


@pytest.mark.parametrize("policy", COLLECTING)
def test_every_policy_and_type(policy: str) -> None:
    for kind in COLLECTING[policy]:
        for cell in (f"a_{kind.value}", *LITERALS.get(kind, [])[:1]):
            if kind is V.LIST and policy not in ("U", "A"):
                continue
            required = lines(policy, [(cell, kind)]).replace("1,-,", "required,yes,\n1,-,")
            for text in (lines(policy, [(cell, kind)]), required):
                chain = Chain([table(text, INPUTS)], INPUTS)
                for row in rows(5):
                    agreed_or_refused(chain, row)


def cells(name: str) -> Iterator[tuple[str, syntax.Tests]]:
    """Every test of one input with a literal or another input, and their negations and lists."""
    kind = INPUTS[name]
    texts = ["-", "unknown"]
    for sign, operand in itertools.product(("", "= ", "< ", "<= ", "> ", ">= "), OPERANDS):
        texts.append(sign + operand)
    for low, high in itertools.combinations([*LITERALS.get(kind, []), f"b_{kind.value}"], 2):
        texts += [f"[{low}..{high}]", f"({low}..{high})", f"not([{low}..{high}))"]
    texts += [f"not({text})" for text in texts if text != "-"]
    texts += [f"{text}, unknown" for text in texts[2:] if not text.startswith("not")]
    for text in texts:
        try:
            yield text, check_tests(parse_tests(text), kind, INPUTS, name)
        except FeelError:
            continue


@pytest.mark.parametrize("kind", V)
def test_every_cell(kind: V) -> None:
    """As a condition, and as a rule beside the others in one table."""
    name = f"a_{kind.value}"
    found = list(cells(name))
    assert len(found) > 10
    conditions = {f"c{at}": {name: tests} for at, (_, tests) in enumerate(found)}
    written = "\n".join(f"{at},{quoted(text)},{at}" for at, (text, _) in enumerate(found, 1))
    for required in ("yes", "no"):
        head = f"t,hit policy,C\n,input,output\nname,{name},out\ntype,{kind.value},integer\nrequired,{required},\n"
        chain = Chain([table(f"{head}{written}\n", INPUTS)], INPUTS, conditions=conditions)
        assert sum(agreed_or_refused(chain, row) for row in rows(12)) > 6


def test_every_literal_of_a_column() -> None:
    """Cells with literals only are looked up by region; with one rule and with more than a word has bits."""
    for kind, few in itertools.product(LITERALS, (True, False)):
        literals = [text for text in LITERALS[kind] if "M\"" not in text]
        texts = [sign + text for sign in (("", "< ", "> ", "<= ") if kind in ORDERED else ("",)) for text in literals]
        texts += [f"not({text})" for text in texts] + ["unknown", "-"]
        for policy in "FC":
            written = "\n".join(f"{at},{quoted(text)},{at}" for at, text in enumerate(texts * (1 if few else 20), 1))
            head = f"t,hit policy,{policy}\n,input,output\nname,a_{kind.value},out\ntype,{kind.value},integer\n"
            chain = Chain([table(head + written + "\n", INPUTS)], INPUTS)
            for value in VALUES[kind]:
                agreed_or_refused(chain, {f"a_{kind.value}": value})


SINCE = [ElapsedInput("days", "days_since", "day"), ElapsedInput("years", "years_since", "day"),
         ElapsedInput("days_at", "days_since", "at"), ElapsedInput("years_at", "years_since", "at")]
COUNTED = ("t,hit policy,F\n,input,input,input,input,output,output\nname,days,years,days_at,years_at,out,more\n"
           "type,integer,integer,integer,integer,integer,integer\n"
           "1,< 3,-,-,-,1,\n2,>= 14,\"[3..18)\",-,-,days,years\n3,-,-,\"-400,0,7\",> 1,3,days_at\n"
           "4,-,< 1000000000000000,-,< 100,4,years_at + 1\n5,-,-,-,-,5,{last}\n")
ZONES = ["UTC", "Asia/Shanghai", "America/New_York", "Europe/London", "Pacific/Apia"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("last", ["", "days"])
def test_what_time_changes(zone: str, last: str) -> None:
    """Days and years since dates and instants; ``last`` says whether an output is computed from one."""
    inputs = {"day": V.DATE, "at": V.DATETIME}
    chain = Chain([table(COUNTED.format(last=last))], inputs, SINCE, zone=zone)
    clocks = [dt.datetime(2020, 3, 29, hour, minute, tzinfo=dt.UTC) for hour in (0, 1, 2) for minute in (0, 59)]
    nights = [dt.datetime(2020, 2, 29, hour, tzinfo=dt.UTC) - dt.timedelta(microseconds=1) for hour in (0, 5, 10, 16)]
    days = [*VALUES[V.DATE], TODAY - dt.timedelta(days=13), dt.date(2016, 2, 29), dt.date(2019, 2, 28)]
    instants = [*clocks, *nights, *VALUES[V.DATETIME]]
    decided = [agreed_or_refused(chain, {"day": days[at % len(days)], "at": instant}, today)
               for at, instant in enumerate(instants)
               for today in (TODAY, dt.date(2020, 3, 29), dt.date.min, dt.date.max, None)]
    assert sum(decided) > len(decided) // 2


@pytest.mark.parametrize("kind", [V.INTEGER, V.NUMBER])
@pytest.mark.parametrize("sign", ["{} + 1", "1 - ({})", "max(1, {})"])
def test_the_deepest_cell_there_may_be(kind: V, sign: str) -> None:
    text = "a"
    for _ in range(38):
        text = sign.format(text)
    head = f"t,hit policy,F\n,input,output\nname,a,out\ntype,{kind.value},{kind.value}\n"
    chain = Chain([table(f"{head}1,-,{quoted(text)}\n", {"a": kind})], {"a": kind})
    for value in VALUES[kind]:
        agreed_or_refused(chain, {"a": value})


def test_a_chain_without_a_translation_runs_in_duckdb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(NODES, exp.Bracket)
    chain = Chain([table(lines("F", [("a_integer", V.INTEGER)]), INPUTS)], INPUTS)
    assert chain.one_by_one is None
    assert chain.decide_one({"a_integer": 5})["o0"] == 5


# What the compiler's source can make


def test_every_node_the_compiler_names_is_known() -> None:
    folder = Path(dmn.__file__).parent
    files = [*(folder / "compile").glob("*.py"), folder / "derived.py", folder / "query.py"]
    nodes: set[str] = set()
    calls: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "exp":
                nodes.add(node.attr)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in FUNCTIONS:
                calls.add(node.value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "call":
                calls |= {str(name.value) for name in ast.walk(node.args[0]) if isinstance(name, ast.Constant)}
    made = {getattr(exp, name) for name in nodes if isinstance(getattr(exp, name), type)}
    assert len(made) > 25
    assert made - WITHIN_OTHERS <= NODES.keys(), made - WITHIN_OTHERS - NODES.keys()
    assert calls == CALLS.keys()


FUNCTIONS = {"GREATEST", "LEAST", "LIST_SUM", "LIST_MIN", "LIST_MAX", "LEN"}
"""Those the compiler calls by a name it looked up."""
WITHIN_OTHERS = {exp.Expr, exp.Lambda, exp.If}
"""What their parents translate."""
