"""What components need: `table_rows columns rows`, `field|styled`, `moment at`, `task_doors doors`,
`explain term`."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from fangxian.console.stencil import Stencil
from fangxian.console.terms import TERMS

register = template.Library()
TASK: Final = "console/components/task.html"
HOUSEHOLD: Final = "console/components/household.html"
SAME: Final = (
    "what", "answers", "outcomes", "reading", "form", "version", "blank_url", "answer_url", "state", "state_label"
)
DIFFERS: Final = (
    "id", "subject", "name", "url", "address", "note", "phone", "household", "before", "noted", "edit_url",
    "drill",
)
"""What of a task's card all of its kind and state have, and what is its own."""
CELL: Final = "console/components/table_cell.html"


@register.inclusion_tag("console/components/explain.html")
def explain(name: str, words: str = "") -> dict[str, Any]:
    """The question mark beside a term, by its name in ``console.terms``; ``words`` are a programme's."""
    return {"key": name, "term": TERMS[name], "words": words}


@register.simple_tag
def each_filled(template_name: str, name: str, items: Iterable[Mapping[str, Any]]) -> SafeString:
    """A small template for each of many: what is true or false shapes it, the rest fills it in."""
    stencil = Stencil(template_name, name)
    parts = []
    for item in items:
        same = {key: value for key, value in item.items() if isinstance(value, bool)}
        differs = {key: value for key, value in item.items() if key not in same}
        parts.append(stencil.filled(tuple(same.values()), same, differs))
    return mark_safe("".join(parts))  # noqa: S308 - a stencil escapes what it is filled with


@register.simple_tag
def table_rows(columns: Iterable[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """The rows of a table: ``{cells, state}``; one with too few cells or too many is a programmer's mistake."""
    stencil, heads = Stencil(CELL, "cell"), tuple(columns)
    return mark_safe("".join(_row(stencil, heads, row) for row in rows))  # noqa: S308 - a stencil escapes


@register.simple_tag
def table_foot(columns: Iterable[Mapping[str, Any]], cells: Iterable[Mapping[str, Any]]) -> SafeString:
    """The last row, which sums the others up."""
    return mark_safe(_row(Stencil(CELL, "cell"), tuple(columns), {"cells": cells}))  # noqa: S308 - a stencil escapes


def _row(stencil: Stencil, columns: Sequence[Mapping[str, Any]], row: Mapping[str, Any]) -> str:
    state = format_html(' data-state="{}"', row["state"]) if row.get("state") else ""
    pairs = enumerate(zip(columns, row["cells"], strict=True))
    cells = "".join(_cell(stencil, number, column, cell) for number, (column, cell) in pairs)
    return f"<tr{state}>{cells}</tr>"


def _cell(stencil: Stencil, number: int, column: Mapping[str, Any], cell: Mapping[str, Any]) -> str:
    text = cell.get("text")
    state, at, mark = cell.get("state", ""), cell.get("at"), cell.get("mark", "")
    zero = text == 0 and not isinstance(text, bool)
    same = {
        "first": number == 0,
        "label": str(column.get("label", "")),
        "kind": column.get("kind", ""),
        "state": state,
        "mark": mark,
        "zero": zero,
    }
    differs = {
        "text": _said(text),
        "url": cell.get("url", ""),
        "note": _said(cell.get("note")),
        "at": "" if state else moment(at, cell.get("reading", "")),
    }
    return stencil.filled((number, state, mark, zero), same, differs)


def _said(value: Any) -> str:
    """A value as a template says it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else str(localize(value))


@register.simple_tag
def moment(at: dt.datetime | str | None, reading: str = "") -> SafeString | str:
    """An instant for `time.html`; many lines of a page have the same. The mark of a stencil stays what it is."""
    if isinstance(at, str):
        return at
    return _moment(at, reading or "at", get_language(), timezone.get_current_timezone_name()) if at else SafeString("")


@register.simple_tag(takes_context=True)
def task_doors(context: template.Context, doors: Iterable[Mapping[str, Any]]) -> SafeString:
    """Cards as ``cards.card`` tells them, door by door, with the submit of a household above its first."""
    token = str(context.get("csrf_token", ""))
    tasks = Stencil(TASK, "task", token, in_place=True)
    households = Stencil(HOUSEHOLD, "household", token)
    parts: list[str] = []
    for door in doors:
        if door["household"]:
            parts.append(_household(households, door["household"]))
        parts += (_task(tasks, task) for task in door["cards"])
    return mark_safe("".join(parts))  # noqa: S308 - a stencil escapes what it is filled with


def _task(stencil: Stencil, task: Mapping[str, Any]) -> str:
    differs = {"due": moment(task["due"], "due"), **{key: task[key] for key in DIFFERS}}
    alike = (task["programme"], task["kind"], task["form"], task["state"], task["state_label"], task["own"])
    return stencil.filled(alike, {key: task[key] for key in SAME}, differs)


def _household(stencil: Stencil, household: Mapping[str, Any]) -> str:
    ids = ((one,) for one in household["tasks"])
    inputs = format_html_join("", '<input type="hidden" name="task" value="{}">', ids)
    return stencil.filled("", {}, {**household, "tasks": inputs})


@lru_cache(maxsize=4096)
def _moment(at: dt.datetime, reading: str, _language: str | None, _zone: str) -> SafeString:
    return format_html(
        '<time datetime="{}" data-time="{}">{}</time>', f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}", reading,
        date_format(timezone.localtime(at), "TIME_FORMAT" if reading == "time" else "SHORT_DATETIME_FORMAT"))


def _css_class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    return "" if isinstance(widget, RadioSelect) else "form-control"


@register.filter
def styled(field: BoundField) -> SafeString:
    """The field's control in our style, tied to its error by id for a screen reader."""
    attributes: dict[str, str | bool] = {"class": _css_class(field)}
    if field.errors:
        attributes["aria-errormessage"] = wrong_id(field)
    return field.as_widget(attrs=attributes)


@register.filter
def wrong_id(field: BoundField) -> str:
    """The id of what is wrong with a field; nothing while nothing is."""
    return f"{field.auto_id}_error" if field.errors else ""
