"""The ``choices`` sheet: lists by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fangxian.kernel.text import both
from fangxian.programmes.words import CHOICE_NAME

from .headings import Headings
from .types import Choice

if TYPE_CHECKING:
    from fangxian.programmes.mistakes import Mistakes

    from .sheets import FormSheet, SheetRow

_SEPARATOR: Final = re.compile(r"[|；;]")


def aliases(cell: str) -> tuple[str, ...]:
    """The headings or words between ``|``."""
    return tuple(part.strip() for part in _SEPARATOR.split(cell) if part.strip())


def read_choices(sheet: FormSheet | None, mistakes: Mistakes) -> dict[str, tuple[Choice, ...]]:
    if sheet is None:
        return {}
    headings = Headings(sheet, mistakes)
    lists: dict[str, dict[str, Choice]] = {}
    for row in sheet.rows:
        found = lists.setdefault(row.get("list_name"), {})
        choice = _choice(row, headings)
        if not row.get("list_name"):
            mistakes.add("empty_cell", row.number, "list_name", "choices")
        elif not CHOICE_NAME.match(choice.name):
            mistakes.add("bad_choice_name", row.number, "name", "choices", name=choice.name)
        elif choice.name in found:
            mistakes.add("twice", row.number, "name", "choices", name=choice.name)
        found[choice.name] = choice
    return {name: tuple(found.values()) for name, found in lists.items()}


def _choice(row: SheetRow, headings: Headings) -> Choice:
    label = headings.text(row, "label", needed=True)
    name = row.get("name")
    columns = {heading: row.get(heading) for heading in headings.extra}
    return Choice(name, label or both(name), aliases(row.get("aliases")), {"name": name, **columns})
