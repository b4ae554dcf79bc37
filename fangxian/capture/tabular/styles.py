"""Which number formats of a workbook show a date, a time or leading zeros: ECMA-376-1, clauses 18.8.30 and 18.8.31."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_NOT_SHOWN: Final = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_BUILT_IN: Final[Mapping[int, str]] = (
    dict.fromkeys((14, 15, 27, 28, 29, 30, 31, 36, *range(50, 55), 57, 58), "yyyy-mm-dd")
    | {16: "d-mmm", 17: "mmm-yy", 22: "yyyy-mm-dd h:mm"}
    | dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "h:mm")
)
"""Formats without a code in the file; 27–36 and 50–58 are dates and times in Chinese, Japanese and Korean workbooks."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a number format says of the value it shows."""

    day: bool = False
    clock: bool = False
    zeros: int = 0
    """Digits to fill up to with leading zeros."""

    @property
    def moment(self) -> bool:
        """Whether the number stands for a date or a time."""
        return self.day or self.clock

    @property
    def plain(self) -> bool:
        """Whether the number is shown as it is."""
        return not (self.day or self.clock or self.zeros)


_PLAIN: Final = Style()


@dataclass(frozen=True, slots=True)
class Styles:
    """The workbook's cell formats, by their index as written in cells."""

    by_index: Mapping[str, Style] = field(default_factory=dict)
    from_1904: bool = False

    def style(self, index: str | None) -> Style:
        """The format with that index; a plain one where there is none."""
        return self.by_index.get(index, _PLAIN) if index else _PLAIN


def style_of(format_id: int, code: str | None) -> Style:
    """What a number format shows, from its code or else its built-in id."""
    shown = _NOT_SHOWN.sub("", (code or _BUILT_IN.get(format_id, "")).split(";")[0]).lower()
    if re.fullmatch("0{2,15}", shown):
        return Style(zeros=len(shown))
    if "general" in shown or "e+" in shown or "#" in shown:
        return _PLAIN
    clock = any(letter in shown for letter in "hs")
    day = any(letter in shown for letter in "dy") or ("m" in shown and not clock)
    return Style(day, clock)
