"""A sentence in the two languages of the interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LANGUAGES: Final = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in English and in Simplified Chinese."""

    en: str
    zh: str

    def said_in(self, language: str) -> str:
        """The sentence for a language tag such as ``zh-hans``; English for any tag that is not Chinese."""
        return self.zh if language.lower().startswith("zh") else self.en

    def filled(self, **values: object) -> Text:
        """Both sentences with ``{name}`` places filled; a Text fills each in its own language."""
        english = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
        chinese = {name: value.zh if isinstance(value, Text) else value for name, value in values.items()}
        return Text(self.en.format(**english), self.zh.format(**chinese))

    def __str__(self) -> str:
        return self.en


def both(same: str) -> Text:
    """A text that reads alike in both languages, such as a code or a number."""
    return Text(same, same)
