"""A sheet of worked examples as a Markdown table."""

from __future__ import annotations

import csv
import io

from fangxian.kernel.text import Text

from .layout import table

_TITLE = Text("Worked examples", "示例")


def examples(sheet: bytes, language: str) -> str:
    """As their author wrote them, names and notes in the one language; empty without a sheet."""
    rows = [row for row in csv.reader(io.StringIO(sheet.decode("utf-8-sig"))) if any(row)]
    if not rows:
        return ""
    heads = rows[0]
    shown = [index for index, name in enumerate(heads) if name not in _hidden(heads, language)]
    told = [[row[index] for index in shown] for row in rows]
    return f"\n**{_TITLE.said_in(language)}**\n\n{table(told[0], told[1:])}\n"


def _hidden(heads: list[str], language: str) -> tuple[str, ...]:
    """Columns that say in the other language what one of this language says."""
    if language == "en":
        return ("case_zh", "note_zh")
    return ("case", "note_en") if "case_zh" in heads else ("note_en",)
