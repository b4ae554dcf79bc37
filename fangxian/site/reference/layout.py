"""Markdown that reads well as a diff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GENERATED = "Written by `fangxian docs` from the code; change the code, then run `make docs`."


def page(title: str, *parts: str) -> str:
    """A page under its title, saying that it is generated."""
    return "\n\n".join([f"# {title}", GENERATED, *(part.strip("\n") for part in parts if part.strip())]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a pipe or a line break in a cell does not end it."""
    lines = [_line(heads), "|" + "---|" * len(heads), *map(_line, rows)]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def first_paragraph(docstring: str | None) -> str:
    """What a docstring begins with, on one line."""
    return " ".join((docstring or "").strip().split("\n\n")[0].split())
