"""Hit policies P, R, O and C with a sign: results, what the reader refuses, what the check finds, why."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from fangxian.dmn.check import check_table
from fangxian.dmn.engine import Chain
from fangxian.dmn.feel import parse_expression
from fangxian.dmn.feel.literals import written
from fangxian.dmn.read import read_csv
from fangxian.kernel.findings import Severity
from fangxian.kernel.values import ValueType as V

from .both_ways import agreed
from .examples import table

MEASURES = (
    "t,hit policy,{policy}\n,input,output\nname,n,out\ntype,integer,text\n"
    'values,,"""hospital"",""home"",""none"""\n'
    '1,> 1,"""none"""\n2,> 2,"""home"""\n3,> 3,"""hospital"""\n4,> 4,"""home"""\n'
)
NUMBERS = (
    "t,hit policy,{policy}\n,input,output\nname,n,out\ntype,integer,{kind}\nrequired,yes,\n"
    "1,> 1,{a}\n2,> 2,{b}\n3,> 3,{c}\n4,> 4,\n"
)


def decided(text: str, n: int | None) -> dict[str, Any]:
    return Chain([table(text)], {"n": V.INTEGER}).decide_one({"n": n})


@pytest.mark.parametrize(
    ("policy", "n", "out", "rows"),
    [
        ("P", 5, "hospital", "3"),
        ("P", 3, "home", "2"),
        ("P", 1, None, None),
        ("R", 5, ["none", "home", "hospital", "home"], ["1", "2", "3", "4"]),
        ("O", 5, ["hospital", "home", "home", "none"], ["3", "2", "4", "1"]),
        ("O", 3, ["home", "none"], ["2", "1"]),
        ("O", 1, None, None),
        ("C", 3, ["none", "home"], ["1", "2"]),
        ("C#", 5, 4, ["1", "2", "3", "4"]),
        ("C#", 1, 0, None),
    ],
)
def test_rows_are_taken_in_the_order_of_the_policy(policy: str, n: int, out: Any, rows: Any) -> None:
    found = decided(MEASURES.format(policy=policy), n)
    assert (found["out"], found["row__t"]) == (out, rows)


@pytest.mark.parametrize(
    ("policy", "kind", "cells", "out"),
    [
        ("C+", "integer", ("3", "n", "1"), 8),
        ("C<", "integer", ("3", "n", "1"), 1),
        ("C>", "number", ("3", "n * 1.5", "1"), 6.0),
        ("C#", "integer", ("3", "", "1"), 2),
        ("C+", "duration", ('"duration(""P1D"")"', '"duration(""PT1.5S"")"', ""), dt.timedelta(days=1, seconds=1.5)),
        ("C>", "date", ('"date(""2020-03-20"")"', '"date(""2020-04-01"")"', ""), dt.date(2020, 4, 1)),
        ("C<", "time", ('"time(""08:00:00.5"")"', '"time(""08:00:00.25"")"', ""), dt.time(8, 0, 0, 250_000)),
    ],
)
def test_one_value_is_made_of_all_rows(policy: str, kind: str, cells: tuple[str, str, str], out: Any) -> None:
    text = NUMBERS.format(policy=policy, kind=kind, a=cells[0], b=cells[1], c=cells[2])
    found = decided(text, 4)
    assert found["out"] == out
    assert type(found["out"]) is type(out)
    assert found["row__t"] == ["1", "2", "3"]


def test_a_sum_that_is_too_large_ends_nothing() -> None:
    chain = Chain([table(NUMBERS.format(policy="C+", kind="integer", a="n", b="n", c="n"))], {"n": V.INTEGER})
    assert [one["out"] for one in agreed(chain, [{"n": 2**62}, {"n": 5}])] == [None, 15]


@pytest.mark.parametrize(("policy", "nothing"), [("C+", None), ("C<", None), ("C>", None), ("C#", 0)])
def test_no_row_and_no_input(policy: str, nothing: int | None) -> None:
    text = NUMBERS.format(policy=policy, kind="integer", a="1", b="2", c="3")
    assert decided(text, 1)["out"] == nothing
    missing = decided(text, None)
    assert (missing["out"], missing["missing__t"]) == (None, ["n"])


def test_a_later_table_reads_what_was_made() -> None:
    first = table(NUMBERS.format(policy="C#", kind="integer", a="1", b="2", c="3"))
    assert first.gives() == {"out": V.INTEGER}
    later = table("u,hit policy,F\n,input,output\nname,out,many\ntype,integer,boolean\n1,> 1,true\n2,-,false\n")
    assert Chain([first, later], {"n": V.INTEGER}).decide_one({"n": 4})["many"] is True
    assert table(MEASURES.format(policy="O")).gives() == {"out": V.LIST}


def test_two_outputs_rank_one_after_the_other() -> None:
    text = (
        "t,hit policy,P\n,input,output,output\nname,n,a,b\ntype,integer,text,integer\n"
        'values,,"""x"",""y""","3,2,1"\n1,> 0,"""y""",3\n2,> 0,"""x""",1\n3,> 1,"""x""",2\n'
    )
    assert decided(text, 1)["row__t"] == "2"
    assert decided(text, 2)["row__t"] == "3"


@pytest.mark.parametrize(
    ("old", "new", "code", "column"),
    [
        ('values,,"""hospital"",""home"",""none"""\n', "", "dmn.policy", "C"),
        ('2,> 2,"""home"""', "2,> 2,", "dmn.policy", "out"),
        ("hit policy,P", "hit policy,C+", "dmn.type", "out"),
        ("hit policy,P", "hit policy,C<", "dmn.type", "out"),
        ("hit policy,P", "hit policy,C*", "dmn.policy", "C"),
    ],
)
def test_what_a_policy_cannot_take_is_refused(old: str, new: str, code: str, column: str) -> None:
    text = MEASURES.format(policy="P")
    assert old in text
    found, findings = read_csv(text.replace(old, new), "t.csv")
    assert found is None
    assert (code, column) in [(one.code, one.place.column) for one in findings]
    assert all(one.message.zh for one in findings)


def test_what_gives_the_order_is_written_out() -> None:
    text = 't,hit policy,P\n,input,output\nname,n,a\ntype,integer,integer\nvalues,,"3,2,1"\n1,> 0,n\n2,> 1,1 + 1\n'
    assert [(one.code, one.place.row) for one in read_csv(text, "t.csv")[1]] == [("dmn.policy", 6)]


def test_one_value_is_made_of_one_output() -> None:
    text = "t,hit policy,C+\n,input,output,output\nname,n,a,b\ntype,integer,integer,integer\n1,-,1,2\n"
    assert [one.code for one in read_csv(text, "t.csv")[1]] == ["dmn.policy"]


def codes(text: str) -> list[tuple[str, int | None, Severity]]:
    return [(one.code, one.place.row, one.severity) for one in check_table(table(text))]


def test_gaps_are_told_where_one_row_decides_only() -> None:
    assert [code for code, _row, _severity in codes(MEASURES.format(policy="P"))] == ["dmn.shadowed", "dmn.gap"]
    for policy in ("R", "O", "C#"):
        assert codes(MEASURES.format(policy=policy)) == []


def test_a_row_behind_a_higher_priority_never_decides() -> None:
    rows = '1,> 1,"""none"""\n2,-,"""home"""\n3,> 3,"""hospital"""\n'
    head = MEASURES.format(policy="P").partition("1,> 1")[0]
    assert codes(head + rows) == [("dmn.shadowed", 6, Severity.WARNING)]
    assert codes(head.replace("hit policy,P", "hit policy,O") + rows) == []


def test_rows_of_one_priority_that_say_different_things_are_told() -> None:
    text = (
        "t,hit policy,P\n,input,output,output\nname,n,a,b\ntype,integer,text,text\n"
        'values,,"""x"",""y""",\n1,> 0,"""x""","""one"""\n2,<= 5,"""x""","""two"""\n3,unknown,"""y""","""three"""\n'
    )
    (found,) = check_table(table(text))
    assert (found.code, found.severity) == ("dmn.overlap", Severity.WARNING)
    assert "same priority" in found.message.en


def test_the_reason_names_the_rows_that_were_taken() -> None:
    chain = Chain([table(MEASURES.format(policy="O"))], {"n": V.INTEGER})
    (why,) = chain.explain({"n": 4})
    assert why.decided == ("3", "2", "1")
    assert [(row.number, row.decided, row.cells[0].held) for row in why.rows] == [
        ("1", True, True), ("2", True, True), ("3", True, True), ("4", False, False)]  # fmt: skip
    (one,) = Chain([table(MEASURES.format(policy="P"))], {"n": V.INTEGER}).explain({"n": 4})
    assert (one.decided, [row.number for row in one.rows]) == (("3",), ["1", "2", "3", "4"])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1.23e4", 12_300), ("1E3", 1000), ("5e-3", 0.005), ("-1.5e2", -150), ("2.5e0", 2.5),
        ('time("20:00:00.125")', dt.time(20, 0, 0, 125_000)), ('duration("PT0.25S")', dt.timedelta(milliseconds=250)),
        ('duration("-P1DT0.5S")', -dt.timedelta(days=1, seconds=0.5)),
    ],
)  # fmt: skip
def test_exponents_and_fractions_of_seconds(cell: str, value: Any) -> None:
    found = parse_expression(cell)
    assert getattr(found, "value", None) == value
    assert type(found.value) is type(value)  # type: ignore[union-attr]
    again = parse_expression(written(found.value))  # type: ignore[union-attr]
    assert getattr(again, "value", None) == value
