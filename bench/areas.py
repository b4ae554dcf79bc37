"""The tree at a country's size: loading it and reading it. One JSON line a figure; ``python bench/areas.py [FILE]``.

It works in a database of its own beside the working one, made new and dropped at the end.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import django
import psycopg
from psycopg import sql

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.site.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402

from fangxian.accounts import coverage  # noqa: E402
from fangxian.areas import actions, queries  # noqa: E402
from fangxian.areas.listing import listing_of, read_file  # noqa: E402
from fangxian.areas.rules import AddressIndex, fit, grouping  # noqa: E402
from fangxian.areas.types import EVERYWHERE, Node, Tier, subtree  # noqa: E402
from fangxian.site import database  # noqa: E402

FILE = Path(__file__).resolve().parents[1] / "../shared/data/areas/cn_areas_2023.csv.gz"
NAME = os.environ.get("FANGXIAN_BENCH_DB", "bench_areas")
NOW = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)


def tell(name: str, value: float, unit: str, note: str) -> None:
    print(json.dumps({"name": f"areas.{name}", "value": round(value, 3), "unit": unit, "note": note}), flush=True)


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def repeated(name: str, work: Callable[[], object], note: str, times: int = 30) -> None:
    """The median and the 95th percentile in milliseconds, after one warm-up."""
    work()
    taken = [timed(work) * 1000 for _ in range(times)]
    tell(name, median(taken), "ms", f"{note}; p95 {quantiles(taken, n=20)[-1]:.1f} ms of {times}")


@contextmanager
def own_database() -> Iterator[None]:
    database.start()
    _admin("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    _admin("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    for alias in ("default", "owner"):
        connections[alias].settings_dict["NAME"] = NAME
    database.prepare()
    try:
        yield
    finally:
        connections.close_all()
        _admin("DROP DATABASE IF EXISTS {} WITH (FORCE)")


def _admin(statement: str) -> None:
    owner = settings.DATABASES["owner"]
    with psycopg.connect(host=owner["HOST"], port=owner["PORT"] or None, user=owner["USER"],
                         password=owner["PASSWORD"] or None, dbname="postgres", autocommit=True) as admin:
        admin.execute(sql.SQL(statement).format(sql.Identifier(NAME)))


def load(file: Path) -> None:
    begun, used = time.perf_counter(), time.process_time()
    listing, findings = read_file(file)
    tell("load.read", time.perf_counter() - begun, "s", f"{len(listing.rows)} rows read and split; part of load")
    actions.load(listing=listing, by=None, at=NOW)
    tell("load", time.perf_counter() - begun, "s", f"{len(listing.rows)} areas from the gzipped file to the commit: "
         f"checked ({len(findings)} findings), paths, pinyin, counts, all indexes and foreign keys;"
         f" {time.process_time() - used:.1f} s of it computing here, the rest in PostgreSQL or waiting")
    tell("load.again", timed(lambda: actions.load(listing=read_file(file)[0], by=None, at=NOW)), "s",
         "the same file again: read, compared, nothing changed")


def roll_ups() -> None:
    provinces = queries.children("")
    chosen = random.Random(1)
    repeated("roll_up.country", lambda: (queries.roll_up(""), queries.counts_below([""])),
             f"counts by level of {len(provinces)} provinces and the country", 50)
    repeated("roll_up.province", lambda: queries.roll_up(chosen.choice(provinces).path),
             "counts by level of the cities of a province, any", 100)
    cities = queries.children(provinces[2].path)
    repeated("roll_up.city", lambda: queries.roll_up(chosen.choice(cities).path), "counts of a city's counties")


def figures() -> None:
    """A figure stored at every area, grouped by the children of an area in one index-only scan."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE figure (path text COLLATE \"C\", number int)")
            cursor.execute("INSERT INTO figure SELECT path, 1 FROM areas_area")
            cursor.execute("CREATE INDEX ON figure (path) INCLUDE (number)")
            cursor.execute("ANALYZE figure")
        chosen, provinces = random.Random(2), [node.path for node in queries.children("")]
        repeated("figures.province", lambda: grouped(chosen.choice(provinces)),
                 "sum of one figure per area by city of a province, any, from the rows", 60)
        repeated("figures.country", lambda: grouped(""), "the same of the whole country by province: 665,276 rows", 5)


def grouped(path: str) -> None:
    by_child = grouping(path)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {by_child.key}, sum(number) FROM figure WHERE {by_child.condition} GROUP BY 1",
                       by_child.params)
        cursor.fetchall()


def reads() -> None:
    county = queries.find("370811")[0]
    communities = queries.below(subtree(county.path), tier=Tier.COMMUNITY, limit=None)
    paths = [node.path for node in communities]
    repeated("places", lambda: queries.places(paths), f"places of {len(paths)} communities, kept in the process")
    repeated("children", lambda: queries.children(county.path), "townships of a county")
    repeated("find.county", lambda: queries.find("社区", within=subtree(county.path)), "name anywhere, within a county")
    for text in ("东华", "dhm", "1101", "朝阳", "无此地名"):
        repeated("find.country", lambda wanted=text: queries.find(wanted), f"{text} in the whole country", 10)  # type: ignore[misc]
    repeated("blind_spots.county", lambda: coverage.blind_spots(subtree(county.path), at=NOW), "first page, a county")
    repeated("blind_spots.country", lambda: coverage.blind_spots(EVERYWHERE, at=NOW), "first page, the country")
    repeated("blind_spots.count.country", lambda: coverage.count_blind_spots(EVERYWHERE, at=NOW), "all counted", 3)
    addresses(county, communities)


def addresses(county: Node, communities: list[Node]) -> None:
    chosen = random.Random(3)
    townships = {node.path: node.name for node in queries.children(county.path)}
    written = [
        f"山东省济宁市任城区{townships[node.path[:-3]]}{node.name}{chosen.randint(1, 300)}号" for node in
        chosen.choices(communities, k=10_000)]
    tell("address_index", timed(lambda: queries.address_index(county.path)) * 1000, "ms", "one county, first use")
    index: AddressIndex = queries.address_index(county.path)
    tell("fit", timed(lambda: [fit(address, index) for address in written]), "s", "10,000 addresses in one county")


def changes() -> None:
    county = queries.find("370811")[0]
    grids = [(f"{node.code}{number:02}", f"第{number}网格", "grid", node.code)
             for node in queries.below(subtree(county.path), tier=Tier.COMMUNITY, limit=None) for number in range(1, 5)]
    tell("load.grids", timed(lambda: actions.load(listing=listing_of(grids), by=None, at=NOW)), "s",
         f"{len(grids)} grids below a county, compared with the whole country's tree")
    parts = [node.code for node in queries.children(county.path)[:2]]
    tell("merge", timed(lambda: actions.merge(codes=parts[:1], into=parts[1], on=NOW.date(), by=None, at=NOW)), "s",
         "two townships with their communities and grids")


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    if not file.exists():
        print(f"{file} is missing; nothing measured", file=sys.stderr)
        return
    with own_database():
        load(file)
        roll_ups()
        figures()
        reads()
        changes()


if __name__ == "__main__":
    main()
