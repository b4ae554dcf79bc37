"""Types of cells: what may be compared with what, and what arithmetic gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from fangxian.kernel.text import Text
from fangxian.kernel.values import ValueType

from .fold import fold
from .literals import written
from .syntax import Binary, Call, Compare, Expression, FeelError, Interval, Literal, Months, Name, Test, Tests, Unknown

V = ValueType
NUMERIC: Final = frozenset({V.INTEGER, V.NUMBER})
ORDERED: Final = frozenset({V.TEXT, V.INTEGER, V.NUMBER, V.DATE, V.DATETIME, V.TIME, V.DURATION})
DAY: Final = dt.timedelta(days=1)
SUMS: Final = {
    ("+", V.DATE, V.DURATION): V.DATE,
    ("-", V.DATE, V.DURATION): V.DATE,
    ("-", V.DATE, V.DATE): V.DURATION,
    ("+", V.DATETIME, V.DURATION): V.DATETIME,
    ("-", V.DATETIME, V.DURATION): V.DATETIME,
    ("-", V.DATETIME, V.DATETIME): V.DURATION,
    ("+", V.DURATION, V.DURATION): V.DURATION,
    ("-", V.DURATION, V.DURATION): V.DURATION,
    ("+", V.TEXT, V.TEXT): V.TEXT,
}
KINDS: Final = {
    V.TEXT: Text("text", "文本"),
    V.INTEGER: Text("integer", "整数"),
    V.NUMBER: Text("number", "数"),
    V.BOOLEAN: Text("boolean", "是非"),
    V.DATE: Text("date", "日期"),
    V.DATETIME: Text("datetime", "时刻"),
    V.TIME: Text("time", "时间"),
    V.DURATION: Text("duration", "时长"),
    V.LIST: Text("list", "列表"),
}
HINTS: Final = {
    V.TEXT: Text('"…"', '"…"'),
    V.INTEGER: Text("14", "14"),
    V.NUMBER: Text("37.3", "37.3"),
    V.BOOLEAN: Text("true or false", "true 或 false"),
    V.DATE: Text('date("2020-03-20")', 'date("2020-03-20")'),
    V.DATETIME: Text('date and time("2020-03-20T20:00:00+08:00")', 'date and time("2020-03-20T20:00:00+08:00")'),
    V.TIME: Text('time("20:00:00")', 'time("20:00:00")'),
    V.DURATION: Text('duration("P14D")', 'duration("P14D")'),
    V.LIST: Text('"…"', '"…"'),
}
WRONG: Final = Text(
    "{found} does not fit a column of type {wanted}; write {hint}", "{found}与类型为{wanted}的列不符；请写 {hint}"
)
NO_NAME: Final = Text(
    '“{name}” is not the name of a known input; write "{name}" in quotes if it is a text',
    '没有名为“{name}”的输入；如果是文本，请加英文引号写成 "{name}"',
)
ITSELF: Final = Text("“{name}” is this column itself; compare it with a value", "“{name}”就是本列；请与一个值比较")
NO_SUM: Final = Text(
    "{left} {operator} {right} has no meaning; correct it", "{left} {operator} {right} 没有意义；请更正"
)
NO_ORDER: Final = Text(
    "a value of type {kind} has no order; list the values instead", "类型为{kind}的值没有大小；请改为列出取值"
)
MIXED: Final = Text("the arguments of {name}() must be of one type", "{name}() 的各参数类型须相同")
NO_MONTHS: Final = Text(
    'a duration of months can only be added to a date; elsewhere write days, such as duration("P30D")',
    '以月计的时长只能与日期相加减；其他地方请写天数，如 duration("P30D")',
)
WHOLE_DAYS: Final = Text(
    "a date moves by whole days; write days or use a datetime", "日期只能按整天加减；请写整天或改用时刻"
)
BACKWARDS: Final = Text("the interval is empty; put the smaller bound first", "区间为空；请把小的一端写在前面")
NOT_ALLOWED: Final = Text(
    "{value} is not among the allowed values of {name}; correct it or add it there",
    "{value} 不在 {name} 的允许取值之中；请更正或加入",
)


@dataclass(frozen=True, slots=True)
class Typing:
    """The names a cell may mention, with their types."""

    known: Mapping[str, ValueType]

    def of(self, expression: Expression) -> ValueType:
        """The type of an expression; raises FeelError."""
        if isinstance(expression, Literal):
            return expression.type
        if isinstance(expression, Name):
            return self.of_name(expression.name)
        if isinstance(expression, Call):
            return self.of_call(expression)
        return self.of_binary(expression)

    def of_name(self, name: str) -> ValueType:
        if name not in self.known:
            raise FeelError("dmn.cell.name", NO_NAME.filled(name=name))
        return self.known[name]

    def of_call(self, call: Call) -> ValueType:
        refuse_months(*call.arguments)
        kinds = {self.of(argument) for argument in call.arguments}
        if kinds <= NUMERIC:
            return V.NUMBER if V.NUMBER in kinds else V.INTEGER
        if len(kinds) > 1:
            raise FeelError("dmn.cell.type", MIXED.filled(name=call.function))
        kind = kinds.pop()
        if kind not in ORDERED:
            raise no_order(kind)
        return kind

    def of_binary(self, binary: Binary) -> ValueType:
        left, right = self.of(binary.left), self.of(binary.right)
        if left in NUMERIC and right in NUMERIC:
            real = binary.operator in ("/", "**") or V.NUMBER in (left, right)
            return V.NUMBER if real else V.INTEGER
        found = SUMS.get((binary.operator, left, right))
        if found is None:
            raise FeelError("dmn.cell.type", no_sum(binary.operator, left, right))
        check_duration(binary, left)
        return found


def check_duration(binary: Binary, left: ValueType) -> None:
    """Months only beside a date or datetime, and whole days beside a date."""
    if left not in (V.DATE, V.DATETIME):
        refuse_months(binary.left, binary.right)
    step = binary.right.value if isinstance(binary.right, Literal) else None
    if left is V.DATE and isinstance(step, dt.timedelta) and step % DAY:
        raise FeelError("dmn.cell.type", WHOLE_DAYS)


def no_sum(operator: str, left: ValueType, right: ValueType) -> Text:
    one, other = KINDS[left], KINDS[right]
    return Text(
        NO_SUM.en.format(left=one.en, operator=operator, right=other.en),
        NO_SUM.zh.format(left=one.zh, operator=operator, right=other.zh),
    )


def refuse_months(*expressions: Expression) -> None:
    if any(isinstance(one, Literal) and isinstance(one.value, Months) for one in expressions):
        raise FeelError("dmn.cell.months", NO_MONTHS)


def wrong(expression: Expression, found: ValueType, wanted: ValueType) -> FeelError:
    shown = f" {written(expression.value)}" if isinstance(expression, Literal) else ""
    text = Text(
        WRONG.en.format(found=KINDS[found].en + shown, wanted=KINDS[wanted].en, hint=HINTS[wanted].en),
        WRONG.zh.format(found=KINDS[found].zh + shown, wanted=KINDS[wanted].zh, hint=HINTS[wanted].zh),
    )
    return FeelError("dmn.cell.type", text)


def no_order(kind: ValueType) -> FeelError:
    text = Text(NO_ORDER.en.format(kind=KINDS[kind].en), NO_ORDER.zh.format(kind=KINDS[kind].zh))
    return FeelError("dmn.cell.order", text)


def check_expression(expression: Expression, wanted: ValueType, known: Mapping[str, ValueType]) -> Expression:
    """The output expression folded, fit for a column of type ``wanted``; raises FeelError."""
    found = Typing(known).of(expression)
    folded = fold(expression)
    refuse_months(folded)
    if found is not wanted and not (found is V.INTEGER and wanted is V.NUMBER):
        raise wrong(folded, found, wanted)
    return folded


def check_tests(tests: Tests, wanted: ValueType, known: Mapping[str, ValueType], itself: str | None = None) -> Tests:
    """The input cell with its operands folded, fit for a column of type ``wanted``; raises FeelError. ``itself`` is the
    column's own name, which its cells may not mention."""
    checked = tuple(check_test(test, wanted, Typing(known), itself) for test in tests.tests)
    return replace(tests, tests=checked)


def check_test(test: Test, wanted: ValueType, typing: Typing, itself: str | None) -> Test:
    if isinstance(test, Unknown):
        return test
    if isinstance(test, Compare):
        return Compare(test.operator, check_operand(test.operand, test.operator, wanted, typing, itself))
    low, high = (check_operand(bound, "<", wanted, typing, itself) for bound in (test.low, test.high))
    refuse_backwards(low, high, test.low_closed and test.high_closed)
    return Interval(low, test.low_closed, high, test.high_closed)


def check_operand(operand: Expression, sign: str, wanted: ValueType, typing: Typing, itself: str | None) -> Expression:
    if isinstance(operand, Name) and operand.name == itself:
        raise FeelError("dmn.cell.itself", ITSELF.filled(name=itself))
    found = typing.of(operand)
    folded = fold(operand)
    refuse_months(folded)
    if sign != "=" and wanted not in ORDERED:
        raise no_order(wanted)
    if not comparable(found, wanted, sign):
        raise wrong(folded, found, wanted)
    return folded


def comparable(found: ValueType, wanted: ValueType, sign: str) -> bool:
    if found in NUMERIC and wanted in NUMERIC:
        return True
    if sign == "=" and {found, wanted} == {V.TEXT, V.LIST}:
        return True
    return found is wanted


def refuse_backwards(low: Expression, high: Expression, closed: bool) -> None:
    if not (isinstance(low, Literal) and isinstance(high, Literal)):
        return
    first, last = low.value, high.value
    if first > last or (first == last and not closed):  # type: ignore[operator]
        raise FeelError("dmn.cell.interval", BACKWARDS)


def not_allowed(value: Expression, name: str) -> FeelError:
    shown = written(value.value) if isinstance(value, Literal) else ""
    return FeelError("dmn.cell.value", NOT_ALLOWED.filled(value=shown, name=name))
