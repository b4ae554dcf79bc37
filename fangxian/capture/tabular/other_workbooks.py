"""Workbooks that are no .xlsx: .xls, .xlsb and .ods, opened by calamine in a process of its own."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from typing import Any, Final

import orjson

from .sheetxml import RawSheet, unescaped
from .types import Cell, Limits, Mark, Merge

_SECONDS: Final = 60
_LONGEST_ANSWER: Final = 400 * 1024 * 1024
_EXACT: Final = 10**15
_MOMENTS: Final[dict[str, Any]] = {"date": dt.date, "datetime": dt.datetime, "time": dt.time}
_ERRORS: Final = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"})


class UnreadableError(Exception):
    """The file is damaged, or opening it takes more than a list may."""


class OpenedWorkbook:
    """What the other process tells: the sheets, the likeliest first, and the rows of one."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.names: list[str] = told["names"]
        self.name: str = told["name"]
        self.hidden: bool = told["hidden"]
        self.raw = _raw(told) if "rows" in told else RawSheet()


def open_workbook_apart(data: bytes, wanted: str | None, limits: Limits) -> OpenedWorkbook:
    """The workbook in these bytes; raises UnreadableError, whatever the bytes."""
    most = [str(limits.rows), str(limits.columns)]
    command = [sys.executable, "-m", f"{__package__}.calamine_child", wanted or "", *most]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=_SECONDS, check=False, env=_surroundings())
        if done.returncode or len(done.stdout) > _LONGEST_ANSWER:
            raise UnreadableError
        return OpenedWorkbook(orjson.loads(done.stdout))
    except (subprocess.TimeoutExpired, OSError, orjson.JSONDecodeError) as problem:
        raise UnreadableError from problem


def _surroundings() -> dict[str, str]:
    """Where to find the code, and nothing else: no address of a database, no key."""
    return {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def _raw(told: dict[str, Any]) -> RawSheet:
    raw = RawSheet(numbers=told["numbers"], widest=told["widest"])
    for number, row in zip(told["numbers"], told["rows"], strict=True):
        raw.rows.append([_cell(value, raw, number, column) for column, value in enumerate(row)])
    raw.merges = [Merge(*one) for one in told["merges"]]
    before = [0, *raw.numbers[:-1]]
    raw.empty_rows = sum(number - last - 1 for number, last in zip(raw.numbers, before, strict=True))
    return raw


def _cell(value: Any, raw: RawSheet, row: int, column: int) -> Cell:
    if isinstance(value, str):
        return _text(value, raw, row, column)
    if isinstance(value, list):
        moment: Cell = _MOMENTS[value[0]].fromisoformat(value[1])
        return moment
    if isinstance(value, float) and value.is_integer():
        if abs(value) >= _EXACT:
            raw.marks[row, column] = Mark.LOST
            return str(int(value))
        return int(value)
    number: Cell = value
    return number


def _text(value: str, raw: RawSheet, row: int, column: int) -> Cell:
    if value in _ERRORS:
        raw.marks[row, column] = Mark.ERROR
    return unescaped(value) or None
