"""How DuckDB's clocks differ from UTC. It has its own edition of the time zones, which need not be the system's."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ..duck import instance, workers
from .meaning import DAY, EPOCH, LeftToDuckDB

FIRST: Final = dt.date(1900, 1, 1)
LAST: Final = dt.date(2100, 1, 1)
_CHANGES: Final = """
  select day, clock - day as off from (
    select epoch_us(day) as day, epoch_us(timezone($zone, timezone('UTC', day))) as clock
    from (select unnest(range($first::timestamp, $last::timestamp, interval 1 day)) as day))
  qualify off is distinct from lag(off) over (order by day) order by day"""


@dataclass(frozen=True, slots=True)
class Offsets:
    """``days``: those of UTC, by number, that begin with another offset than the one before; ``micros``: with which."""

    days: tuple[int, ...]
    micros: tuple[int, ...]

    def local(self, instant: int) -> int:
        """What the clocks showed. A day of UTC on which they were changed, and times before and after what was asked
        for, are left to DuckDB."""
        day = instant // DAY
        after = bisect_right(self.days, day)
        if after == 0 or day >= LAST.toordinal() - EPOCH or self.days[after : after + 1] == (day + 1,):
            raise LeftToDuckDB
        return instant + self.micros[after - 1]


@lru_cache(maxsize=64)
def offsets(zone: str) -> Offsets:
    """Some 30 ms when a zone is first asked for."""
    rows = workers().submit(changes, zone).result()
    return Offsets(tuple(at // DAY for at, _ in rows), tuple(micros for _, micros in rows))


def changes(zone: str) -> list[tuple[int, int]]:
    given = {"zone": zone, "first": FIRST.isoformat(), "last": LAST.isoformat()}
    found: list[tuple[int, int]] = instance().cursor().execute(_CHANGES, given).fetchall()
    return found
