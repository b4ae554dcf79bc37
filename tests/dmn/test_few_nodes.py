"""Each node, with whatever it may be given, in DuckDB and in Python: the same value, type or refusal."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from sqlglot import exp

from fangxian.dmn.compile import SQL_TYPES, Sql, Step, column
from fangxian.dmn.compile.sql import (
    EACH,
    array,
    bigint,
    call,
    case,
    each,
    integer,
    is_null,
    item,
    known_only,
    literal,
    paren,
)
from fangxian.dmn.duck import instance, workers
from fangxian.dmn.few import LeftToDuckDB, SqlError, UntranslatedError
from fangxian.dmn.few.nodes import NODES
from fangxian.dmn.few.program import compiled, layer
from fangxian.dmn.few.writing import Code, Writer
from fangxian.kernel.values import ValueType as V

BIG = 2**63
DAY = 86_400_000_000
NOON_2020 = 1_582_977_600_000_000  # 29 February
VALUES: dict[V, list[Any]] = {
    V.TEXT: [None, "", "a", "A", "ab", "b", "\0", "中", "\uffff", "\U0001d11e"],
    V.INTEGER: [None, 0, 1, -1, 2, 3, 63, 64, 2**31 - 1, 2**31, 1 - 2**31, -(2**31) - 1, 2**53 + 1, BIG - 1, -BIG],
    V.NUMBER: [None, 0.0, -0.0, 1.0, -1.0, 0.5, -3.0, 3.0, 2.5, 1e308, -1e308, 5e-324, math.inf, -math.inf, math.nan],
    V.BOOLEAN: [None, True, False],
    V.DATE: [None, 0, -1, 18321, 18292, 18627, -719_162, -719_163, -719_528, 2_932_896, 2_932_897, 106_751_990,
             106_751_991, 106_751_992, -106_751_991, -106_751_992, 2**31 - 2, 2 - 2**31],
    V.DATETIME: [None, 0, -1, 1, NOON_2020, NOON_2020 + 30 * DAY, -62_135_596_800_000_000, 253_402_300_799_999_999,
                 BIG - 2, -106_751_991 * DAY],
    V.TIME: [None, 0, 1, 43_200_000_000, DAY - 1],
    V.DURATION: [None, 0, 1, -1, DAY, -DAY, DAY - 1, BIG - 1, 1 - BIG, -BIG],
    V.LIST: [None, [], ["a"], ["a", "a"], ["b", "a"], [None], ["a", None], ["", "中"]],
}  # fmt: skip
INSIDE = {V.TEXT: pa.string(), V.INTEGER: pa.int64(), V.NUMBER: pa.float64(), V.BOOLEAN: pa.bool_(),
          V.DATE: pa.date32(), V.DATETIME: pa.timestamp("us"), V.TIME: pa.time64("us"), V.DURATION: pa.int64(),
          V.LIST: pa.list_(pa.string())}  # fmt: skip
RAW = dict.fromkeys((V.DATETIME, V.TIME), pa.int64()) | {V.DATE: pa.int32()}
A, B, C = column("a"), column("b"), column("c")
FAILED = "failed"


def both(sql: Sql, *kinds: V, values: Sequence[Sequence[Any]] | None = None, left: int = 0) -> None:
    """``sql`` over columns a, b and c of those types, for every combination of their values. ``left``: of how many
    Python may say that it leaves them to DuckDB."""
    names = "abc"[: len(kinds)]
    rows = list(itertools.product(*(values or [VALUES[kind] for kind in kinds])))
    asked, wanted_type = in_duckdb(sql, list(zip(names, kinds, strict=True)), rows)
    decide, kind = in_python(sql, list(zip(names, kinds, strict=True)))
    assert kind in (wanted_type, "NULL") or wanted_type == '"NULL"' or "NULL" in kind, (kind, wanted_type)
    leaving = 0
    for row, wanted in zip(rows, asked, strict=True):
        try:
            found = decide(dict(zip(names, row, strict=True)).get, None)["found"]
        except SqlError:
            found = FAILED
        except LeftToDuckDB:
            leaving += 1
            continue
        found = list(found) if isinstance(found, tuple) else found
        if wanted == FAILED and found is None and None in row:
            continue  # beside NULL too DuckDB computes what fails; where that can be, TRY stands around both
        assert repr(found) == repr(wanted), (sql.sql("duckdb"), row, found, wanted)
    assert leaving <= left


def in_python(sql: Sql, columns: Sequence[tuple[str, V]]) -> tuple[Callable[..., dict[str, Any]], str]:
    write = Writer(NODES)
    lines = []
    for name, kind in columns:
        write.names[name] = Code(f"v_{name}", SQL_TYPES[kind], plain=True)
        lines.append(f"v_{name} = get({name!r})")
    lines += layer(write, Step({"found": sql}))
    found = write.names["found"]
    text = "\n  ".join(["def decided(get, today):", *lines, f"return {{'found': {found.text}}}"])
    return compiled(text, write.constants), found.kind


def in_duckdb(sql: Sql, columns: Sequence[tuple[str, V]], rows: Sequence[Sequence[Any]]) -> tuple[list[Any], str]:
    return workers().submit(asked, sql.sql("duckdb"), columns, rows).result()


def asked(sql: str, columns: Sequence[tuple[str, V]], rows: Sequence[Sequence[Any]]) -> tuple[list[Any], str]:
    cursor = instance().cursor()
    fields = [pa.array(list(values), RAW.get(kind, INSIDE[kind])).cast(INSIDE[kind])
              for (_, kind), values in zip(columns, zip(*rows, strict=True), strict=True)]
    given = pa.table([*fields, pa.array(range(len(rows)))], names=[*(name for name, _ in columns), "number"])
    query = f"SELECT {sql} AS found FROM given ORDER BY number"

    def ask(data: pa.Table) -> list[Any]:
        """Rows among which one fails are asked about in halves."""
        cursor.register("given", data)
        try:
            return plain(cursor.execute(query).to_arrow_reader(1_000_000).read_all())
        except duckdb.Error:
            half = data.num_rows // 2
            return [*ask(data.slice(0, half)), *ask(data.slice(half))] if half else [FAILED]

    found = ask(given)
    kind = cursor.execute(f"SELECT typeof(found) FROM (SELECT TRY({sql}) AS found FROM given LIMIT 1)").fetchall()[0][0]
    return found, kind


def plain(found: pa.Table) -> list[Any]:
    values = found.column("found").combine_chunks()
    if pa.types.is_date32(values.type):
        values = values.cast(pa.int32())
    elif pa.types.is_timestamp(values.type) or pa.types.is_time(values.type):
        values = values.cast(pa.int64())
    return [int(one) if type(one).__name__ == "Decimal" else one for one in values.to_pylist()]


ORDERED = [V.TEXT, V.INTEGER, V.NUMBER, V.DATE, V.DATETIME, V.TIME, V.DURATION, V.BOOLEAN]
SIGNS = [exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE]


@pytest.mark.parametrize("kind", ORDERED)
@pytest.mark.parametrize("sign", SIGNS)
def test_comparisons(sign: type[exp.Binary], kind: V) -> None:
    both(sign(this=A, expression=B), kind, kind)


@pytest.mark.parametrize("sign", SIGNS)
def test_comparisons_with_constants(sign: type[exp.Binary]) -> None:
    for value in (0.0, 1.0, -0.0, math.inf, 5e-324):
        both(sign(this=A, expression=literal(value, V.NUMBER)), V.NUMBER)
    both(sign(this=A, expression=literal("中", V.TEXT)), V.TEXT)
    both(sign(this=A, expression=literal(dt.date(2020, 2, 29), V.DATE)), V.DATE)
    evening = dt.datetime(2020, 2, 29, 20, 0, 0, 1, dt.timezone(dt.timedelta(hours=8)))
    both(sign(this=A, expression=literal(evening, V.DATETIME)), V.DATETIME)
    both(sign(this=A, expression=literal(dt.time(12, 0, 0, 5), V.TIME)), V.TIME)
    both(sign(this=A, expression=literal(dt.timedelta(days=1), V.DURATION)), V.DURATION)
    for value in (1, -1, 2**31, -(2**31), 2**63, 10**15):
        both(sign(this=A, expression=integer(value)), V.INTEGER)
    both(sign(this=A, expression=exp.null()), V.INTEGER)
    both(sign(this=exp.cast(A, "DOUBLE"), expression=literal(float(2**53), V.NUMBER)), V.INTEGER)


def test_logic() -> None:
    both(paren(exp.And(this=A, expression=B)), V.BOOLEAN, V.BOOLEAN)
    both(paren(exp.Or(this=A, expression=B)), V.BOOLEAN, V.BOOLEAN)
    both(exp.Not(this=paren(exp.Or(this=A, expression=paren(exp.And(this=B, expression=C))))), *[V.BOOLEAN] * 3)
    both(exp.And(this=exp.true(), expression=A), V.BOOLEAN)
    both(exp.Or(this=is_null(A), expression=is_null(B)), V.BOOLEAN, V.BOOLEAN)
    both(exp.Not(this=is_null(A)), V.TEXT)
    both(call("COALESCE", A, exp.false()), V.BOOLEAN)
    both(call("COALESCE", exp.Or(this=A, expression=B), exp.false()), V.BOOLEAN, V.BOOLEAN)
    both(call("COALESCE", A, integer(0)), V.INTEGER)
    both(call("COALESCE", A, B), V.DATE, V.DATE)
    for low, high in ((1, 3), (-1, 0), (3, 1)):
        both(exp.Between(this=A, low=integer(low), high=integer(high)), V.INTEGER)


def test_case() -> None:
    both(case([(A, B)]), V.BOOLEAN, V.INTEGER)
    both(case([(A, B), (exp.Not(this=A), C)], exp.null()), V.BOOLEAN, V.DATE, V.DATE)
    both(case([(exp.EQ(this=A, expression=B), bigint(1))], bigint(0)), V.TEXT, V.TEXT)
    both(case([(paren(exp.And(this=A, expression=exp.Not(this=B))), bigint(1))], bigint(0)), V.BOOLEAN, V.BOOLEAN)
    both(case([], literal(3, V.INTEGER)), V.BOOLEAN)
    both(case([(exp.LT(this=A, expression=integer(at)), bigint(at)) for at in range(-40, 100)]), V.INTEGER)
    some = ((exp.EQ(this=A, expression=integer(at)), exp.null() if at % 2 else bigint(at)) for at in range(100))
    both(case(some, bigint(-1)), V.INTEGER)
    both(case([(call("ISFINITE", A), A.copy())]), V.NUMBER)
    both(case([(exp.Not(this=call("ISNAN", A)), A.copy())]), V.NUMBER)


ARITHMETIC = [exp.Add, exp.Sub, exp.Mul]


@pytest.mark.parametrize("sign", ARITHMETIC)
def test_arithmetic(sign: type[exp.Binary]) -> None:
    both(sign(this=A, expression=B), V.INTEGER, V.INTEGER)
    both(call("TRY", paren(sign(this=A, expression=B))), V.INTEGER, V.INTEGER)
    both(sign(this=A, expression=B), V.NUMBER, V.NUMBER)
    both(sign(this=exp.cast(A, "SMALLINT"), expression=exp.cast(integer(63), "SMALLINT")), V.INTEGER)


def test_division_and_powers() -> None:
    both(exp.Div(this=A, expression=B), V.NUMBER, V.NUMBER)
    both(exp.Div(this=A, expression=call("NULLIF", B, literal(0.0, V.NUMBER))), V.NUMBER, V.NUMBER)
    both(exp.Pow(this=A, expression=B), V.NUMBER, V.NUMBER)
    both(exp.IntDiv(this=A, expression=bigint(DAY)), V.DURATION)
    both(exp.IntDiv(this=A, expression=B), V.INTEGER, V.INTEGER)
    both(exp.Neg(this=A), V.INTEGER)
    both(call("ISFINITE", A), V.NUMBER)
    both(call("ISNAN", A), V.NUMBER)
    both(exp.DPipe(this=A, expression=exp.DPipe(this=B, expression=exp.Literal.string("!"))), V.TEXT, V.TEXT)


@pytest.mark.parametrize("kind", [one for one in ORDERED if one is not V.BOOLEAN])
@pytest.mark.parametrize("name", ["GREATEST", "LEAST"])
def test_extremes(name: str, kind: V) -> None:
    both(call(name, A, B), kind, kind)
    both(call(name, A, B, literal(None, kind)), kind, kind)
    both(call(name, literal(None, kind), literal(None, kind)), kind)


def test_bits() -> None:
    both(exp.BitwiseAnd(this=A, expression=exp.Neg(this=B)), V.INTEGER, V.INTEGER)
    two = paren(exp.BitwiseOr(this=A, expression=B))
    both(paren(exp.BitwiseOr(this=two, expression=bigint(5))), V.INTEGER, V.INTEGER)
    both(exp.BitwiseRightShift(this=A, expression=paren(exp.Sub(this=B, expression=integer(1)))), V.INTEGER, V.INTEGER,
         values=[[None, 0, 1, 5, 2**61, BIG - 1], [None, 1, 2, 62, 63, 64]])
    both(call("BIT_COUNT", A), V.INTEGER)
    both(exp.cast(call("BIT_COUNT", A), "SMALLINT"), V.INTEGER)


def test_casts() -> None:
    for kind in ("SMALLINT", "INTEGER", "BIGINT", "DOUBLE"):
        both(exp.cast(A, kind), V.INTEGER)
    both(exp.cast(A, "BIGINT"), V.BOOLEAN)
    both(exp.cast(paren(exp.LT(this=A, expression=B)), "BIGINT"), V.INTEGER, V.INTEGER)
    both(exp.cast(A, "DATE"), V.DATETIME)
    both(call("TRY", exp.cast(bigint(2**40), "INTEGER")), V.BOOLEAN)
    both(exp.cast(bigint(2**40), "INTEGER"), V.BOOLEAN)
    for kind in V:
        both(literal(None, kind), V.BOOLEAN)
        both(exp.cast(A, SQL_TYPES[kind]), kind)


CONSTANTS: list[tuple[Any, V]] = [
    ("it's \\ \U0001d11e", V.TEXT), (-(2**62), V.INTEGER), (1e300, V.NUMBER), (-0.0, V.NUMBER), (math.inf, V.NUMBER),
    (dt.date.min, V.DATE), (dt.date.max, V.DATE), (dt.datetime(1, 1, 1, tzinfo=dt.UTC), V.DATETIME),
    (dt.datetime(9999, 12, 31, 23, 59, 59, 999_999, dt.UTC), V.DATETIME), (dt.time(23, 59, 59, 1), V.TIME),
    (-dt.timedelta(days=999_999), V.DURATION), (("a", "b", "a"), V.LIST), ((), V.LIST), (True, V.BOOLEAN),
]  # fmt: skip


@pytest.mark.parametrize(("value", "kind"), CONSTANTS)
def test_constants(value: Any, kind: V) -> None:
    both(literal(value, kind), V.BOOLEAN)


def test_lists() -> None:
    both(call("LIST_HAS_ANY", A, B), V.LIST, V.LIST)
    both(call("LIST_HAS_ANY", A, array([exp.Literal.string("a"), exp.Literal.string("中")])), V.LIST)
    both(call("LIST_HAS_ANY", A, array([exp.Literal.string("中"), exp.null()])), V.LIST)
    both(call("LIST_CONTAINS", A, B), V.LIST, V.TEXT)
    both(case([(exp.Not(this=is_null(B)), call("LIST_CONTAINS", A, B))]), V.LIST, V.TEXT)
    position = call("LIST_POSITION", array(map(exp.Literal.string, ("b", "中", "b", ""))), A)
    both(position, V.TEXT)
    both(exp.GT(this=position.copy(), expression=integer(0)), V.TEXT)
    both(known_only(A), V.LIST)
    unknown = [case([(is_null(column(name)), exp.Literal.string(name))]) for name in "ab"]
    both(known_only(array(unknown)), V.TEXT, V.TEXT)
    both(exp.cast(array([]), "VARCHAR[]"), V.BOOLEAN)
    both(call("LEN", A), V.LIST)
    both(call("LIST_CONCAT", A, B, C), V.LIST, V.LIST, V.LIST)
    both(call("LIST_TRANSFORM", A, each(exp.DPipe(this=column(EACH), expression=B))), V.LIST, V.TEXT)
    both(item(array([bigint(10), bigint(20), literal(None, V.INTEGER)]), A), V.INTEGER)
    both(item(array([A, B, bigint(7)]), A), V.INTEGER, V.INTEGER)
    both(item(A, B), V.LIST, V.INTEGER)


def test_lists_made_of_hits() -> None:
    """As tables that take every row make them."""
    positions = array(bigint(at) for at in range(1, 5))
    shifted = exp.BitwiseRightShift(this=A, expression=paren(exp.Sub(this=column(EACH), expression=integer(1))))
    held = exp.EQ(this=paren(exp.BitwiseAnd(this=paren(shifted), expression=integer(1))), expression=integer(1))
    hits = call("LIST_FILTER", positions, each(held))
    masks: list[Sequence[Any]] = [[None, 0, 1, 6, 15], VALUES[V.INTEGER]]
    both(hits, V.INTEGER, values=masks[:1])
    more = call("TRY", paren(exp.Add(this=B, expression=integer(1))))
    for items in (array([B, literal(None, V.INTEGER), bigint(3), more]), array(map(bigint, range(4)))):
        picked = call("LIST_TRANSFORM", hits.copy(), each(item(items, column(EACH))))
        some = exp.GT(this=call("LEN", hits.copy()), expression=integer(0))
        both(case([(some, known_only(picked))]), V.INTEGER, V.INTEGER, values=masks)


@pytest.mark.parametrize("name", ["LIST_SUM", "LIST_MIN", "LIST_MAX", "LEN"])
@pytest.mark.parametrize("kind", [V.INTEGER, V.NUMBER, V.DATE, V.DATETIME, V.TIME, V.DURATION, V.TEXT])
def test_aggregates(name: str, kind: V) -> None:
    if name == "LIST_SUM" and kind not in (V.INTEGER, V.NUMBER, V.DURATION):
        return
    both(call(name, array([A, B, C])), kind, kind, kind, values=[VALUES[kind][:9], VALUES[kind][2:], VALUES[kind][::2]])
    both(call(name, known_only(array([A, B]))), kind, kind)
    if name != "LEN":
        both(exp.cast(call(name, known_only(array([A, B]))), SQL_TYPES[kind]), kind, kind)


def test_days() -> None:
    for name in ("YEAR", "MONTH", "DAYOFMONTH"):
        both(call(name, A), V.DATE)
    both(exp.Sub(this=A, expression=B), V.DATE, V.DATE)
    both(exp.cast(paren(exp.Sub(this=A, expression=B)), "BIGINT"), V.DATE, V.DATE)
    for sign in (exp.Add, exp.Sub):
        both(sign(this=A, expression=exp.cast(B, "INTEGER")), V.DATE, V.INTEGER)
        both(sign(this=A, expression=exp.cast(integer(14), "INTEGER")), V.DATE)
        both(call("TRY", paren(sign(this=A, expression=exp.cast(B, "INTEGER")))), V.DATE, V.INTEGER)
    years = [None, 0, 1, -1, 4, 1900, 2000, 2020, 9999, 10_000, 5_881_579, 5_881_580, 5_881_581, -5_877_640, -5_877_641,
             -5_877_642, 2**31, -(2**31) - 1, BIG - 1]
    both(call("MAKE_DATE", A, B, C), V.INTEGER, V.INTEGER, V.INTEGER,
         values=[years, [None, 0, 1, 2, 6, 7, 8, 12, 13], [None, 0, 1, 11, 22, 23, 24, 28, 29, 30, 31, 32]])
    far = exp.Add(this=call("YEAR", A), expression=integer(10**15))
    both(call("TRY", call("MAKE_DATE", far, B, integer(1))), V.DATE, V.INTEGER)


def test_months() -> None:
    for months in (0, 1, -1, 11, 12, -13, 999_999, -3_487_000, 3_487_000, 2**31 - 1):
        later = exp.Add(this=A, expression=call("TO_MONTHS", exp.cast(integer(months), "INTEGER")))
        for kind in (V.DATE, V.DATETIME):
            both(exp.cast(paren(later.copy()), SQL_TYPES[kind]), kind)
            both(call("TRY", exp.cast(paren(later.copy()), SQL_TYPES[kind])), kind)


def test_instants() -> None:
    both(call("EPOCH_US", A), V.DATETIME)
    both(exp.Sub(this=call("EPOCH_US", A), expression=call("EPOCH_US", B)), V.DATETIME, V.DATETIME)
    for sign in (exp.Add, exp.Sub):
        both(sign(this=A, expression=call("TO_MICROSECONDS", B)), V.DATETIME, V.DURATION)
        both(call("TRY", paren(sign(this=A, expression=call("TO_MICROSECONDS", B)))), V.DATETIME, V.DURATION)


ZONES = ["UTC", "Asia/Shanghai", "America/New_York", "Europe/London", "Pacific/Honolulu", "Australia/Lord_Howe",
         "Pacific/Apia", "Africa/Casablanca", "America/St_Johns", "Asia/Kathmandu"]  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_clocks(zone: str) -> None:
    """Every three hours of years in which clocks were changed, and the last moments of days and hours."""
    starts = [dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (1940, 1986, 2011, 2026)]
    epoch, hour = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.timedelta(hours=1)
    hours = [((start - epoch) // hour + 3 * step) * DAY // 24 for start in starts for step in range(8 * 366)]
    instants = [*VALUES[V.DATETIME], *hours, *(at - 1 for at in hours)]
    local = call("TIMEZONE", exp.Literal.string(zone), call("TIMEZONE", exp.Literal.string("UTC"), A))
    both(exp.cast(local.copy(), "DATE"), V.DATETIME, values=[instants], left=len(instants) // 20)
    both(local, V.DATETIME, values=[instants], left=len(instants) // 20)


UNKNOWN: list[tuple[str, Sql]] = [
    ("Xor", exp.Xor(this=A, expression=B)),
    ("MEDIAN", call("MEDIAN", A)),
    ("VARCHAR as BIGINT", exp.cast(A, "BIGINT")),
    ("Add of VARCHAR", exp.Add(this=A, expression=B)),
    ("no column z", column("z")),
    ("VARCHAR, BIGINT together", array([A, bigint(1)])),
]


@pytest.mark.parametrize(("said", "sql"), UNKNOWN)
def test_what_has_no_translation_is_told_before_any_row(said: str, sql: Sql) -> None:
    with pytest.raises(UntranslatedError, match=said if said != "VARCHAR, BIGINT together" else "BIGINT, VARCHAR"):
        in_python(sql, [("a", V.TEXT), ("b", V.TEXT)])
