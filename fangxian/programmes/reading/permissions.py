"""permissions.csv: kind of post × action × form."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from fangxian.programmes.types import DeclaredPermission
from fangxian.programmes.words import ACTIONS, FORM_ACTIONS, POSTS

if TYPE_CHECKING:
    from fangxian.programmes.mistakes import Mistakes
    from fangxian.programmes.types import TaskKind

    from .draft import Draft

FILE: Final = "permissions.csv"
_HEADER: Final = ["post", "action", "on"]


def read_permissions(draft: Draft) -> frozenset[DeclaredPermission]:
    mistakes = draft.mistakes.of(FILE)
    data = draft.files.get(FILE)
    if data is None:
        mistakes.add("missing_file", name=FILE)
        return frozenset()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        mistakes.add("not_utf8", data[: error.start].count(b"\n") + 1)
        return frozenset()
    return _lines(text, draft, mistakes)


def _lines(text: str, draft: Draft, mistakes: Mistakes) -> frozenset[DeclaredPermission]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: set[DeclaredPermission] = set()
    try:
        for cells in reader:
            row, trimmed = reader.line_num, [cell.strip() for cell in cells]
            if row == 1:
                if trimmed != _HEADER:
                    mistakes.add("permission_header", row)
            elif any(trimmed):
                found |= _line(trimmed, row, draft, mistakes, found)
    except csv.Error as error:
        mistakes.add("bad_csv", reader.line_num, reason=error)
    return frozenset(found)


def _line(
    cells: list[str], row: int, draft: Draft, mistakes: Mistakes, found: set[DeclaredPermission],
) -> set[DeclaredPermission]:
    if len(cells) != len(_HEADER):
        mistakes.add("permission_cells", row)
        return set()
    post, action, on = cells
    if post not in POSTS:
        mistakes.unknown("unknown_post", post, POSTS, row, "post")
    if action not in ACTIONS:
        mistakes.unknown("unknown_action", action, ACTIONS, row, "action")
    elif action not in FORM_ACTIONS and on != "*":
        mistakes.add("only_star", row, "on", name=action)
    elif action in FORM_ACTIONS and on != "*" and on not in draft.form_names:
        mistakes.unknown("unknown_form", on, sorted(draft.form_names), row, "on")
    permission = DeclaredPermission(post, action, on)
    if permission in found:
        mistakes.add("twice", row, name=",".join(cells))
    return {permission}


def check_reach(draft: Draft, tasks: dict[str, TaskKind], permissions: frozenset[DeclaredPermission]) -> None:
    """Every form has somebody who may fill it, and every task's post may fill its form; warnings."""
    mistakes = draft.mistakes.of(FILE)
    fillers = {(line.post, line.on) for line in permissions if line.action == "fill"}
    forms_filled = {on for _, on in fillers}
    for form in sorted(draft.form_names):
        if form not in forms_filled and "*" not in forms_filled:
            mistakes.warn("nobody_fills", name=form)
    for task in tasks.values():
        if task.post and not {(task.post, "*"), (task.post, task.form)} & fillers:
            mistakes.warn("cannot_do", post=task.post, name=task.kind, form=task.form)
