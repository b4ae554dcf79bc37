"""Spellings that mean the same character: full width, spaces, separators."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ..faults import Fault
from .types import LARGEST_INPUT

_SEPARATORS: Final = re.compile(r"[\s\-\u2010-\u2015\u2212_.,\u00b7'\"`()\[\]/\\:#\u200b-\u200f\u2060\ufeff]+")
_ROUNDED: Final = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,2}")
_WHOLE_FLOAT: Final = re.compile(r"([0-9]{7,})\.0+")


def wide_to_narrow(text: str) -> str:
    """Unicode NFKC with the ends trimmed; anything beyond what an identifier can be long is cut."""
    cut = text[:LARGEST_INPUT].strip()
    return cut if cut.isascii() else unicodedata.normalize("NFKC", cut).strip()


def compact(text: str) -> str:
    """An identifier as it is compared: upper case, without spaces and separators; ``1234567.0`` loses its zero."""
    narrow = wide_to_narrow(text)
    if narrow.isalnum():
        return narrow.upper()
    whole = _WHOLE_FLOAT.fullmatch(narrow)
    return _SEPARATORS.sub("", whole[1] if whole else narrow).upper()


def rounded(text: str) -> bool:
    """Whether a spreadsheet has turned the number into ``1.10105E+17`` and lost its last digits."""
    return _ROUNDED.fullmatch(text.strip()) is not None


def rounded_fault(field: str) -> Fault:
    return Fault.of(
        "rounded_by_spreadsheet", field,
        "A spreadsheet has cut this number's last digits. Format the column as text in the original and export again.",
        "表格软件截断了该号码的末几位。请在原表中将此列设为文本格式后重新导出。")


