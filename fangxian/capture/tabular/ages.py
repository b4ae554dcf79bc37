"""Ages as lists write them, in whole years: 7 months is 0, 1岁6个月 is 1; a range is nobody's age."""

from __future__ import annotations

import re
from typing import Final

from fangxian.kernel.faults import Fault

from . import value_sentences as says

_UNITS: Final = {
    "years": (
        "年 岁 歲 周岁 歳 才 y yr yrs year years yo y/o an ans año años ano anos j jahr jahre lebensjahre л "
        "лет год года г 세 살 سنة سنوات عام age a"
    ),
    "months": (
        "月 个月 個月 月龄 月齡 ヶ月 か月 カ月 ケ月 mo mos mth mths month months mois mes meses mês monat "
        "monate monaten мес мес. месяц месяца месяцев 개월 월 شهر أشهر اشهر m"
    ),
    "weeks": (
        "周 週 周龄 週間 w wk wks week weeks semaine semaines semana semanas woche wochen нед недель недели "
        "주 أسبوع أسابيع"
    ),
    "days": (
        "天 日 日龄 日齡 d day days jour jours día días dia dias tag tage tagen день дня дней сут 일 يوم "
        "أيام ايام"
    ),
    "hours": (
        "小时 時間 h hour hours heures horas stunden час часов 시간"
    ),
}  # fmt: skip
_UNIT: Final = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_TO_YEARS: Final = {"years": 1, "months": 12, "weeks": 52, "days": 365, "hours": 365 * 24}
_ONE: Final = re.compile(r"(?:约|约为|ca\.?|~)?\s*(\d{1,5}(?:[.,]\d+)?)\s*([^\d\s]*(?:\s[^\d\s]+)?)", re.IGNORECASE)
_TWO: Final = re.compile(r"(\d{1,3})\s*([^\W\d]+)\s*(?:零|又|and|et|y|и|und)?\s*(\d{1,2})\s*([^\W\d]+)", re.IGNORECASE)
_BELOW_ONE: Final = re.compile(r"[<＜]\s*1\s*\D*|不满1岁|未满1岁|不足1岁", re.IGNORECASE)
_RANGE: Final = re.compile(
    r"\d{1,3}\s*(?:-|–|—|~|～|至|到|to|bis|à|a)\s*\d{1,3}\D*"
    r"|\d{1,3}\s*(?:s|'s|代|多岁|\+|以上|及以上|대|and over|ans et plus)\D*"
    r"|(?:[<>≥≤＜＞]|over|under|über|plus de|older than)\s*\d{1,3}\D*",
    re.IGNORECASE)
_CODES: Final = {"1": "days", "2": "months", "3": "years"}
"""Of SIVEP-Gripe's TP_IDADE; elsewhere 1 may be years."""
_OLDEST_BY_LETTER: Final = 24
"""Months up to which a lone ``m`` says so; ``34M`` is more likely a man of 34."""


def unit_of(word: str, *, coded: bool = False) -> str | None:
    """years, months, weeks, days or hours; None for a word that is none. ``coded``: 1, 2 and 3 as in SIVEP-Gripe."""
    bare = word.strip().casefold().rstrip(".").removesuffix(".0")
    return _UNIT.get(bare) or (_CODES.get(bare) if coded else None)


def years(text: str, unit: str | None = None) -> tuple[int | None, Fault | None]:
    """The age in whole years; ``unit`` is the one that another column states, for numbers without one."""
    narrow = " ".join(text.split()).strip("() ")
    if _BELOW_ONE.fullmatch(narrow):
        return 0, None
    two = _TWO.fullmatch(narrow)
    if two and unit_of(two[2]) == "years" and unit_of(two[4]) in ("months", "weeks", "days"):
        return int(two[1]), None
    if _RANGE.fullmatch(narrow) and not _stated(narrow):
        return None, says.fault("age_range", text=narrow[:40])
    one = _ONE.fullmatch(narrow)
    meant = _meant(one, unit) if one else None
    if one is None or meant is None:
        return None, says.fault("no_age", text=narrow[:40])
    return int(float(one[1].replace(",", ".")) / _TO_YEARS[meant]), None


def _stated(text: str) -> bool:
    one = _ONE.fullmatch(text)
    return one is not None and bool(one[2]) and unit_of(one[2].split()[0]) is not None


def _meant(found: re.Match[str], unit: str | None) -> str | None:
    """The unit written with the number, else the stated one, else years."""
    word = found[2].strip()
    if not word:
        return unit or "years"
    said = unit_of(word) or unit_of(word.split()[0])
    if word.casefold() == "m" and float(found[1].replace(",", ".")) > _OLDEST_BY_LETTER:
        return None
    return said
