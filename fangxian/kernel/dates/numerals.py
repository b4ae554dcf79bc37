"""Digits and units of dates in other scripts as the ones that are read: 二〇二六年十一月三日, 午後2時, ٢٠٢٠, 2020년."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ZEROS: Final = "〇零○◯Oo0"
_DIGITS: Final = {**dict.fromkeys(_ZEROS, "0"), **{han: str(one) for one, han in enumerate("一二三四五六七八九", 1)}}
_WHOLE: Final = str.maketrans({"廿": "二十", "卅": "三十", "元": "一"})  # 元月 is the first month
_RUN: Final = re.compile(rf"[{_ZEROS}一二三四五六七八九十廿卅]+(?=\s*[年月日号时点分秒])|元(?=\s*月)")
_HAN: Final = re.compile("[一二三四五六七八九十廿卅元]")


_UNITS: Final = re.compile(r"(?<=[0-9])\s*[년월일시분초]")
_HANGUL: Final = str.maketrans({"년": "年", "월": "月", "일": "日", "시": "时", "분": "分", "초": "秒", " ": None})
_SAME: Final = str.maketrans({"時": "时", "點": "点", "號": "号"})
_HALVES: Final = (("오후", "下午"), ("午後", "下午"), ("오전", "上午"), ("午前", "上午"), ("正午", "中午"))
_DAY_OF_WEEK: Final = re.compile(r"[(\[（]\s*[日月火水木金土월화수목금토일]\s*[)\]）]")


def in_digits(text: str) -> str:
    """The same text with such numbers in digits and units in their Chinese form; everything else stays."""
    return text if text.isascii() else _RUN.sub(_digits, _units(_ascii_digits(text)))


def _ascii_digits(text: str) -> str:
    """Arabic-Indic, Persian, Thai and other decimal digits."""
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() and not letter.isascii() else letter for letter in text)


def _units(text: str) -> str:
    for written, meant in _HALVES:
        text = text.replace(written, meant)
    text = _DAY_OF_WEEK.sub(" ", text.translate(_SAME))
    return _UNITS.sub(lambda unit: unit[0].translate(_HANGUL), text)


def _digits(run: re.Match[str]) -> str:
    """``二〇二六`` digit by digit, ``二十三`` by its tens."""
    if not _HAN.search(run[0]):
        return run[0]
    tens, ten, ones = run[0].translate(_WHOLE).partition("十")
    return (_joined(tens) or "1") + (_joined(ones) or "0") if ten else _joined(tens)


def _joined(numerals: str) -> str:
    return "".join(_DIGITS.get(one, one) for one in numerals)
