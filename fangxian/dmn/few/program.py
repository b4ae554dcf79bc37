"""A whole query as one function: its layers are statements, one column after the other."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import pyarrow as pa

from fangxian.kernel.values import Value, ValueType

from ..compile import SQL_TYPES, Step
from ..derived import TODAY
from . import meaning, values
from .nodes import MISS, NODES
from .writing import NULL, Code, UntranslatedError, Writer

Decide = Callable[[Callable[[str], Value | None], dt.date | None], dict[str, Any]]
"""One row: how its values are got by name, None for unknown, and its today. Raises SqlError, LeftToDuckDB and what
Arrow raises for a value its type cannot hold."""
_NEEDED: Final = {**vars(meaning), **vars(values), "isnan": math.isnan, "isfinite": math.isfinite, MISS: object()}


def translated(given: Iterable[tuple[str, ValueType]], steps: Iterable[Step], schema: pa.Schema) -> Decide:
    """``given``: the columns of a row, among them ``today``; ``schema``: those of the result. Raises
    UntranslatedError."""
    write = Writer(NODES)
    lines = [read(write, name, kind) for name, kind in given]
    for step in steps:
        lines += layer(write, step)
    told = ", ".join(f"{field.name!r}: {outward(write.names[field.name], field.type)}" for field in schema)
    text = "\n  ".join(["def decided(get, today):", *lines, f"return {{{told}}}"])
    return compiled(text, write.constants)


def read(write: Writer, name: str, kind: ValueType) -> str:
    found = write.names[name] = Code(write.name("v"), SQL_TYPES[kind], plain=True)
    value = TODAY if name == TODAY else f"get({name!r})"
    return f"{found.text} = {values.INWARD[kind].__name__}({value})"


def layer(write: Writer, step: Step) -> list[str]:
    """Its columns see those of the layers before and not each other."""
    lines, names = [], {}
    for name, sql in step.columns.items():
        code = write(sql)
        if not code.plain:
            variable = write.name("v")
            lines.append(f"{variable} = {code.text}")
            code = Code(variable, code.kind, code.known, plain=True)
        names[name] = code
    write.names |= names
    return lines


def outward(code: Code, wanted: pa.DataType) -> str:
    """A column of the result; one that is NULL whatever the row has every type."""
    if code.kind == NULL:
        return "None"
    if pa.types.is_list(wanted):
        each = "item" if code.item == NULL else converted("item", code.item, wanted.value_type, known=False)
        made = f"list({code.text})" if each == "item" else f"[{each} for item in {code.text}]"
        return made if code.known else f"None if {code.text} is None else {made}"
    return converted(code.text, code.kind, wanted, known=code.known)


def converted(text: str, kind: str, wanted: pa.DataType, *, known: bool) -> str:
    convert = values.OUTWARD.get((wanted, kind))
    if convert is None:
        raise UntranslatedError(f"{kind} as {wanted}")
    made = convert.format(text)
    return made if known or made == text else f"None if {text} is None else {made}"


def compiled(text: str, constants: Mapping[str, Any]) -> Decide:
    """Nothing of the tables is in the text but names and values as ``repr`` writes them."""
    found: dict[str, Any] = {**_NEEDED, **constants}
    try:
        exec(compile(text, "<tables>", "exec"), found)  # noqa: S102
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise UntranslatedError("deeper than Python's compiler goes") from error
    decided: Decide = found["decided"]
    return decided
