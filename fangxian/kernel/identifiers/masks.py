"""Numbers and addresses for screens that need not know them whole; ``names.mask`` is for names."""

from __future__ import annotations

import re
from typing import Final

from .spelling import compact

_STARS: Final = "****"
_LONG: Final = 15
"""A resident id, of either length (GB 11643)."""
_ADMINISTRATIVE: Final = re.compile(r"^.*?(?:街道|[镇乡])|^.*(?:[省市州盟县旗]|(?<!小)区)")


def document(number: str) -> str:
    """First and last characters, at most seven of eighteen: ``110***********002X`` keeps its length."""
    shown_first, shown_last = (3, 4) if len(number) >= _LONG else (2, 2) if len(number) >= 7 else (1, 1)
    hidden = len(number) - shown_first - shown_last
    return number[:shown_first] + "*" * hidden + number[-shown_last:] if hidden > 0 else "*" * len(number)


def alike(number: str) -> str:
    """What all resident ids share that a mask shows as this one; nothing for other numbers, which say nothing of age
    and place."""
    told = compact(number)
    return document(told) if len(told) >= _LONG and told[:-1].isdigit() else ""


def phone(e164: str) -> str:
    """``138****8000`` for a Chinese mobile, ``+82****5678`` for others; too short a number is hidden whole."""
    if len(e164) < 9:
        return _STARS
    national = e164.removeprefix("+86")
    return national[:3] + _STARS + national[-4:]


def address(text: str) -> str:
    """The administrative part, down to the township or subdistrict; of an address written from small to large its last
    part; of anything else nothing.
    """
    administrative = _ADMINISTRATIVE.match(text)
    if administrative:
        return administrative[0] + _STARS
    _, comma, last = text.rpartition(",")
    return f"{_STARS}, {last.strip()}" if comma and not any(map(str.isdigit, last)) else _STARS
