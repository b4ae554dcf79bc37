"""A day in a sentence, as it is written in the two languages of the interface."""

from __future__ import annotations

import datetime as dt
from typing import Final

from fangxian.kernel.text import Text

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December")


def in_words(day: dt.date) -> Text:
    """``6 December 2026``, ``2026年12月6日``."""
    return Text(f"{day.day} {_MONTHS[day.month - 1]} {day.year}", f"{day.year}年{day.month}月{day.day}日")
