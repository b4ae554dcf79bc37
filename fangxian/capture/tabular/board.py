"""One meaning per column, one column per target: who gets what where several could have it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from fangxian.kernel.values import ValueType

from .headings import spelling
from .looks import STRONG, latin, share_of_clocks, share_of_days
from .meanings import Meaning, Proposal, Why
from .types import Cell, Target

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
class Board:
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

    def take(self, column: int, meaning: Meaning, confidence: float, why: Why) -> None:
        if self.free(column, meaning):
            self.taken[column] = Proposal(meaning, confidence, why)


def settle(board: Board, headings: Sequence[str]) -> None:
    """Give every column that is still free its meaning, if one is sure enough."""
    _take_name_parts(board, headings)
    _take_best(board)
    _take_moment_parts(board)


def follow(board: Board, said: Mapping[int, str | None], why: Why) -> None:
    """Take what the user says, or said last time, before anything is guessed."""
    for column, text in said.items():
        if column in board.taken or not 0 <= column < len(board.values):
            continue
        if text is None:
            board.taken[column] = None
        else:
            board.take(column, Meaning.said(text), 1.0, why)


def _take_name_parts(board: Board, headings: Sequence[str]) -> None:
    """Surname and given name in columns of their own; both must be there."""
    columns = {part: _named(board, headings, words) for part, words in _PART_KEYS.items()}
    for surname, given in zip(columns["surname"], columns["given"], strict=False):
        target = _whole_name(board, latin(board.values[surname]), {surname, given})
        if target:
            board.take(surname, Meaning(target, "surname"), 0.95, Why.HEADING)
            board.take(given, Meaning(target, "given"), 0.95, Why.HEADING)


def _named(board: Board, headings: Sequence[str], words: frozenset[str]) -> list[int]:
    return [
        column
        for column, heading in enumerate(headings)
        if spelling(heading).key in words and column not in board.taken
    ]


def _whole_name(board: Board, in_latin: bool, pair: set[int]) -> str | None:
    """The target a pair of name columns goes into: the Latin one only where another column has the name itself."""
    kinds = ("name", "name_latin") if in_latin else ("name",)
    for target in (target for kind in kinds for target in board.targets.values() if target.kind == kind):
        others = [scores[0] for column, scores in enumerate(board.scores) if scores and column not in pair]
        held = [proposal for proposal in board.taken.values() if proposal]
        claimed = [each for each in (*others, *held) if each.meaning.target == target.name and each.confidence > 0.8]
        if not claimed:
            return target.name
    return None


def _take_best(board: Board) -> None:
    """The surest pairs of column and target first."""
    pairs = [(proposal, column) for column, scores in enumerate(board.scores) for proposal in _settled(scores)]
    for proposal, column in sorted(pairs, key=lambda pair: (-pair[0].confidence, pair[1])):
        if proposal.confidence >= PROPOSED:
            board.take(column, proposal.meaning, proposal.confidence, proposal.why)


def _settled(scores: list[Proposal]) -> list[Proposal]:
    """Without those that rest on values alone where these say as much for another target."""
    by_values = [proposal.confidence for proposal in scores if proposal.why is Why.VALUES]
    return [each for each in scores if each.why is not Why.VALUES or by_values.count(each.confidence) == 1]


def _take_moment_parts(board: Board) -> None:
    """A date and a time of day in two columns make one moment."""
    for target in board.targets.values():
        held = [
            column for column, proposal in board.taken.items() if proposal and proposal.meaning == Meaning(target.name)
        ]
        if target.type is not ValueType.DATETIME or len(held) != 1:
            continue
        column = held[0]
        if share_of_clocks(board.values[column]) > STRONG:
            _pair(board, target, column, "time", "date")
        elif share_of_days(board.values[column]) > STRONG and not _with_clock(board.values[column]):
            _pair(board, target, column, "date", "time")


def _pair(board: Board, target: Target, column: int, part: str, other_part: str) -> None:
    shares = share_of_clocks if other_part == "time" else share_of_days
    near = [
        other for other, values in enumerate(board.values)
        if other not in board.taken and shares(values) > STRONG
        and (abs(other - column) == 1 or any(each.meaning.target == target.name for each in board.scores[other]))
    ]  # fmt: skip
    held = board.taken[column]
    if near and held:
        board.taken[column] = replace(held, meaning=Meaning(target.name, part))
        other = min(near, key=lambda each: abs(each - column))
        board.take(other, Meaning(target.name, other_part), 0.8, Why.VALUES)


def _with_clock(values: list[Cell]) -> bool:
    return any(isinstance(cell, dt.datetime) or ":" in str(cell) for cell in values)


def _another_part(meaning: Meaning, held: list[Meaning]) -> bool:
    return all(other.part is not None and other.part != meaning.part for other in held)
