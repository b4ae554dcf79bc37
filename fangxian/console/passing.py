"""Dates and answers as people write them: on a card, in the head of a form, in a sentence."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import get_language

from fangxian.journal.queries import AnswerView
from fangxian.kernel import identity_parts
from fangxian.kernel.clock import Calendar
from fangxian.programmes.forms import Form
from fangxian.programmes.forms.types import QuestionType

from .asking import labelled, say

_SPEAK_FOR_THEMSELVES: Final = frozenset(
    {QuestionType.SELECT_MULTIPLE, QuestionType.DECIMAL, QuestionType.INTEGER, QuestionType.RANGE})


def day(on: dt.date, today: dt.date) -> str:
    """A date as a sentence has it, with its year unless that is the present one: 11 December may be of 2062."""
    chinese = (get_language() or "").startswith("zh")
    if on.year == today.year:
        return date_format(on, "n月j日" if chinese else "j F")
    return date_format(on, "Y年n月j日" if chinese else "j F Y")


def instant(at: dt.datetime, calendar: Calendar, today: dt.date | None = None) -> str:
    """A moment by the clock of an area, with its date; of ``today`` without, of its year without the year."""
    local = calendar.local(at)
    if today is None:
        return date_format(local, "DATETIME_FORMAT")
    if local.date() == today:
        return f"{local:%H:%M}"
    comma = " " if (get_language() or "").startswith("zh") else ", "
    return f"{day(local.date(), today)}{comma}{local:%H:%M}"


def in_passing(one: AnswerView, form: Form | None, calendar: Calendar, *, opened: bool) -> str:
    """An answer as one reads it in passing; who somebody is only where that is ``opened``. What is measured or chosen
    out of many speaks for itself; a choice of one ("enough", "no"), a date or a key says nothing without its question.
    """
    question = form.question(one.name) if form is not None else None
    text = instant(one.at, calendar) if one.at else say(one.text)
    if (one.identity or one.link) and not opened:  # the key of a household names the door
        text = identity_parts.masked(one.identity, text)
    if question is None or question.type in _SPEAK_FOR_THEMSELVES:
        return text
    return labelled(say(one.label), text)
