"""From a code to its name, and to the code a travel document prints."""

from __future__ import annotations

from functools import cache
from typing import Final

import pycountry
from babel import Locale

from .tables import LABELS, PROVINCES

_PROVINCES: Final = {province.code: province for province in PROVINCES}

CODES: Final[tuple[str, ...]] = tuple(sorted(
    {country.alpha_2 for country in pycountry.countries} | set(_PROVINCES) | {"XK", "XX", "EU", "UN"}))


@cache
def label(code: str, language: str) -> str:
    """The name of a code for a language tag such as ``zh-hans`` or ``en``; an unknown code stands for itself."""
    chinese = language.lower().startswith("zh")
    if code in LABELS:
        return LABELS[code][chinese]
    if code in _PROVINCES:
        return _PROVINCES[code].full if chinese else _PROVINCES[code].english
    return territories("zh" if chinese else "en").get(code, code)


@cache
def territories(language: str) -> dict[str, str]:
    """Names of countries by alpha-2 code, as CLDR has them; groups of countries left out."""
    countries = {country.alpha_2 for country in pycountry.countries} | {"XK"}
    return {code: name for code, name in Locale.parse(language).territories.items() if code in countries}


@cache
def icao(code: str) -> str:
    """The three-letter code a machine readable zone has for the nationality (Doc 9303 part 3, section 5)."""
    special = {"DE": "D", "XK": "RKS", "EU": "EUE", "UN": "UNO", "XX": "XXX", "HK": "CHN", "MO": "CHN"}
    if code in special or code.startswith("CN"):
        return special.get(code, "CHN")
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        raise ValueError(f"{code!r} is not a country code")
    return str(country.alpha_3)
