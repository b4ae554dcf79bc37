"""What a check of somebody's file found: where, what, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .text import Text


class Severity(StrEnum):
    """``error`` refuses the file, ``warning`` lets it pass and is shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A place in a file as its author counts: rows from 1, column by its heading or letter; None where it has none."""

    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.sheet:
            parts.append(f"[{self.sheet}]")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column {self.column}")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake, with a stable code and a sentence that ends in what to do next."""

    code: str
    place: FilePlace
    message: Text
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.severity.value}: {self.place}: {self.message.en} [{self.code}]"


def errors(findings: tuple[Finding, ...] | list[Finding]) -> list[Finding]:
    """Those that refuse the file."""
    return [found for found in findings if found.severity is Severity.ERROR]
