"""Pieces of Python with the type SQL gives them, and what a function under translation has come to so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlglot import exp

NULL: Final = "NULL"
INTEGERS: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
"""From the narrow to the wide: with others a value is of the widest type."""


class UntranslatedError(ValueError):
    """A node, or a node over such types, has no translation yet: a programming error."""


@dataclass(frozen=True, slots=True)
class Code:
    """A Python expression. ``kind``: the type DuckDB gives it, with ``[]`` behind it for a list. ``known``: never NULL.
    ``value``: of a constant. ``plain``: a name or a constant, which may be written twice."""

    text: str
    kind: str
    known: bool = False
    plain: bool = False
    value: Any = None

    @property
    def constant(self) -> bool:
        return self.value is not None

    @property
    def item(self) -> str:
        """The type of a list's elements."""
        if not self.kind.endswith("[]"):
            raise UntranslatedError(f"{self.kind} is no list")
        return self.kind[:-2]


NOTHING: Final = Code("None", NULL, plain=True)
Translate = Callable[["Writer", Any], Code]


@dataclass(slots=True)
class Writer:
    """Writes one function. ``nodes`` translates each kind of node; ``names``: what a column of SQL is here."""

    nodes: dict[type[exp.Expr], Translate]
    names: dict[str, Code] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    count: int = 0

    def __call__(self, node: exp.Expr) -> Code:
        """The value of a node. Raises UntranslatedError."""
        translate = self.nodes.get(type(node))
        if translate is None:
            raise UntranslatedError(type(node).__name__)
        return translate(self, node)

    def all(self, nodes: Sequence[exp.Expr]) -> list[Code]:
        return [self(node) for node in nodes]

    def name(self, letter: str = "t") -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def constant(self, value: Any, kind: str) -> Code:
        """A value that is known when the function is made; it enters by name unless Python writes it the same."""
        if isinstance(value, bool | int | str):
            return Code(repr(value), kind, known=True, plain=True, value=value)
        name = self.name("K")
        self.constants[name] = value
        return Code(name, kind, known=True, plain=True, value=value)

    @contextmanager
    def variable(self, name: str, kind: str) -> Iterator[Code]:
        """A lambda's, which hides the column of its name."""
        before = self.names.get(name)
        found = self.names[name] = Code(self.name("i"), kind, plain=True)
        yield found
        if before is None:
            del self.names[name]
        else:
            self.names[name] = before

    def strict(self, kind: str, write: Callable[..., str], *given: Code, known: bool = True) -> Code:
        """A function that is NULL where an argument is. ``write`` gets the text of each argument, which it may put in
        once; ``known``: of known values the function is never NULL."""
        guards, texts = [], []
        for one in given:
            text = one.text if one.plain else f"({one.text})"
            if one.kind == NULL:
                return NOTHING
            if not one.known and one.plain:
                guards.append(f"{text} is None")
            elif not one.known:
                guards.append(f"({(text := self.name())} := {one.text}) is None")
            texts.append(text)
        made = write(*texts)
        if not guards:
            return Code(made, kind, known=known)
        return Code(f"None if {' or '.join(guards)} else {made}", kind)

    def true(self, node: exp.Expr) -> str:
        """What Python takes for true where the condition is; where it is false or NULL it takes it for false."""
        if isinstance(node, exp.Paren):
            return self.true(node.this)
        if isinstance(node, exp.And | exp.Or):
            sign = " and " if isinstance(node, exp.And) else " or "
            return sign.join(f"({self.true(part)})" for part in flat(node))
        found = self(node)
        if found.kind not in ("BOOLEAN", NULL):
            raise UntranslatedError(f"{found.kind} as a condition")
        return found.text


def flat(node: exp.Expr) -> list[exp.Expr]:
    """The parts of a chain of one operator, however it is bracketed: what is deep in SQL is wide here."""
    kind, found, left = type(node), [], [node]
    while left:
        one = left.pop()
        inner = one.unnest()
        if isinstance(inner, kind):
            left += [inner.expression, inner.this]
        else:
            found.append(inner)
    return found


def together(codes: Sequence[Code]) -> str:
    """The type of values that stand for each other; NULL has every type."""
    kinds = {one.kind for one in codes} - {NULL}
    if len(kinds) <= 1:
        return kinds.pop() if kinds else NULL
    if kinds <= set(INTEGERS):
        return max(kinds, key=INTEGERS.index)
    raise UntranslatedError(f"{', '.join(sorted(kinds))} together")
