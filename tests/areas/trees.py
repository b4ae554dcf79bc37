"""Trees for tests: a small county, any tree at all, and the shared country file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from fangxian.areas.levels import CHINA

STEADY = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
NOW = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)
COUNTRY = Path(__file__).resolve().parents[2] / "../shared/data/areas/cn_areas_2023.csv.gz"
LEVELS = [spec.code for spec in CHINA]

Rows = list[tuple[str, str, str, str]]

COUNTY: Rows = [
    ("37", "山东省", "province", ""),
    ("3708", "济宁市", "city", "37"),
    ("370811", "任城区", "county", "3708"),
    ("370812", "兖州区", "county", "3708"),
    ("370811002", "许庄街道", "township", "370811"),
    ("370811005", "李营街道", "township", "370811"),
    ("370811002001", "许庄村委会", "community", "370811002"),
    ("370811002002", "正义路社区居委会", "community", "370811002"),
    ("370811005001", "王庄村村民委员会", "community", "370811005"),
    ("370811005002", "文苑社区居民委员会", "community", "370811005"),
    ("37081100200101", "第一网格", "grid", "370811002001"),
    ("37081100200102", "第二网格", "grid", "370811002001"),
    ("37081100500201", "第一网格", "grid", "370811005002"),
]


@st.composite
def trees(draw: st.DrawFn, codes: int = 12) -> Rows:
    """Any sound tree over a few codes, in file order: each area below one of a higher level, or a root."""
    rows: Rows = []
    for code in draw(st.lists(st.sampled_from([f"a{n}" for n in range(codes)]), unique=True, max_size=codes)):
        above = draw(st.sampled_from([None, *(row for row in rows if row[2] != LEVELS[-1])]))
        lowest = LEVELS.index(above[2]) + 1 if above else 0
        level = draw(st.sampled_from(LEVELS[lowest:])) if above else LEVELS[0]
        rows.append((code, draw(st.sampled_from(["东", "西", "南", "北"])), level, above[0] if above else ""))
    return rows
