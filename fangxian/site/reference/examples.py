"""A sheet of worked examples as a Markdown table."""

from __future__ import annotations

import csv
import io

from fangxian.kernel.text import Text

from .layout import table

_TITLE = Text("Worked examples", "示例")


def examples(sheet: bytes, language: str) -> str:
    """As their author wrote them; empty without a sheet."""
    rows = [row for row in csv.reader(io.StringIO(sheet.decode("utf-8-sig"))) if any(row)]
    return f"\n**{_TITLE.said_in(language)}**\n\n{table(rows[0], rows[1:])}\n" if rows else ""
