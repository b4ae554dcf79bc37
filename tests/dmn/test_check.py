"""Gaps and overlaps against brute force, and the starting policy's three gaps."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.dmn.check import check_table
from fangxian.dmn.check.boxes import Budget
from fangxian.dmn.check.feasible import example, pairs
from fangxian.dmn.check.findings import gap_boxes
from fangxian.dmn.check.space import Space, space_of
from fangxian.dmn.regions import Region, RegionKind
from fangxian.dmn.types import Table
from fangxian.kernel.findings import Severity

from .examples import entry, table
from .reference import compared, matches
from .reference import output as valued

DOMAINS: dict[str, list[Any]] = {
    "flag": [True, False],
    "other": [True, False],
    "risk": ["a", "b", "c"],
    "m": list(range(6)),
    "n": list(range(6)),
    "signs": [(), ("x",), ("y",), ("x", "y")],
}
TYPES = {"flag": "boolean", "other": "boolean", "risk": "text", "m": "integer", "n": "integer", "signs": "list"}
CELLS: dict[str, list[str]] = {
    "flag": ["-", "true", "false", "unknown", "false,unknown", "not(true)", "other", "not(other)"],
    "other": ["-", "true", "not(unknown)"],
    "risk": ["-", '"a"', '"a","b"', 'not("c")', "unknown", 'not("a",unknown)', '>= "b"', '["a".."b"]'],
    "m": ["-", "< 3", ">= 3", "[1..4)", "n", "< n", "> n", "not(> n)", "unknown", "2,4", "not([2..n])", "<= n, 5"],
    "n": ["-", "<= 2", "> 2", "0", "not(3)", "unknown", "1,unknown"],
    "signs": ["-", '"x"', 'not("x")', '"x","y"', "unknown", 'not("x","y")'],
}
VALUES = {"risk": '"a","b","c"', "m": "[0..5]", "n": "[0..5]"}


@st.composite
def small_tables(draw: st.DrawFn) -> Table:
    names = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=3, unique=True))
    names = [
        name
        for name in CELLS
        if name in {*names, *(["n"] if "m" in names else []), *(["other"] if "flag" in names else [])}
    ]
    required = [draw(st.sampled_from(["yes", "no"])) for _ in names]
    rows = [[draw(st.sampled_from(CELLS[name])) for name in names] for _ in range(draw(st.integers(1, 5)))]
    heads = [
        ["t", "hit policy", draw(st.sampled_from("UF"))],
        ["", *["input"] * len(names), "output"],
        ["name", *names, "out"],
        ["type", *(TYPES[name] for name in names), "integer"],
        ["values", *(VALUES.get(name, "") for name in names)],
        ["required", *required],
    ]
    lines = [*heads, *([str(number), *row, str(number)] for number, row in enumerate(rows, 1))]
    return table("\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines))


def every_row(parsed: Table) -> list[dict[str, Any]]:
    pools = [[*DOMAINS[one.name], *([] if one.required else [None])] for one in parsed.inputs]
    names = [one.name for one in parsed.inputs]
    return [dict(zip(names, values, strict=True)) for values in product(*pools)]


def inside(space: Space, box: tuple[int, ...], row: dict[str, Any]) -> bool:
    """Whether a row lies in a box, dimension by dimension."""
    for dimension, mask in zip(space.dimensions, box, strict=True):
        value = row[dimension.column.name]
        if dimension.operand is not None:
            other = valued(dimension.operand, row)
            same = compared(value, "=", other)
            sign = (
                "unknown"
                if same is None
                else "="
                if same
                else ">"
                if value > other and len(dimension.classes) > 3
                else "<"
            )
            held = [sign == group[0] for group in dimension.classes]
        else:
            held = [
                any(contains(one, value) for one in group if isinstance(one, Region)) for group in dimension.classes
            ]
        assert held.count(True) == 1
        if not mask >> held.index(True) & 1:
            return False
    return True


def contains(region: Region, value: Any) -> bool:
    if value is None or region.kind is RegionKind.UNKNOWN:
        return value is None and region.kind is RegionKind.UNKNOWN
    if region.kind is RegionKind.SET:
        return region.has == frozenset(value)
    if region.kind is RegionKind.POINT:
        return bool(region.low == value)
    return (region.low is None or region.low < value) and (region.high is None or value < region.high)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(small_tables())
def test_analysis_agrees_with_brute_force(parsed: Table) -> None:
    space = space_of(parsed)
    rows = every_row(parsed)
    hits = [[at for at, rule in enumerate(parsed.rules) if matches(parsed, rule, row)] for row in rows]
    gaps = list(gap_boxes(space, Budget()))
    for row, hit in zip(rows, hits, strict=True):
        if not seen_elements(parsed, row):
            continue
        assert any(inside(space, box, row) for box in gaps) is (not hit), row
    for box in gaps:
        assert example(space, box) is not None
    overlapping = {(a, b) for hit in hits for b in hit for a in hit if a < b}
    assert {(a, b) for a, b, _ in pairs(space)} == overlapping


def seen_elements(parsed: Table, row: dict[str, Any]) -> bool:
    """Only elements some cell names make regions of their own."""
    text = " ".join(tests.text for rule in parsed.rules for tests in rule.tests)
    return all(f'"{one}"' in text for one in row.get("signs") or ())


def test_the_starting_policy_has_three_gaps() -> None:
    found = [finding.message.en.split(";")[0] for finding in check_table(entry())]
    assert sorted(found) == sorted(
        "no row says what holds when " + where
        for where in (
            "suspected is unknown, contact_of_case is true",
            "suspected is false or unknown, contact_of_case is true, home_suitable is false or unknown, frail is true",
            'suspected is false or unknown, origin_risk is "high", released is false, '
            "home_suitable is false or unknown, frail is true",
        )
    )


def test_the_starting_policy_has_no_overlap() -> None:
    assert {finding.code for finding in check_table(entry("U"))} == {"dmn.gap"}


HEAD = "t,hit policy,{policy}\n,input,input,output\nname,n,risk,out\ntype,integer,text,text\n"


@pytest.mark.parametrize(
    ("policy", "rows", "codes"),
    [
        ("U", '1,< 5,-,"""a"""\n2,>= 4,-,"""a"""\n3,unknown,-,"""a"""', [("dmn.overlap", Severity.ERROR)]),
        ("A", '1,< 5,-,"""a"""\n2,>= 4,-,"""a"""\n3,unknown,-,"""a"""', []),
        ("A", '1,< 5,-,"""a"""\n2,>= 4,-,"""b"""\n3,unknown,-,"""a"""', [("dmn.overlap", Severity.ERROR)]),
        ("A", '1,< 5,-,"""a"""\n2,>= 4,-,risk\n3,unknown,-,"""a"""', [("dmn.overlap", Severity.WARNING)]),
        ("F", '1,< 5,-,"""a"""\n2,-,-,"""b"""\n3,2,"""x""","""a"""', [("dmn.shadowed", Severity.WARNING)]),
        ("F", '1,-,-,"""a"""\n2,not(-1),-,"""b"""', [("dmn.shadowed", Severity.WARNING)]),
        ("C", '1,< 5,-,"""a"""\n2,< 3,-,"""b"""', []),
    ],
)
def test_findings(policy: str, rows: str, codes: list[tuple[str, Severity]]) -> None:
    found = check_table(table(HEAD.format(policy=policy) + rows))
    assert [(one.code, one.severity) for one in found] == codes


def test_a_gap_is_condensed_and_has_an_example() -> None:
    (gap,) = check_table(table(HEAD.format(policy="F") + '1,< 5,-,"""a"""\n2,> 7,-,"""b"""\n3,unknown,-,"""c"""'))
    assert "when n is [5..7]; for example n = 5, risk = unknown" in gap.message.en
    assert "当 n 为 [5..7] 时" in gap.message.zh


def test_orders_that_cannot_be_are_no_overlap() -> None:
    text = "t,hit policy,U\n,input,input,output\nname,m,n,out\ntype,integer,integer,text\nrequired,yes,yes,\n"
    rows = '1,< n,< 3,"""a"""\n2,>= 2,-,"""b"""\n3,< 2,not(< 3),"""c"""\n4,< 2,< 3,"""d"""'
    found = [one for one in check_table(table(text + rows)) if one.code == "dmn.overlap"]
    assert [str(one.place) for one in found] == ["table.csv row 9"]
    assert "rows 1 and 4 both match when m is <= 1, m is < n, n is <= 2" in found[0].message.en


def test_too_many_combinations_are_reported() -> None:
    names = [f"n{at}" for at in range(12)]
    heads = ["t,hit policy,F", ",".join(["", *["input"] * 12, "output"]), ",".join(["name", *names, "out"])]
    heads.append(",".join(["type", *["integer"] * 12, "text"]))
    rows = [",".join([str(at), *(f"[{at + k}..{at + k + 20}]" for k in range(12)), '"""a"""']) for at in range(1, 40)]
    found = check_table(table("\n".join([*heads, *rows])), steps=300)
    assert "dmn.too_many" in {one.code for one in found}
    assert all(one.severity is Severity.WARNING for one in found)
