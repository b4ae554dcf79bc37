"""Reading an expression: tokens and the grammar of XPath 1.0 (clause 3) as far as the subset goes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from fangxian.kernel.text import Text

from .kinds import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_LENGTH: Final = 4000
MAX_DEPTH: Final = 40


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class String:
    value: str


@dataclass(frozen=True, slots=True)
class Reference:
    """``${name}``"""

    name: str


@dataclass(frozen=True, slots=True)
class This:
    """``.``, the answer a constraint is about"""


@dataclass(frozen=True, slots=True)
class ColumnName:
    """A bare name: a column of the choices sheet, in a ``choice_filter`` only."""

    name: str


@dataclass(frozen=True, slots=True)
class FunctionCall:
    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """``left operator right``; a minus sign in front is a subtraction from zero."""

    operator: str
    left: Node
    right: Node


Node: TypeAlias = "Number | String | Reference | This | ColumnName | FunctionCall | Operation"

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<string>'[^']*'|"[^"]*")
    | \$\{\s*(?P<reference>[^{}]*?)\s*\}
    | (?P<name>[A-Za-z_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)
    | (?P<symbol><=|>=|!=|[-+*=<>(),.])
    )""",
    re.VERBOSE,
)
_LEVELS: Final = (
    frozenset({"or"}),
    frozenset({"and"}),
    frozenset({"=", "!="}),
    frozenset({"<", "<=", ">", ">="}),
    frozenset({"+", "-"}),
    frozenset({"*", "div", "mod"}),
)
_WORDS: Final = frozenset({"or", "and", "div", "mod"})


@dataclass(frozen=True, slots=True)
class Token:
    sort: str
    text: str
    start: int
    end: int


def tokens(source: str) -> list[Token]:
    """The tokens in order; raises RefusedError with the column (from 1) of the first character that fits nowhere."""
    if len(source) > MAX_LENGTH:
        raise RefusedError(
            Text(
                f"The expression is longer than {MAX_LENGTH} characters. Split it over calculate rows.",
                f"表达式超过{MAX_LENGTH}个字符，请拆分为多个 calculate 行。",
            )
        )
    return list(_scan(source.rstrip()))


def _scan(source: str) -> Iterator[Token]:
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise _odd(source, at + len(source[at:]) - len(source[at:].lstrip()))
        sort = match.lastgroup or ""
        yield Token(sort, match[sort], match.start(sort), match.end())
        at = match.end()


def _odd(source: str, at: int) -> RefusedError:
    found = source[at : at + 2]
    return RefusedError(
        Text(
            f"“{found}” at character {at + 1} is not part of the expressions held here. Take it out or use one of "
            "the listed operators.",
            f"第{at + 1}个字符处的“{found}”不在支持的表达式范围内，请删去或改用所列运算符。",
        )
    )


def parse(source: str) -> Node:
    """The syntax tree; raises RefusedError."""
    parser = _Parser(tokens(source), source)
    node = parser.level(0, 0)
    parser.finish()
    return node


class _Parser:
    def __init__(self, found: list[Token], source: str) -> None:
        self.tokens = found
        self.source = source
        self.at = 0

    def finish(self) -> None:
        if self.at < len(self.tokens):
            raise _odd(self.source, self.tokens[self.at].start)

    def level(self, rank: int, depth: int) -> Node:
        """Operators of one rank of precedence, grouped from the left."""
        if depth > MAX_DEPTH:
            raise RefusedError(
                Text(
                    "The expression is nested too deeply. Split it over calculate rows.",
                    "表达式嵌套过深，请拆分为多个 calculate 行。",
                )
            )
        if rank == len(_LEVELS):
            return self.unary(depth)
        left = self.level(rank + 1, depth)
        while (operator := self.operator(_LEVELS[rank])) is not None:
            left = Operation(operator, left, self.level(rank + 1, depth))
        return left

    def operator(self, allowed: frozenset[str]) -> str | None:
        if self.at == len(self.tokens):
            return None
        token = self.tokens[self.at]
        if token.sort not in ("symbol", "name") or token.text not in allowed:
            return None
        self.at += 1
        return token.text

    def unary(self, depth: int) -> Node:
        if self.accept("-"):
            return Operation("-", Number(0.0), self.unary(depth + 1))
        return self.primary(self.take(), depth)

    def primary(self, token: Token, depth: int) -> Node:
        if token.sort == "number":
            return Number(float(token.text))
        if token.sort == "string":
            return String(token.text[1:-1])
        if token.sort == "reference":
            return Reference(token.text)
        if token.sort == "name" and token.text not in _WORDS:
            return self.call(token.text, depth) if self.accept("(") else ColumnName(token.text)
        if token.text == ".":
            return This()
        if token.text == "(":
            node = self.level(0, depth + 1)
            self.expect(")")
            return node
        raise _odd(self.source, token.start)

    def call(self, function: str, depth: int) -> Node:
        arguments: list[Node] = []
        while not self.accept(")"):
            if arguments:
                self.expect(",")
            arguments.append(self.level(0, depth + 1))
        return FunctionCall(function, tuple(arguments))

    def take(self) -> Token:
        if self.at == len(self.tokens):
            raise RefusedError(Text("The expression ends too early. Complete it.", "表达式不完整，请补全。"))
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, symbol: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at].sort == "symbol" and self.tokens[self.at].text == symbol:
            self.at += 1
            return True
        return False

    def expect(self, symbol: str) -> None:
        token = self.take()
        if token.sort != "symbol" or token.text != symbol:
            raise _odd(self.source, token.start)


def walk(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, Operation):
            waiting += (part.left, part.right)
        elif isinstance(part, FunctionCall):
            waiting += part.arguments


def references(node: Node) -> frozenset[str]:
    """The questions an expression looks at."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Reference))


def rewritten(source: str, functions: Mapping[str, str]) -> str:
    """The expression with functions renamed, everything else as written."""
    found = tokens(source)
    out, at = [], 0
    for token, following in zip(found, [*found[1:], None], strict=True):
        if token.sort == "name" and token.text in functions and following is not None and following.text == "(":
            out += [source[at : token.start], functions[token.text]]
            at = token.end
    return "".join([*out, source[at:]])
