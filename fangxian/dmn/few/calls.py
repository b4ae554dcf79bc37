"""Each function that is called by name as Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from sqlglot import exp

from .clock import offsets
from .writing import INTEGERS, NOTHING, NULL, Code, UntranslatedError, Writer, together

Call = Callable[[Writer, Sequence[exp.Expr]], Code]


def function(text: str, kind: str, *wanted: str, known: bool = True) -> Call:
    """One that is NULL where an argument is; ``wanted``: the arguments' types, or wider ones of whole numbers."""

    def translate(write: Writer, arguments: Sequence[exp.Expr]) -> Code:
        given = write.all(arguments)
        if len(given) != len(wanted) or not all(map(fits, given, wanted)):
            raise UntranslatedError(f"{text} of {', '.join(one.kind for one in given)}")
        return write.strict(kind, text.format, *given, known=known)

    return translate


def fits(one: Code, wanted: str) -> bool:
    if one.kind in INTEGERS and wanted in INTEGERS:
        return INTEGERS.index(one.kind) <= INTEGERS.index(wanted)
    return one.kind in (wanted, NULL, f"{NULL}[]" if wanted.endswith("[]") else NULL)


def attempt(write: Writer, arguments: Sequence[exp.Expr]) -> Code:
    (inner,) = write.all(arguments)
    return inner if inner.plain else Code(f"attempt(lambda: {inner.text})", inner.kind)


def coalesce(write: Writer, arguments: Sequence[exp.Expr]) -> Code:
    first, second = arguments
    if isinstance(second, exp.Boolean) and not second.this:
        return Code(f"True if ({write.true(first)}) else False", "BOOLEAN", known=True)
    value, rest = write.all(arguments)
    name = write.name()
    text = f"{name} if ({name} := {value.text}) is not None else {rest.text}"
    return Code(text, together([value, rest]), known=value.known or rest.known)


def extreme(name: str) -> Call:
    def translate(write: Writer, arguments: Sequence[exp.Expr]) -> Code:
        given = write.all(arguments)
        kind = together(given)
        if kind.endswith("[]"):
            raise UntranslatedError(f"{name} of {kind}")
        text = f"{name}_number" if kind == "DOUBLE" else name
        known = any(one.known for one in given)
        return Code(f"{text}(({', '.join(one.text for one in given)},))", kind, known=known)

    return translate


# Lists


def has_any(write: Writer, arguments: Sequence[exp.Expr]) -> Code:
    """What is unknown in a list is nowhere else."""
    items, wanted = texts(write, arguments)
    if wanted.constant:
        wanted = write.constant(frozenset(wanted.value) - {None}, wanted.kind)
        return write.strict("BOOLEAN", "not {1}.isdisjoint({0})".format, items, wanted)
    return write.strict("BOOLEAN", "not (set({}) - {{None}}).isdisjoint({})".format, items, wanted)


def texts(write: Writer, arguments: Sequence[exp.Expr]) -> list[Code]:
    given = write.all(arguments)
    if any(one.kind not in ("VARCHAR[]", f"{NULL}[]", NULL) for one in given):
        raise UntranslatedError(f"texts in {', '.join(one.kind for one in given)}")
    return given


def position(write: Writer, arguments: Sequence[exp.Expr]) -> Code:
    """In a list of constants; its first place, by look-up."""
    items, value = write.all(arguments)
    if not items.constant or items.item != value.kind or None in items.value:
        raise UntranslatedError(f"LIST_POSITION of {items.kind} and {value.kind}")
    places = {one: len(items.value) - at for at, one in enumerate(reversed(items.value))}
    return write.strict("INTEGER", "{}.get({})".format, write.constant(places, items.kind), value, known=False)


def lambda_of(node: exp.Expr) -> tuple[str, exp.Expr]:
    if not isinstance(node, exp.Lambda) or len(node.expressions) != 1:
        raise UntranslatedError(f"{type(node).__name__} as a lambda")
    return node.expressions[0].name, node.this


def list_filter(write: Writer, arguments: Sequence[exp.Expr]) -> Code:
    items = write(arguments[0])
    name, body = lambda_of(arguments[1])
    with write.variable(name, items.item) as one:
        condition = write.true(body)
    return write.strict(
        items.kind, lambda text: f"[{one.text} for {one.text} in {text} if ({condition})]", named(items))


def list_transform(write: Writer, arguments: Sequence[exp.Expr]) -> Code:
    """A list that is looked into for each element, and is the same for each, is made once."""
    items = write(arguments[0])
    name, body = lambda_of(arguments[1])
    if isinstance(body, exp.Bracket) and all(found.name != name for found in body.this.find_all(exp.Column)):
        within = write(body.this)
        held = within if within.plain else Code(write.name(), within.kind, within.known, plain=True)
        with write.variable(name, items.item) as one:
            position = write(body.expressions[0])
        found = write.strict(held.item, "element({}, {})".format, held, position, known=False)
        made = write.strict(f"{found.kind}[]", lambda text: f"[{found.text} for {one.text} in {text}]", named(items))
        return made if within.plain else first(held, within, made)
    with write.variable(name, items.item) as one:
        found = write(body)
    return write.strict(f"{found.kind}[]", lambda text: f"[{found.text} for {one.text} in {text}]", named(items))


def named(items: Code) -> Code:
    """For ``strict`` to give it a name before the loop: within what is looped over Python lets nothing be named."""
    return items if items.plain else replace(items, known=False)


def first(name: Code, value: Code, then: Code) -> Code:
    """Something that mentions a name, which gets its value before. A list that is written out is always one."""
    return Code(f"None if ({name.text} := {value.text}) is None else {then.text}", then.kind)


def list_concat(write: Writer, arguments: Sequence[exp.Expr]) -> Code:
    """A list that is NULL adds nothing."""
    given = write.all(arguments)
    return Code(f"joined(({', '.join(one.text for one in given)},))", together(given), known=True)


def aggregate(name: str) -> Call:
    """Of equals the last, where GREATEST and LEAST take the first: 0 and -0 are equal and not the same."""

    def translate(write: Writer, arguments: Sequence[exp.Expr]) -> Code:
        (items,) = write.all(arguments)
        kind = items.item
        text = f"{name}_number(reversed({{}}))" if kind == "DOUBLE" else f"{name}({{}})"
        return write.strict(kind, text.format, items, known=False)

    return translate


def list_sum(write: Writer, arguments: Sequence[exp.Expr]) -> Code:
    (items,) = write.all(arguments)
    start = {"DOUBLE": "0.0", "BIGINT": "0"}.get(items.item)
    if start is None:
        raise UntranslatedError(f"LIST_SUM of {items.kind}")
    kind = "DOUBLE" if items.item == "DOUBLE" else "HUGEINT"
    return write.strict(kind, f"total({{}}, {start})".format, items, known=False)


def length(write: Writer, arguments: Sequence[exp.Expr]) -> Code:
    (items,) = write.all(arguments)
    if items.kind != NULL and not items.item:
        raise UntranslatedError(f"LEN of {items.kind}")
    return write.strict("BIGINT", "len({})".format, items)


# Time


def timezone(write: Writer, arguments: Sequence[exp.Expr]) -> Code:
    """``TIMEZONE('UTC', TIMESTAMP)`` says of which zone it is, ``TIMEZONE(zone, TIMESTAMPTZ)`` what clocks showed."""
    zone, value = write.all(arguments)
    if not zone.constant or value.kind not in ("TIMESTAMP", "TIMESTAMPTZ", NULL):
        raise UntranslatedError(f"TIMEZONE of {zone.kind} and {value.kind}")
    if value.kind == NULL:
        return NOTHING
    kind = "TIMESTAMPTZ" if value.kind == "TIMESTAMP" else "TIMESTAMP"
    if zone.value == "UTC":
        return Code(value.text, kind, value.known, value.plain)
    if kind == "TIMESTAMPTZ":
        raise UntranslatedError(f"a TIMESTAMP in {zone.value}")
    return write.strict(kind, "{}.local({})".format, write.constant(offsets(zone.value), "CLOCK"), value)


CALLS: Final[dict[str, Call]] = {
    "TRY": attempt,
    "COALESCE": coalesce,
    "GREATEST": extreme("greatest"),
    "LEAST": extreme("least"),
    "NULLIF": function("nullif({}, {})", "DOUBLE", "DOUBLE", "DOUBLE", known=False),
    "ISNAN": function("isnan({})", "BOOLEAN", "DOUBLE"),
    "ISFINITE": function("isfinite({})", "BOOLEAN", "DOUBLE"),
    "BIT_COUNT": function("bit_count({})", "TINYINT", "BIGINT"),
    "LIST_HAS_ANY": has_any,
    "LIST_CONTAINS": function("{1} in {0}", "BOOLEAN", "VARCHAR[]", "VARCHAR"),
    "LIST_POSITION": position,
    "LIST_FILTER": list_filter,
    "LIST_TRANSFORM": list_transform,
    "LIST_CONCAT": list_concat,
    "LIST_SUM": list_sum,
    "LIST_MIN": aggregate("least"),
    "LIST_MAX": aggregate("greatest"),
    "LEN": length,
    "YEAR": function("year({})", "BIGINT", "DATE"),
    "MONTH": function("month({})", "BIGINT", "DATE"),
    "DAYOFMONTH": function("day_of_month({})", "BIGINT", "DATE"),
    "MAKE_DATE": function("make_date({}, {}, {})", "DATE", "BIGINT", "BIGINT", "BIGINT"),
    "TO_MONTHS": function("({}, 0)", "INTERVAL", "INTEGER"),
    "TO_MICROSECONDS": function("(0, {})", "INTERVAL", "BIGINT"),
    "EPOCH_US": function("{}", "BIGINT", "TIMESTAMP"),
    "TIMEZONE": timezone,
}
