"""The functions of the subset as a table: what they take, what they give, how they read in Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .kinds import StaticType


@dataclass(frozen=True, slots=True)
class Function:
    """``takes`` is one letter per argument: b boolean, n number, t text, v as it is; the last repeats up to ``most``.

    ``python`` has ``{0}`` and so on for the arguments, or ``{all}`` for all of them with commas.
    """

    takes: str
    gives: StaticType
    python: str
    most: int = -1
    least: int = -1

    @property
    def fewest(self) -> int:
        return len(self.takes) if self.least < 0 else self.least

    @property
    def highest(self) -> int:
        return len(self.takes) if self.most < 0 else self.most

    def taking(self, position: int) -> str:
        return self.takes[min(position, len(self.takes) - 1)]


FUNCTIONS: Final = {
    "true": Function("", StaticType.BOOLEAN, "True"),
    "false": Function("", StaticType.BOOLEAN, "False"),
    "not": Function("b", StaticType.BOOLEAN, "(not {0})"),
    "selected": Function("vt", StaticType.BOOLEAN, "chosen({1}, {0})"),
    "count-selected": Function("v", StaticType.NUMBER, "len(names({0}))"),
    "regex": Function("tt", StaticType.BOOLEAN, "matches({0})"),
    "string-length": Function("t", StaticType.NUMBER, "units({0})"),
    "if": Function("bvv", StaticType.ANY, "({1} if {0} else {2})"),
    "coalesce": Function("v", StaticType.ANY, "first({all})", most=8),
    "concat": Function("t", StaticType.TEXT, "''.join(({all},))", most=32),
    "number": Function("n", StaticType.NUMBER, "{0}"),
    "string": Function("t", StaticType.TEXT, "{0}"),
    "int": Function("n", StaticType.NUMBER, "whole({0})"),
    "round": Function("n", StaticType.NUMBER, "rounded({all})", most=2, least=1),
    "today": Function("", StaticType.DATE, "clock.today"),
    "now": Function("", StaticType.DATETIME, "clock.now"),
    "happened_at": Function("", StaticType.DATETIME, "clock.now"),
    "date": Function("v", StaticType.DATE, "day({0})"),
    "starts-with": Function("tt", StaticType.BOOLEAN, "{0}.startswith({1})"),
    "contains": Function("tt", StaticType.BOOLEAN, "({1} in {0})"),
    "substr": Function("tn", StaticType.TEXT, "part({all})", most=3, least=2),
    "once": Function("v", StaticType.ANY, "{0}"),
}
BRANCHES: Final = {"if": 1, "coalesce": 0, "once": 0}
"""Functions whose kind is that of their arguments from this one on."""
EMPTY_POSSIBLE: Final = frozenset({"if", "coalesce", "once", "date"})
