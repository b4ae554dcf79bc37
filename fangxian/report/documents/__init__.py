"""The formats offices exchange: a document of headed tables as xlsx and as docx."""

from .types import Document, Section
from .word import docx
from .workbook import xlsx

__all__ = ["Document", "Section", "docx", "xlsx"]
