"""What a column can be taken to mean, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fangxian.kernel.findings import Finding
from fangxian.kernel.text import Text

from .headers import SheetLayout
from .headings import memory_keys


class Evidence(StrEnum):
    """What a proposal rests on, from the surest."""

    CORRECTED = "corrected"
    REMEMBERED = "remembered"
    HEADING = "heading"
    SIMILAR = "similar"
    VALUES = "values"
    NOTHING = "nothing"

    @property
    def text(self) -> Text:
        """The reason in words."""
        return _REASONS[self]


_REASONS: Final[Mapping[Evidence, Text]] = {
    Evidence.CORRECTED: Text("You said so.", "由您指定。"),
    Evidence.REMEMBERED: Text("As the last list of this source.", "与该来源上次的名单相同。"),
    Evidence.HEADING: Text("The heading says so.", "标题一致。"),
    Evidence.SIMILAR: Text("The heading is similar. Check the sample.", "标题相近，请核对示例。"),
    Evidence.VALUES: Text("The values look like it. Check the sample.", "内容相符，请核对示例。"),
    Evidence.NOTHING: Text("Not used. Choose a meaning if it is needed.", "未使用。如需要请选择含义。"),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A target, or a part of one: ``surname`` and ``given`` of a name, ``date`` and ``time`` of a moment."""

    target: str
    part: str | None = None

    def __str__(self) -> str:
        return f"{self.target}:{self.part}" if self.part else self.target

    @classmethod
    def said(cls, text: str) -> Meaning:
        """From ``target`` or ``target:part``."""
        target, _, part = text.partition(":")
        return cls(target, part or None)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a column may mean, from 0 to 1."""

    meaning: Meaning
    confidence: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column as understood; ``meaning`` None is a column that is not used."""

    index: int
    letter: str
    heading: str
    samples: tuple[str, ...]
    filled: int
    """Lines with a value."""
    meaning: Meaning | None = None
    confidence: float = 0.0
    evidence: Evidence = Evidence.NOTHING
    alternatives: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """How a list was understood; ``missing`` are required targets that no column carries."""

    layout: SheetLayout
    columns: tuple[ListColumn, ...]
    missing: tuple[str, ...] = ()
    notes: tuple[Finding, ...] = ()
    fingerprint: str = ""
    """Of the headings, in any order; the same source mostly sends the same ones."""

    def of(self, target: str) -> tuple[ListColumn, ...]:
        """The columns read into a target, in their order."""
        return tuple(column for column in self.columns if column.meaning and column.meaning.target == target)

    def memory(self) -> dict[str, str | None]:
        """What to remember for the source once the user has agreed: meaning by heading, None for not used."""
        keys = memory_keys(column.heading for column in self.columns)
        return {
            key: str(column.meaning) if column.meaning else None
            for key, column in zip(keys, self.columns, strict=True)
            if column.heading != column.letter
        }
