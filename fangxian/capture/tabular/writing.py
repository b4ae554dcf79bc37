"""A workbook of one sheet, written cell by cell as ECMA-376 asks for it: a general writer takes ten times as long."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from .cells import shown
from .sheetxml import column_letters
from .types import Cell

_LEVEL: Final = 3
_CHUNK: Final = 500
_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\]")
_EPOCH: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's time has no zone
_FIRST_DAY: Final = dt.date(1900, 3, 1)
"""Spreadsheets count a 29 February 1900 (clause 18.17.4.1): what is older is written as text."""
_PLAIN, _BOLD, _DATE, _MOMENT, _TIME = range(5)  # places in _STYLES' cellXfs

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CONTENT_TYPES: Final = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>')
_ROOT: Final = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
_BOOK: Final = (
    f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
    '<sheet name=%s sheetId="1" r:id="rId1"/></sheets></workbook>')
_OF_BOOK: Final = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>')
_FONT: Final = '<font>%s<sz val="11"/><name val="Calibri"/><family val="2"/></font>'
_FORMAT: Final = '<xf numFmtId="%d" fontId="%d" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
_STYLES: Final = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    f'<fonts count="2">{_FONT % ""}{_FONT % "<b/>"}</fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="5">{_FORMAT % (0, 0)}{_FORMAT % (0, 1)}{_FORMAT % (164, 0)}{_FORMAT % (165, 0)}'
    f'{_FORMAT % (21, 0)}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>')
_SHEET: Final = (
    f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView tabSelected="1" workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    "<cols>%s</cols><sheetData>")
_END: Final = "</sheetData></worksheet>"


def workbook(title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], *, widths: Sequence[int]) -> bytes:
    """The file. The headings are bold and stay in sight; a text stays a text, whatever it begins with; ``widths`` are
    in characters. Texts hold no control characters but tab and line ends, and 32,767 characters at most.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr("_rels/.rels", _ROOT)
        archive.writestr("xl/workbook.xml", _BOOK % quoteattr(_FORBIDDEN_IN_TITLES.sub(" ", title)[:31]))
        archive.writestr("xl/_rels/workbook.xml.rels", _OF_BOOK)
        archive.writestr("xl/styles.xml", _STYLES)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for text in _sheet(head, rows, widths):
                part.write(text.encode("utf-8", "replace"))
    return packed.getvalue()


def _sheet(head: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int]) -> Iterator[str]:
    columns = "".join(f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
                      for place, width in enumerate(widths, 1))
    yield _SHEET % columns
    letters = [column_letters(place) for place in range(len(head))]
    yield _row(1, letters, head, _BOLD)
    held: list[str] = []
    for number, row in enumerate(rows, 2):
        held.append(_row(number, letters, row, _PLAIN))
        if len(held) == _CHUNK:
            yield "".join(held)
            held = []
    yield "".join(held)
    yield _END


def _row(number: int, letters: Sequence[str], cells: Sequence[Cell], style: int) -> str:
    written = [f'<c r="{letter}{number}"{_content(cell, style)}'
               for letter, cell in zip(letters, cells, strict=False) if cell is not None]
    return f'<row r="{number}">{"".join(written)}</row>'


def _content(cell: Cell, style: int) -> str:
    """What follows a cell's place (clause 18.3.1.4)."""
    if isinstance(cell, str):
        return f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{_text(cell)}</t></is></c>'
    if isinstance(cell, bool):
        return f' t="b"><v>{cell:d}</v></c>'
    if isinstance(cell, int | float):
        return f' s="{style}"><v>{cell!r}</v></c>'
    if isinstance(cell, dt.time):
        return f' s="{_TIME}"><v>{_days(dt.datetime.combine(_EPOCH, cell.replace(tzinfo=None)))!r}</v></c>'
    return _content(shown(cell), style) if cell is None or _day(cell) < _FIRST_DAY else _counted(cell)


def _counted(cell: dt.date) -> str:
    if isinstance(cell, dt.datetime):
        return f' s="{_MOMENT}"><v>{_days(cell)!r}</v></c>'
    return f' s="{_DATE}"><v>{(cell - _EPOCH.date()).days}</v></c>'


def _day(cell: dt.date) -> dt.date:
    return cell.date() if isinstance(cell, dt.datetime) else cell


def _days(moment: dt.datetime) -> float:
    return (moment - _EPOCH) / dt.timedelta(days=1)


@lru_cache(maxsize=4096)
def _text(text: str) -> str:
    """As XML; what a reader would take for an escaped character (clause 22.9.2.19) comes back as it was."""
    plain = _ESCAPED.sub("_x005F_", text) if "_x" in text else text
    return escape(plain, {"\r": "&#13;"})
