"""Decision tables in words: what their columns are called, and their cells without the language they are written in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from fangxian.console.asking import listed, say
from fangxian.kernel.text import Text, both
from fangxian.programmes.types import Programme

_WORD: Final = re.compile(
    r'duration\("P(?P<hours>T)?(?P<length>\d+)[DH]"\)|"(?P<text>[^"]*)"|^-$|(?P<name>[^\W\d]\w*)(?!\w|\()'
)
_SEPARATOR: Final = re.compile(r"\s*,\s*")
_LATEST: Final = re.compile(r"max\((?P<days>[^()]*(?:\([^()]*\)[^()]*)*)\)")


@lru_cache(maxsize=32)
def labels(programme: Programme) -> Mapping[str, Text]:
    """What the columns of a programme's tables are called: facts, inputs and what the tables say."""
    roles = programme.decision
    found = {fact.name: fact.label for fact in programme.facts.values()}
    found |= {given.name: given.label for given in programme.inputs.values()}
    for table in programme.tables:
        alone = len(table.outputs) == 1
        for column in table.outputs:
            named = column.label != both(column.name)
            whole = alone or (roles is not None and column.name in (roles.measure, roles.urgent, roles.stage))
            plain = table.label if whole else both(column.name.replace("_", " "))
            found.setdefault(column.name, column.label if named else plain)
    if roles is not None:
        found[roles.until] = Text("Until", "截止")
    return found


def cell(text: str, programme: Programme, column: str) -> str:
    """A cell in words: values and columns by their names, without the quotation marks the language wants."""
    return _cell(text, programme, column, get_language())


@lru_cache(maxsize=4096)
def _cell(text: str, programme: Programme, column: str, _language: str | None) -> str:
    known, names = values(programme, column), labels(programme)

    def word(found: re.Match[str]) -> str:
        if found["length"]:
            return _length(int(found["length"]), hours=bool(found["hours"]))
        if found["text"] is not None:
            return known.get(found["text"], found["text"])
        name = found["name"]
        return "" if name is None else _plain_words().get(name) or (say(names[name]) if name in names else name)

    of = _LATEST.fullmatch(text) if programme.decision and column == programme.decision.until else None
    shown = _SEPARATOR.sub(", ", _WORD.sub(word, (of["days"] if of else text).replace("not(unknown)", "known")))
    words = listed(shown.split(", "))
    return _("the later of: %(days)s") % {"days": words} if of else words


def value(found: Any, programme: Programme, column: str, zone: ZoneInfo) -> str:
    """A value of a column in words; a day, and an instant by the clock on the wall, as people there write them."""
    if found is None:
        return _("unknown")
    if isinstance(found, bool):
        return _("yes") if found else _("no")
    if isinstance(found, dt.datetime):
        return date_format(found.astimezone(zone), "DATETIME_FORMAT")
    if isinstance(found, dt.date):
        return date_format(found, "DATE_FORMAT")
    known = values(programme, column)
    if isinstance(found, list | tuple):
        return listed(known.get(str(one), str(one)) for one in found)
    return known.get(str(found), f"{found:g}" if isinstance(found, float) else str(found))


def values(programme: Programme, column: str) -> Mapping[str, str]:
    """The words for a column's values: measures by their labels, facts as the forms' choices have them."""
    return _values(programme, column, get_language())


@lru_cache(maxsize=512)
def _values(programme: Programme, column: str, _language: str | None) -> Mapping[str, str]:
    if programme.decision and column == programme.decision.measure:
        return {name: say(measure.label) for name, measure in programme.measures.items()}
    chosen = {
        choice.name: say(choice.label)
        for form in programme.forms.values()
        for question in form.questions
        if question.fact == column
        for choice in question.choices or ()
    }
    return {**_usual(), **chosen}


def _usual() -> dict[str, str]:
    return {
        "high": _("high"),
        "medium": _("medium"),
        "low": _("low"),
        "expected": _("Expected"),
        "registered": _("Registered"),
        "verified": _("Verified"),
        "managed": _("Managed"),
        "released": _("Released"),
    }


def _plain_words() -> dict[str, str]:
    return {"true": _("yes"), "false": _("no"), "unknown": _("unknown"), "known": _("known")}


def _length(number: int, *, hours: bool) -> str:
    words = ngettext("%(n)d hour", "%(n)d hours", number) if hours else ngettext("%(n)d day", "%(n)d days", number)
    return words % {"n": number}


def subject_of(programme: Programme | None, kind: str) -> Text:
    """What a kind of alert is called: a kind of task, or what a decision table says."""
    if programme is None:
        return both(kind)
    if kind in programme.tasks:
        return programme.tasks[kind].label
    said_by = ((table, column) for table in programme.tables for column in table.outputs if column.name == kind)
    table, column = next(said_by, (None, None))
    if table is None or column is None:
        return both(kind)
    return table.label if column.label == both(kind) else column.label
