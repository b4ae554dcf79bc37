"""Writing small forms in a line or two each."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import openpyxl
from hypothesis import settings

from fangxian.kernel.findings import Finding
from fangxian.kernel.values import ValueType
from fangxian.programmes.forms import Form, read_form
from fangxian.programmes.mistakes import Mistakes

STEADY = settings(max_examples=60, deadline=None, derandomize=True)
"""The same examples every time, however busy the machine is."""

EN, ZH = "English (en)", "中文 (zh)"
Row = dict[str, str]
Sheets = dict[str, list[list[str]]]

CHOICES: list[Row] = [
    {"list_name": "yes_no", "name": "yes"},
    {"list_name": "yes_no", "name": "no"},
    {"list_name": "signs", "name": "none"},
    {"list_name": "signs", "name": "fever"},
    {"list_name": "signs", "name": "cough"},
]


def labelled(row: Row) -> Row:
    name = row.get("name", "")
    named = {f"label::{EN}": name.title(), f"label::{ZH}": f"题{name}"}
    return (
        {"privacy": "plain", **named, **row}
        if row.get("type") not in ("calculate", "end_group")
        else {"privacy": "plain", **row}
    )


def sheets_of(questions: Sequence[Row], choices: Sequence[Row] = CHOICES, settings: Row | None = None) -> Sheets:
    title = {f"form_title::{EN}": "Form", f"form_title::{ZH}": "表"}
    tables = {
        "survey": [labelled(row) for row in questions],
        "choices": [{f"label::{EN}": row["name"], f"label::{ZH}": row["name"], **row} for row in choices],
        "settings": [{**title, "form_id": "form", "version": "1", **(settings or {})}],
    }
    return {name: as_table(rows) for name, rows in tables.items() if rows}


def as_table(rows: Sequence[Row]) -> list[list[str]]:
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    return [headings, *([row.get(heading, "") for heading in headings] for row in rows)]


def as_markdown(sheets: Sheets) -> bytes:
    parts = []
    for name, rows in sheets.items():
        lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
        parts.append("\n".join([f"# {name}", "", lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]))
    return "\n\n".join(parts).encode()


def as_csv(sheets: Sheets) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for name, rows in sheets.items():
        writer.writerow([name])
        writer.writerows(rows)
    return out.getvalue().encode()


def as_workbook(sheets: Sheets) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def read(
    data: bytes, file: str = "forms/form.md", facts: Mapping[str, ValueType] | None = None
) -> tuple[Form | None, list[Finding]]:
    mistakes = Mistakes(file)
    return read_form(data, mistakes, facts or {}), mistakes.found


def form_of(*questions: Row, choices: Sequence[Row] = CHOICES, facts: Mapping[str, ValueType] | None = None) -> Form:
    form, findings = read(as_markdown(sheets_of(questions, choices)), facts=facts)
    assert form is not None, [str(found) for found in findings]
    return form
