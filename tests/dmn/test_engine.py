"""The chain: order, threads, derived inputs, next change, conditions, reasons."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.dmn.derived import ElapsedInput
from fangxian.dmn.duck import Statement
from fangxian.dmn.engine import Chain, ChainError
from fangxian.dmn.feel import parse_tests
from fangxian.kernel.values import Value, ValueType

from .both_ways import agreed
from .examples import ENTRY_INPUTS, entry, table

V = ValueType
DAY = dt.date(2020, 3, 5)
BASE = {name: kind for name, kind in ENTRY_INPUTS.items() if name != "days_since_arrival"}
LOW: dict[str, Value | None] = {"suspected": False, "contact_of_case": False, "origin_risk": "low", "released": False}


@pytest.fixture(scope="module")
def chain() -> Chain:
    days = ElapsedInput("days_since_arrival", "days_since", "arrival_date")
    conditions = {"morning": {"measure": parse_tests('"observation","home isolation"'), "suspected": parse_tests("-")}}
    return Chain([entry()], BASE, [days], conditions=conditions)


def test_one(chain: Chain) -> None:
    assert chain.decide_one({**LOW, "arrival_date": dt.date(2020, 3, 1)}, DAY) == {
        "measure": "observation",
        "until": dt.date(2020, 3, 15),
        "row__measure": "8",
        "missing__measure": [],
        "when__morning": True,
        "next_change": dt.date(2020, 3, 15),
    }
    late = chain.decide_one({**LOW, "arrival_date": dt.date(2020, 3, 1)}, dt.date(2020, 3, 15))
    assert (late["measure"], late["row__measure"], late["next_change"], late["when__morning"]) == (
        "none",
        "10",
        None,
        False,
    )


def test_missing_inputs_are_named(chain: Chain) -> None:
    found = chain.decide_one({"suspected": True}, DAY)
    assert found["missing__measure"] == ["contact_of_case", "origin_risk", "days_since_arrival", "released"]
    assert found["measure"] is found["row__measure"] is None
    assert found["when__morning"] is False


def test_many_keep_their_order_and_their_schema(chain: Chain) -> None:
    count = 300_000
    days = [dt.date(2020, 3, 1) + dt.timedelta(days=at % 400) for at in range(1000)]
    data = pa.table(
        {
            **{name: pa.nulls(count, pa.bool_()) for name in ("suspected", "home_suitable", "frail")},
            **{name: pa.array([False] * count) for name in ("contact_of_case", "released")},
            "origin_risk": pa.array(["low"] * count).dictionary_encode(),
            "last_contact": pa.nulls(count),
            "arrival_date": pa.array(days * (count // 1000)),
            "today": pa.array([DAY] * count),
        }
    )
    found = chain.decide(data)
    assert found.schema == chain.schema
    assert found.column("until").to_pylist() == [day + dt.timedelta(days=14) for day in days] * (count // 1000)
    assert chain.decide(data.slice(0, 3)).schema == chain.schema
    assert chain.decide(data.slice(0, 0)).schema == chain.schema
    assert chain.decide(data.slice(7, 12)).equals(found.slice(7, 12).combine_chunks())


def test_threads_do_not_disturb_each_other(chain: Chain) -> None:
    def work(at: int) -> tuple[list[dt.date | None], list[dt.date | None]]:
        day = dt.date(2020, 2, 1) + dt.timedelta(days=at % 30)
        count = 1 + at % 12
        data = chain.columns([{**LOW, "arrival_date": day}] * count, [DAY] * count)
        until = day + dt.timedelta(days=14) if (DAY - day).days < 14 else None
        return [until] * count, chain.decide(data).column("until").to_pylist()

    with ThreadPoolExecutor(4) as pool:
        for expected, found in pool.map(work, range(40)):
            assert found == expected


def test_nothing_is_planned_on_a_thread_that_ends(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB's memory, freed while a server's thread ends, takes the process with it."""
    ran, run = set(), Statement.run

    def noted(self: Statement, rows: pa.Table) -> pa.Table:
        ran.add(threading.current_thread().name.partition("_")[0])
        return run(self, rows)

    monkeypatch.setattr(Statement, "run", noted)
    data = chain.columns([LOW], [DAY])
    passing = threading.Thread(target=lambda: (chain.decide(data), chain.explain(LOW, DAY)), name="passing")
    passing.start()
    passing.join()
    assert ran == {"decide"}


def test_more_rules_than_a_word_has_bits() -> None:
    for policy in "FC":
        head = f"t,hit policy,{policy}\n,input,input,output\nname,n,words,out\ntype,integer,list,text\n"
        rows = "\n".join(f'{at},"{at},{at + 70}",not("no"),"""at {at}"""' for at in range(1, 151))
        chain = Chain([table(head + rows)], {"n": V.INTEGER, "words": V.LIST})
        numbers = list(range(0, 225))
        data = pa.table({"n": numbers, "words": pa.array([["yes"]] * len(numbers), pa.list_(pa.string()))})
        found = chain.decide(data).column("row__t").to_pylist()
        expected = [[str(at) for at in range(1, 151) if n in (at, at + 70)] for n in numbers]
        if policy == "F":
            assert found == [rows[0] if rows else None for rows in expected]
        else:
            assert found == [rows or None for rows in expected]


def test_a_collected_list_is_read_by_a_later_table() -> None:
    first = table(
        'a,hit policy,C\n,input,output\nname,n,alerts\ntype,integer,text\n1,> 1,"""fever"""\n2,> 2,"""cough"""\n'
    )
    second = table(
        'b,hit policy,F\n,input,output\nname,alerts,urgent\ntype,list,boolean\n1,"""cough""",true\n2,-,false\n'
    )
    chain = Chain([first, second], {"n": V.INTEGER})
    found = [chain.decide_one({"n": n}) for n in (1, 2, 3)]
    assert [one["alerts"] for one in found] == [None, ["fever"], ["fever", "cough"]]
    assert [one["urgent"] for one in found] == [False, False, True]
    assert [one["row__a"] for one in found] == [None, ["1"], ["1", "2"]]


AGES = "t,hit policy,F\n,input,output\nname,age,old\ntype,integer,boolean\n1,< 14,true\n2,> 70,true\n3,-,false\n"


@pytest.mark.parametrize(
    ("born", "today", "old", "change"),
    [
        (dt.date(2006, 3, 6), DAY, True, dt.date(2020, 3, 6)),
        (dt.date(2006, 3, 5), DAY, False, dt.date(2077, 3, 5)),
        (dt.date(2008, 2, 29), dt.date(2022, 2, 28), True, dt.date(2022, 3, 1)),
        (dt.date(2008, 2, 29), dt.date(2022, 3, 1), False, dt.date(2079, 3, 1)),
        (dt.date(1940, 1, 1), DAY, True, None),
        (None, DAY, False, None),
    ],
)
def test_years(born: dt.date | None, today: dt.date, old: bool, change: dt.date | None) -> None:
    chain = Chain([table(AGES)], {"birth_date": V.DATE}, [ElapsedInput("age", "years_since", "birth_date")])
    found = chain.decide_one({"birth_date": born}, today)
    assert (found["old"], found["next_change"]) == (old, change)


@pytest.mark.parametrize(("zone", "days"), [("UTC", 4), ("Asia/Shanghai", 3)])
def test_the_local_day_of_an_instant(zone: str, days: int) -> None:
    text = "t,hit policy,F\n,input,output\nname,days,out\ntype,integer,integer\n1,-,days\n"
    chain = Chain([table(text)], {"at": V.DATETIME}, [ElapsedInput("days", "days_since", "at")], zone=zone)
    found = chain.decide_one({"at": dt.datetime(2020, 3, 1, 16, 30, tzinfo=dt.UTC)}, DAY)
    assert found["out"] == days
    assert found["next_change"] == DAY + dt.timedelta(days=1), "an output computed from it changes daily"


CUTS = ["-", "< 3", "<= 3", "> 5", ">= 5", "4", "[2..6)", "not(1,7)", "unknown", "2.5", "< 2.5"]


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(CUTS), min_size=1, max_size=4), st.integers(-3, 9))
def test_nothing_changes_before_the_next_change(cells: list[str], since: int) -> None:
    rows = "\n".join(f'{at},"{cell}",{at}' for at, cell in enumerate(cells, 1))
    parsed = table(f"t,hit policy,F\n,input,output\nname,days,out\ntype,integer,integer\n{rows}\n")
    chain = Chain([parsed], {"day": V.DATE}, [ElapsedInput("days", "days_since", "day")])
    first = DAY - dt.timedelta(days=since)
    days = [DAY + dt.timedelta(days=step) for step in range(20)]
    found = chain.decide(pa.table({"day": pa.array([first] * 20), "today": pa.array(days)})).to_pylist()
    change = found[0]["next_change"]
    before = [one["out"] for day, one in zip(days, found, strict=True) if change is None or day < change]
    assert set(before) == {found[0]["out"]}
    assert change is None or change > DAY


def test_reasons(chain: Chain) -> None:
    (why,) = chain.explain({**LOW, "contact_of_case": True}, DAY)
    assert why.missing == ("days_since_arrival",)
    (why,) = chain.explain({**LOW, "contact_of_case": True, "arrival_date": DAY}, DAY)
    assert why.decided == ("2",)
    assert why.deciding is not None
    assert why.deciding.reason is not None
    assert why.deciding.reason.zh == "密接"
    assert all(cell.held for cell in why.deciding.cells)
    assert [(cell.input, cell.value, cell.text) for cell in why.deciding.cells][-1] == ("frail", None, "false,unknown")
    assert [(row.number, row.failed) for row in why.rows if row.failed < 2] == [("1", 1), ("2", 0), ("8", 1)]
    assert why.outputs == {"measure": "central isolation", "until": DAY + dt.timedelta(days=14)}


NUMBERS = 't,hit policy,F\n,input,output,output\nname,n,next,text\ntype,integer,integer,text\n1,-,n + 1,"""x"""\n'


def test_one_overflow_does_not_end_the_batch() -> None:
    chain = Chain([table(NUMBERS)], {"n": V.INTEGER})
    for padding in (1, 20):
        found = chain.decide(pa.table({"n": [2**63 - 1, *range(padding)]}))
        assert found.column("next").to_pylist() == [None, *range(1, padding + 1)]


@pytest.mark.parametrize("name", ["at", "one", "each"])
def test_no_name_of_an_input_means_something_else(name: str) -> None:
    head = f"t,hit policy,C\n,input,output\nname,{name},out\ntype,integer,integer\n"
    chain = Chain([table(f"{head}1,-,{name} * 10\n2,-,{name}\n")], {name: V.INTEGER})
    (found,) = agreed(chain, [{name: 7}])
    assert found["out"] == [70, 7]


def test_a_sum_of_many_numbers_is_as_long_as_it_is_written() -> None:
    terms = [f"n{number}" for number in range(12)]
    text = f"t,hit policy,F\n,input,output\nname,n0,out\ntype,number,number\n1,-,{' + '.join(terms)}\n2,-,0\n"
    chain = Chain([table(text, dict.fromkeys(terms, V.NUMBER))], dict.fromkeys(terms, V.NUMBER))
    assert len(chain.statement.sql) < 3000
    for one, sum_ in ((0.5, 6.0), (1.7e308, None), (float("inf"), None)):
        assert agreed(chain, [dict.fromkeys(terms, one)])[0]["out"] == sum_


@pytest.mark.parametrize("text", ["it's", "a\0b", "'); DROP TABLE x; --", "\\", "中文", "{}", "$1"])
def test_any_text_passes(text: str) -> None:
    chain = Chain([table("t,hit policy,F\n,input,output\nname,s,out\ntype,text,text\n1,-,s\n")], {"s": V.TEXT})
    assert chain.decide_one({"s": text})["out"] == text


def test_parts_that_do_not_fit() -> None:
    parsed = entry()
    days = ElapsedInput("days_since_arrival", "days_since", "arrival_date")
    with pytest.raises(ChainError, match="nothing gives days_since_arrival"):
        Chain([parsed], BASE)
    with pytest.raises(ChainError, match="frail is text"):
        Chain([parsed], {**BASE, "frail": V.TEXT}, [days])
    with pytest.raises(ChainError, match="named twice"):
        Chain([parsed, parsed], BASE, [days])
    with pytest.raises(ChainError, match="wants a date"):
        Chain([parsed], BASE, [ElapsedInput("days_since_arrival", "days_since", "frail")])
    with pytest.raises(ChainError, match="time zone"):
        Chain([parsed], BASE, [days], zone="Beijing")
    with pytest.raises(ChainError, match="condition"):
        Chain([parsed], BASE, [days], conditions={"x": {"nothing": parse_tests("-")}})
    with pytest.raises(ChainError, match="no column"):
        Chain([parsed], BASE, [days]).decide(pa.table({"frail": [True]}))
