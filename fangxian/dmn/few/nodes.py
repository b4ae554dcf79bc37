"""Each kind of node as Python: columns, constants, conditions, CASE, operators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from sqlglot import exp

from . import meaning
from .calls import CALLS
from .writing import INTEGERS, NOTHING, NULL, Code, Translate, UntranslatedError, Writer, flat, together

MOST_BRANCHES: Final = 30
"""Of a CASE in one piece: each lies within the one before, and Python's compiler goes only so deep."""
MISS: Final = "MISS"
BOUNDS: Final = {"SMALLINT": meaning.SMALLINT, "INTEGER": meaning.INTEGER, "BIGINT": meaning.BIGINT}
RANGE: Final = {"SMALLINT": "smallint({})", "INTEGER": "integer({})", "BIGINT": "bigint({})"}


def column(write: Writer, node: exp.Column) -> Code:
    found = write.names.get(node.name)
    if found is None:
        raise UntranslatedError(f"no column {node.name}")
    return found


def literal(write: Writer, node: exp.Literal) -> Code:
    if node.is_string:
        return write.constant(node.this, "VARCHAR")
    return number(write, int(node.this))


def number(write: Writer, value: int) -> Code:
    kind = "INTEGER" if abs(value) < meaning.INTEGER else "BIGINT" if abs(value) < meaning.BIGINT else "HUGEINT"
    return write.constant(value, kind)


def negated_number(write: Writer, node: exp.Neg) -> Code:
    inner = write(node.this)
    if inner.constant and inner.kind in INTEGERS:
        return number(write, -inner.value)
    if inner.kind not in RANGE:
        raise UntranslatedError(f"-{inner.kind}")
    return write.strict(inner.kind, RANGE[inner.kind].format("-{}").format, inner)


def array(write: Writer, node: exp.Array) -> Code:
    items = write.all(node.expressions)
    kind = f"{together(items)}[]"
    if all(one.constant or one.kind == NULL for one in items):
        return write.constant(tuple(one.value for one in items), kind)
    return Code(f"[{', '.join(one.text for one in items)}]", kind, known=True)


def bracket(write: Writer, node: exp.Bracket) -> Code:
    if node.args.get("offset") != 1:
        raise UntranslatedError("a list that does not begin with 1")
    items, position = write(node.this), write(node.expressions[0])
    return write.strict(items.item, "element({}, {})".format, items, position, known=False)


# Conditions


def every(write: Writer, node: exp.And) -> Code:
    return connected(write, node, "every", " and ")


def some(write: Writer, node: exp.Or) -> Code:
    return connected(write, node, "some", " or ")


def connected(write: Writer, node: exp.Expr, function: str, sign: str) -> Code:
    parts = write.all(flat(node))
    if {one.kind for one in parts} - {"BOOLEAN", NULL}:
        raise UntranslatedError(f"{function} of {', '.join(one.kind for one in parts)}")
    if all(one.known for one in parts):
        return Code(sign.join(f"({one.text})" for one in parts), "BOOLEAN", known=True)
    return Code(f"{function}(({', '.join(one.text for one in parts)},))", "BOOLEAN")


def negation(write: Writer, node: exp.Not) -> Code:
    return write.strict("BOOLEAN", "not {}".format, write(node.this))


def is_null(write: Writer, node: exp.Is) -> Code:
    if not isinstance(node.expression, exp.Null):
        raise UntranslatedError(f"IS {node.expression}")
    value = write(node.this)
    return Code(f"{value.text} is None" if value.plain else f"({value.text}) is None", "BOOLEAN", known=True)


Texts = dict[type[exp.Expr], str]
COMPARISONS: Final[Texts] = {
    exp.EQ: "{} == {}",
    exp.NEQ: "{} != {}",
    exp.LT: "{} < {}",
    exp.LTE: "{} <= {}",
    exp.GT: "{} > {}",
    exp.GTE: "{} >= {}",
}
OF_NUMBERS: Final[Texts] = {
    exp.EQ: "same({}, {})",
    exp.NEQ: "not same({}, {})",
    exp.LT: "below({}, {})",
    exp.LTE: "not below({1}, {0})",
    exp.GT: "below({1}, {0})",
    exp.GTE: "not below({}, {})",
}
WITH_CONSTANT: Final[Texts] = {**COMPARISONS, exp.GT: "not {} <= {}", exp.GTE: "not {} < {}"}
"""A number may be none: it is greater than any constant, as with the functions."""
COMPARED: Final = ("BOOLEAN", "VARCHAR", "DATE", "TIMESTAMP", "TIME")


def comparison(write: Writer, node: exp.Binary) -> Code:
    left, right = write(node.this), write(node.expression)
    sign = type(node)
    kind = together([left, right])
    if kind == "DOUBLE":
        certain = right.constant and right.value == right.value
        return write.strict("BOOLEAN", (WITH_CONSTANT if certain else OF_NUMBERS)[sign].format, left, right)
    if kind not in (*INTEGERS, *COMPARED, NULL):
        raise UntranslatedError(f"{sign.__name__} of {kind}")
    return write.strict("BOOLEAN", COMPARISONS[sign].format, left, right)


def between(write: Writer, node: exp.Between) -> Code:
    low, value, high = write.all([node.args["low"], node.this, node.args["high"]])
    if together([low, value, high]) not in INTEGERS or not (low.known and high.known):
        raise UntranslatedError(f"BETWEEN of {value.kind}")
    return write.strict("BOOLEAN", "{} <= {} <= {}".format, low, value, high)


# CASE


def case(write: Writer, node: exp.Case) -> Code:
    branches = node.args["ifs"]
    rest = node.args.get("default")
    if rest is None and len(branches) == 1 and (found := only_finite(write, branches[0])) is not None:
        return found
    conditions = [write.true(branch.this) for branch in branches]
    values = write.all([branch.args["true"] for branch in branches])
    last = write(rest) if rest is not None else NOTHING
    text = chosen(write, list(zip(conditions, values, strict=True)), last.text)
    return Code(text, together([*values, last]), known=all(one.known for one in [*values, last]))


def chosen(write: Writer, branches: list[tuple[str, Code]], rest: str) -> str:
    if len(branches) <= MOST_BRANCHES:
        return "".join(f"({value.text}) if ({condition}) else " for condition, value in branches) + rest
    half, found = len(branches) // 2, write.name()
    first = chosen(write, branches[:half], MISS)
    return f"{found} if ({found} := {first}) is not {MISS} else {chosen(write, branches[half:], rest)}"


def only_finite(write: Writer, branch: exp.If) -> Code | None:
    """``CASE WHEN ISFINITE(x) THEN x END`` looks at x once, however long it is."""
    condition, value = branch.this, branch.args["true"]
    if not isinstance(condition, exp.Anonymous) or condition.this != "ISFINITE" or condition.expressions[0] != value:
        return None
    number = write(value)
    if number.kind != "DOUBLE":
        raise UntranslatedError(f"ISFINITE of {number.kind}")
    name = write.name()
    return Code(f"{name} if ({name} := {number.text}) is not None and isfinite({name}) else None", "DOUBLE")


# Operators


def bits(sign: str) -> Translate:
    def translate(write: Writer, node: exp.Expr) -> Code:
        parts = write.all(flat(node))
        kind = together(parts)
        if kind not in INTEGERS:
            raise UntranslatedError(f"{sign} of {kind}")
        return write.strict(kind, lambda *texts: f" {sign} ".join(texts), *parts)

    return translate


def shift(write: Writer, node: exp.BitwiseRightShift) -> Code:
    left, right = write(node.this), write(node.expression)
    kind = together([left, right])
    if kind != "BIGINT":
        raise UntranslatedError(f">> of {kind}")
    return write.strict(kind, "shifted_right({}, {})".format, left, right)


def operator(write: Writer, node: exp.Binary) -> Code:
    left, right = write(node.this), write(node.expression)
    kinds = (left.kind, right.kind)
    if left.kind in INTEGERS and right.kind in INTEGERS:
        kinds = (together([left, right]),) * 2
    found = OPERATORS.get((type(node), *kinds))
    if found is None:
        raise UntranslatedError(f"{type(node).__name__} of {left.kind} and {right.kind}")
    kind, text = found
    return write.strict(kind, text.format, left, right)


OPERATORS: Final[dict[tuple[type[exp.Expr], str, str], tuple[str, str]]] = {
    (exp.DPipe, "VARCHAR", "VARCHAR"): ("VARCHAR", "{} + {}"),
    (exp.IntDiv, "BIGINT", "BIGINT"): ("BIGINT", "whole_quotient({}, {})"),
    (exp.Add, "DOUBLE", "DOUBLE"): ("DOUBLE", "{} + {}"),
    (exp.Sub, "DOUBLE", "DOUBLE"): ("DOUBLE", "{} - {}"),
    (exp.Mul, "DOUBLE", "DOUBLE"): ("DOUBLE", "{} * {}"),
    (exp.Div, "DOUBLE", "DOUBLE"): ("DOUBLE", "quotient({}, {})"),
    (exp.Pow, "DOUBLE", "DOUBLE"): ("DOUBLE", "power({}, {})"),
    (exp.Sub, "DATE", "DATE"): ("BIGINT", "{} - {}"),
    (exp.Add, "DATE", "INTEGER"): ("DATE", "day({} + {})"),
    (exp.Sub, "DATE", "INTEGER"): ("DATE", "day({} - {})"),
    (exp.Add, "DATE", "INTERVAL"): ("TIMESTAMP", "later(start_of({}), *{})"),
    (exp.Add, "TIMESTAMP", "INTERVAL"): ("TIMESTAMP", "later({}, *{})"),
    (exp.Sub, "TIMESTAMP", "INTERVAL"): ("TIMESTAMP", "earlier({}, *{})"),
}
for _kind, _checked in RANGE.items():
    for _sign, _text in {exp.Add: "{} + {}", exp.Sub: "{} - {}", exp.Mul: "{} * {}"}.items():
        OPERATORS[_sign, _kind, _kind] = (_kind, _checked.format(_text))


# Casts


def cast(write: Writer, node: exp.Cast) -> Code:
    kind = type_of(node.to)
    value = write(node.this)
    if value.kind in (kind, NULL) or (value.kind == f"{NULL}[]" and kind.endswith("[]")):
        return Code(value.text, kind, value.known, value.plain, value.value)
    if value.constant and value.kind in INTEGERS and kind in BOUNDS and -BOUNDS[kind] <= value.value < BOUNDS[kind]:
        return Code(value.text, kind, value.known, value.plain, value.value)
    if value.constant and (value.kind, kind) in READ:
        return write.constant(READ[value.kind, kind](value.value), kind)
    text = CASTS.get((value.kind, kind))
    if text is None:
        raise UntranslatedError(f"{value.kind} as {kind}")
    return write.strict(kind, text.format, value)


def type_of(node: exp.DataType) -> str:
    if node.this is exp.DataType.Type.ARRAY:
        return f"{type_of(node.expressions[0])}[]"
    name = str(node.this.value)
    return {"INT": "INTEGER"}.get(name, name)


def instant_read(text: str) -> int:
    return (dt.datetime.fromisoformat(text) - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)  # noqa: DTZ001


def time_read(text: str) -> int:
    value = dt.time.fromisoformat(text)
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond


READ: Final[dict[tuple[str, str], Callable[[Any], Any]]] = {
    ("VARCHAR", "BIGINT"): int,
    ("VARCHAR", "DOUBLE"): float,
    ("VARCHAR", "DATE"): lambda text: dt.date.fromisoformat(text).toordinal() - meaning.EPOCH,
    ("VARCHAR", "TIMESTAMP"): instant_read,
    ("VARCHAR", "TIME"): time_read,
}
"""Constants as they are written in SQL."""
CASTS: Final = {
    ("TIMESTAMP", "DATE"): "{} // 86_400_000_000",
    ("BOOLEAN", "BIGINT"): "int({})",
    **{(whole, "DOUBLE"): "float({})" for whole in INTEGERS},
    **{(whole, "BIGINT"): "{}" for whole in ("TINYINT", "SMALLINT", "INTEGER")},
    **{(whole, narrow): RANGE[narrow] for whole in INTEGERS for narrow in ("SMALLINT", "INTEGER")},
    ("HUGEINT", "BIGINT"): "bigint({})",
}


NODES: Final[dict[type[exp.Expr], Translate]] = {
    exp.Column: column,
    exp.Literal: literal,
    exp.Null: lambda _write, _node: NOTHING,
    exp.Boolean: lambda write, node: write.constant(bool(node.this), "BOOLEAN"),
    exp.Paren: lambda write, node: write(node.this),
    exp.Neg: negated_number,
    exp.Array: array,
    exp.Bracket: bracket,
    exp.And: every,
    exp.Or: some,
    exp.Not: negation,
    exp.Is: is_null,
    exp.Between: between,
    exp.Case: case,
    exp.Cast: cast,
    exp.BitwiseAnd: bits("&"),
    exp.BitwiseOr: bits("|"),
    exp.BitwiseRightShift: shift,
    exp.Anonymous: lambda write, node: call(write, node),
    **dict.fromkeys(COMPARISONS, comparison),
    **{sign: operator for sign, _, _ in OPERATORS},
}


def call(write: Writer, node: exp.Anonymous) -> Code:
    translate = CALLS.get(node.this)
    if translate is None:
        raise UntranslatedError(node.this)
    return translate(write, node.expressions)
