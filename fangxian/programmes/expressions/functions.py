"""The functions of the subset as a table: what they take, what they give, how they read in Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .kinds import Kind


@dataclass(frozen=True, slots=True)
class Function:
    """``takes`` is one letter per argument: b boolean, n number, t text, v as it is; the last repeats up to ``most``.

    ``python`` has ``{0}`` and so on for the arguments, or ``{all}`` for all of them with commas.
    """

    takes: str
    gives: Kind
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
    "true": Function("", Kind.BOOLEAN, "True"),
    "false": Function("", Kind.BOOLEAN, "False"),
    "not": Function("b", Kind.BOOLEAN, "(not {0})"),
    "selected": Function("vt", Kind.BOOLEAN, "chosen({1}, {0})"),
    "count-selected": Function("v", Kind.NUMBER, "len(names({0}))"),
    "regex": Function("tt", Kind.BOOLEAN, "matches({0})"),
    "string-length": Function("t", Kind.NUMBER, "units({0})"),
    "if": Function("bvv", Kind.ANY, "({1} if {0} else {2})"),
    "coalesce": Function("v", Kind.ANY, "first({all})", most=8),
    "concat": Function("t", Kind.TEXT, "''.join(({all},))", most=32),
    "number": Function("n", Kind.NUMBER, "{0}"),
    "string": Function("t", Kind.TEXT, "{0}"),
    "int": Function("n", Kind.NUMBER, "whole({0})"),
    "round": Function("n", Kind.NUMBER, "rounded({all})", most=2, least=1),
    "today": Function("", Kind.DATE, "clock.today"),
    "now": Function("", Kind.DATETIME, "clock.now"),
    "happened_at": Function("", Kind.DATETIME, "clock.now"),
    "date": Function("v", Kind.DATE, "day({0})"),
    "starts-with": Function("tt", Kind.BOOLEAN, "{0}.startswith({1})"),
    "contains": Function("tt", Kind.BOOLEAN, "({1} in {0})"),
    "substr": Function("tn", Kind.TEXT, "part({all})", most=3, least=2),
    "once": Function("v", Kind.ANY, "{0}"),
}
BRANCHES: Final = {"if": 1, "coalesce": 0, "once": 0}
"""Functions whose kind is that of their arguments from this one on."""
EMPTY_POSSIBLE: Final = frozenset({"if", "coalesce", "once", "date"})
