"""From what people write to codes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import pycountry

from ...faults import Fault
from ..spelling import wide_to_narrow
from .labels import CODES, territories
from .tables import ALIASES, AMBIGUOUS, EVERYDAY, ICAO, LABELS, NOT_THE_PROVINCE, NOTHING, PROVINCES, WORDS

_LEVEL_ENDS: Final = ("市", "州", "盟", "地区", "县", "区", "旗", "镇", "乡")
_TOWN: Final = re.compile(r"[\u4e00-\u9fff]{2,4}(?<![路街巷弄院校学厂室号场馆])")
_ENGLISH_LEVEL: Final = re.compile(r"(province|municipality|autonomousregion|sheng|shi|zizhiqu|prov)$")
_IN_BRACKETS: Final = re.compile(r"^(.+?)\s*[(\[]\s*(.+?)\s*[)\]]$")
# From what always divides to what may be part of a name.
_DIVIDERS: Final = tuple(map(re.compile, (
    r"[;、|\n\r/\\>→]+", r"\s*[,，]\s*", r"\s*(?:[+&和及与至到]|\band\b)\s*", r"\s*[-–—~]+\s*", r"\s+")))


@dataclass(frozen=True, slots=True)
class CountryList:
    """Codes in the order written, each once; ``unknown`` are the pieces nobody could name, one fault for each."""

    codes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


@lru_cache(maxsize=4096)
def recognise(text: str) -> str | None:
    """The code for one country or province; None when it is not known. Takes ISO alpha-2, alpha-3 and numeric codes,
    the codes of travel documents, ISO 3166-2:CN, division codes of two, six, nine or twelve digits, names in
    English and Chinese with their everyday variants, in eight more languages, and addresses that begin with a province.
    """
    narrow = wide_to_narrow(text)
    if narrow.isascii() and narrow.isdigit():
        return from_numeric(narrow) if len(narrow) == 3 else from_division(narrow)
    return _by_code(narrow) or _by_name(narrow) or _in_brackets(narrow)


def from_numeric(digits: str) -> str | None:
    """ISO 3166-1 numeric."""
    country = pycountry.countries.get(numeric=digits)
    return str(country.alpha_2) if country else None


def from_division(digits: str) -> str | None:
    """The province of a Chinese division code of two to twelve digits; 83 is Taiwan's in residence permits."""
    return _divisions().get(digits[:2]) if len(digits) in (2, 4, 6, 9, 12) else None


def read_list(text: str) -> CountryList:
    """Countries written one after the other. China is left out where one of its provinces is named besides."""
    narrow = wide_to_narrow(text)
    if narrow != "NO" and narrow.lower() in NOTHING:
        return CountryList()
    return _read_list(narrow)


@lru_cache(maxsize=4096)
def _read_list(narrow: str) -> CountryList:
    pieces = dict.fromkeys(_pieces(narrow, 0))
    codes = tuple(dict.fromkeys(code for code, _ in pieces if code))
    if any(code.startswith("CN-") for code in codes):
        codes = tuple(code for code in codes if code != "CN")
    unknown = tuple(piece for code, piece in pieces if code is None)
    return CountryList(codes, unknown, tuple(_unknown(piece) for piece in unknown))


def _pieces(text: str, level: int) -> list[tuple[str | None, str]]:
    """The text as one name, or cut at the strongest divider it has. Cuts at the weak dividers count only when every
    part of them is a country; otherwise the piece is reported whole.
    """
    code = recognise(text)
    if code or level == len(_DIVIDERS):
        return [(code, text)]
    parts = [part for part in _DIVIDERS[level].split(text) if part.strip()]
    if len(parts) < 2:
        return _pieces(parts[0] if parts else text, level + 1)
    found = [piece for part in parts for piece in _pieces(part.strip(), level + 1)]
    return found if level < 2 or all(code for code, _ in found) else [(None, text)]


def _by_code(text: str) -> str | None:
    if len(text) == 2 and text != text.upper() and text.lower() in WORDS:
        return None
    return _codes().get(text.upper()) if len(text) <= 5 else None


def _by_name(text: str) -> str | None:
    key = _key(text)
    exact = _names().get(key) or _names().get(_ENGLISH_LEVEL.sub("", key))
    if exact or any(divider.search(text) for divider in _DIVIDERS[:3]):
        return exact
    return _by_beginning(key) if " " not in text or key.endswith(_LEVEL_ENDS) else None


def _by_beginning(key: str) -> str | None:
    """A place within a province: 湖北省武汉市, 湖北武汉市, 湖北武汉, 中国湖北."""
    rest = key.removeprefix("中国")
    if rest != key and rest:
        province = _names().get(rest)
        return province if province in _divisions().values() else _by_beginning(rest)
    if key.startswith(NOT_THE_PROVINCE):
        return None
    return next((
        province.code for province in PROVINCES
        if key.startswith(province.full) or (key.startswith(province.short) and _in_a_province(key, province.short))),
        None)


def _in_a_province(key: str, province: str) -> bool:
    """Whether what follows a province's short name is a town or a district: by its level, or a bare name of two to
    four characters that is no country (as in 上海韩国, two places run together) and no street or institution.
    """
    rest = key.removeprefix(province)
    return key.endswith(_LEVEL_ENDS) or (_TOWN.fullmatch(rest) is not None and rest not in _names())


def _in_brackets(text: str) -> str | None:
    """``韩国(大邱)`` is Korea, ``China (Hubei)`` is Hubei."""
    parts = _IN_BRACKETS.match(text)
    if not parts:
        return None
    outer, inner = recognise(parts[1]), recognise(parts[2])
    return inner if outer == "CN" and inner and inner.startswith("CN-") else outer


def _key(name: str) -> str:
    """Letters only, without accents and case; ``the`` and ``&`` make no difference."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    words = re.findall(r"\w+", "".join(character for character in plain if not unicodedata.combining(character)))
    return "".join(word for word in words if word not in ("the", "and", "of"))


@cache
def _divisions() -> dict[str, str]:
    return {province.division: province.code for province in PROVINCES} | {"83": "TW"}


@cache
def _codes() -> dict[str, str]:
    alpha = {code: country.alpha_2 for country in pycountry.countries for code in (country.alpha_2, country.alpha_3)}
    return alpha | {code: code for code in CODES} | ICAO


@cache
def _names() -> dict[str, str]:
    """Every known name by its key; where two sources disagree, the everyday names win."""
    found = _names_elsewhere()
    for country in pycountry.countries:
        for attribute in ("name", "official_name", "common_name"):
            found[_key(getattr(country, attribute, country.name))] = country.alpha_2
    for language in ("zh_Hant", "en", "zh"):
        found.update({_key(name): code for code, name in territories(language).items()})
    for province in PROVINCES:
        found.update({_key(name): province.code for name in (province.short, province.full, province.english)})
    for table in (LABELS, ALIASES, EVERYDAY):
        found.update({_key(name): code for code, names in table.items() for name in names})
    return {name: code for name, code in found.items() if name not in AMBIGUOUS}


def _names_elsewhere() -> dict[str, str]:
    """Names in the other languages lists come in; one that two of them give to different countries is none's."""
    codes: dict[str, set[str]] = {}
    for language in ("ar", "de", "es", "fr", "it", "ja", "ko", "pt", "ru"):
        for code, name in territories(language).items():
            codes.setdefault(_key(name), set()).add(code)
    return {name: min(meant) for name, meant in codes.items() if name and len(meant) == 1}


def _unknown(piece: str) -> Fault:
    return Fault.of(
        "unknown_country", "country", f"No country or province is known as “{piece}”. Choose one from the list.",
        f"没有名为“{piece}”的国家或省份。请从列表中选择。")
