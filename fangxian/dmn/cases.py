"""Worked examples of a table: read from ``cases/<table>.csv`` and run."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa

from fangxian.kernel.findings import FilePlace, Finding, Severity, errors
from fangxian.kernel.text import Text
from fangxian.kernel.values import ValueType

from .arrow import ARROW_TYPES
from .engine import Chain
from .feel.literals import duration, iso_duration
from .feel.syntax import FeelError
from .sheet import Grid, grid_of_csv, letter
from .types import HitPolicy, Table

V = ValueType
OTHERS: Final = ("case", "case_zh", "row", "note_en", "note_zh")
TRUE: Final = {"true": True, "yes": True, "false": False, "no": False}
BETWEEN: Final = "|"

NO_CASES: Final = Text(
    "the file has no cases; add a row of headings and one row per case", "文件中没有案例；请添加表头和每例一行"
)
NO_CASE: Final = Text(
    "there is no column case; add one with the name of each case", "缺少 case 列；请添加并填写案例名称"
)
ODD_COLUMN: Final = Text(
    "{name} is neither an input nor an output of the table; correct or remove the column",
    "{name} 不是该表的输入或输出；请更正或删除该列",
)
LACKING: Final = Text("there is no column {name}; add it", "缺少 {name} 列；请添加")
TWICE: Final = Text("“{name}” is there twice; remove or rename one", "“{name}”出现两次；请删除或改名")
BAD_VALUE: Final = Text("“{text}” is not of type {kind}; write {hint}", "“{text}”不是 {kind} 类型；请写 {hint}")
UNNAMED: Final = Text(
    "case “{case}” has no name in Chinese; fill in case_zh", "案例“{case}”没有中文名称；请填写 case_zh"
)
BEYOND: Final = Text("this cell has no heading; remove it", "该单元格没有表头；请删除")
FAILS: Final = Text(
    "case “{case}”: {name} is {found} and not {expected}; correct the case or the table",
    "案例“{case}”：{name} 为 {found}，而非 {expected}；请更正案例或表",
)
FAILS_ROW: Final = Text(
    "case “{case}”: decided by row {found} and not {expected}; correct the case or the table",
    "案例“{case}”：由第 {found} 行判定，而非第 {expected} 行；请更正案例或表",
)
MISSING: Final = Text("nothing, because {names} is not known", "空，因 {names} 未知")
HINTS: Final = {
    V.INTEGER: "14",
    V.NUMBER: "37.3",
    V.BOOLEAN: "true / false",
    V.DATE: "2020-03-20",
    V.DATETIME: "2020-03-20T20:00:00+08:00",
    V.TIME: "20:00",
    V.DURATION: "P14D",
}


@dataclass(frozen=True, slots=True)
class Case:
    """``name`` tells the case apart in findings, ``title`` is what people read; ``expected`` has the outputs the file
    gives a column for; ``decided`` the numbers of the rows, None when the file does not say."""

    name: str
    title: Text
    row: int
    given: Mapping[str, Any]
    expected: Mapping[str, Any]
    decided: tuple[str, ...] | None
    note: Text | None


def read_cases(content: bytes | str, file: str, table: Table, *, zone: str = "UTC") -> tuple[list[Case], list[Finding]]:
    """The cases that could be read, and every mistake. List elements are separated by a space, elements of a collecting
    table's output by ``|``. A datetime without offset is in ``zone``."""
    grid, findings = grid_of_csv(content, file)
    if grid is None or errors(findings):
        return [], findings
    if len(grid.rows) < 2:
        return [], [Finding("dmn.cases", grid.place(), NO_CASES)]
    findings = heading_findings(grid, table)
    if findings:
        return [], findings
    reading = CaseReading(grid, table, ZoneInfo(zone), findings)
    cases = [reading.case(row, number) for number, row in enumerate(grid.rows[1:], 2) if any(row)]
    return [case for case in cases if case is not None], findings


def heading_findings(grid: Grid, table: Table) -> list[Finding]:
    heads = grid.rows[0]
    known = {*table.types(), *(output.name for output in table.outputs), *OTHERS}
    findings = [] if "case" in heads else [Finding("dmn.cases", grid.place(1), NO_CASE)]
    for index, name in enumerate(heads):
        if name not in known:
            findings.append(Finding("dmn.cases", grid.place(1, letter(index)), ODD_COLUMN.filled(name=name or "-")))
        elif name in heads[:index]:
            findings.append(Finding("dmn.cases", grid.place(1, name), TWICE.filled(name=name)))
    wanted = [column.name for column in (*table.inputs, *table.outputs) if column.name not in heads]
    return findings + [Finding("dmn.cases", grid.place(1), LACKING.filled(name=name)) for name in wanted]


@dataclass(frozen=True, slots=True)
class CaseReading:
    grid: Grid
    table: Table
    zone: ZoneInfo
    findings: list[Finding]

    def case(self, row: tuple[str, ...], number: int) -> Case | None:
        """None when a cell could not be read."""
        before = len(self.findings)
        heads = self.grid.rows[0]
        self.findings.extend(
            Finding("dmn.cases", self.grid.place(number, letter(index)), BEYOND)
            for index, text in enumerate(row)
            if text and index >= len(heads)
        )
        texts = dict(zip(heads, (*row, *[""] * len(heads)), strict=False))
        given = {
            name: self.value(number, name, texts[name], kind)
            for name, kind in self.table.types().items()
            if name in texts
        }
        expected = {one.name: self.output(number, one.name, texts[one.name], one.type) for one in self.table.outputs}
        if len(self.findings) > before:
            return None
        name = texts["case"] or str(number)
        rows = decided(texts.get("row", ""))
        return Case(name, self.title(number, name, texts), number, given, expected, rows, note(texts))

    def title(self, number: int, name: str, texts: Mapping[str, str]) -> Text:
        """The name in both languages; a file that names its cases in Chinese names every one."""
        named = texts.get("case_zh")
        if named == "":
            place = self.grid.place(number, "case_zh")
            self.findings.append(Finding("dmn.cases.name", place, UNNAMED.filled(case=name), Severity.WARNING))
        return Text(name, named or name)

    def output(self, number: int, name: str, text: str, kind: ValueType) -> Any:
        if self.table.policy is HitPolicy.COUNT:
            return self.value(number, name, text, ValueType.INTEGER)
        if not self.table.policy.lists:
            return self.value(number, name, text, kind)
        return [self.value(number, name, part.strip(), kind) for part in text.split(BETWEEN)] if text else None

    def value(self, number: int, name: str, text: str, kind: ValueType) -> Any:
        if not text:
            return None
        try:
            return READERS[kind](text, self.zone)
        except (ValueError, KeyError, OverflowError, FeelError):
            message = BAD_VALUE.filled(text=text, kind=kind.value, hint=HINTS.get(kind, "…"))
            self.findings.append(Finding("dmn.cases.value", self.grid.place(number, name), message))
            return None


def instant(text: str, zone: ZoneInfo) -> dt.datetime:
    value = dt.datetime.fromisoformat(text)
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(dt.UTC)


READERS: Final[Mapping[ValueType, Callable[[str, ZoneInfo], Any]]] = {
    V.TEXT: lambda text, _: text,
    V.INTEGER: lambda text, _: int(text),
    V.NUMBER: lambda text, _: float(text),
    V.BOOLEAN: lambda text, _: TRUE[text.lower()],
    V.DATE: lambda text, _: dt.date.fromisoformat(text),
    V.DATETIME: instant,
    V.TIME: lambda text, _: dt.time.fromisoformat(text),
    V.DURATION: lambda text, _: duration(text).value,
    V.LIST: lambda text, _: text.split(),
}


def decided(text: str) -> tuple[str, ...] | None:
    return tuple(part.strip() for part in text.split(BETWEEN)) if text else None


def note(texts: Mapping[str, str]) -> Text | None:
    en, zh = texts.get("note_en", ""), texts.get("note_zh", "")
    return Text(en or zh, zh or en) if en or zh else None


def run_cases(table: Table, cases: list[Case], file: str, *, zone: str = "UTC") -> list[Finding]:
    """One finding per output or row that comes out otherwise. The table runs alone: its derived inputs, and outputs of
    earlier tables it reads, are what the case says."""
    if not cases:
        return []
    types = table.types()
    columns = {
        name: pa.array([case.given.get(name) for case in cases], ARROW_TYPES[kind]) for name, kind in types.items()
    }
    results = Chain([table], types, zone=zone).decide(pa.table(columns)).to_pylist()
    return [
        finding for case, found in zip(cases, results, strict=True) for finding in differences(table, case, found, file)
    ]


def differences(table: Table, case: Case, found: Mapping[str, Any], file: str) -> list[Finding]:
    findings = []
    for name, expected in case.expected.items():
        if not same(found[name], expected):
            shown = found_text(found[name], found[f"missing__{table.name}"])
            values = {"case": case.name, "name": name}
            message = Text(
                FAILS.en.format(**values, found=shown.en, expected=plain(expected)),
                FAILS.zh.format(**values, found=shown.zh, expected=plain(expected)),
            )
            findings.append(Finding("dmn.case", FilePlace(file, None, case.row, name), message))
    rows = found[f"row__{table.name}"]
    decided_by = tuple(rows) if isinstance(rows, list) else (rows,) if rows else ()
    if case.decided is not None and case.decided != decided_by:
        values = {"case": case.name, "found": BETWEEN.join(decided_by) or "-", "expected": BETWEEN.join(case.decided)}
        findings.append(Finding("dmn.case", FilePlace(file, None, case.row, "row"), FAILS_ROW.filled(**values)))
    return findings


def same(found: Any, expected: Any) -> bool:
    """Whether they are equal, numbers up to rounding; a file cannot tell an empty list from none."""
    if isinstance(found, float) and isinstance(expected, float):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)
    return bool((found or None) == expected) if isinstance(found, list) else bool(found == expected)


def found_text(value: Any, missing: list[str]) -> Text:
    if value is None and missing:
        return MISSING.filled(names=", ".join(missing))
    return Text(plain(value), plain(value))


def plain(value: Any) -> str:
    """The value as a cell of the cases file would say it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return BETWEEN.join(plain(one) for one in value)
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return iso_duration(value) if isinstance(value, dt.timedelta) else str(value)
