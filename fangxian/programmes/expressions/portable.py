"""The expression as a field app gets it: written so that every engine that reads it means what the server means.

Three engines read a form's expressions: that of the pages (``@getodk/web-forms``), that of ODK Collect (JavaRosa) and
ours. Where the first two understand one text differently, another is written that they agree on; where there is none,
the author is told what to write. Of web-forms a test asks the engine itself; JavaRosa is read from its source,
``org/javarosa/xpath/expr``: ``XPathFuncExpr`` (functions, conversions), ``XPathEqExpr``, ``XPathCmpExpr``,
``XPathArithExpr``, ``XPathPathExpr.unpackValue``:

===================  ==============================  =============================  ==================================
written              JavaRosa                        web-forms                      written for the field instead
===================  ==============================  =============================  ==================================
``${t}`` as a truth  the text is not empty           the question exists: always    ``${t} != ''``; a number is refused
``round(-2.5)``      -2 (toString → BigDecimal)      -3                             ``int`` of one half more, less one
                                                                                    where that went up
``regex(t, p)``      the whole text (matches)        a part of it                   ``^(?:p)$``, classes written out
``${n} = '05'``      numbers                         texts                          refused, ``'5'`` becomes ``5``
``1.1 * 3 = 3.3``    within 1e-12                    exactly                        within 1e-12
``number('1,5')``    1.5; ``'1e3'`` NaN              NaN; 1000                      plain digits only, else NaN
NaN in a calculate   empty                           NaN                            empty
``coalesce(a,b,c)``  two arguments, NaN is empty     any, NaN is a value            nested, NaN is empty
a date as a number   whole days, local               local midnight in UTC days     whole days from 1970-01-01
``date(n)``          a local day                     midnight UTC                   1970-01-01 and ``n`` days
``date(moment)``     a local day                     a moment                       its first ten characters
a moment compared    by days (toNumeric)             by instants                    ``decimal-date-time()``
a moment as text     the day                         as typed                       refused
``string-length``    UTF-16 units                    UTF-16 units                   as it is, and so the server
===================  ==============================  =============================  ==================================
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from . import doubts
from .functions import BRANCHES, FUNCTIONS
from .kinds import RefusedError, StaticType
from .patterns import read_pattern
from .syntax import ColumnName, FunctionCall, Node, Number, Operation, Reference, String, This, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .compile import NameScope

MAX_WRITTEN: Final = 30_000
PLAIN_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_ORDERED: Final = frozenset({"<", "<=", ">", ">="})
_MOMENTS: Final = frozenset({StaticType.DATE, StaticType.DATETIME})
_EPOCH: Final = "date('1970-01-01')"
_FAR: Final = 1_000_000  # days that make every date positive, so that int() rounds down
MOST_PLACES: Final = 9


@dataclass(frozen=True, slots=True)
class Written:
    """``leaf``: a question, ``.`` or a column. ``native``: a date as both engines calculate with it."""

    xpath: str
    kind: StaticType
    leaf: bool = False
    literal: str | None = None
    native: str = ""


def written(source: str | Node, scope: NameScope, *, boolean: bool = False) -> str:
    """The expression for the field. Raises RefusedError where no text means the same to all."""
    writer = _Writer(scope)
    found = writer.value(parse(source) if isinstance(source, str) else source)
    text = writer.boolean(found) if boolean else _result(found)
    if len(text) > MAX_WRITTEN:
        raise RefusedError(doubts.TOO_LONG)
    return text


def _result(found: Written) -> str:
    """What a calculation leaves: nothing rather than NaN or an infinity."""
    return found.xpath if found.kind is not StaticType.NUMBER or found.leaf else _finite(found.xpath)


def _finite(number: str) -> str:
    return f"if(({number}) - ({number}) = 0, {number}, '')"


def _quoted(text: str) -> str:
    return f"'{text}'" if "'" not in text else f'"{text}"'


def _digits(value: float) -> str:
    """Without an exponent, which an expression cannot have."""
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")


class _Writer:
    def __init__(self, scope: NameScope) -> None:
        self.scope = scope

    def value(self, node: Node) -> Written:
        if isinstance(node, Number):
            return Written(_digits(node.value), StaticType.NUMBER)
        if isinstance(node, String):
            return Written(_quoted(node.value), StaticType.TEXT, literal=node.value)
        if isinstance(node, Reference):
            return Written(f"${{{node.name}}}", self.scope.questions.get(node.name, StaticType.ANY), leaf=True)
        if isinstance(node, This):
            return Written(".", self.scope.this or StaticType.ANY, leaf=True)
        if isinstance(node, ColumnName):
            return Written(node.name, StaticType.TEXT, leaf=True)
        return self.operation(node) if isinstance(node, Operation) else self.call(node)

    # --- one value as another kind

    def boolean(self, found: Written) -> str:
        if found.kind is StaticType.BOOLEAN:
            return found.xpath
        if found.kind is StaticType.NUMBER:
            raise RefusedError(doubts.number_as_truth(found.xpath))
        if found.literal is not None:
            return "true()" if found.literal else "false()"
        return f"({found.xpath} != '')"

    def number(self, found: Written) -> str:
        if found.kind is StaticType.NUMBER:
            return found.xpath
        if found.kind is StaticType.BOOLEAN:
            return f"number({found.xpath})"
        if found.kind is StaticType.DATE:
            return f"(int(({_native(found)}) - {_EPOCH} + {_FAR}.5) - {_FAR})"
        if found.kind not in (StaticType.TEXT, StaticType.ANY):
            raise RefusedError(doubts.AS_NUMBER[found.kind])
        if found.literal is not None:
            return _literal_number(found.literal)
        pattern = _quoted(f"^(?:{PLAIN_NUMBER.pattern})$")
        return f"number(if(regex({found.xpath}, {pattern}), {found.xpath}, ''))"

    def text(self, found: Written) -> str:
        if found.kind in (StaticType.DATETIME, StaticType.TIME):
            raise RefusedError(doubts.AS_TEXT[found.kind])
        return found.xpath

    def moment(self, found: Written) -> str:
        if found.kind is StaticType.DATE:
            return f"decimal-date-time({_native(found)})"
        return f"decimal-date-time({found.native or _filled(found.xpath)})"

    # --- operators

    def operation(self, node: Operation) -> Written:
        if node.operator in ("and", "or"):
            parts = f" {node.operator} ".join(self.boolean(self.value(part)) for part in _chain(node))
            return Written(f"({parts})", StaticType.BOOLEAN)
        left, right = self.value(node.left), self.value(node.right)
        if node.operator in ("=", "!="):
            return Written(self.equality(node, left, right), StaticType.BOOLEAN)
        if node.operator in _ORDERED:
            return Written(self.ordered(node.operator, left, right), StaticType.BOOLEAN)
        return Written(self.sum(node.operator, left, right), StaticType.NUMBER)

    def equality(self, node: Operation, left: Written, right: Written) -> str:
        kinds = {left.kind, right.kind}
        if StaticType.BOOLEAN in kinds:
            return f"({self.boolean(left)} {node.operator} {self.boolean(right)})"
        if "" in (left.literal, right.literal):
            return f"({left.xpath} {node.operator} {right.xpath})"
        if kinds & {StaticType.DATETIME, StaticType.TIME}:
            raise RefusedError(doubts.EQUAL_MOMENTS)
        if StaticType.NUMBER not in kinds:
            return f"({self.text(left)} {node.operator} {self.text(right)})"
        if kinds == {StaticType.NUMBER} and left.leaf and right.leaf:
            return f"({left.xpath} {node.operator} {right.xpath})"
        return self.equal_numbers(node, self.number(left), self.number(right))

    def equal_numbers(self, node: Operation, left: str, right: str) -> str:
        if not calculated(node):
            return f"({left} {node.operator} {right})"
        apart = f"({left}) - ({right})"
        close = f"({apart} < 0.000000000001 and {apart} > -0.000000000001)"
        return close if node.operator == "=" else f"not({close})"

    def ordered(self, operator: str, left: Written, right: Written) -> str:
        kinds = {left.kind, right.kind}
        if kinds == {StaticType.DATE}:
            return f"({_native(left)} {operator} {_native(right)})"
        if kinds <= _MOMENTS:
            return f"({self.moment(left)} {operator} {self.moment(right)})"
        return f"({self.number(left)} {operator} {self.number(right)})"

    def sum(self, operator: str, left: Written, right: Written) -> str:
        kinds = {left.kind, right.kind}
        if operator == "-" and kinds <= _MOMENTS and StaticType.DATETIME in kinds:
            return f"({self.moment(left)} - {self.moment(right)})"
        return f"({self.number(left)} {operator} {self.number(right)})"

    # --- functions

    def call(self, node: FunctionCall) -> Written:
        special = _SPECIAL.get(node.function)
        if special is not None:
            return special(self, node)
        arguments = [self.value(one) for one in node.arguments]
        function = FUNCTIONS[node.function]
        convert = {"b": self.boolean, "n": self.number, "t": self.text, "v": self.text}
        parts = [convert[function.taking(at)](one) for at, one in enumerate(arguments)]
        return Written(f"{node.function}({', '.join(parts)})", function.gives)

    def moment_now(self, node: FunctionCall) -> Written:
        if node.function == "today":
            return Written("today()", StaticType.DATE, native="today()")
        return Written("now()", StaticType.DATETIME, native="now()")

    def selected(self, node: FunctionCall) -> Written:
        chosen, *wanted = (self.value(one) for one in node.arguments)
        if chosen.kind not in (StaticType.LIST, StaticType.TEXT, StaticType.ANY):
            raise RefusedError(doubts.SELECTED_FROM)
        for one in wanted:
            if one.kind is not StaticType.TEXT or (one.literal is not None and not re.fullmatch(r"\S+", one.literal)):
                raise RefusedError(doubts.SELECTED_WHAT)
        parts = ", ".join(one.xpath for one in (chosen, *wanted))
        return Written(f"{node.function}({parts})", FUNCTIONS[node.function].gives)

    def regex(self, node: FunctionCall) -> Written:
        text, pattern = (self.value(one) for one in node.arguments)
        plain = read_pattern(pattern.literal or "").field
        return Written(f"regex({self.text(text)}, {_quoted(f'^(?:{plain})$')})", StaticType.BOOLEAN)

    def branches(self, node: FunctionCall) -> Written:
        condition = [self.boolean(self.value(one)) for one in node.arguments[: BRANCHES[node.function]]]
        values = [self.value(one) for one in node.arguments[BRANCHES[node.function] :]]
        kind = common([one.kind for one in values if one.literal != ""])
        if node.function == "coalesce":
            return Written(_nested([_result(one) for one in values]), kind)
        return Written(f"{node.function}({', '.join([*condition, *(one.xpath for one in values)])})", kind)

    def number_of(self, node: FunctionCall) -> Written:
        return Written(self.number(self.value(node.arguments[0])), StaticType.NUMBER)

    def round(self, node: FunctionCall) -> Written:
        number = self.number(self.value(node.arguments[0]))
        places = constant(node.arguments[1]) if len(node.arguments) > 1 else 0.0
        if places is None or places != int(places) or abs(places) > MOST_PLACES:
            raise RefusedError(doubts.ROUND_PLACES)
        scale = str(10 ** abs(int(places)))
        there, back = ("*", "div") if places >= 0 else ("div", "*")
        up = f"({number} {there} {scale} + 0.5)" if places else f"({number} + 0.5)"
        whole = f"(int({up}) - number(int({up}) > {up}))"
        return Written(f"({whole} {back} {scale})" if places else whole, StaticType.NUMBER)

    def substr(self, node: FunctionCall) -> Written:
        text = self.text(self.value(node.arguments[0]))
        places = [constant(one) for one in node.arguments[1:]]
        if any(place is None or not math.isfinite(place) for place in places):
            raise RefusedError(doubts.SUBSTR_PLACES)
        numbers = ", ".join(str(int(place)) for place in places if place is not None)
        return Written(f"substr({text}, {numbers})", StaticType.TEXT)

    def date(self, node: FunctionCall) -> Written:
        given = self.value(node.arguments[0])
        if given.literal is not None:
            found = f"date({_quoted(_a_day(given.literal))})"
            return Written(found, StaticType.DATE, native=found)
        if given.kind is StaticType.DATE:
            return given
        if given.kind is StaticType.DATETIME:
            return Written(f"substr(date({given.native or _filled(given.xpath)}), 0, 10)", StaticType.DATE)
        if given.kind is not StaticType.NUMBER:
            raise RefusedError(doubts.DATE_OF_TEXT)
        days = f"int({given.xpath})"
        # A quarter of a day keeps to the day where clocks change; before 1970 int() would round it away.
        day = f"substr(date({_EPOCH} + {days} + if({days} < 0, 0, 0.25)), 0, 10)"
        return Written(f"if({days} - {days} = 0, {day}, '')", StaticType.DATE)


def _literal_number(literal: str) -> str:
    if not PLAIN_NUMBER.fullmatch(literal) or _digits(float(literal)) != literal:
        raise RefusedError(doubts.literal_number(literal))
    return literal


def _filled(xpath: str) -> str:
    """A question's answer as itself in JavaRosa and as its text in web-forms, whose date functions take no question."""
    return f"coalesce({xpath}, '')"


def _native(found: Written) -> str:
    return found.native or f"date({_filled(found.xpath)})"


def _nested(values: Sequence[str]) -> str:
    """JavaRosa's coalesce takes two."""
    first, *rest = values
    return f"coalesce({first}, {_nested(rest) if len(rest) > 1 else (rest or [_quoted('')])[0]})"


def _a_day(literal: str) -> str:
    try:
        if len(literal) != 10:
            raise ValueError
        return dt.date.fromisoformat(literal).isoformat()
    except ValueError:
        raise RefusedError(doubts.no_date(literal)) from None


def common(kinds: Sequence[StaticType]) -> StaticType:
    """The kind of all branches; a moment or a time does not mix with others."""
    found = set(kinds) or {StaticType.TEXT}
    if len(found) > 1 and found & {StaticType.DATETIME, StaticType.TIME}:
        raise RefusedError(doubts.MIXED_MOMENTS)
    return found.pop() if len(found) == 1 else StaticType.ANY


def constant(node: Node) -> float | None:
    """A number that is written out, perhaps with a minus sign; None for anything else."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Operation) and node.operator == "-" and node.left == Number(0.0):
        value = constant(node.right)
        return None if value is None else -value
    return None


def calculated(node: Operation) -> bool:
    """Whether either side of an equation is reckoned, and so may miss by the last digit."""
    return any(
        (isinstance(side, Operation) and side.operator in ("+", "-", "*", "div", "mod") and constant(side) is None)
        or (isinstance(side, FunctionCall) and side.function not in ("string-length", "count-selected"))
        for side in (node.left, node.right)
    )


def _chain(node: Operation) -> list[Node]:
    parts, left = [node.right], node.left
    while isinstance(left, Operation) and left.operator == node.operator:
        parts.append(left.right)
        left = left.left
    return [left, *reversed(parts)]


_SPECIAL: Final[dict[str, Callable[[_Writer, FunctionCall], Written]]] = {
    "today": _Writer.moment_now,
    "now": _Writer.moment_now,
    "happened_at": _Writer.moment_now,
    "selected": _Writer.selected,
    "count-selected": _Writer.selected,
    "regex": _Writer.regex,
    "if": _Writer.branches,
    "coalesce": _Writer.branches,
    "once": _Writer.branches,
    "number": _Writer.number_of,
    "round": _Writer.round,
    "substr": _Writer.substr,
    "date": _Writer.date,
}
