"""Numbers as people type them: full-width digits, a decimal comma, groups of three.

The field in the browser (``field/src/form/typing.ts``) reads by the same rules; ``field/test/numbers.csv`` is the
table both are tested with.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from fangxian.kernel.identifiers.spelling import wide_to_narrow

_ODD: Final = str.maketrans({"。": ".", "、": ",", "٫": ".", "−": "-", "–": "-", "—": "-", "'": "", "\u2019": ""})
_PLAIN: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DOUBTFUL: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_COMMA: Final = re.compile(r"([+-]?\d*),(\d+)", re.ASCII)
_GROUPED: Final = re.compile(r"([+-]?\d{1,3}(?:,\d{3})+)(\.\d+)?", re.ASCII)
_UNSEEN: Final = "Cf"
"""The category of joiners, marks of direction and spaces of no width."""
_POINTS: Final = re.compile(r"([+-]?\d{1,3}(?:\.\d{3})+),(\d+)", re.ASCII)


class DoubtfulNumberError(ValueError):
    """A thousand in one country is a fraction in another: ``1,234``."""


def as_text(number: float) -> str:
    """A number that was sent where a text is asked for, as it is kept: 7.0 is ``7``."""
    return format(number, "g") if isinstance(number, float) and not number.is_integer() else str(int(number))


def spelled_alike(number: object) -> str:
    """A number or key as its form keeps it, in narrow capitals, without spaces and marks that nobody sees; nothing else
    in it is taken for the same."""
    kept = as_text(number) if isinstance(number, int | float) else str(number or "")
    seen = (one for one in wide_to_narrow(kept) if unicodedata.category(one) != _UNSEEN)
    return "".join("".join(seen).split()).upper()


def narrow(text: str) -> str:
    """Digits and signs as an input method may write them, in ASCII, without the blanks around them."""
    return unicodedata.normalize("NFKC", text).strip().translate(_ODD)


def decimal(text: str) -> float:
    """The number in a text that is not empty. Raises ValueError, and DoubtfulNumberError where it could be two."""
    typed = narrow(text).replace(" ", "")
    if _PLAIN.fullmatch(typed):
        return float(typed)
    if _DOUBTFUL.fullmatch(typed):
        raise DoubtfulNumberError(typed)
    if match := _COMMA.fullmatch(typed):
        return float(f"{match[1]}.{match[2]}")
    if match := _GROUPED.fullmatch(typed):
        return float(match[1].replace(",", "") + (match[2] or ""))
    if match := _POINTS.fullmatch(typed):
        return float(f"{match[1].replace('.', '')}.{match[2]}")
    raise ValueError(typed)
