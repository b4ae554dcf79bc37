"""What a column can be taken to mean, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from fangxian.kernel.findings import Finding
from fangxian.kernel.text import Text

from .headers import SheetLayout
from .spellings import memory_keys
from .value_evidence import ValueKind

Memory: TypeAlias = dict[str, list[str | None]]


class Evidence(StrEnum):
    """What a proposal rests on, from the surest."""

    CORRECTED = "corrected"
    REMEMBERED = "remembered"
    HEADING = "heading"
    SIMILAR = "similar"
    VALUES = "values"
    VAGUE = "vague"
    PART = "part"
    SEVERAL = "several"
    CONTRADICTED = "contradicted"
    AIRPORTS = "airports"
    PERSONAL = "personal"
    NOTHING = "nothing"

    @property
    def text(self) -> Text:
        """The reason in words."""
        return _REASONS[self]


_REASONS: Final[Mapping[Evidence, Text]] = {
    Evidence.CORRECTED: Text("You said so.", "由您指定。"),
    Evidence.REMEMBERED: Text("As the last list of this source.", "与该来源上次的名单相同。"),
    Evidence.HEADING: Text("The heading says so.", "标题一致。"),
    Evidence.SIMILAR: Text("The heading is only similar. Say what it means.", "标题仅相近，请指定含义。"),
    Evidence.VALUES: Text("Only the values look like it. Say what it means.", "仅内容相似，请指定含义。"),
    Evidence.VAGUE: Text("The heading may mean several things. Say which.", "标题可有多种理解，请指定含义。"),
    Evidence.PART: Text(
        "Only one part of the name was found. Say whether it is the whole name.",
        "只找到姓名的一部分，请指明是否为全名。"),
    Evidence.SEVERAL: Text(
        "Several columns could be this. Say which one is meant.", "有多列都可能是此项，请指定用哪一列。"),
    Evidence.CONTRADICTED: Text(
        "The heading says so, the values do not. Say what it means.", "标题如此，但内容不符，请指定含义。"),
    Evidence.AIRPORTS: Text(
        "Three letters may be an airport or a country: FRA is Frankfurt or France. Say what it means.",
        "三位字母可能是机场，也可能是国家：FRA 可为法兰克福或法国。请指定含义。"),
    Evidence.PERSONAL: Text(
        "It tells who somebody is, and that may not be kept there. Choose another meaning or leave it out.",
        "该列含个人身份信息，不能存放于所选项目。请改选或不使用。"),
    Evidence.NOTHING: Text("Not used. Choose a meaning if it is needed.", "未使用。如需要请选择含义。"),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A target, or a part of one: ``surname``, ``surname2``, ``given``, ``middle`` of a name, ``date`` and ``time`` of
    a moment, the ``unit`` of an age.
    """

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
    asked: bool = False
    """Whether nobody may go on before somebody said what it means, or left it out."""
    kind: ValueKind = ValueKind.EMPTY


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

    @property
    def asked(self) -> tuple[ListColumn, ...]:
        """The columns somebody has to say a word about first."""
        return tuple(column for column in self.columns if column.asked)

    def memory(self) -> Memory:
        """What to remember for the source once the list is confirmed: by heading the meaning, None for not used, and
        of what kind the values were.
        """
        keys = memory_keys(column.heading for column in self.columns)
        return {
            key: [str(column.meaning) if column.meaning else None, column.kind.value]
            for key, column in zip(keys, self.columns, strict=True)
            if column.heading != column.letter
        }
