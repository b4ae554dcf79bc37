"""Text without what nobody sees: control characters, and marks that make text read other than it is written."""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Joiners (U+200C, U+200D) stay: Persian and Indian names are spelled with them."""
_GAPS: Final = re.compile("[\x0b\x0c\x85\u2028\u2029]")


def visible(text: str) -> str:
    """The text without them; line and page breaks of other kinds become spaces, tabs and line ends stay."""
    if text.isprintable():
        return text
    return _UNSEEN.sub("", _GAPS.sub(" ", text))
