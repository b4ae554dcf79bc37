"""Lines of a list as typed values, with what is wrong with each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from fangxian.kernel import faults as kernel
from fangxian.kernel.dates import DayOrder
from fangxian.kernel.findings import Finding, Severity
from fangxian.kernel.identifiers.documents import IdentityDocument
from fangxian.kernel.text import Text
from fangxian.kernel.values import Value, ValueType
from fangxian.programmes.forms.numbers import spelled_alike

from . import moments
from .ages import unit_of
from .airports import without_codes
from .calendars import ShortYears, short_years
from .cells import (
    NOTHING,
    CellReading,
    Reader,
    ReadingContext,
    age_in_years,
    phone_reader,
    reader_for,
    sex_reader,
    shown,
)
from .date_orders import ColumnOrder, Settled, column_orders
from .duplicates import with_duplicates
from .far_dates import with_far_dates
from .meanings import ListColumn, Understanding
from .people import Roles, complete, document_reader, roles_of
from .sentences import note
from .spellings import spelling
from .types import LineFault, ListLine, ListSheet, Mark, Row, Target
from .value_sentences import fault as said

_ORDER_NAMES: Final = {
    DayOrder.DAY_FIRST: Text("day/month", "日/月"),
    DayOrder.MONTH_FIRST: Text("month/day", "月/日"),
    DayOrder.YEAR_FIRST: Text("year/month/day", "年/月/日"),
}

_PART_ORDER: Final = ("surname", "surname2", "given", "middle")
_SPACELESS: Final = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff、，。；,;]")
"""Also marks after which an address goes on without one."""

RowReader = Callable[[Row], CellReading]


@dataclass(frozen=True, slots=True)
class DateSetting:
    """What reading days depends on besides: the order of each column, and the years of the whole list."""

    orders: Mapping[int, ColumnOrder]
    years: ShortYears


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """How one target is read from a row, and from which columns."""

    target: Target
    columns: tuple[ListColumn, ...]
    read: RowReader


def interpret(
    sheet: ListSheet,
    understanding: Understanding,
    targets: Sequence[Target],
    *,
    on: dt.date,
    tz: ZoneInfo,
    region: str = "CN",
) -> list[ListLine]:
    """Every line, in the order of the file. ``on`` is the local day of the import, ``tz`` the zone of times in the
    list, ``region`` the country (ISO 3166-1 alpha-2) of phone numbers without a country code.

    Instants come in UTC, phone numbers as E.164, countries as their codes, choices by name. Lines that repeat another
    one are refused and name it.
    """
    setting = ReadingContext(on, tz, region)
    plans = make_plans(sheet, understanding, targets, setting)
    marked = {number for number, _ in sheet.marks}
    headings = raw_headings(understanding)
    roles = roles_of(targets)
    lines = [_line(sheet, place, plans, marked, headings, roles) for place in understanding.layout.lines]
    return with_duplicates(with_far_dates(lines, targets, on, tz), targets)


def make_plans(
    sheet: ListSheet, understanding: Understanding, targets: Sequence[Target], setting: ReadingContext,
) -> list[TargetPlan]:
    """One plan per target that has a column, in the order of the targets."""
    by_name = {target.name: target for target in targets}
    by = DateSetting(column_orders(sheet, understanding, by_name, setting.on),
                     short_years(sheet, understanding, by_name, setting.on))
    plans = []
    for target in targets:
        columns = understanding.of(target.name)
        if columns:
            read = _row_reader(target, columns, understanding, targets, setting, by,
                               [sheet.rows[place] for place in understanding.layout.lines])
            plans.append(TargetPlan(target, columns, read))
    return plans


def notes_on_values(
    sheet: ListSheet, understanding: Understanding, targets: Sequence[Target], *, on: dt.date
) -> list[Finding]:
    """What holds for whole columns: the order of dates where it could be either, results of formulas."""
    by_name = {target.name: target for target in targets}
    orders = column_orders(sheet, understanding, by_name, on)
    notes = [_order_note(sheet, understanding.columns[index], order) for index, order in orders.items()]
    formulas = (_formula_note(sheet, column) for column in understanding.columns if column.meaning)
    return [found for found in (*notes, *formulas) if found]


def raw_headings(understanding: Understanding) -> list[str]:
    """A name for every column that no other column has."""
    seen: set[str] = set()
    names = []
    for column in understanding.columns:
        name = column.heading if column.heading not in seen else f"{column.heading} ({column.letter})"
        seen.add(name)
        names.append(name)
    return names


def _line(
    sheet: ListSheet,
    place: int,
    plans: list[TargetPlan],
    marked: set[int],
    headings: list[str],
    roles: Roles,
) -> ListLine:
    row, number = sheet.rows[place], sheet.numbers[place]
    values: dict[str, Value] = {}
    faults: list[LineFault] = []
    holder: IdentityDocument | None = None
    for plan in plans:
        reading = _marked(sheet, row, number, plan) if number in marked else None
        if reading is None:
            reading = plan.read(row)
        holder = reading.document or holder
        if reading.value is not None:
            values[plan.target.name] = reading.value
        if reading.faults:
            faults.extend(_fault(found, plan, reading) for found in reading.faults)
    if holder:
        faults.extend(complete(values, roles, holder))
    faults.extend(_names_oneself(values, roles))
    faults.extend(_required(values, faults, roles.required))
    raw = {heading: shown(cell) for heading, cell in zip(headings, row, strict=True) if cell is not None}
    return ListLine(number, values, raw, tuple(faults))


def _names_oneself(values: dict[str, Value], roles: Roles) -> Iterator[LineFault]:
    """Nobody infected themselves: such a number is taken out."""
    for target in roles.others:
        if target.name in values and roles.own and spelled_alike(values[target.name]) == spelled_alike(
                values.get(roles.own.name)):
            del values[target.name]
            yield LineFault("own_number", Severity.WARNING, said("own_number", label=target.title).message, None,
                            target.name)


def _fault(found: kernel.Fault, plan: TargetPlan, reading: CellReading) -> LineFault:
    lost = reading.value is None and plan.target.required
    severity = Severity.ERROR if lost else Severity.WARNING
    return LineFault(found.code, severity, found.message, plan.columns[0].heading, plan.target.name)


def _required(values: Mapping[str, Value], faults: list[LineFault], targets: Sequence[Target]) -> Iterator[LineFault]:
    """A sentence for each required target without a value, unless one says already why there is none."""
    told = {fault.target for fault in faults if fault.severity is Severity.ERROR}
    for target in targets:
        if target.name not in values and target.name not in told:
            message = said("required", label=target.title).message
            yield LineFault("required", Severity.ERROR, message, None, target.name)


def _marked(sheet: ListSheet, row: Row, number: int, plan: TargetPlan) -> CellReading | None:
    """What the marks on the plan's cells forbid to read; None where they may be read."""
    for column in plan.columns:
        mark = sheet.marks.get((number, column.index))
        if mark is Mark.NO_VALUE:
            return CellReading(None, (said("formula_no_value"),))
        if mark is Mark.ERROR:
            return CellReading(None, (said("error_in_cell", text=shown(row[column.index])),))
        if mark is Mark.LOST:
            return CellReading(None, (said("precision_lost", text=shown(row[column.index])),))
    return None


# --- how a target is read from its columns


def _row_reader(
    target: Target,
    columns: tuple[ListColumn, ...],
    understanding: Understanding,
    targets: Sequence[Target],
    setting: ReadingContext,
    by: DateSetting,
    rows: Sequence[Row],
) -> RowReader:
    if target.kind == "age" and len(columns) == 2:
        return _age_reader(columns, understanding)
    if target.kind == "document_number":
        return document_reader(columns[0].index, understanding, targets, setting)
    if target.kind == "sex" and len(columns) == 1:
        return _single(columns[0].index, sex_reader(target, (row[columns[0].index] for row in rows)))
    if target.kind == "phone":
        return _single(columns[0].index, phone_reader(target, columns[0].heading, setting))
    readers = [(column, _cell_reader(target, column, setting, by)) for column in columns]
    if target.kind == "country":
        readers = [(column, without_codes(read, column.heading, (row[column.index] for row in rows)))
                   for column, read in readers]
    if len(readers) == 1:
        return _single(readers[0][0].index, readers[0][1])
    if target.type is ValueType.DATETIME:
        return _moment_of_two(readers, setting)
    if target.type is ValueType.LIST:
        return _union(readers)
    return _joined_text(readers)


def _age_reader(columns: tuple[ListColumn, ...], understanding: Understanding) -> RowReader:
    """An age whose unit stands in a column of its own; a unit that cannot be read leaves the age unknown."""
    unit = next((column for column in columns if column.meaning and column.meaning.part == "unit"), columns[1])
    age = next(column for column in columns if column is not unit)
    coded = spelling(unit.heading).key == "tpidade"

    def read(row: Row) -> CellReading:
        if row[age.index] is None:
            return NOTHING
        stated = shown(row[unit.index])
        meant = unit_of(stated, coded=coded) if stated else None
        if stated and meant is None:
            return CellReading(None, (said("no_age", text=f"{shown(row[age.index])} {stated}"[:40]),))
        return age_in_years(row[age.index], meant)

    return read


def _cell_reader(
    target: Target, column: ListColumn, setting: ReadingContext, by: DateSetting,
) -> Reader:
    order = by.orders[column.index].order if column.index in by.orders else DayOrder.UNKNOWN
    part = (column.meaning.part or "").split(".")[0] if column.meaning else ""
    if target.type is ValueType.DATETIME and part in ("date", "time"):
        half = ValueType.DATE if part == "date" else ValueType.TIME
        target = Target(target.name, target.labels, type=half)
    return by.years.asked(reader_for(target, setting, order), target)


def _single(index: int, read: Reader) -> RowReader:
    return lambda row: read(row[index])


def _moment_of_two(readers: list[tuple[ListColumn, Reader]], setting: ReadingContext) -> RowReader:
    clocks = [(column, read) for column, read in readers if column.meaning and (column.meaning.part or "") == "time"]
    days = [(column, read) for column, read in readers if (column, read) not in clocks]

    def read(row: Row) -> CellReading:
        day = _first(days, row)
        return moments.joined(day, _first(clocks, row), setting) if day is not NOTHING else NOTHING

    return read


def _first(readers: list[tuple[ListColumn, Reader]], row: Row) -> CellReading:
    return next((read(row[column.index]) for column, read in readers if row[column.index] is not None), NOTHING)


def _union(readers: list[tuple[ListColumn, Reader]]) -> RowReader:
    def read(row: Row) -> CellReading:
        readings = [read_cell(row[column.index]) for column, read_cell in readers]
        words = [word for each in readings if isinstance(each.value, tuple) for word in each.value]
        faults = tuple(found for each in readings for found in each.faults)
        return CellReading(tuple(dict.fromkeys(words)) or None, faults)

    return read


def _joined_text(readers: list[tuple[ListColumn, Reader]]) -> RowReader:
    """Surname before given name, else in the order of the columns; a space unless Han, kana or Hangul meet."""
    ordered = sorted(readers, key=lambda pair: _part_rank(pair[0]))

    def read(row: Row) -> CellReading:
        readings = [read_cell(row[column.index]) for column, read_cell in ordered]
        text = ""
        for each in readings:
            if each.value is not None:
                part = shown(each.value) if isinstance(each.value, str) else str(each.value)
                text += (" " if text and part and not _run_together(text[-1], part[0]) else "") + part
        return CellReading(text or None, tuple(found for each in readings for found in each.faults))

    return read


def _run_together(before: str, after: str) -> bool:
    """Whether two letters are of scripts that put no space between words."""
    return bool(_SPACELESS.match(before)) and bool(_SPACELESS.match(after))


def _part_rank(column: ListColumn) -> int:
    part = (column.meaning.part or "") if column.meaning else ""
    return _PART_ORDER.index(part) if part in _PART_ORDER else 0


# --- notes


def _order_note(sheet: ListSheet, column: ListColumn, found: ColumnOrder) -> Finding | None:
    if found.settled is Settled.OPEN:
        return note("dates_open", sheet.file, sheet=sheet.name, column=column.heading, example=found.example)
    if found.settled in (Settled.NEAR, Settled.LIST):
        order = _ORDER_NAMES[found.order]
        return note("dates_ambiguous", sheet.file, sheet=sheet.name, column=column.heading, order=order)
    return None


def _formula_note(sheet: ListSheet, column: ListColumn) -> Finding | None:
    places = [number for (number, index), mark in sheet.marks.items() if index == column.index and mark is Mark.FORMULA]
    if not places:
        return None
    return note("formulas", sheet.file, sheet=sheet.name, row=min(places), column=column.heading, count=len(places))
