"""Whether an address names an area only to say that somebody lives beside it, in one of two, or there no more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from .elsewhere import TextSpan

_BEFORE: Final = re.compile(
    r"(?:不住|不在|不是|非|搬离|搬出|迁出|离开|原|原住|原在|曾住|曾在|以前住|之前住|户籍|户籍地|户籍在|户籍地址|户口|户口在|老家|籍贯|"
    r"\b(?:near|opposite|opp|behind|formerly|previously|not in|not at)(?: the)? )$")
_AFTER: Final = re.compile(
    r"(?:社区|网格|村)?(?:的?(?:对面|附近|隔壁|旁边|旁的|以外|之外)|或|(?:已|现已|早已)?(?:搬走|搬离|搬出|迁出)|现(?:在|住)?外地)")


def only_beside(text: str, named: Iterable[TextSpan]) -> bool:
    """Whether what stands before or after one of the names in a normalised address says so."""
    return any(_BEFORE.search(text, 0, span.start) or _AFTER.match(text, span.end) for span in named)
