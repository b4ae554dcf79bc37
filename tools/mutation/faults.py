"""Every small fault that can be put into a module, found in its syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .sql_faults import rewritten

_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}
_SWAPPED_CALLS: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
_SWAPPED_SUMS: Final[dict[type[ast.operator], type[ast.operator]]] = {ast.Add: ast.Sub, ast.Sub: ast.Add}
_OTHER_END: Final = {"0": -1, "-1": 0}
_NARROWING: Final = {"filter", "exclude"}
_LEAVING: Final = (ast.Return, ast.Raise, ast.Continue, ast.Break)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Fault:
    """One place to break: ``function`` is the outermost function around it, empty for a constant of the module.

    ``statement`` is the first line of the statement it stands in. ``key`` names the fault without line numbers, so that
    it stays the same while the file moves.
    """

    file: str
    function: str
    begins: int
    line: int
    statement: int
    kind: str
    what: str
    nth: int

    @property
    def key(self) -> str:
        return f"{self.file}::{self.function}::{self.what}#{self.nth}"


class _Place:
    """Where a node hangs in the tree, so that another can be put there."""

    __slots__ = ("field", "index", "parent")

    def __init__(self, parent: ast.AST, field: str, index: int | None) -> None:
        self.parent, self.field, self.index = parent, field, index

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@dataclass(frozen=True, slots=True)
class Site:
    """A fault together with what carries it out on the tree it was found in."""

    fault: Fault
    place: _Place
    instead: ast.AST

    def break_it(self) -> None:
        self.place.put(ast.copy_location(self.instead, getattr(self.place.parent, self.place.field)
                                         if self.place.index is None
                                         else getattr(self.place.parent, self.place.field)[self.place.index]))


def sites(tree: ast.Module, file: str) -> Iterator[Site]:
    """All faults of a module in the order of its text; a fault's number counts those of the same words before it."""
    seen: dict[tuple[str, str], int] = {}
    for function, begins, statement, place, node in _nodes(tree):
        for kind, what, instead in _replacements(node):
            nth = seen[function, what] = seen.get((function, what), -1) + 1
            line = getattr(node, "lineno", statement)
            yield Site(Fault(file, function, begins, line, statement, kind, what, nth), place, instead)


def _nodes(tree: ast.Module) -> Iterator[tuple[str, int, int, _Place, ast.AST]]:
    for index, node in enumerate(tree.body):
        if isinstance(node, ast.ClassDef | Function):
            yield from _functions(node, "")
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for found in _below(node.value, _Place(node, "value", None), node.lineno):
                if isinstance(found[2], ast.Constant):
                    yield "", index, *found


def _functions(node: ast.ClassDef | Function, outer: str) -> Iterator[tuple[str, int, int, _Place, ast.AST]]:
    name = f"{outer}{node.name}"
    if isinstance(node, ast.ClassDef):
        for member in node.body:
            if isinstance(member, ast.ClassDef | Function):
                yield from _functions(member, f"{name}.")
        return
    begins = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    first = len(node.body) - len(body)
    for offset, statement in enumerate(body):
        for found in _below(statement, _Place(node, "body", first + offset), statement.lineno):
            yield name, begins, *found


def _below(node: ast.AST, place: _Place, statement: int) -> Iterator[tuple[int, _Place, ast.AST]]:
    """A node and what it holds; types, assertions (``strict`` is one) and the words of an exception are left alone."""
    if isinstance(node, ast.Assert | ast.Raise) or (isinstance(node, ast.keyword) and node.arg == "strict"):
        return
    if isinstance(node, ast.stmt):
        statement = node.lineno
    yield statement, place, node
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "type_params", "format_spec"}:
            continue
        for index, child in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(child, ast.AST):
                yield from _below(child, _Place(node, field, index), statement)


def _replacements(node: ast.AST) -> Iterator[tuple[str, str, ast.AST]]:
    """Kind, words and the node that stands there instead."""
    if isinstance(node, ast.expr):
        text = ast.unparse(node)
        for kind, instead in _expressions(node):
            yield kind, f"{text} → {ast.unparse(instead)}", instead
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for kind, what, whole in rewritten(node.value):
                yield kind, what, ast.Constant(whole)
    elif isinstance(node, ast.stmt):
        yield from _statements(node)
    elif isinstance(node, ast.comprehension):
        for number, condition in enumerate(node.ifs):
            wider = copy.copy(node)
            wider.ifs = node.ifs[:number] + node.ifs[number + 1:]
            yield "filter", f"without: if {ast.unparse(condition)}", wider


def _statements(node: ast.stmt) -> Iterator[tuple[str, str, ast.AST]]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        owner, _dot, called = ast.unparse(node.value.func).rpartition(".")
        kind = "right" if called.lstrip("_").startswith("require") and owner != "self" else "call"
        yield kind, f"without: {ast.unparse(node)}", ast.Pass()
    if isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], _LEAVING):
        instead = copy.copy(node)
        instead.test = ast.copy_location(ast.Constant(False), node.test)
        yield "guard", f"never: if {ast.unparse(node.test)}", instead


def _expressions(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp():
            for number in range(len(node.values)):
                left = node.values[:number] + node.values[number + 1:]
                yield "condition", left[0] if len(left) == 1 else ast.BoolOp(node.op, left)
        case ast.UnaryOp(op=ast.Not()):
            yield "condition", node.operand
        case ast.IfExp():
            yield "choice", node.orelse
        case ast.BinOp():
            yield from _summed(node)
        case ast.Call():
            yield from _called(node)
        case ast.Subscript() if (other := _OTHER_END.get(ast.unparse(node.slice))) is not None:
            yield "order", ast.Subscript(node.value, ast.Constant(other), node.ctx)
        case ast.Constant(value=bool() | int() as value):
            yield "constant", ast.Constant(not value if isinstance(value, bool) else value + 1)


def _compared(node: ast.Compare) -> Iterator[tuple[str, ast.expr]]:
    for number, compared in enumerate(node.ops):
        ops = [_COMPARED[type(compared)]() if place == number else one for place, one in enumerate(node.ops)]
        yield "comparison", ast.Compare(node.left, ops, node.comparators)


def _summed(node: ast.BinOp) -> Iterator[tuple[str, ast.expr]]:
    if type(node.op) in _SWAPPED_SUMS and not any(map(_is_text, (node.left, node.right))):
        yield "sum", ast.BinOp(node.left, _SWAPPED_SUMS[type(node.op)](), node.right)
    if isinstance(node.op, ast.BitAnd | ast.BitOr | ast.Sub):
        yield "set", node.left


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr | ast.List | ast.Tuple | ast.ListComp) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str))


def _called(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node.func, ast.Name) and node.func.id in _SWAPPED_CALLS:
        keywords = [one for one in node.keywords if node.func.id in {"min", "max"}]
        yield "order", ast.Call(ast.Name(_SWAPPED_CALLS[node.func.id], ast.Load()), node.args, keywords)
    if not isinstance(node.func, ast.Attribute):
        return
    if node.func.attr == "select_for_update":
        yield "lock", node.func.value
    if node.func.attr in _NARROWING:
        for number, keyword in enumerate(node.keywords):
            kind = "drill" if (keyword.arg or "").endswith("drill") else "filter"
            yield kind, ast.Call(node.func, node.args, node.keywords[:number] + node.keywords[number + 1:])
