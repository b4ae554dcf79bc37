"""One meaning per column, one column per target: who gets what where several could have it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from fangxian.kernel.values import ValueType

from .headings import spelling
from .meanings import Evidence, Meaning, Proposal
from .types import Cell, Target
from .value_evidence import STRONG, latin, share_of_clocks, share_of_days

PROPOSED: Final = 0.5
"""Confidence from which a target is proposed."""

_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "surname": (
        "姓", "姓氏", "surname", "family name", "last name", "英文姓", "拼音姓", "姓(英文)", "姓(拼音)", "nom",
        "apellido",
    ),
    "given": (
        "名", "名字", "given name", "given names", "first name", "first names", "forename", "forenames", "英文名",
        "拼音名", "名(英文)", "名(拼音)", "prenom", "nombre",
    ),
}  # fmt: skip
_PART_KEYS: Final = {part: frozenset(spelling(word).key for word in words) for part, words in _PARTS.items()}


@dataclass(slots=True)
class ColumnAssignment:
    """Proposals on their way to one meaning per column."""

    targets: Mapping[str, Target]
    values: list[list[Cell]]
    scores: list[list[Proposal]]
    taken: dict[int, Proposal | None] = field(default_factory=dict)
    """By column; None where it is settled that a column is not used."""

    def free(self, column: int, meaning: Meaning) -> bool:
        """Whether the column has no meaning yet and the target, or that part of it, no column."""
        target = self.targets.get(meaning.target)
        if target is None or column in self.taken:
            return False
        held = [
            proposal.meaning for proposal in self.taken.values() if proposal and proposal.meaning.target == target.name
        ]
        return target.multiple or not held or (meaning.part is not None and _another_part(meaning, held))

    def take(self, column: int, meaning: Meaning, confidence: float, evidence: Evidence) -> None:
        if self.free(column, meaning):
            self.taken[column] = Proposal(meaning, confidence, evidence)


def settle(assignment: ColumnAssignment, headings: Sequence[str]) -> None:
    """Give every column that is still free its meaning, if one is sure enough."""
    _take_name_parts(assignment, headings)
    _take_best(assignment)
    _take_moment_parts(assignment)


def follow(assignment: ColumnAssignment, said: Mapping[int, str | None], evidence: Evidence) -> None:
    """Take what the user says, or said last time, before anything is guessed."""
    for column, text in said.items():
        if column in assignment.taken or not 0 <= column < len(assignment.values):
            continue
        if text is None:
            assignment.taken[column] = None
        else:
            assignment.take(column, Meaning.said(text), 1.0, evidence)


def _take_name_parts(assignment: ColumnAssignment, headings: Sequence[str]) -> None:
    """Surname and given name in columns of their own; both must be there."""
    columns = {part: _named(assignment, headings, words) for part, words in _PART_KEYS.items()}
    for surname, given in zip(columns["surname"], columns["given"], strict=False):
        target = _whole_name(assignment, latin(assignment.values[surname]), {surname, given})
        if target:
            assignment.take(surname, Meaning(target, "surname"), 0.95, Evidence.HEADING)
            assignment.take(given, Meaning(target, "given"), 0.95, Evidence.HEADING)


def _named(assignment: ColumnAssignment, headings: Sequence[str], words: frozenset[str]) -> list[int]:
    return [
        column
        for column, heading in enumerate(headings)
        if spelling(heading).key in words and column not in assignment.taken
    ]


def _whole_name(assignment: ColumnAssignment, in_latin: bool, pair: set[int]) -> str | None:
    """The target a pair of name columns goes into: the Latin one only where another column has the name itself."""
    kinds = ("name", "name_latin") if in_latin else ("name",)
    for target in (target for kind in kinds for target in assignment.targets.values() if target.kind == kind):
        others = [scores[0] for column, scores in enumerate(assignment.scores) if scores and column not in pair]
        held = [proposal for proposal in assignment.taken.values() if proposal]
        claimed = [each for each in (*others, *held) if each.meaning.target == target.name and each.confidence > 0.8]
        if not claimed:
            return target.name
    return None


def _take_best(assignment: ColumnAssignment) -> None:
    """The surest pairs of column and target first."""
    pairs = [(proposal, column) for column, scores in enumerate(assignment.scores) for proposal in _settled(scores)]
    for proposal, column in sorted(pairs, key=lambda pair: (-pair[0].confidence, pair[1])):
        if proposal.confidence >= PROPOSED:
            assignment.take(column, proposal.meaning, proposal.confidence, proposal.evidence)


def _settled(scores: list[Proposal]) -> list[Proposal]:
    """Without those that rest on values alone where these say as much for another target."""
    by_values = [proposal.confidence for proposal in scores if proposal.evidence is Evidence.VALUES]
    return [each for each in scores if each.evidence is not Evidence.VALUES or by_values.count(each.confidence) == 1]


def _take_moment_parts(assignment: ColumnAssignment) -> None:
    """A date and a time of day in two columns make one moment."""
    for target in assignment.targets.values():
        held = [
            column for column, proposal in assignment.taken.items()
            if proposal and proposal.meaning == Meaning(target.name)
        ]
        if target.type is not ValueType.DATETIME or len(held) != 1:
            continue
        column = held[0]
        if share_of_clocks(assignment.values[column]) > STRONG:
            _pair(assignment, target, column, "time", "date")
        elif share_of_days(assignment.values[column]) > STRONG and not _with_clock(assignment.values[column]):
            _pair(assignment, target, column, "date", "time")


def _pair(assignment: ColumnAssignment, target: Target, column: int, part: str, other_part: str) -> None:
    shares = share_of_clocks if other_part == "time" else share_of_days
    near = [
        other for other, values in enumerate(assignment.values)
        if other not in assignment.taken and shares(values) > STRONG
        and (abs(other - column) == 1 or any(each.meaning.target == target.name for each in assignment.scores[other]))
    ]  # fmt: skip
    held = assignment.taken[column]
    if near and held:
        assignment.taken[column] = replace(held, meaning=Meaning(target.name, part))
        other = min(near, key=lambda each: abs(each - column))
        assignment.take(other, Meaning(target.name, other_part), 0.8, Evidence.VALUES)


def _with_clock(values: list[Cell]) -> bool:
    return any(isinstance(cell, dt.datetime) or ":" in str(cell) for cell in values)


def _another_part(meaning: Meaning, held: list[Meaning]) -> bool:
    return all(other.part is not None and other.part != meaning.part for other in held)
