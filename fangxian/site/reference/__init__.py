"""The reference pages of ``docs/``, written out of the tables the code works by: file → Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from fangxian.site.api import document

from .data import data
from .errors import errors
from .flow import flow
from .http import http
from .tables import tables
from .tasks import tasks
from .who import permissions

_PAGES: Final[dict[str, Callable[[], str]]] = {
    "permissions.md": permissions, "tasks.md": tasks, "flow.md": flow, "errors.md": errors, "data.md": data,
    "api.md": http, "openapi.json": document.openapi,
}


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated page: its place below ``docs/`` and its text."""
    for name, render in _PAGES.items():
        yield Path(name), render()
    yield from tables()
