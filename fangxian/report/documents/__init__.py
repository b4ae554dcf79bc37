"""The formats offices exchange: a document of headed tables as xlsx and as docx."""

from .types import Cell, Document, Section
from .word import docx
from .workbook import xlsx

__all__ = ["Cell", "Document", "Section", "docx", "xlsx"]
