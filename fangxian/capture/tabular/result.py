"""The list handed back: every line as it came, in its order, with what became of it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from fangxian.kernel.text import Text

from .cells import shown
from .headers import SheetLayout
from .types import Cell, ListLine, ListSheet, Row
from .writing import workbook

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_CONTROL: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
_LONGEST_CELL: Final = 32_767
_TITLE: Final = Text("Result", "导入结果")
LINE: Final = Text("Line", "行号")
RESULT: Final = Text("Result", "结果")
REASON: Final = Text("Reason", "说明")
MEASURE: Final = Text("Measure", "管理措施")
UNTIL: Final = Text("Last day", "最后一日")
_EMPTY: Final = Text("", "")
_PLAIN_WIDTH: Final = 14
_WIDE: Final = 48


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What became of one line; ``more`` are further columns, in the order of ``write``'s ``columns``."""

    result: Text
    reason: Text = _EMPTY
    more: tuple[Cell | Text, ...] = ()


def write_xlsx(
    sheet: ListSheet,
    layout: SheetLayout,
    outcomes: Mapping[int, LineOutcome],
    *,
    language: str,
    columns: Sequence[Text] = (MEASURE, UNTIL),
    otherwise: LineOutcome = LineOutcome(Text("not recorded", "未录入")),
) -> bytes:
    """A workbook with one row per line of the list. ``outcomes`` go by the line's number in the file; a line without
    one gets ``otherwise``. ``language`` is a tag such as ``en`` or ``zh-hans``. Instants are given as local times.
    """
    table = _table(sheet, layout, outcomes, language, columns, otherwise)
    head = [harmless(shown(heading)) for heading in next(table)]
    widths = [_PLAIN_WIDTH] * len(head)
    widths[-len(columns) - 1] = _WIDE
    return workbook(
        _TITLE.said_in(language), head, ([_typed(cell) for cell in row] for row in table), widths=widths)


def write_csv(
    sheet: ListSheet,
    layout: SheetLayout,
    outcomes: Mapping[int, LineOutcome],
    *,
    language: str,
    columns: Sequence[Text] = (MEASURE, UNTIL),
    otherwise: LineOutcome = LineOutcome(Text("not recorded", "未录入")),
) -> bytes:
    """The same as UTF-8 text with commas and a byte order mark, by which spreadsheets know the encoding."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    for row in _table(sheet, layout, outcomes, language, columns, otherwise):
        writer.writerow([harmless(shown(cell)) if isinstance(cell, str) else shown(cell) for cell in row])
    return stream.getvalue().encode("utf-8-sig")


def outcome_of(line: ListLine, result: Text, more: tuple[Cell | Text, ...] = ()) -> LineOutcome:
    """An outcome whose reason is what was found wrong with the line."""
    english = " ".join(fault.message.en for fault in line.faults)
    chinese = "".join(fault.message.zh for fault in line.faults)
    return LineOutcome(result, Text(english, chinese), more)


@lru_cache(maxsize=4096)
def harmless(text: str) -> str:
    """The text, not to be taken for a formula: an apostrophe goes before ``= + - @`` (CWE-1236).

    A reader of this package takes the apostrophe off again.
    """
    cleaned = text.translate(_CONTROL)[:_LONGEST_CELL]
    return "'" + cleaned if cleaned.startswith(_STARTS_A_FORMULA) else cleaned


def _table(
    sheet: ListSheet,
    layout: SheetLayout,
    outcomes: Mapping[int, LineOutcome],
    language: str,
    columns: Sequence[Text],
    otherwise: LineOutcome,
) -> Iterator[list[Cell]]:
    """Headings, then one row per line."""
    said = _speaker(language)
    yield [said(LINE), *layout.headings, said(RESULT), said(REASON), *map(said, columns)]
    for place in layout.lines:
        row: Row = sheet.rows[place]
        number = sheet.numbers[place]
        outcome = outcomes.get(number, otherwise)
        more = [said(cell) for cell in (*outcome.more, *(None,) * len(columns))[: len(columns)]]
        yield [number, *row, said(outcome.result), said(outcome.reason), *more]


def _speaker(language: str) -> Callable[[Cell | Text], Cell]:
    return lambda cell: cell.said_in(language) if isinstance(cell, Text) else cell


def _typed(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, dt.datetime) and cell.tzinfo is not None:
        return shown(cell)
    return cell if not isinstance(cell, float) or abs(cell) < float("inf") else shown(cell)
