"""Cells to syntax trees, by recursive descent over the grammar of OMG DMN 1.5, clause 9.2."""

from __future__ import annotations

from typing import Final

from fangxian.kernel.text import Text
from fangxian.kernel.values import ValueType

from .literals import temporal
from .syntax import (
    ANYTHING,
    Binary,
    Call,
    Compare,
    Expression,
    FeelError,
    Interval,
    Literal,
    Name,
    Test,
    Tests,
    Unknown,
)
from .tokens import FeelToken, TokenKind, tokens, unquoted

BIGGEST: Final = 10**15  # beyond it a number is no longer exact in every engine
DEEPEST: Final = 40
EMPTY: Final = Text("the cell is empty; write - for any value", "单元格为空；任意值请写 -")
FORMULA: Final = Text("formulas are not read; write the value itself, without =", "不读取公式；请直接写值，不要写等号")
EXPECTED: Final = Text(
    "{what} is expected before “{found}”; correct the cell", "“{found}”之前应为 {what}；请更正单元格"
)
EXPECTED_END: Final = Text("{what} is missing at the end; complete the cell", "结尾缺少 {what}；请补全单元格")
ALONE: Final = Text("- stands alone; remove it or the rest", "- 只能单独使用；请删除它或其余内容")
NO_UNKNOWN: Final = Text(
    "unknown stands alone or in a list of values; leave an output cell empty instead",
    "unknown 只能单独或在取值列表中使用；输出未知请留空",
)
FUNCTION: Final = Text(
    "{name}() does not exist; use date, time, date and time, duration, max or min",
    "没有函数 {name}()；可用 date、time、date and time、duration、max、min",
)
TOO_BIG: Final = Text("{text} is too large; use a smaller number", "{text} 太大；请用较小的数")
TOO_DEEP: Final = Text("too many brackets or operators; split the row", "括号或运算太多；请把该行拆成几行")
QUOTED_TIME: Final = Text('{name}() takes one text in quotes, such as {name}("…")', "{name}() 需要一个带引号的文本")
VALUE: Final = Text("a value", "一个值")


def parse_tests(text: str) -> Tests:
    """An input cell; raises FeelError."""
    stripped = text.strip()
    if stripped == "-":
        return ANYTHING
    reader = Reader(stripped)
    negated = reader.takes_not()
    tests = reader.tests()
    if negated:
        reader.expect(")")
    reader.expect_end()
    return Tests(tests, negated, stripped)


def parse_expression(text: str) -> Expression | None:
    """An output cell; None when it is empty or says ``unknown``; raises FeelError."""
    stripped = text.strip()
    if stripped in ("", "unknown", "null"):
        return None
    reader = Reader(stripped)
    found = reader.sum()
    reader.expect_end()
    return found


class Reader:
    """One cell, read once from left to right."""

    def __init__(self, text: str) -> None:
        if not text:
            raise FeelError("dmn.cell.empty", EMPTY)
        if text.startswith("="):
            raise FeelError("dmn.cell.formula", FORMULA)
        self.words = tokens(text)
        self.at = 0
        self.depth = 0

    @property
    def word(self) -> FeelToken:
        return self.words[self.at]

    def follows(self, *signs: str) -> bool:
        return self.word.kind is TokenKind.SIGN and self.word.text in signs

    def take(self) -> FeelToken:
        word = self.word
        self.at = min(self.at + 1, len(self.words) - 1)
        return word

    def takes(self, sign: str) -> bool:
        if not self.follows(sign):
            return False
        self.take()
        return True

    def takes_not(self) -> bool:
        if self.word.text != "not" or self.word.kind is not TokenKind.NAME:
            return False
        self.take()
        self.expect("(")
        return True

    def expect(self, sign: str) -> None:
        if not self.takes(sign):
            raise self.missing(Text(f"“{sign}”", f"“{sign}”"))

    def expect_end(self) -> None:
        if self.word.kind is not TokenKind.END:
            raise self.missing(Text("a comma or an operator", "逗号或运算符"))

    def missing(self, what: Text) -> FeelError:
        if self.word.kind is TokenKind.END:
            text = Text(EXPECTED_END.en.format(what=what.en), EXPECTED_END.zh.format(what=what.zh))
        else:
            found = self.word.text
            text = Text(EXPECTED.en.format(what=what.en, found=found), EXPECTED.zh.format(what=what.zh, found=found))
        return FeelError("dmn.cell.syntax", text)

    def tests(self) -> tuple[Test, ...]:
        found = [self.test()]
        while self.takes(","):
            found.append(self.test())
        return tuple(found)

    def test(self) -> Test:
        if self.word.kind is TokenKind.NAME and self.word.text in ("unknown", "null"):
            self.take()
            return Unknown()
        if self.follows("<", "<=", ">", ">=", "="):
            return Compare(self.take().text, self.sum())
        if self.follows("[", "]") or (self.follows("(") and self.opens_interval()):
            return self.interval()
        return Compare("=", self.sum())

    def opens_interval(self) -> bool:
        """Whether the round bracket here begins ``(a..b]`` and not a sum: ``..`` comes before its depth closes."""
        depth = 0
        for word in self.words[self.at :]:
            depth += (word.text == "(") - (word.text == ")") if word.kind is TokenKind.SIGN else 0
            if depth == 1 and word.kind is TokenKind.SIGN and word.text == "..":
                return True
            if depth == 0:
                return False
        return False

    def interval(self) -> Interval:
        low_closed = self.take().text == "["
        low = self.sum()
        self.expect("..")
        high = self.sum()
        if not self.follows("]", ")", "["):
            raise self.missing(Text("“]” or “)”", "“]”或“)”"))
        return Interval(low, low_closed, high, self.take().text == "]")

    def sum(self) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FeelError("dmn.cell.deep", TOO_DEEP)
        found = self.product()
        while self.follows("+", "-"):
            found = self.joined(self.take().text, found, self.product())
        self.depth -= 1
        return found

    def product(self) -> Expression:
        found = self.power()
        while self.follows("*", "/"):
            found = self.joined(self.take().text, found, self.power())
        return found

    def power(self) -> Expression:
        found = self.signed()
        while self.follows("**"):
            found = self.joined(self.take().text, found, self.signed())
        return found

    def joined(self, operator: str, left: Expression, right: Expression) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FeelError("dmn.cell.deep", TOO_DEEP)
        return Binary(operator, left, right)

    def signed(self) -> Expression:
        if not self.takes("-"):
            return self.operand()
        if self.word.kind is TokenKind.END or self.follows(","):
            raise FeelError("dmn.cell.dash", ALONE)
        found = self.operand()
        if isinstance(found, Literal) and found.type in (ValueType.INTEGER, ValueType.NUMBER):
            return Literal(-found.value, found.type)  # type: ignore[operator]
        return Binary("-", Literal(0, ValueType.INTEGER), found)

    def operand(self) -> Expression:
        if self.takes("("):
            found = self.sum()
            self.expect(")")
            return found
        if self.word.kind not in (TokenKind.NUMBER, TokenKind.TEXT, TokenKind.NAME):
            raise self.missing(VALUE)
        word = self.take()
        if word.kind is TokenKind.NUMBER:
            return number(word.text)
        if word.kind is TokenKind.TEXT:
            return Literal(unquoted(word.text), ValueType.TEXT)
        return self.named(word.text)

    def named(self, name: str) -> Expression:
        if name in ("true", "false"):
            return Literal(name == "true", ValueType.BOOLEAN)
        if name in ("unknown", "null"):
            raise FeelError("dmn.cell.unknown", NO_UNKNOWN)
        if name == "date" and [word.text for word in self.words[self.at : self.at + 2]] == ["and", "time"]:
            self.at += 2
            name = "date and time"
        return self.call(name) if self.takes("(") else Name(name)

    def call(self, name: str) -> Expression:
        if name in ("date", "time", "date and time", "duration"):
            return self.temporal(name)
        if name not in ("max", "min"):
            raise FeelError("dmn.cell.function", FUNCTION.filled(name=name))
        arguments = [self.sum()]
        while self.takes(","):
            arguments.append(self.sum())
        self.expect(")")
        return Call(name, tuple(arguments))

    def temporal(self, name: str) -> Literal:
        word = self.take()
        if word.kind is not TokenKind.TEXT:
            raise FeelError("dmn.cell.literal", QUOTED_TIME.filled(name=name))
        self.expect(")")
        return temporal(name, unquoted(word.text))


def number(text: str) -> Literal:
    value = float(text)
    if value > BIGGEST:
        raise FeelError("dmn.cell.number", TOO_BIG.filled(text=text))
    if "e" in text.lower() and value.is_integer():
        return Literal(int(value), ValueType.INTEGER)
    return Literal(int(text), ValueType.INTEGER) if text.isdecimal() else Literal(value, ValueType.NUMBER)
