"""TOML whose mistakes can be placed: tomllib for the values, a scan of the lines for where each key stands."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from fangxian.kernel.text import Text

from .messages import MESSAGES
from .words import NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .mistakes import Mistakes

Path = tuple[str | int, ...]
_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\-\"' ]+?)\s*\]\]?\s*(#.*)?$")
_KEY: Final = re.compile(r"\s*(\"[^\"]+\"|'[^']+'|[A-Za-z0-9_-]+)\s*[=.]")
_AT: Final = re.compile(r"\(at line (\d+), column \d+\)")
_DURATION: Final = re.compile(r"P(?=.)(?:(\d{1,4})D)?(?:T(?=.)(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?\Z")
_KINDS: Final = {
    str: Text("a text in quotes", "引号内的文字"),
    bool: Text("true or false", "true 或 false"),
    int: Text("a whole number", "整数"),
    float: Text("a number", "数字"),
    list: Text("a list in [ ]", "[ ] 列表"),
    dict: Text("a table in { }", "{ } 表"),
}


def read_toml(data: bytes, mistakes: Mistakes) -> TomlTable | None:
    """The document as its outermost section; None, with the mistake told, when it is not TOML."""
    try:
        text = data.decode("utf-8-sig")
        return TomlTable(tomllib.loads(text), (), places(text), mistakes)
    except UnicodeDecodeError as error:
        mistakes.add("not_utf8", data[: error.start].count(b"\n") + 1)
    except tomllib.TOMLDecodeError as error:
        match = _AT.search(str(error))
        mistakes.add("bad_toml", int(match[1]) if match else None, reason=_AT.sub("", str(error)).strip())
    except RecursionError:
        mistakes.add("bad_toml", reason="nested too deeply")
    return None


def places(text: str) -> dict[Path, int]:
    """The line of each header and of each key at the start of a line, by its path; arrays of tables count from 0."""
    found: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    here: Path = ()
    for number, line in _outside_long_texts(text):
        header = _HEADER.match(line)
        if header:
            here = _entered(header[2], header[1] == "[[", counts)
            found.setdefault(here, number)
        elif (key := _KEY.match(line)) is not None:
            found.setdefault((*here, key[1].strip("\"'")), number)
    return found


def _entered(dotted: str, repeated: bool, counts: dict[Path, int]) -> Path:
    path: Path = ()
    parts = [part.strip().strip("\"'") for part in dotted.split(".")]
    for at, part in enumerate(parts, 1):
        path = (*path, part)
        if repeated and at == len(parts):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _outside_long_texts(text: str) -> Iterator[tuple[int, str]]:
    quote = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not quote:
            yield number, line
        for mark in ('"""', "'''"):
            if (not quote or quote == mark) and line.count(mark) % 2:
                quote = "" if quote else mark


class TomlTable:
    """One table: each read names the key, its type is checked, and ``finish`` tells the keys nobody asked for."""

    def __init__(self, values: Mapping[str, Any], path: Path, lines: Mapping[Path, int], mistakes: Mistakes) -> None:
        self.values = values
        self.path = path
        self.lines = lines
        self.mistakes = mistakes
        self.asked: list[str] = []

    def line(self, key: str | None = None) -> int:
        """Where the key stands, or the nearest thing around it that has a line of its own."""
        path = self.path if key is None else (*self.path, key)
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]

    def wrong(self, code: str, key: str | None, **values: object) -> None:
        self.mistakes.tell(code, MESSAGES[code].filled(**values), self.line(key), key)

    def unknown(self, code: str, key: str, name: str, known: Iterable[str]) -> None:
        self.mistakes.unknown(code, name, known, self.line(key), key)

    def finish(self) -> None:
        for key in self.values:
            if key not in self.asked:
                self.unknown("unknown_key", key, key, self.asked)

    def value(self, key: str, kind: type, *, needed: bool) -> Any:
        self.asked.append(key)
        value = self.values.get(key)
        if value is None:
            if needed:
                self.wrong("missing_key", None, name=key)
            return None
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.wrong("wrong_type", key, name=key, wanted=_KINDS[kind].en, wanted_zh=_KINDS[kind].zh)
            return None
        return value

    def words(self, key: str, *, needed: bool = True) -> str:
        """A text that is not empty; ``""`` when it is missing."""
        value = self.value(key, str, needed=needed)
        if value is not None and not value.strip():
            self.wrong("missing_key", key, name=key)
        return (value or "").strip()

    def name(self, key: str) -> str:
        value = self.words(key)
        if value and not NAME.match(value):
            self.wrong("bad_name", key, name=value)
        return value

    def one_of(self, key: str, code: str, known: Iterable[str], *, needed: bool = True) -> str:
        """One of the known words; ``""`` when it is missing or none of them."""
        known = list(known)
        value = self.words(key, needed=needed)
        if value and value not in known:
            self.unknown(code, key, value, known)
            return ""
        return value

    def flag(self, key: str, *, needed: bool = False) -> bool:
        return bool(self.value(key, bool, needed=needed))

    def number(self, key: str, least: int, most: int) -> int:
        value = self.value(key, int, needed=True)
        if value is not None and not least <= value <= most:
            self.outside(key, least, most)
        return least if value is None else int(value)

    def decimal(self, key: str) -> float | None:
        """A number, whole or not; None when it is not there."""
        whole = isinstance(self.values.get(key), int) and not isinstance(self.values[key], bool)
        value = self.value(key, int if whole else float, needed=False)
        return None if value is None else float(value)

    def outside(self, key: str, least: int, most: int) -> None:
        self.wrong("wrong_type", key, name=key, wanted=f"between {least} and {most}", wanted_zh=f"{least}到{most}")

    def items(self, key: str, kind: type, *, needed: bool = False) -> list[Any]:
        """A list whose elements are all of one type; those that are not are told and left out."""
        values = self.value(key, list, needed=needed) or []
        good = [value for value in values if isinstance(value, kind) and not isinstance(value, bool)]
        if len(good) < len(values):
            self.wrong(
                "wrong_type",
                key,
                name=key,
                wanted=f"a list of {_KINDS[kind].en}",
                wanted_zh=f"由{_KINDS[kind].zh}组成的列表",
            )
        return good

    def section(self, key: str, *, needed: bool = False) -> TomlTable | None:
        value = self.value(key, dict, needed=needed)
        return None if value is None else TomlTable(value, (*self.path, key), self.lines, self.mistakes)

    def sections(self, key: str) -> list[TomlTable]:
        values = self.items(key, dict)
        return [TomlTable(value, (*self.path, key, at), self.lines, self.mistakes) for at, value in enumerate(values)]

    def text(self, key: str, *, needed: bool = True) -> Text | None:
        """``{ en = "…", zh = "…" }``"""
        section = self.section(key, needed=needed)
        if section is None:
            return None
        english, chinese = section.words("en"), section.words("zh")
        section.finish()
        return Text(english, chinese)

    def duration(self, key: str, *, needed: bool = False) -> dt.timedelta | None:
        """Days, hours and minutes as ISO 8601 writes them."""
        value = self.words(key, needed=needed)
        if not value:
            return None
        match = _DURATION.match(value)
        if match is None:
            self.wrong("bad_duration", key, name=value)
            return None
        days, hours, minutes = (int(part or 0) for part in match.groups())
        return dt.timedelta(days=days, hours=hours, minutes=minutes)

    def time(self, key: str, written: str) -> dt.time | None:
        try:
            return dt.time.fromisoformat(written).replace(tzinfo=None)
        except ValueError:
            self.wrong("bad_time", key, name=written)
            return None
