"""Lines pasted from a sheet or a chat as tab-separated text: tabs, a Markdown table, commas of any width, or spaces."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import Final

_RULE: Final = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*")
_GAPS: Final = re.compile(r"[ \u00a0\u3000]{2,}|\u3000")
_SPACES: Final = re.compile(r"[ \u00a0\u3000]+")
_COMMAS: Final = re.compile(r"[,，;；]")
_MOST: Final = 0.8
"""Of the lines: from this share on that have as many values as the first, it is how they are divided."""

_Divider = Callable[[str], list[str]]


def as_table(text: str) -> str:
    """The text with tabs between its values where another divider was meant; as it is where none is clear."""
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    if any("\t" in line for line in lines) or len(lines) < 2:
        return text
    if all("|" in line for line in lines):
        rows = [_piped(line) for line in lines if not _RULE.fullmatch(line)]
        return _joined(rows)
    for divide in (_by_commas, _by_gaps, _by_spaces):
        rows = [divide(line) for line in lines]
        if _agree(rows, exactly=divide is _by_spaces):
            return text if divide is _by_commas and "，" not in text and "；" not in text else _joined(rows)
    return text


def _agree(rows: list[list[str]], *, exactly: bool) -> bool:
    width, count = Counter(map(len, rows)).most_common(1)[0]
    needed = len(rows) if exactly else _MOST * len(rows)
    return width > 1 and len(rows[0]) == width and count >= needed


def _piped(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def _by_commas(line: str) -> list[str]:
    return [cell.strip() for cell in _COMMAS.split(line)] if '"' not in line else [line]


def _by_gaps(line: str) -> list[str]:
    return _GAPS.split(line.strip())


def _by_spaces(line: str) -> list[str]:
    return _SPACES.split(line.strip())


def _joined(rows: list[list[str]]) -> str:
    return "\n".join("\t".join(unicodedata.normalize("NFC", cell) for cell in row) for row in rows) + "\n"
