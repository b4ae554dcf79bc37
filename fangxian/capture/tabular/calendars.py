"""Years of two digits in a list that counts years by another calendar too: 74 may be 1974, or 1985 of Minguo."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from fangxian.kernel import dates
from fangxian.kernel.dates.clock_time import without_time
from fangxian.kernel.dates.eras import in_common_era
from fangxian.kernel.identifiers.spelling import wide_to_narrow
from fangxian.kernel.values import ValueType

from .cells import CellReading, Reader, shown
from .meanings import Understanding
from .types import Cell, ListSheet, Target
from .value_sentences import fault

_SHORT: Final = re.compile(
    r"\d{1,2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?|\d{6}")
_DAYS: Final = frozenset({ValueType.DATE, ValueType.DATETIME})


@dataclass(frozen=True, slots=True)
class ShortYears:
    """Whether years of two digits are asked about in a list."""

    doubtful: bool

    def asked(self, read: Reader, target: Target) -> Reader:
        """The reader of a column of days, which reads no year that may be of either calendar."""
        if not self.doubtful or target.type not in _DAYS:
            return read

        def careful(cell: Cell) -> CellReading:
            if _SHORT.fullmatch(_day(cell)):
                return CellReading(None, (fault("two_calendars", text=shown(cell)[:40]),))
            return read(cell)

        return careful


def short_years(
    sheet: ListSheet, understanding: Understanding, targets: Mapping[str, Target], on: dt.date,
) -> ShortYears:
    """By all columns of days in a list: the same hand wrote them."""
    columns = [column.index for column in understanding.columns
               if column.meaning and (target := targets.get(column.meaning.target)) and target.type in _DAYS]
    cells = {sheet.rows[place][index] for place in understanding.layout.lines for index in columns}
    return ShortYears(_counts_otherwise(cells, on))


def _counts_otherwise(cells: Iterable[Cell], on: dt.date) -> bool:
    days = (_day(cell) for cell in cells if isinstance(cell, str))
    return any(in_common_era(day, on)[0] != day for day in days)


def _day(cell: Cell) -> str:
    if isinstance(cell, bool) or not isinstance(cell, str | int):
        return ""
    return without_time(dates.in_digits(wide_to_narrow(str(cell)))).strip()
