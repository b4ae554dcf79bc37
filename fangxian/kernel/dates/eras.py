"""Years of other calendars as common ones: Minguo, the Japanese eras, the Buddhist era."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

_STATED: Final = re.compile(
    r"(?P<era>(?:中[華华])?民[國国]|令和|平成|昭和|大正|明治|พ\.?ศ\.?|B\.?E\.?(?=\s*\d))"
    r"\s*(?P<year>[0-9]{1,4}|元)(?P<rest>(?!\d).*)",
    re.IGNORECASE | re.DOTALL)
_LETTER: Final = re.compile(
    r"(?P<era>[MTSHR])\s?(?P<year>[0-9]{1,2})(?P<rest>\s*[./\-年]\s*[0-9]{1,2}\s*[./\-月].*)", re.DOTALL)
_FIRST_YEARS: Final = {
    "民国": 1912, "令和": 2019, "平成": 1989, "昭和": 1926, "大正": 1912, "明治": 1868,
    "r": 2019, "h": 1989, "s": 1926, "t": 1912, "m": 1868,
}  # fmt: skip
_BUDDHIST: Final = 543
_MINGUO: Final = 1911
_LAST_HUNDRED: Final = 120
_AHEAD: Final = 1
_YEAR_FIRST: Final = re.compile(
    r"(?P<year>[0-9]{3,4})(?P<rest>\s*[./\-年]\s*[0-9]{1,2}(?:\s*[./\-月]\s*[0-9]{1,2}\s*日?)?)")
_YEAR_LAST: Final = re.compile(r"(?P<before>[0-9]{1,2}\s*[./\-]\s*[0-9]{1,2}\s*[./\-]\s*)(?P<year>[0-9]{4})")


def in_common_era(text: str, on: dt.date) -> tuple[str, str | None]:
    """The text with its year in the common era. Besides, the year as it was written where nothing but its size says of
    which calendar it is: three digits of Minguo, or one that lies five centuries ahead.
    """
    stated = _STATED.fullmatch(text.strip()) or _LETTER.fullmatch(text.strip())
    if stated:
        return f"{_stated_year(stated['era'], stated['year'])}{_parted(stated['rest'])}", None
    for form in (_YEAR_FIRST, _YEAR_LAST):
        found = form.fullmatch(text)
        year = _by_size(int(found["year"]), on) if found else None
        if found and year is not None:
            parts = found.groupdict()
            return f"{parts.get('before') or ''}{year}{parts.get('rest') or ''}", found["year"]
    return text, None


def _stated_year(era: str, written: str) -> int:
    year = 1 if written == "元" else int(written)
    name = era.casefold().replace("中", "").replace("華", "").replace("华", "").replace("國", "国")
    first = _FIRST_YEARS.get(name)
    return year - _BUDDHIST if first is None else first + year - 1


def _parted(rest: str) -> str:
    """``.3.15`` and ``-3-15`` after a year go on as they are; a blank is no divider."""
    return rest.strip() if rest[:1].isspace() else rest


def _by_size(year: int, on: dt.date) -> int | None:
    shift = _MINGUO if year < 1000 else -_BUDDHIST
    common = year + shift
    return common if on.year - _LAST_HUNDRED <= common <= on.year + _AHEAD and not 1850 <= year <= 2150 else None
