"""The few shapes of SQL that cells and tables are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import reduce
from typing import Any, Final

from sqlglot import exp

from fangxian.kernel.values import ValueType

Sql = exp.Expr
V = ValueType
SQL_TYPES: Final = {
    V.TEXT: "VARCHAR",
    V.INTEGER: "BIGINT",
    V.NUMBER: "DOUBLE",
    V.BOOLEAN: "BOOLEAN",
    V.DATE: "DATE",
    V.DATETIME: "TIMESTAMP",
    V.TIME: "TIME",
    V.DURATION: "BIGINT",
    V.LIST: "VARCHAR[]",
}
EACH: Final = "each one"
"""No input has such a name: a lambda's variable hides a column of its name."""
MICROSECOND: Final = dt.timedelta(microseconds=1)


def column(name: str) -> Sql:
    return exp.column(name, quoted=True)


def integer(value: int) -> Sql:
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def bigint(value: int) -> Sql:
    return exp.cast(integer(value), "BIGINT")


def call(name: str, *arguments: Sql) -> Sql:
    return exp.Anonymous(this=name, expressions=list(arguments))


def paren(inner: Sql) -> Sql:
    return exp.Paren(this=inner)


def array(items: Iterable[Sql]) -> Sql:
    return exp.Array(expressions=list(items))


def each(body: Sql) -> Sql:
    """A function of a list's element, which its body calls ``EACH``."""
    return exp.Lambda(this=body, expressions=[exp.to_identifier(EACH, quoted=True)])


def case(branches: Iterable[tuple[Sql, Sql]], otherwise: Sql | None = None) -> Sql:
    """CASE over the branches; only ``otherwise`` when there are none."""
    found = exp.Case()
    empty = True
    for condition, value in branches:
        found = found.when(condition, value, copy=False)
        empty = False
    if empty:
        return otherwise or exp.null()
    return found.else_(otherwise, copy=False) if otherwise is not None else found


def is_null(value: Sql) -> Sql:
    return exp.Is(this=value, expression=exp.null())


def literal(value: Any, kind: ValueType) -> Sql:
    """A constant of a type; None is NULL."""
    if value is None:
        return exp.cast(exp.null(), SQL_TYPES[kind])
    if kind is V.BOOLEAN:
        return exp.Boolean(this=bool(value))
    if kind is V.TEXT:
        return exp.Literal.string(value)
    if kind is V.LIST:
        return exp.cast(array(exp.Literal.string(item) for item in value), SQL_TYPES[kind])
    return exp.cast(exp.Literal.string(plain(value, kind)), SQL_TYPES[kind])


def plain(value: Any, kind: ValueType) -> str:
    """The text DuckDB reads as that value."""
    if kind is V.DURATION:
        return str(value // MICROSECOND)
    if kind is V.DATETIME:
        return str(value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(sep=" "))
    if kind is V.NUMBER:
        return repr(float(value))
    return str(value)


def any_of(conditions: Iterable[Sql]) -> Sql:
    return reduce(lambda one, other: paren(exp.Or(this=one, expression=other)), conditions)


def all_of(conditions: Iterable[Sql]) -> Sql:
    return reduce(lambda one, other: paren(exp.And(this=one, expression=other)), conditions)


def known_only(items: Sql) -> Sql:
    return call("LIST_FILTER", items, each(exp.Not(this=is_null(column(EACH)))))


def item(items: Sql, position: Sql) -> Sql:
    return exp.Bracket(this=paren(items), expressions=[position.copy()], offset=1)
