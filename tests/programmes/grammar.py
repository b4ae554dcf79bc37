"""Expressions made at random, of every kind the subset has, the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

TEXTS: Final = ("'a'", "''", "'Abc'", "'05'", "'𠮷田'", "'yes'", '"it\'s"', "' a '", "'1e3'", "'北京市'")
NUMBERS: Final = ("0", "1", "2", "7", "0.5", "1.005", "2.675", "100", "3.14159")
DATES: Final = (
    "date('2024-02-29')",
    "date('1999-12-31')",
    "today()",
    "${day}",
    "${noday}",
    "date(${w})",
    "date(${now})",
)
PATTERNS: Final = (
    "'[A-Z][a-z]+'",
    "'^[0-9]{1,3}$'",
    "'.*b.*'",
    r"'\d+'",
    r"'\w*'",
    "'(ab|c)*'",
    "'[一-龥]+'",
    r"'\s*'",
)
QUOTED: Final = "'ab'"
PLACES: Final = ("0", "1", "2", "-1", "-2", "5", "1.7")


class Grammar:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def any(self, depth: int = 3) -> str:
        return self.one(self.truth, self.number, self.text, self.date)(depth)

    def one(self, *ways: Callable[[int], str]) -> Callable[[int], str]:
        return self.random.choice(ways)

    def pick(self, *parts: str) -> str:
        return self.random.choice(parts)

    def number(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.2:
            return self.pick(*NUMBERS, "${n}", "${d}", "${neg}", "${none}", "-${n}", "-2.5")
        a, b = self.number(depth - 1), self.number(depth - 1)
        return self.random.choice(
            (
                lambda: f"({a} {self.pick('+', '-', '*', 'div', 'mod')} {b})",
                lambda: f"int({a})",
                lambda: f"round({a})",
                lambda: f"round({a}, {self.pick('1', '2', '0', '-1')})",
                lambda: f"string-length({self.text(depth - 1)})",
                lambda: f"count-selected({self.pick('${m}', '${nom}', '${o}')})",
                lambda: f"number({self.text(depth - 1)})",
                lambda: f"number({self.truth(depth - 1)})",
                lambda: f"({self.date(depth - 1)} - {self.date(depth - 1)})",
                lambda: f"if({self.truth(depth - 1)}, {a}, {b})",
                lambda: f"coalesce({a}, {b})",
            )
        )()

    def text(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.2:
            return self.pick(*TEXTS, "${t}", "${empty}", "${o}", "${m}", "${u}")
        a, b = self.text(depth - 1), self.text(depth - 1)
        return self.random.choice(
            (
                lambda: f"concat({a}, {b})",
                lambda: f"concat({a}, {self.number(0)}, {self.date(depth - 1)})",
                lambda: f"substr({a}, {self.pick(*PLACES)})",
                lambda: f"substr({a}, {self.pick(*PLACES)}, {self.pick(*PLACES)})",
                lambda: f"string({self.pick(self.number(0), self.truth(depth - 1), self.date(depth - 1))})",
                lambda: f"if({self.truth(depth - 1)}, {a}, {b})",
                lambda: f"coalesce({a}, {b}, 'x')",
            )
        )()

    def date(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.3:
            return self.pick(*DATES)
        a, b = self.date(depth - 1), self.date(depth - 1)
        return self.random.choice(
            (
                lambda: f"date({a} + {self.pick('14', '-40', '${n}', '0.5', '100 * ${n}')})",
                lambda: f"date({a})",
                lambda: f"date({self.pick('20000', '-3000', '${n} * 1000')})",
                lambda: f"if({self.truth(depth - 1)}, {a}, {b})",
                lambda: f"coalesce({a}, {b})",
            )
        )()

    def truth(self, depth: int) -> str:
        if depth <= 0:
            return self.pick("true()", "false()", "${t} != ''", "${none} = ''", "${n} > 3")
        a, b = self.truth(depth - 1), self.truth(depth - 1)
        order = self.pick("<", "<=", ">", ">=", "=", "!=")
        return self.random.choice(
            (
                lambda: f"({a} {self.pick('and', 'or')} {b})",
                lambda: f"not({self.pick(a, self.text(depth - 1))})",
                lambda: f"({self.number(depth - 1)} {order} {self.number(depth - 1)})",
                lambda: f"({self.text(depth - 1)} {self.pick('=', '!=')} {self.text(depth - 1)})",
                lambda: f"({self.date(depth - 1)} {order} {self.date(depth - 1)})",
                lambda: (
                    f"({self.pick('${w}', '${now}', '${now}')} {self.pick('<', '>=')} "
                    f"{self.pick('${w}', 'now()', '${day}')})"
                ),
                lambda: f"({a} {self.pick('=', '!=')} {self.pick(b, self.text(0))})",
                lambda: (
                    f"selected({self.pick('${m}', '${o}', '${nom}')}, {self.pick(QUOTED, '${o}', '${oo}')})"
                ),
                lambda: f"contains({self.text(depth - 1)}, {self.text(0)})",
                lambda: f"starts-with({self.text(depth - 1)}, {self.text(0)})",
                lambda: f"regex({self.text(depth - 1)}, {self.pick(*PATTERNS)})",
            )
        )()
