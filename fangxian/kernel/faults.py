"""What is wrong with one value somebody gave: shown beside the value, which is kept."""

from __future__ import annotations

from dataclasses import dataclass

from .text import Text


@dataclass(frozen=True, slots=True)
class Fault:
    """A stable code, the part of the value it is about, and a sentence that ends in what to do next."""

    code: str
    field: str
    message: Text

    @classmethod
    def of(cls, code: str, field: str, en: str, zh: str) -> Fault:
        return cls(code, field, Text(en, zh))
