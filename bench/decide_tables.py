"""Decision tables: a table of 30 rows over a million subjects, and over few as the recording has them."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import statistics
import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from fangxian.dmn.derived import ElapsedInput
from fangxian.dmn.engine import FEW, Chain
from fangxian.dmn.read import read_csv
from fangxian.dmn.types import Table
from fangxian.kernel.values import ValueType

SUBJECTS = 2_000_000
TODAY = dt.date(2020, 3, 30)
INPUTS = {
    "suspected": ValueType.BOOLEAN,
    "contact": ValueType.BOOLEAN,
    "risk": ValueType.TEXT,
    "released": ValueType.BOOLEAN,
    "home": ValueType.BOOLEAN,
    "frail": ValueType.BOOLEAN,
    "arrival_date": ValueType.DATE,
}
HEAD = """measure,hit policy,F
label,Measure,管理措施
,input,input,input,input,input,input,input,output,output
name,suspected,contact,risk,days,released,home,frail,measure,until
type,boolean,boolean,text,integer,boolean,boolean,boolean,text,date
required,no,yes,yes,yes,yes,no,no,,
"""


def table() -> Table:
    """Three rows at the top, 3 × 3 × 3 = 27 below them."""
    rows = [["true", *"------", '"hospital"', ""], ["false", "true", *"-----", '"central"', "arrival_date"]]
    for risk, days, home in itertools.product(
        ("high", "medium", "low"), ("< 7", "[7..14)", ">= 14"), ("true", "false", "unknown")
    ):
        until = 'arrival_date + duration("P14D")'
        frail = "-" if home == "true" else "false,unknown"
        rows.append(["false,unknown", "false", f'"{risk}"', days, "false", home, frail, f'"{risk} {home}"', until])
    rows.append(["false,unknown", "false", "-", "-", "true", "-", "-", '"none"', ""])
    lines = [",".join([str(number), *map(quoted, row)]) for number, row in enumerate(rows, 1)]
    known = {**INPUTS, "days": ValueType.INTEGER}
    found, findings = read_csv(HEAD + "\n".join(lines), "measure.csv", known)
    assert found is not None, [str(finding) for finding in findings]
    assert len(found.rules) == 30
    return found


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def subjects(count: int) -> pa.Table:
    random = np.random.default_rng(20200320)

    def flag(unknown: float) -> pa.Array:
        return pa.array(random.random(count) < 0.3, mask=random.random(count) < unknown)

    columns = {name: flag(0.1) for name in ("suspected", "home", "frail")}
    columns |= {name: flag(0.0) for name in ("contact", "released")}
    columns["risk"] = pa.array(["high", "medium", "low"]).take(pa.array(random.integers(0, 3, count)))
    arrival = (TODAY - dt.date(1970, 1, 1)).days - random.integers(0, 20, count)
    columns["arrival_date"] = pa.array(arrival.astype("int32")).cast(pa.date32())
    columns["today"] = pa.array([TODAY] * 1, type=pa.date32()).take(pa.array(np.zeros(count, dtype="int8")))
    return pa.table(columns)


def seconds(work: Callable[[], object], times: int) -> list[float]:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return sorted(found)


def told(name: str, value: float, unit: str, note: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit, "note": note}))


def main() -> None:
    chain = Chain([table()], INPUTS, [ElapsedInput("days", "days_since", "arrival_date")])
    data = subjects(SUBJECTS)
    chain.decide(data)
    best = seconds(lambda: chain.decide(data), 5)
    note = (
        "30 rows, Arrow in, Arrow with outputs, row, missing inputs and next change out; planning included; median of 5"
    )
    told("decide_many", SUBJECTS / statistics.median(best), "subjects/s", note)
    for count in (1, 10, FEW, FEW + 1, 500):
        rows = data.slice(0, count).to_pylist()
        today = [row["today"] for row in rows]
        chain.decide_rows(rows, today)
        spent = seconds(lambda rows=rows, today=today: chain.decide_rows(rows, today), 100)  # type: ignore[misc]
        way = "in Python" if count <= FEW else "in DuckDB, prepared"
        note = f"the same table, dicts in and out, {way}; median of 100"
        told(f"decide_{count}", statistics.median(spent) * 1000, "ms", note)


if __name__ == "__main__":
    main()
