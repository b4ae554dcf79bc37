"""The immutable syntax tree of a cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from fangxian.kernel.text import Text
from fangxian.kernel.values import Value, ValueType


class FeelError(ValueError):
    """A cell that cannot be read or typed: a sentence that says what to do."""

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(text.en)
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Months:
    """A years-and-months duration. Only literals have it: as a number of days it has no fixed length."""

    count: int


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value | Months
    type: ValueType


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Binary:
    """``+ - * / **``"""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """``max`` or ``min``; an unknown argument is left out."""

    function: str
    arguments: tuple[Expression, ...]


Expression: TypeAlias = Literal | Name | Binary | Call


@dataclass(frozen=True, slots=True)
class Compare:
    """The column's value on the left: ``= < <= > >=``."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Interval:
    low: Expression
    low_closed: bool
    high: Expression
    high_closed: bool

    def bounds(self) -> tuple[Compare, Compare]:
        """The two comparisons that must both hold."""
        return (
            Compare(">=" if self.low_closed else ">", self.low),
            Compare("<=" if self.high_closed else "<", self.high),
        )


@dataclass(frozen=True, slots=True)
class Unknown:
    """The value is not known."""


Test: TypeAlias = Compare | Interval | Unknown


@dataclass(frozen=True, slots=True)
class Tests:
    """An input cell: one of ``tests`` must hold, or none when ``negated``. No tests: ``-``, which always holds."""

    tests: tuple[Test, ...]
    negated: bool
    text: str

    @property
    def anything(self) -> bool:
        return not self.tests


ANYTHING: Final = Tests((), False, "-")


def operands(test: Test) -> tuple[Expression, ...]:
    """The expressions a test compares the value with."""
    if isinstance(test, Compare):
        return (test.operand,)
    if isinstance(test, Interval):
        return (test.low, test.high)
    return ()


def names_in(node: Tests | Expression) -> Iterator[str]:
    """Each name mentioned, as often as it is."""
    if isinstance(node, Tests):
        for test in node.tests:
            for operand in operands(test):
                yield from names_in(operand)
    elif isinstance(node, Name):
        yield node.name
    elif isinstance(node, Binary):
        yield from names_in(node.left)
        yield from names_in(node.right)
    elif isinstance(node, Call):
        for argument in node.arguments:
            yield from names_in(argument)
