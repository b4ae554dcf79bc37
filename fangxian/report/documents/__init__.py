"""The formats offices exchange: a document of headed tables as xlsx and as docx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fangxian.kernel.later import Later

from .types import Cell, Document, Section

if TYPE_CHECKING:
    from . import word, workbook
else:
    word, workbook = Later(f"{__name__}.word"), Later(f"{__name__}.workbook")

__all__ = ["Cell", "Document", "Section", "docx", "xlsx"]


def docx(document: Document) -> bytes:
    """The file's bytes, on A4 through the template."""
    return word.docx(document)


def xlsx(document: Document) -> bytes:
    """The file's bytes, a sheet for each table."""
    return workbook.xlsx(document)
