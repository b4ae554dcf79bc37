"""Faults in statements: a lock left out, a drill counted, a boundary moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_STATEMENT: Final = re.compile(r"\b(SELECT|UPDATE|INSERT INTO|DELETE FROM|WHERE|JOIN|FOR UPDATE|AND NOT)\b")


class Rewrite(NamedTuple):
    """What is looked for in a statement, what stands there instead, and what kind of fault that is."""

    kind: str
    pattern: re.Pattern[str]
    instead: str


_DRILL: Final = r"(?:\w+\.)?drill"
_NO_RANGE_END: Final = r"(?<!path )"
"""A path ends before the first that could follow the last of its area: no area has that one, `<=` says the same."""
REWRITES: Final = (
    Rewrite("lock", re.compile(r" ?FOR (?:NO KEY )?UPDATE(?: OF \w+)?(?: SKIP LOCKED| NOWAIT)?"), ""),
    Rewrite("lock", re.compile(r"pg_advisory_xact_lock(?=\()"), "abs"),
    Rewrite("drill", re.compile(rf"NOT {_DRILL}\b"), "true"),
    Rewrite("drill", re.compile(rf"{_DRILL} = (?:false|%s|\w+\.drill)"), "true"),
    Rewrite("sql", re.compile(r"(?<= )<=(?= )"), "<"),
    Rewrite("sql", re.compile(rf"(?<= ){_NO_RANGE_END}<(?= )"), "<="),
    Rewrite("sql", re.compile(r"(?<= )>=(?= )"), ">"),
    Rewrite("sql", re.compile(r"(?<= )>(?= )"), ">="),
    Rewrite("sql", re.compile(r"\bIS NOT NULL\b"), "IS NULL"),
    Rewrite("sql", re.compile(r"\bIS NULL\b"), "IS NOT NULL"),
    Rewrite("sql", re.compile(r"\bNOT EXISTS\b"), "EXISTS"),
    Rewrite("sql", re.compile(r"\bmax(?=\()"), "min"),
    Rewrite("sql", re.compile(r"\bmin(?=\()"), "max"),
)


def rewritten(text: str) -> Iterator[tuple[str, str, str]]:
    """Every fault of a statement: its kind, what changed in words, the whole text with it. Nothing for other texts."""
    if not _STATEMENT.search(text):
        return
    for rewrite in REWRITES:
        for found in rewrite.pattern.finditer(text):
            around = " ".join(text[max(found.start() - 24, 0):found.end() + 24].split())
            what = f"{found[0].strip()} → {rewrite.instead or 'nothing'} in: {around}"
            yield rewrite.kind, what, text[:found.start()] + rewrite.instead + text[found.end():]
