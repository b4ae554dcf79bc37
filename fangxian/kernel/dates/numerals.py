"""Numbers written in Chinese characters before a unit of a date or a time: 二〇二六年十一月三日, 下午二时三十分."""

from __future__ import annotations

import re
from typing import Final

_ZEROS: Final = "〇零○◯Oo0"
_DIGITS: Final = {**dict.fromkeys(_ZEROS, "0"), **{han: str(one) for one, han in enumerate("一二三四五六七八九", 1)}}
_WHOLE: Final = str.maketrans({"廿": "二十", "卅": "三十", "元": "一"})  # 元月 is the first month
_RUN: Final = re.compile(rf"[{_ZEROS}一二三四五六七八九十廿卅]+(?=\s*[年月日号时点分秒])|元(?=\s*月)")
_HAN: Final = re.compile("[一二三四五六七八九十廿卅元]")


def in_digits(text: str) -> str:
    """The same text with such numbers in digits; everything else, such as a day of the week, stays."""
    return text if text.isascii() else _RUN.sub(_digits, text)


def _digits(run: re.Match[str]) -> str:
    """``二〇二六`` digit by digit, ``二十三`` by its tens."""
    if not _HAN.search(run[0]):
        return run[0]
    tens, ten, ones = run[0].translate(_WHOLE).partition("十")
    return (_joined(tens) or "1") + (_joined(ones) or "0") if ten else _joined(tens)


def _joined(numerals: str) -> str:
    return "".join(_DIGITS.get(one, one) for one in numerals)
