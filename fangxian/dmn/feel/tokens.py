"""The words of a cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from fangxian.kernel.text import Text

from .syntax import FeelError


class TokenKind(Enum):
    NUMBER = "number"
    TEXT = "text"
    NAME = "name"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class FeelToken:
    kind: TokenKind
    text: str
    at: int


LONGEST: Final = 2000
WORDS: Final = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?(?!\w))
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<name>[^\W\d]\w*)
    | (?P<sign>\*\*|<=|>=|\.\.|[<>\[\](),+*/=-])
    )""",
    re.VERBOSE,
)
ESCAPES: Final = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "\\t": "\t", "\\r": "\r"}
UNESCAPES: Final = {plain: escaped for escaped, plain in ESCAPES.items()}
STRAIGHT: Final = dict(
    zip(
        "“”„，、（）［］【】＜＞≤≥＝－—–＋＊／．０１２３４５６７８９",
        ['"', '"', '"', ",", ",", *"()[][]<>", "<=", ">=", "=", "-", "-", "-", *"+*/.0123456789"],
        strict=True,
    )
)
TOO_LONG: Final = Text(
    "the cell is longer than {most} characters; split the row", "单元格超过 {most} 个字符；请把该行拆成几行"
)
ODD: Final = Text("“{char}” is not understood here; {hint}", "此处看不懂“{char}”；{hint}")
OPEN_TEXT: Final = Text('the text that begins here has no closing "', '文本缺少结尾的引号 "')
TYPE_STRAIGHT: Final = Text("type {plain} on the English keyboard", "请用英文输入法输入 {plain}")
REMOVE: Final = Text("remove it, or put text into quotes", "请删除，文本请加英文引号")


def tokens(text: str) -> tuple[FeelToken, ...]:
    """The words of a cell, ended by one of kind END; raises FeelError."""
    if len(text) > LONGEST:
        raise FeelError("dmn.cell.long", TOO_LONG.filled(most=LONGEST))
    found: list[FeelToken] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = WORDS.match(text, at)
        if match is None or match.lastgroup is None:
            raise odd(text[at:].lstrip())
        found.append(FeelToken(TokenKind(match.lastgroup), match.group(match.lastgroup), match.start(match.lastgroup)))
        at = match.end()
    found.append(FeelToken(TokenKind.END, "", end))
    return tuple(found)


def odd(rest: str) -> FeelError:
    char = rest[0]
    if char == '"':
        return FeelError("dmn.cell.quote", OPEN_TEXT)
    plain = STRAIGHT.get(char)
    hint = TYPE_STRAIGHT.filled(plain=plain) if plain else REMOVE
    text = Text(ODD.en.format(char=char, hint=hint.en), ODD.zh.format(char=char, hint=hint.zh))
    return FeelError("dmn.cell.character", text)


def unquoted(token: str) -> str:
    """The text a quoted token stands for."""
    return re.sub(r"\\.", lambda match: ESCAPES.get(match.group(), match.group()[1:]), token[1:-1], flags=re.DOTALL)


def quoted(text: str) -> str:
    """The token that stands for a text."""
    inner = re.sub(r'[\\"\n\t\r]', lambda match: UNESCAPES[match.group()], text)
    return f'"{inner}"'
