"""Values of Python's many types, passed through a chain: taken, given and refused as Arrow does with a column."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from fangxian.dmn.engine import Chain
from fangxian.kernel.values import ValueType as V

from .both_ways import agreed_or_refused, in_python
from .examples import table

MICROSECOND = dt.timedelta(microseconds=1)
NEW_YORK = ZoneInfo("America/New_York")
AHEAD = dt.timezone(dt.timedelta(hours=14))
NAIVE = dt.datetime(2020, 1, 1, 23, tzinfo=dt.UTC).replace(tzinfo=None)
GIVEN: dict[V, list[Any]] = {
    V.TEXT: ["", "a\0", "\U0001d11e", "\ud800", b"bytes", b"\xff", 5, np.str_("a"), float("nan")],
    V.INTEGER: [True, 1.0, 1.5, "1", 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, np.int64(5), np.float64(2)],
    V.NUMBER: [3, True, 2**53, 2**53 + 1, -(2**53) - 1, float("nan"), float("-inf"), -0.0, "1", np.float32(0.1)],
    V.BOOLEAN: [True, 1, 0.0, "true", np.bool_(True)],
    V.DATE: [dt.date.min, dt.date.max, NAIVE, NAIVE.replace(tzinfo=AHEAD), "", 5],
    V.DATETIME: [
        NAIVE, dt.datetime.max.replace(tzinfo=dt.UTC), dt.datetime.min.replace(tzinfo=AHEAD),
        dt.datetime.max.replace(tzinfo=NEW_YORK), dt.datetime(2020, 11, 1, 1, 30, tzinfo=NEW_YORK),
        dt.datetime(2020, 11, 1, 1, 30, fold=1, tzinfo=NEW_YORK), dt.datetime(2020, 3, 8, 2, 30, tzinfo=NEW_YORK),
        dt.datetime(1900, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")), dt.date(2020, 1, 1), 5,
    ],
    V.TIME: [dt.time.min, dt.time.max, dt.time(8, tzinfo=dt.UTC), dt.time(8, fold=1), "08:00", 5],
    V.DURATION: [dt.timedelta.min, dt.timedelta.max, -(2**63) * MICROSECOND, 2**62 * MICROSECOND, -MICROSECOND, 5,
                 np.timedelta64(5, "s")],
    V.LIST: [[], (), ["a", "a", None], {"a"}, "ab", [b"a"], [1], ["\ud800"], ("\U0001d11e",), np.array(["a"])],
}  # fmt: skip
CASES = [(kind, value) for kind, values in GIVEN.items() for value in values]


def chain(kind: V) -> Chain:
    """Gives back what it was given; of a list, whether it has a text."""
    head, rows = f"t,hit policy,F\n,input,output\nname,given,out\ntype,{kind.value}", f"{kind.value}\n1,-,given\n"
    if kind is V.LIST:
        rows = 'boolean\n1,"""a""",true\n2,"not(""a"")",false\n'
    return Chain([table(f"{head},{rows}")], {"given": kind})


CHAINS = {kind: chain(kind) for kind in GIVEN}


@pytest.mark.parametrize(("kind", "value"), CASES)
def test_whatever_is_given(kind: V, value: Any) -> None:
    agreed_or_refused(CHAINS[kind], {"given": value})


@pytest.mark.parametrize("kind", GIVEN)
def test_nothing_given(kind: V) -> None:
    assert agreed_or_refused(CHAINS[kind], {})
    assert agreed_or_refused(CHAINS[kind], {"given": None, "more": 5})


def test_what_is_plainly_of_its_type_is_not_left_to_duckdb() -> None:
    plain: dict[V, Any] = {
        V.TEXT: "中", V.INTEGER: 5, V.NUMBER: 5, V.BOOLEAN: False, V.DATE: dt.date(2020, 1, 1), V.TIME: dt.time(8),
        V.DATETIME: dt.datetime(2020, 1, 1, tzinfo=NEW_YORK), V.DURATION: dt.timedelta(1), V.LIST: ["a"],
    }  # fmt: skip
    for kind, value in plain.items():
        assert in_python(CHAINS[kind], {"given": value}, None) is not None
