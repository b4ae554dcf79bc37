"""From the syntax tree to a Python function: names and types are checked, conversions are put where XPath has them.

The function's source is generated from the tree alone. Of the author's text only numbers and quoted literals reach it,
as ``repr``; names are looked up in the scope first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from fangxian.kernel.text import Text

from . import values as runtime
from .functions import BRANCHES, EMPTY_POSSIBLE, FUNCTIONS
from .kinds import RefusedError, StaticType
from .patterns import linear, read_pattern
from .portable import calculated
from .syntax import ColumnName, FunctionCall, Node, Number, Operation, Reference, String, This, parse, references

if TYPE_CHECKING:
    from fangxian.kernel.values import Value

Run = Callable[[Mapping[str, Any], Any, Any], Any]
MAX_DEPTH: Final = 60
_RUNTIME: Final = {
    "__builtins__": {"len": len},
    **{
        name: getattr(runtime, name)
        for name in (
            "number",
            "text",
            "truth",
            "equal",
            "divided",
            "remainder",
            "whole",
            "rounded",
            "names",
            "chosen",
            "first",
            "units",
            "moment",
            "close",
            "part",
            "day",
        )
    },
}
_ARITHMETIC: Final = {
    "+": "({0} + {1})",
    "-": "({0} - {1})",
    "*": "({0} * {1})",
    "div": "divided({0}, {1})",
    "mod": "remainder({0}, {1})",
}
_MOMENTS: Final = frozenset({StaticType.DATE, StaticType.DATETIME})
_TEXT_LIKE: Final = frozenset({StaticType.TEXT, StaticType.DATE, StaticType.DATETIME, StaticType.TIME, StaticType.LIST})


@dataclass(frozen=True, slots=True)
class NameScope:
    """What an expression may name: questions with their kinds, ``.`` if it has one, columns of the choices sheet."""

    questions: Mapping[str, StaticType] = field(default_factory=dict)
    this: StaticType | None = None
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Compiled:
    """``run(values, this, clock)`` evaluates it; in a choice_filter ``this`` is the choice's columns."""

    run: Callable[[Mapping[str, Value | None], Any, Any], Any]
    kind: StaticType
    references: frozenset[str]
    once: bool = False


@dataclass(frozen=True, slots=True)
class _Code:
    python: str
    kind: StaticType
    empty_possible: bool = False
    literal: str | None = None


def compile_expression(source: str | Node, scope: NameScope, *, boolean: bool = False) -> Compiled:
    """A function for the expression; ``boolean`` converts the result. Raises RefusedError."""
    node = parse(source) if isinstance(source, str) else source
    emitter = _Emitter(scope)
    code = emitter.emit(node, 0)
    python = _as_boolean(code) if boolean else code.python
    run: Run = eval(f"lambda v, me, clock: {python}", {**_RUNTIME, **emitter.patterns})  # noqa: S307 generated, see above
    once = isinstance(node, FunctionCall) and node.function == "once"
    return Compiled(run, StaticType.BOOLEAN if boolean else code.kind, references(node), once)


def _as_boolean(code: _Code) -> str:
    return code.python if code.kind is StaticType.BOOLEAN else f"truth({code.python})"


def _as_number(code: _Code) -> str:
    return code.python if code.kind is StaticType.NUMBER and not code.empty_possible else f"number({code.python})"


def _as_text(code: _Code) -> str:
    return code.python if code.kind is StaticType.TEXT and not code.empty_possible else f"text({code.python})"


_CONVERSIONS: Final[dict[str, Callable[[_Code], str]]] = {
    "b": _as_boolean,
    "n": _as_number,
    "t": _as_text,
    "v": lambda code: code.python,
}


class _Emitter:
    def __init__(self, scope: NameScope) -> None:
        self.scope = scope
        self.patterns: dict[str, Callable[[str], bool]] = {}

    def emit(self, node: Node, depth: int) -> _Code:
        if depth > MAX_DEPTH:
            raise RefusedError(
                Text(
                    "The expression is nested too deeply. Split it over calculate rows.",
                    "表达式嵌套过深，请拆分为多个 calculate 行。",
                )
            )
        if isinstance(node, Operation):
            return self.operation(node, depth + 1)
        if isinstance(node, FunctionCall):
            return self.call(node, depth + 1)
        return self.leaf(node)

    def leaf(self, node: Number | String | Reference | This | ColumnName) -> _Code:
        if isinstance(node, Number):
            return _literal_number(node.value)
        if isinstance(node, String):
            return _Code(repr(node.value), StaticType.TEXT, literal=node.value)
        if isinstance(node, Reference):
            return self.reference(node.name)
        return self.this() if isinstance(node, This) else self.column(node.name)

    def reference(self, name: str) -> _Code:
        kind = self.scope.questions.get(name)
        if kind is None:
            raise RefusedError(
                Text(
                    f"There is no question “{name}” that holds an answer. Use the name of a question in this form.",
                    f"本表单没有可引用的问题“{name}”，请填写表单中的问题名。",
                )
            )
        return _Code(f"v[{name!r}]", kind, empty_possible=True)

    def this(self) -> _Code:
        if self.scope.this is None:
            raise RefusedError(
                Text(
                    "“.” stands for the answer in a constraint. Name the question as ${name} here.",
                    "“.”只能用于 constraint；此处请用 ${问题名}。",
                )
            )
        return _Code("me", self.scope.this, empty_possible=True)

    def column(self, name: str) -> _Code:
        if name not in self.scope.columns:
            raise RefusedError(
                Text(
                    f"“{name}” alone means nothing here. Write ${{{name}}} for a question or '{name}' for text.",
                    f"“{name}”含义不明。问题请写 ${{{name}}}，文字请写 '{name}'。",
                )
            )
        return _Code(f"me[{name!r}]", StaticType.TEXT)

    def operation(self, node: Operation, depth: int) -> _Code:
        if node.operator in ("and", "or"):
            parts = [_as_boolean(self.emit(part, depth)) for part in _chain(node)]
            return _Code(f"({f' {node.operator} '.join(parts)})", StaticType.BOOLEAN)
        left, right = self.emit(node.left, depth), self.emit(node.right, depth)
        if node.operator in ("=", "!="):
            return _Code(_equality(node, left, right), StaticType.BOOLEAN)
        _refuse_words(node.operator, left, right)
        if StaticType.DATETIME in (left.kind, right.kind) and {left.kind, right.kind} <= _MOMENTS:
            moments = f"(moment({left.python}, clock) {node.operator} moment({right.python}, clock))"
            return _Code(moments, StaticType.NUMBER if node.operator in _ARITHMETIC else StaticType.BOOLEAN)
        numbers = _as_number(left), _as_number(right)
        if node.operator in _ARITHMETIC:
            return _Code(_ARITHMETIC[node.operator].format(*numbers), StaticType.NUMBER)
        return _Code(f"({numbers[0]} {node.operator} {numbers[1]})", StaticType.BOOLEAN)

    def call(self, node: FunctionCall, depth: int) -> _Code:
        function = FUNCTIONS.get(node.function)
        if function is None:
            raise RefusedError(
                Text(
                    f"{node.function}() is not among the functions held here. Use one of: {', '.join(FUNCTIONS)}.",
                    f"不支持函数 {node.function}()。可用函数：{'、'.join(FUNCTIONS)}。",
                )
            )
        if not function.fewest <= len(node.arguments) <= function.highest:
            raise _wrong_count(node.function, function.fewest, function.highest)
        codes = [self.emit(argument, depth) for argument in node.arguments]
        if node.function == "regex":
            return self.pattern(codes)
        parts = [_CONVERSIONS[function.taking(at)](code) for at, code in enumerate(codes)]
        python = function.python.format(*parts, all=", ".join(parts))
        kind = _common(codes[BRANCHES[node.function] :]) if node.function in BRANCHES else function.gives
        return _Code(python, kind, empty_possible=node.function in EMPTY_POSSIBLE)

    def pattern(self, codes: list[_Code]) -> _Code:
        """The pattern must be written out, so that it is compiled once and refused before anybody fills the form."""
        written = codes[1].literal
        if written is None:
            raise RefusedError(
                Text(
                    "The pattern of regex() must be written in quotes. Write it out.",
                    "regex() 的模式必须是引号内的固定文字，请直接写出。",
                )
            )
        name = f"pattern_{len(self.patterns)}"
        self.patterns[name] = _matching(written)
        return _Code(f"{name}({_as_text(codes[0])})", StaticType.BOOLEAN)


def _matching(pattern: str) -> Callable[[str], bool]:
    """In linear time, whatever is matched; a pattern published before it would be refused is taken as it was."""
    try:
        return read_pattern(pattern).matches
    except RefusedError:
        try:
            return linear(pattern)
        except ValueError as error:
            raise RefusedError(
                Text(f"The pattern cannot be read: {error}. Correct it.", f"正则表达式有误：{error}，请更正。")
            ) from error


def _literal_number(value: float) -> _Code:
    if not math.isfinite(value):
        raise RefusedError(Text("The number is too big. Write a smaller one.", "数字过大，请改小。"))
    return _Code(repr(value), StaticType.NUMBER)


def _chain(node: Node) -> list[Node]:
    """``a and b and c`` as its parts, so that a long one does not nest."""
    assert isinstance(node, Operation)
    parts, left = [node.right], node.left
    while isinstance(left, Operation) and left.operator == node.operator:
        parts.append(left.right)
        left = left.left
    return [left, *reversed(parts)]


def _equality(node: Operation, left: _Code, right: _Code) -> str:
    sign = "==" if node.operator == "=" else "!="
    kinds = {left.kind, right.kind}
    if StaticType.BOOLEAN in kinds:
        return f"({_as_boolean(left)} {sign} {_as_boolean(right)})"
    if _as_numbers(left, right):
        numbers = f"{_as_number(left)}, {_as_number(right)}"
        if calculated(node):
            return f"close({numbers})" if sign == "==" else f"(not close({numbers}))"
        return _compared(left, sign, right)
    if kinds == {StaticType.TEXT} and (left.literal or right.literal):
        return f"({left.python} {sign} {right.python})"  # an unanswered question is None, unlike any literal but ''
    if kinds <= _TEXT_LIKE:
        return f"({_as_text(left)} {sign} {_as_text(right)})"
    call = f"equal({left.python}, {right.python})"
    return call if sign == "==" else f"(not {call})"


def _as_numbers(left: _Code, right: _Code) -> bool:
    """Whether an equation is one of numbers; with an answer that is a text it is one too, with ``''`` never."""
    kinds = {left.kind, right.kind}
    if StaticType.NUMBER not in kinds or "" in (left.literal, right.literal):
        return any(code.kind is StaticType.NUMBER and not code.empty_possible for code in (left, right))
    return kinds != {StaticType.NUMBER} or not (left.empty_possible and right.empty_possible)


def _compared(left: _Code, sign: str, right: _Code) -> str:
    return f"({_as_number(left)} {sign} {_as_number(right)})"


def _refuse_words(operator: str, *codes: _Code) -> None:
    """A quoted text that is no number can only be a mistake where numbers are compared or added."""
    for code in codes:
        if code.literal is not None and math.isnan(runtime.number(code.literal)):
            raise RefusedError(
                Text(
                    f"“{operator}” works on numbers and dates, “{code.literal}” is text. Write a number, "
                    "date('2020-03-20') or concat().",
                    f"“{operator}”只用于数字和日期，“{code.literal}”是文字。请写数字、date('2020-03-20')或concat()。",
                )
            )


def _common(codes: list[_Code]) -> StaticType:
    """The kind of all branches; an empty literal goes with any."""
    kinds = {code.kind for code in codes if code.literal != ""} or {StaticType.TEXT}
    return kinds.pop() if len(kinds) == 1 else StaticType.ANY


def _wrong_count(function: str, fewest: int, highest: int) -> RefusedError:
    count = str(fewest) if fewest == highest else f"{fewest}–{highest}"
    return RefusedError(
        Text(f"{function}() takes {count} values. Write that many.", f"{function}() 需要{count}个参数，请更正。")
    )
