"""Collecting the mistakes of a folder: a code of the catalogue, a place, and the values its sentence needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from fangxian.kernel.findings import FilePlace, Finding, Severity
from fangxian.kernel.text import Text

from .messages import MEANT, MESSAGES
from .words import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable


LATER: Final = frozenset({"doubtful", "filed_number", "quick_number", "measured_default"})
"""Codes of checks that came after programmes were published: those go on as they are, their next version does not."""


@dataclass(slots=True)
class Mistakes:
    """The mistakes of one file; ``found`` is shared by all files of a folder.

    ``published``: the files passed the check as it was once, so those that came ``LATER`` say nothing.
    """

    file: str
    found: list[Finding] = field(default_factory=list)
    published: bool = False

    def of(self, file: str) -> Mistakes:
        """The same list for another file."""
        return Mistakes(file, self.found, self.published)

    def add(
        self, code: str, row: int | None = None, column: str | None = None, sheet: str | None = None, **values: object
    ) -> None:
        self.tell(code, MESSAGES[code].filled(**values), row, column, sheet)

    def warn(
        self, code: str, row: int | None = None, column: str | None = None, sheet: str | None = None, **values: object
    ) -> None:
        place = FilePlace(self.file, sheet, row, column)
        self.found.append(Finding(code, place, MESSAGES[code].filled(**values), Severity.WARNING))

    def tell(
        self, code: str, reason: Text, row: int | None = None, column: str | None = None, sheet: str | None = None
    ) -> None:
        """A mistake whose sentence was made where it was found."""
        if not (self.published and code in LATER):
            self.found.append(Finding(code, FilePlace(self.file, sheet, row, column), reason))

    def unknown(
        self,
        code: str,
        name: str,
        known: Iterable[str],
        row: int | None = None,
        column: str | None = None,
        sheet: str | None = None,
    ) -> None:
        """A name that is none of the known ones, with the nearest or, when none is near, with all of them."""
        known = list(known)
        meant = nearest(name, known)
        hint = MEANT["nearest"].filled(name=meant) if meant else _all(known)
        message = MESSAGES[code].filled(name=name)
        self.tell(code, Text(f"{message.en} {hint.en}", f"{message.zh}{hint.zh}"), row, column, sheet)


def _all(known: list[str]) -> Text:
    if not known:
        return MEANT["none"]
    return Text(
        MEANT["all"].en.format(names=", ".join(known[:30])), MEANT["all"].zh.format(names="、".join(known[:30]))
    )
