"""Libraries that are large and seldom needed: loaded when one is first used, so that a process starts without them."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """A library by its name, or a module of it; whatever is asked of it loads it. Safe in threads, as imports are.

    ::

        if TYPE_CHECKING:
            import openpyxl
        else:
            openpyxl = Later("openpyxl")
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)
