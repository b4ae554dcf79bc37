"""What a list is on its way from bytes to typed lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from fangxian.kernel.findings import Finding, Severity
from fangxian.kernel.text import Text
from fangxian.kernel.values import Value, ValueType

Cell: TypeAlias = str | int | float | bool | dt.date | dt.datetime | dt.time | None
Row: TypeAlias = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read before it is refused or trimmed with a sentence."""

    file_bytes: int = 32 * 1024 * 1024
    unpacked_bytes: int = 256 * 1024 * 1024
    shared_bytes: int = 64 * 1024 * 1024
    """Of these for the table of texts that the cells of a workbook share."""
    ratio: int = 200
    """Unpacked to packed size; judged for members that unpack to more than a sixteenth of ``unpacked_bytes``."""
    tags: int = 500_000
    """Tags of XML that are read of a workbook, however often it names one part; those take the time."""
    tags_a_byte: int = 10
    """And so many more for each byte of the file; what people type packs to about one."""
    members: int = 2_000
    rows: int = 100_000
    """Rows with at least one value."""
    columns: int = 150
    empty_run: int = 200_000
    """Empty rows in a row after which a sheet counts as ended."""


LIMITS = Limits()
LONGEST_CELL: Final = 32_767
"""Characters of a cell's text, as spreadsheets allow. Readers leave what is longer as it stands, cut one character
after that, and the file is refused."""
_SEALED_KINDS: Final = frozenset(["name", "name_latin", "document_number", "phone", "address"])
COUNTRY_KINDS: Final = frozenset(["country", "nationality"])


class Mark(StrEnum):
    """What a cell's value does not say by itself."""

    FORMULA = "formula"
    """Computed by a formula; the value is the one stored with the file."""
    NO_VALUE = "no_value"
    """A formula whose result was not stored with the file."""
    ERROR = "error"
    """The spreadsheet shows an error such as #N/A."""
    LOST = "lost"
    """A number of more than 15 digits: the last ones were replaced by zeros when it was typed or saved."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range: row numbers as in the file, columns from 0, both ends included."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class ListSheet:
    """The rows of one sheet that hold a value, all of one width; ``numbers`` are theirs as the file counts, from 1."""

    file: str
    name: str | None
    rows: list[Row]
    numbers: list[int]
    notes: tuple[Finding, ...] = ()
    marks: Mapping[tuple[int, int], Mark] = field(default_factory=dict)
    """By row number and column from 0."""
    merges: tuple[Merge, ...] = ()
    others: tuple[str, ...] = ()
    """Names of the workbook's other sheets that hold a value, the likeliest first."""
    empty_rows: int = 0
    encoding: str | None = None

    @property
    def width(self) -> int:
        """How many columns every row has."""
        return len(self.rows[0]) if self.rows else 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that cannot be read as a list, and what to do about it."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class TargetChoice:
    """One answer a target can take."""

    name: str
    labels: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column can be read into.

    ``kind`` narrows ``type``: ``name``, ``name_latin``, ``document_number``, ``document_type``, ``birth_date``,
    ``sex``, ``phone``, ``nationality`` (the holder's), ``country`` (any other), ``flight`` (train, plate), ``seat``,
    ``address``, ``age``, ``own_number`` (the list's number of the person), ``other_number`` (of somebody it names),
    ``code``, ``arrival`` or empty. ``concept`` is what lists elsewhere call the same, where the name does not say it.
    ``personal``: kept sealed.
    ``multiple``: several columns may go into it; a list is their union, a text their join.
    """

    name: str
    labels: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    type: ValueType = ValueType.TEXT
    kind: str = ""
    choices: tuple[TargetChoice, ...] = ()
    required: bool = False
    multiple: bool = False
    concept: str = ""
    personal: bool = False

    @property
    def sealed(self) -> bool:
        """Whether what tells who somebody is may stand there."""
        return self.personal or self.kind in _SEALED_KINDS

    @property
    def title(self) -> Text:
        """Its label in English and Chinese, in that order in ``labels``."""
        return Text(self.labels[0], self.labels[-1]) if self.labels else Text(self.name, self.name)


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a line. An error refuses the line; a warning is shown and the line goes on."""

    code: str
    severity: Severity
    message: Text
    column: str | None = None
    target: str | None = None
    other_line: int | None = None


@dataclass(frozen=True, slots=True)
class ListLine:
    """One line of the list: typed values by target, and as they stood in the file by heading."""

    number: int
    values: Mapping[str, Value]
    raw: Mapping[str, str]
    faults: tuple[LineFault, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether one of its faults keeps it from going on."""
        return any(fault.severity is Severity.ERROR for fault in self.faults)
