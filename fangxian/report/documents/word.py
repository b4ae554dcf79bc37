"""A document as docx on A4 through a template that a county may replace by its own.

The template holds the page, the fonts and the places to fill; ``template()`` makes the one that is used when the county
has none. docxtpl fills it; the tables, whose columns differ, are then built in where the template says ``tables``.
"""

from __future__ import annotations

import datetime as dt
import io
from functools import lru_cache
from typing import Any, Final

from docx import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docxtpl import DocxTemplate

from .types import Document, Section, text

_LATIN: Final = "Arial"
_HAN: Final = "Microsoft YaHei"
_MARK: Final = "\u27e6tables\u27e7"
_MOST: Final = 500
_ACROSS: Final = 178
"""Of the page within its margins, in millimetres."""
_LEAST, _WIDEST = 7, 32
"""Of a column, in Latin letters."""
_SHORT: Final = 16
"""Latin letters that stay on one line: a date with its time."""
_LETTER, _PADDING = 2.0, 4.0
"""Of a Latin letter and of both sides of a cell, in millimetres."""


def docx(document: Document) -> bytes:
    """The file's bytes."""
    filled = DocxTemplate(io.BytesIO(template()))
    filled.render(
        {
            "title": document.title,
            "subtitle": document.subtitle,
            "notes": list(document.notes),
            "tables": _MARK,
            "signatures": list(document.signatures),
        },
        autoescape=True,
    )
    place = next(paragraph for paragraph in filled.docx.paragraphs if paragraph.text == _MARK)
    for section in document.sections:
        _section(filled.docx, section, place._p, document)
    place._p.getparent().remove(place._p)
    out = io.BytesIO()
    filled.save(out)
    return out.getvalue()


@lru_cache(maxsize=1)
def template() -> bytes:
    """The shipped template: A4, title, subtitle, notes, tables, signature lines."""
    word = Word()
    page = word.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(16)
    page.top_margin = page.bottom_margin = Mm(14)
    _font(word.styles["Normal"], 9.5)
    for style, size in (("Title", 18), ("Heading 2", 12)):
        _font(word.styles[style], size)
    word.add_paragraph("{{ title }}", style="Title")
    word.add_paragraph("{{ subtitle }}")
    for line in (
        "{%p for note in notes %}",
        "{{ note }}",
        "{%p endfor %}",
        "{{ tables }}",
        "{%p for line in signatures %}",
        "{{ line }} ____________________",
        "{%p endfor %}",
    ):
        word.add_paragraph(line)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _font(style: Any, size: float) -> None:
    style.font.name, style.font.size = _LATIN, Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _HAN)


def _section(word: Any, section: Section, place: Any, document: Document) -> None:
    place.addprevious(word.add_paragraph(section.heading, style="Heading 2")._p)
    if not section.rows:
        place.addprevious(word.add_paragraph(section.empty)._p)
        return
    rows = section.rows[:_MOST]  # more is for the workbook
    table = word.add_table(rows=1 + len(rows), cols=len(section.columns), style="Table Grid")
    place.addprevious(table._tbl)
    widths = _widths(section, document.day)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for position, (cell, label) in enumerate(zip(table.rows[0].cells, section.columns, strict=True)):
        cell.paragraphs[0].add_run(label).bold = True
        _shade(cell)
        cell.width = widths[position]
        if position in section.numeric:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _mark(table.rows[0], "w:tblHeader")  # the heads come again on every page
    for line, row in zip(list(table.rows)[1:], rows, strict=True):
        _mark(line, "w:cantSplit")
        for position, (cell, value) in enumerate(zip(line.cells, row, strict=True)):
            cell.text, cell.width = text(value, document.day), widths[position]
            if position in section.numeric:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if len(section.rows) > _MOST:
        place.addprevious(word.add_paragraph(document.more.format(count=len(section.rows) - _MOST))._p)


def _mark(row: Any, name: str) -> None:
    """Switch a property of a row on."""
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _shade(cell: Any) -> None:
    """The wash of a heading, as in the workbook."""
    fill = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "E8EEF0")):
        fill.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(fill)


def _widths(section: Section, day: dt.date | None) -> list[Any]:
    """The width of the page: short columns get what they say on one line, the long ones share the rest.

    Equal columns would break dates and leave figures air.
    """
    wants = [min(_WIDEST, max(_LEAST, section.width(position, day))) for position in range(len(section.columns))]
    whole = [_LETTER * want + _PADDING for want in wants]
    kept = sum(width for width, want in zip(whole, wants, strict=True) if want <= _SHORT)
    long = sum(whole) - kept
    if not long or kept > _ACROSS * 0.6:
        return [Mm(_ACROSS * width / sum(whole)) for width in whole]
    share = (_ACROSS - kept) / long
    return [Mm(width if want <= _SHORT else share * width) for width, want in zip(whole, wants, strict=True)]
