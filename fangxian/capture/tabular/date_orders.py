"""Whether the day or the month comes first in the dates of a column: said, or settled by column, day or list."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fangxian.kernel.dates import DayOrder, guess_order, parse_date
from fangxian.kernel.values import ValueType

from .meanings import ListColumn, Understanding
from .types import Cell, ListSheet, Target

_SAID: Final[Mapping[str, DayOrder]] = {
    "dmy": DayOrder.DAY_FIRST, "mdy": DayOrder.MONTH_FIRST, "ymd": DayOrder.YEAR_FIRST,
}  # fmt: skip
_NEAR: Final = dt.timedelta(days=45)
_OPEN: Final = re.compile(r"\s*(\d{1,2})\s*[-/]\s*(\d{1,2})\s*[-/]\s*\d{2,4}|\s*(\d{2})(\d{2})\d{2}\s*")
_SIX: Final = re.compile(r"\s*\d{6}\s*")
"""Without dividers, nearness alone settles nothing: six digits read in two ways are asked about."""
_DOUBTS: Final = frozenset({"ambiguous_date", "two_digit_year"})


class Settled(StrEnum):
    """What settled a column's order, from the surest."""

    SAID = "said"
    COLUMN = "column"
    NEAR = "near"
    """One order alone brings the dates near the day of the import."""
    LIST = "list"
    """Another column of the same list shows it."""
    OPEN = "open"
    NEEDLESS = "needless"


@dataclass(frozen=True, slots=True)
class ColumnOrder:
    """The order a column is read in."""

    order: DayOrder
    settled: Settled
    example: str = ""
    """One of the dates that could be either, where nothing settled them."""


def column_orders(
    sheet: ListSheet, understanding: Understanding, targets: Mapping[str, Target], on: dt.date
) -> dict[int, ColumnOrder]:
    """The order of each column that holds dates; of one that could be either, that of the list's other columns."""
    found = {
        column.index: _order(column, _texts(sheet, understanding, column), targets[column.meaning.target], on)
        for column in understanding.columns
        if column.meaning and _holds_dates(column, targets)
    }
    sure = {each.order for each in found.values() if each.settled in (Settled.COLUMN, Settled.SAID, Settled.NEAR)}
    if len(sure) != 1:
        return found
    order = sure.pop()
    return {
        index: ColumnOrder(order, Settled.LIST) if each.settled is Settled.OPEN else each
        for index, each in found.items()
    }


def open_orders(
    sheet: ListSheet, understanding: Understanding, targets: Sequence[Target], on: dt.date
) -> dict[int, ListColumn]:
    """The columns whose dates could be either, and nothing settles which."""
    orders = column_orders(sheet, understanding, {target.name: target for target in targets}, on)
    return {index: understanding.columns[index] for index, order in orders.items() if order.settled is Settled.OPEN}


def _holds_dates(column: ListColumn, targets: Mapping[str, Target]) -> bool:
    target = targets.get(column.meaning.target) if column.meaning else None
    return target is not None and target.type in (ValueType.DATE, ValueType.DATETIME)


def _order(column: ListColumn, texts: Sequence[str], target: Target, on: dt.date) -> ColumnOrder:
    said = next((_SAID[part] for part in _parts(column) if part in _SAID), None)
    if said:
        return ColumnOrder(said, Settled.SAID)
    guessed = guess_order(texts)
    if guessed is not DayOrder.UNKNOWN:
        return ColumnOrder(guessed, Settled.COLUMN)
    birth = target.kind == "birth_date"
    example = next((text for text in texts if _is_open(text, on, birth)), None)
    if example is None:
        return ColumnOrder(DayOrder.UNKNOWN, Settled.NEEDLESS)
    near = None if birth or _SIX.fullmatch(example) else _near(texts, on)
    return ColumnOrder(near, Settled.NEAR) if near else ColumnOrder(DayOrder.UNKNOWN, Settled.OPEN, example)


def _parts(column: ListColumn) -> list[str]:
    return (column.meaning.part or "").split(".") if column.meaning else []


def _near(texts: Sequence[str], on: dt.date) -> DayOrder | None:
    """The order in which all dates lie near the day of the import, if the other one leads elsewhere."""
    orders = (DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST)
    near = [order for order in orders if all(_lies_near(text, on, order) for text in texts)]
    return near[0] if len(near) == 1 else None


def _lies_near(text: str, on: dt.date, order: DayOrder) -> bool:
    read = parse_date(text, on=on, order=order)
    return read.value is None or abs(read.value - on) <= _NEAR


def _is_open(text: str, on: dt.date, birth: bool) -> bool:
    """Whether only the order says which day is meant; 20/03/2020 tells by itself."""
    found = _OPEN.match(text)
    if found is None or (found[1] is not None and found[1] == found[2]):
        return False
    return any(fault.code in _DOUBTS for fault in parse_date(text, on=on, birth=birth).faults)


def _texts(sheet: ListSheet, understanding: Understanding, column: ListColumn) -> list[str]:
    """The column's different texts; what a spreadsheet knows to be a date needs no order."""
    cells: dict[Cell, None] = {sheet.rows[place][column.index]: None for place in understanding.layout.lines}
    return [str(cell) for cell in cells if isinstance(cell, str) or _is_six_digits(cell)]


def _is_six_digits(cell: Cell) -> bool:
    return isinstance(cell, int) and not isinstance(cell, bool) and _SIX.fullmatch(str(cell)) is not None
