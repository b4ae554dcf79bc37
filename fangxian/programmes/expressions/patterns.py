"""Patterns of ``regex()``: the part of regular expressions that JavaScript, Java (also Android's) and RE2 read alike.

A pattern is parsed, its classes written out, and what backtracking engines would take exponential time for is refused:
the field's engines have no other way, while the server matches in linear time (RE2).
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import re2  # type: ignore[import-untyped]

from fangxian.kernel.text import Text

from .ambiguity import CharacterSet, PatternChoice, PatternNode, PatternRepeat, PatternSequence, is_exponential
from .kinds import RefusedError

MAX_PATTERN: Final = 500
MAX_TIMES: Final = 500
_LAST: Final = 0xFFFF
_META: Final = frozenset("\\^$.|?*+()[]{}")
_CLASSES: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "d": ((0x30, 0x39),),
    "w": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
    "s": ((0x09, 0x0D), (0x20, 0x20)),
}
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v"}
_LINE_ENDS: Final = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
Escape: TypeAlias = "Callable[[int], str]"


@dataclass(frozen=True, slots=True)
class FieldPattern:
    """``field``: for JavaScript and Java, without anchors; ``matches``: whether a whole text fits, in linear time."""

    field: str
    matches: Callable[[str], bool]


@lru_cache(maxsize=512)
def read_pattern(source: str) -> FieldPattern:
    """Raises RefusedError for what is no pattern, or not one that all engines read alike."""
    node = _Parser(source).whole()
    if is_exponential(node):
        raise RefusedError(_SLOW)
    return FieldPattern(_shown(node, _field_character), linear(_shown(node, _re2_character)))


def linear(pattern: str) -> Callable[[str], bool]:
    """Whether a whole text fits a pattern of RE2's own syntax. Raises ValueError where it is none."""
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(str(error)) from error
    return lambda text: compiled.fullmatch(text.encode("utf-8", "replace").decode()) is not None


def _refused(part: str, en: str, zh: str) -> RefusedError:
    return RefusedError(
        Text(f"“{part}” in the pattern is read differently by phones. {en}", f"模式中的“{part}”各设备理解不同，{zh}")
    )


_SLOW: Final = Text(
    "The pattern can be matched in so many ways that a phone would hang. Do not repeat what is itself repeated, "
    "optional or ambiguous: write a+ instead of (a+)+.",
    "该模式的匹配方式过多，手机会卡住。不要重复本身已重复、可省略或有歧义的部分：用 a+ 代替 (a+)+。",
)
_BROKEN: Final = Text(
    "The pattern cannot be read. Close its brackets and correct it.", "正则表达式有误，请检查括号并更正。"
)
_LONG: Final = Text("The pattern is too long. Shorten it.", "模式过长，请缩短。")


class _Parser:
    def __init__(self, source: str) -> None:
        if len(source) > MAX_PATTERN:
            raise RefusedError(_LONG)
        anchored = source[1:] if source.startswith("^") else source
        ends = anchored.endswith("$") and (len(anchored) - len(anchored[:-1].rstrip("\\")) - 1) % 2 == 0
        self.text = anchored[:-1] if ends else anchored
        self.at = 0
        if (source.startswith("^") or ends) and _has_bare_alternative(self.text):
            raise _refused("|", "Put the alternatives in brackets: ^(?:a|b)$.", "请给多选部分加括号：^(?:a|b)$。")

    def whole(self) -> PatternNode:
        node = self.alternation()
        if self.at < len(self.text):
            raise RefusedError(_BROKEN)
        return node

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        if self.at >= len(self.text):
            raise RefusedError(_BROKEN)
        self.at += 1
        return self.text[self.at - 1]

    def alternation(self) -> PatternNode:
        branches = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.sequence())
        return branches[0] if len(branches) == 1 else PatternChoice(tuple(branches))

    def sequence(self) -> PatternNode:
        parts: list[PatternNode] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated(self.atom()))
        return parts[0] if len(parts) == 1 else PatternSequence(tuple(parts))

    def atom(self) -> PatternNode:
        character = self.take()
        if character == "(":
            return self.group()
        if character == "[":
            return self.set()
        if character == ".":
            return CharacterSet(_LINE_ENDS, negated=True)
        if character == "\\":
            return self.escape()
        if character in "*+?{^$":
            raise _refused(
                character,
                "Put ^ and $ at the ends only, and escape it elsewhere.",
                "^ 和 $ 只放在两端，其他位置请转义。",
            )
        return CharacterSet(_one(character))

    def group(self) -> PatternNode:
        if self.peek() == "?":
            if self.text[self.at : self.at + 2] != "?:":
                raise _refused(f"({self.text[self.at : self.at + 2]}", "Use plain brackets.", "请用普通括号。")
            self.at += 2
        node = self.alternation()
        if self.take() != ")":
            raise RefusedError(_BROKEN)
        return node

    def escape(self) -> CharacterSet:
        character = self.take()
        if character.lower() in _CLASSES:
            return CharacterSet(_CLASSES[character.lower()], negated=character.isupper())
        return CharacterSet(_one(self.escaped(character)))

    def escaped(self, character: str) -> str:
        if character in _ESCAPES:
            return _ESCAPES[character]
        if character in "ux":
            digits = self.text[self.at : self.at + (4 if character == "u" else 2)]
            if len(digits) == (4 if character == "u" else 2) and all(one in string.hexdigits for one in digits):
                self.at += len(digits)
                return chr(int(digits, 16))
        if character.isascii() and not character.isalnum():
            return character
        raise _refused(f"\\{character}", "Write the characters themselves.", "请直接写出字符。")

    def set(self) -> CharacterSet:
        negated = self.peek() == "^"
        self.at += negated
        ranges: list[tuple[int, int]] = []
        while self.peek() != "]" or not ranges:
            if self.peek() == "]":
                raise RefusedError(_BROKEN)
            ranges += self.ranges()
        self.at += 1
        return CharacterSet(tuple(sorted(ranges)), negated=negated)

    def ranges(self) -> tuple[tuple[int, int], ...]:
        low = self.member()
        if not isinstance(low, str):
            return low
        if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
            self.at += 1
            high = self.member()
            if not isinstance(high, str) or _one(high)[0][0] < _one(low)[0][0]:
                raise RefusedError(_BROKEN)
            return ((_one(low)[0][0], _one(high)[0][0]),)
        return _one(low)

    def member(self) -> str | tuple[tuple[int, int], ...]:
        character = self.take()
        if character != "\\":
            return character
        character = self.take()
        if character in _CLASSES:
            return _CLASSES[character]
        if character.lower() in _CLASSES:
            raise _refused(f"\\{character}", "Write the characters of the class out.", "请写出字符类的内容。")
        return self.escaped(character)

    def repeated(self, node: PatternNode) -> PatternNode:
        times = self.times()
        wide = isinstance(node, CharacterSet) and node.negated
        if times is None:
            if wide:
                raise _COUNTED
            return node
        if self.peek() in ("+", "?", "*", "{"):
            if self.peek() != "?":
                raise _refused(self.peek(), "One sign of repetition is enough.", "一个重复符号就够了。")
            self.at += 1  # lazy: the same texts fit
        if wide and times not in ((0, None), (1, None)):
            raise _COUNTED
        return PatternRepeat(node, *times)

    def times(self) -> tuple[int, int | None] | None:
        sign = self.peek()
        if sign in ("*", "+", "?") and sign:
            self.at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        if sign != "{":
            return None
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : max(end, self.at + 1)].partition(",")
        if end < 0 or not low.isdigit() or (high and not high.isdigit()):
            raise RefusedError(_BROKEN)
        self.at = end + 1
        most = int(high) if high else None if comma else int(low)
        if int(low) > MAX_TIMES or (most is not None and not int(low) <= most <= MAX_TIMES):
            raise RefusedError(_LONG)
        return int(low), most


_COUNTED: Final = _refused(
    ".",
    "Rare characters count once or twice: use . and [^…] with * or + only, and string-length() to count.",
    "生僻字可能算一个或两个字符：. 和 [^…] 只与 * 或 + 连用，计数请用 string-length()。",
)


def _has_bare_alternative(text: str) -> bool:
    depth, inside, skip = 0, False, False
    for character in text:
        if skip:
            skip = False
        elif character == "\\":
            skip = True
        elif inside:
            inside = character != "]"
        elif character == "[":
            inside = True
        elif character == "|" and depth == 0:
            return True
        else:
            depth += (character == "(") - (character == ")")
    return False


def _one(character: str) -> tuple[tuple[int, int], ...]:
    point = ord(character)
    if point > _LAST or 0xD800 <= point <= 0xDFFF:
        raise _refused(
            character, "Rare characters are two to some; leave them out.", "生僻字可能算两个字符，请不要写入模式。"
        )
    return ((point, point),)


def _field_character(point: int) -> str:
    character = chr(point)
    if character.isascii() and character.isalnum():
        return character
    if character in "'\"" or point < 0x21 or (point > 0x7E and not character.isalnum()):
        return f"\\u{point:04x}"
    return f"\\{character}" if character.isascii() else character


def _re2_character(point: int) -> str:
    character = chr(point)
    return character if character.isascii() and character.isalnum() else f"\\x{{{point:x}}}"


def _shown(node: PatternNode, character: Escape) -> str:
    if isinstance(node, CharacterSet):
        return _shown_set(node, character)
    if isinstance(node, PatternSequence):
        return "".join(_bracketed(part, character, PatternChoice) for part in node.parts)
    if isinstance(node, PatternChoice):
        return "|".join(_shown(part, character) for part in node.parts)
    return _bracketed(node.node, character, PatternChoice, PatternSequence, PatternRepeat) + _shown_times(node)


def _bracketed(node: PatternNode, character: Escape, *kinds: type) -> str:
    shown = _shown(node, character)
    return f"(?:{shown})" if isinstance(node, kinds) else shown


def _shown_times(node: PatternRepeat) -> str:
    known = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((node.low, node.high))
    if known:
        return known
    return f"{{{node.low}}}" if node.low == node.high else f"{{{node.low},{'' if node.high is None else node.high}}}"


def _shown_set(node: CharacterSet, character: Escape) -> str:
    if not node.negated and len(node.ranges) == 1 and node.ranges[0][0] == node.ranges[0][1]:
        return character(node.ranges[0][0])
    parts = (character(low) if low == high else f"{character(low)}-{character(high)}" for low, high in node.ranges)
    return f"[{'^' if node.negated else ''}{''.join(parts)}]"
