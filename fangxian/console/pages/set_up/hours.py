"""Weekly hours as people write and read them: 08:00-12:00, 14:00-18:00."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from django import forms
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fangxian.accounts.types import WeeklyHours

_SHIFT: Final = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~至]\s*(\d{1,2})[:：](\d{2})")
_BETWEEN: Final = re.compile(r"[,，;；、\s]+")
_NAMES: Final = tuple(f"day{number}" for number in range(7))


class HoursForm(forms.Form):
    """A line for each weekday; all empty means always on duty."""

    alike = forms.BooleanField(label=gettext_lazy("The same for all posts of this kind next to it"), required=False)
    hand_over = forms.BooleanField(
        label=gettext_lazy("Give open tasks that nobody is on duty for by this to whoever is"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, hours: Sequence[WeeklyHours] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        last = {name: self.fields.pop(name) for name in ("alike", "hand_over")}
        for number, name in enumerate(_NAMES):
            self.fields[name] = forms.CharField(
                label=WEEKDAYS[number],
                required=False,
                initial=written(one for one in hours if one.weekday == number),
                widget=forms.TextInput(attrs={"placeholder": _("off"), "autocomplete": "off"}),
            )
        self.fields |= last

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        hours: list[WeeklyHours] = []
        for number, name in enumerate(_NAMES):
            try:
                hours += [WeeklyHours(number, *shift) for shift in _shifts(given.get(name, ""))]
            except ValueError:
                self.add_error(name, _("Write shifts like 08:00-12:00, 14:00-18:00, or leave the day empty."))
        given["hours"] = hours
        return given


def _shifts(text: str) -> Iterator[tuple[dt.time, dt.time]]:
    """ValueError for anything that is no list of shifts; 24:00 is midnight."""
    if _BETWEEN.sub("", _SHIFT.sub("", text)):
        raise ValueError(text)
    for found in _SHIFT.finditer(text):
        begins, ends = _time(*found.group(1, 2)), _time(*found.group(3, 4))
        if begins == ends and begins != dt.time():
            raise ValueError(text)
        yield begins, ends


def _time(hour: str, minute: str) -> dt.time:
    return dt.time(0 if (hour, minute) == ("24", "00") else int(hour), int(minute))


def written(shifts: Iterable[WeeklyHours]) -> str:
    """The shifts of a day as one writes them."""
    return ", ".join(f"{shift.begins:%H:%M}-{shift.ends:%H:%M}" for shift in shifts)


def said(hours: Sequence[WeeklyHours]) -> str:
    """A week in a line: days with the same shifts together."""
    if not hours:
        return _("Always")
    days = [(number, written(one for one in hours if one.weekday == number)) for number in range(7)]
    return "; ".join(_run(list(run), shifts) for shifts, run in groupby(days, key=lambda day: day[1]) if shifts)


def _run(days: list[tuple[int, str]], shifts: str) -> str:
    first, last = WEEKDAYS_ABBR[days[0][0]], WEEKDAYS_ABBR[days[-1][0]]
    return f"{first if first == last else f'{first}–{last}'} {shifts}"
