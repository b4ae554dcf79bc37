"""Months by name, in the languages lists come in."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import Final

from babel import Locale

_LANGUAGES: Final = ("en", "de", "fr", "es", "pt", "ru", "ar", "ar_JO")
_BESIDE: Final = {
    "اب": 8, "setiembre": 9, "sept": 9, "маи": 5, "marz": 3, "maerz": 3, "janner": 1, "jaenner": 1, "fev": 2,
}  # fmt: skip
"""What CLDR has not, and the one name of two letters."""
_SHORTEST: Final = 3


@lru_cache(maxsize=1024)
def month_of(name: str) -> int | None:
    """The month that a name or the beginning of one means, in whatever language; None where it may be several."""
    key = _key(name)
    exact = _months().get(key)
    if exact is not None or len(key) < _SHORTEST:
        return exact
    meant = {month for full, month in _months().items() if full.startswith(key)}
    return meant.pop() if len(meant) == 1 else None


@cache
def _months() -> dict[str, int]:
    found: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        months = Locale.parse(language).months
        for use in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in months[use][width].items():
                    found.setdefault(_key(name), set()).add(month)
    plain = {name: months.pop() for name, months in found.items() if len(months) == 1 and len(name) >= _SHORTEST}
    return plain | _BESIDE


def _key(name: str) -> str:
    """Letters only, without accents and case; ``سبتمبر`` with or without its marks."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = (letter for letter in plain if letter.isalpha() and not unicodedata.combining(letter))
    return "".join(letters).translate(_SAME)


_SAME: Final = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي"})
