"""Fast folders first, so that a mistake shows soon; the browser comes last."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

FIRST: Final = ("kernel", "dmn", "tree", "programmes", "capture", "areas", "accounts", "journal", "subjects", "decide",
                "tasks", "report")
LAST: Final = ("site", "bench", "demo", "api", "browser")


def place(folder: str) -> int:
    """Folders nobody listed stand between the first and the last."""
    if folder in FIRST:
        return FIRST.index(folder)
    return len(FIRST) + 1 + (LAST.index(folder) if folder in LAST else -1)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A stable sort: within a folder the order of the files stays."""
    tests = Path(config.rootpath) / "tests"
    items.sort(key=lambda item: place(item.path.relative_to(tests).parts[0]))
