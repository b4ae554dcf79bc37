"""The columns a form may have, and the spelling of those given in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fangxian.kernel.text import Text

if TYPE_CHECKING:
    from fangxian.programmes.mistakes import Mistakes

    from .sheets import FormSheet, SheetRow

ENGLISH: Final = "English (en)"
CHINESE: Final = "中文 (zh)"
_LANGUAGE: Final = re.compile(r"(?P<base>[a-z_]+)::?\s*(?P<name>[^()]*)\((?P<code>en|zh)[-\w]*\)\Z")

PLAIN: Final = {
    "survey": (
        "type",
        "name",
        "required",
        "relevant",
        "constraint",
        "calculation",
        "choice_filter",
        "default",
        "appearance",
        "read_only",
        "parameters",
        "privacy",
        "fact",
        "identity",
        "link",
        "aliases",
        "cleared",
    ),
    "choices": ("list_name", "name", "aliases"),
    "settings": ("form_id", "version", "default_language", "style"),
}
BOTH: Final = {
    "survey": ("label", "hint", "required_message", "constraint_message"),
    "choices": ("label",),
    "settings": ("form_title",),
}
NEEDED: Final = {
    "survey": ("type", "name", "privacy"),
    "choices": ("list_name", "name"),
    "settings": ("form_id", "version"),
}


class Headings:
    """Where a sheet keeps each column, once its first row was read."""

    def __init__(self, sheet: FormSheet, mistakes: Mistakes) -> None:
        self.sheet = sheet
        self.mistakes = mistakes
        self.languages: dict[tuple[str, str], str] = {}
        self.extra: list[str] = []
        for heading in sheet.headings:
            if heading:
                self._place(heading)
        for name in NEEDED[sheet.name]:
            if name not in sheet.headings:
                mistakes.add("missing_column", sheet.header, name, sheet.name)

    def _place(self, heading: str) -> None:
        name = self.sheet.name
        match = _LANGUAGE.match(heading)
        if match and match["base"] in BOTH[name]:
            self.languages[match["base"], match["code"]] = heading
        elif heading in BOTH[name]:
            self.mistakes.add("one_language", self.sheet.header, heading, name)
        elif heading not in PLAIN[name]:
            self._unknown(heading)

    def _unknown(self, heading: str) -> None:
        if self.sheet.name == "choices" and "::" not in heading:
            self.extra.append(heading)
            return
        known = [*PLAIN[self.sheet.name], *(f"{base}::{ENGLISH}" for base in BOTH[self.sheet.name])]
        self.mistakes.unknown("unknown_column", heading, known, self.sheet.header, heading, self.sheet.name)

    def text(self, row: SheetRow, base: str, *, needed: bool = False) -> Text | None:
        """The cell in both languages, or None when both are empty; only one of them is a mistake."""
        english, chinese = (row.get(self.languages.get((base, code), "")) for code in ("en", "zh"))
        if english and chinese:
            return Text(english, chinese)
        if english or chinese or needed:
            code, name = ("zh", CHINESE) if english else ("en", ENGLISH)
            column = self.languages.get((base, code), f"{base}::{name}")
            self.mistakes.add("missing_text", row.number, column, self.sheet.name)
        return None
