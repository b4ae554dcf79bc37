"""What a column may mean by its heading and its values, and whether that is sure enough to need no question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fangxian.kernel.values import ValueType

from .airports import may_be_airports, says_airport
from .concepts import PERSONAL
from .headings import Naming, Rank, Vocabulary
from .meanings import Evidence, Meaning, Proposal
from .types import COUNTRY_KINDS, Cell, Target
from .value_evidence import (
    FEW,
    MOST,
    STRONG,
    contradict,
    fit,
    hold_people,
    runs_on,
    share_of_clocks,
    share_of_days,
    tells_apart,
)

SURE: Final = 0.9
ASKED: Final = 0.5
"""Confidence from which a meaning is offered."""
_BY_RANK: Final = {Rank.LABEL: 0.99, Rank.ALIAS: 0.97, Rank.CONCEPT: 0.95, Rank.VAGUE: 0.6}


@dataclass(frozen=True, slots=True)
class ColumnClaims:
    """What one column could be: ``sure`` needs no question, ``offered`` does."""

    naming: Naming
    sure: Mapping[str, Rank]
    vague: frozenset[str]
    offered: tuple[Proposal, ...]
    personal: bool
    """Tells who somebody is, by its heading or its values."""


def claims_of(heading: str, values: Sequence[Cell], targets: Sequence[Target], vocabulary: Vocabulary) -> ColumnClaims:
    naming = vocabulary.naming(heading) if heading else Naming()
    personal = bool(naming.concepts & PERSONAL) or hold_people(values)
    open_to = [target for target in targets if may_hold(target, personal)]
    exact = {target.name: naming.exact[target.name] for target in open_to if target.name in naming.exact}
    sure = {target.name: exact[target.name] for target in open_to
            if target.name in exact and _is_sure(target, exact[target.name], heading, values)}
    vague = frozenset(name for name, rank in exact.items() if rank is Rank.VAGUE)
    offered = [] if naming.elsewhere else [
        proposal for target in open_to if target.name not in sure
        and (proposal := _offer(heading, values, target, naming, vocabulary))]
    if naming.elsewhere or (naming.concepts and not exact):
        offered = []
    return ColumnClaims(naming, sure, vague, tuple(sorted(offered, key=lambda each: -each.confidence)), personal)


def may_hold(target: Target, personal: bool) -> bool:
    """Whether a column may go there: what tells who somebody is goes only where it is kept sealed."""
    return not personal or target.sealed or target.type not in (ValueType.TEXT, ValueType.LIST)


def confidence_of(rank: Rank) -> float:
    """How sure a heading of that rank is, where the values agree."""
    return _BY_RANK[rank]


def only_clocks(values: Sequence[Cell]) -> bool:
    """Times of day without a date."""
    return share_of_clocks(values) > STRONG


def only_days(values: Sequence[Cell]) -> bool:
    """Dates without a time of day."""
    with_clock = any((isinstance(cell, dt.datetime) and cell.time() != dt.time()) or ":" in str(cell) for cell in values
                     if not isinstance(cell, dt.datetime) or cell.time() != dt.time())
    return share_of_days(values) > STRONG and not with_clock


def _is_sure(target: Target, rank: Rank, heading: str, values: Sequence[Cell]) -> bool:
    if target.kind == "own_number":
        return _is_own_number(target, rank, values)
    if target.kind == "country" and may_be_airports(heading, values):
        return False
    found = fit(target, values)
    if rank is Rank.VAGUE:
        return found is not None and bool(target.choices) and found.readable >= STRONG
    if target.kind == "sex" and _in_digits(values):
        return not heading.isascii() and any("㐀" <= letter <= "鿿" for letter in heading)  # GB/T 2261.1
    if target.kind in COUNTRY_KINDS and _in_digits(values):
        return False
    return not contradict(target, values)


def _is_own_number(target: Target, rank: Rank, values: Sequence[Cell]) -> bool:
    """A number that is a person's: where it may be left out, one that only counts the rows is none."""
    if not values:
        return rank is not Rank.VAGUE
    if not tells_apart(values):
        return target.required and rank is not Rank.VAGUE and fit_share(target, values) >= STRONG
    return target.required or (rank is not Rank.VAGUE and not runs_on(values))


def fit_share(target: Target, values: Sequence[Cell]) -> float:
    """The share of values that can be read as the target; all where any text would do."""
    found = fit(target, values)
    return found.readable if found else 1.0


def _in_digits(values: Sequence[Cell]) -> bool:
    digits = sum(str(cell).strip().removesuffix(".0").isdigit() for cell in values)
    return bool(values) and digits > len(values) * MOST


def _offer(
    heading: str, values: Sequence[Cell], target: Target, naming: Naming, vocabulary: Vocabulary,
) -> Proposal | None:
    found = fit(target, values)
    meaning = Meaning(target.name)
    if target.kind in COUNTRY_KINDS and may_be_airports(heading, values):
        likely = target.name in naming.exact or (found is not None and found.telling >= STRONG)
        likely = likely and target.kind == "country" and not says_airport(heading)
        return Proposal(meaning, 0.55, Evidence.AIRPORTS) if likely else None
    if target.name in naming.exact:
        evidence = Evidence.CONTRADICTED if contradict(target, values) else Evidence.VAGUE
        return Proposal(meaning, 0.55, evidence) if values else None
    score = 0.9 * vocabulary.likeness(heading, target) if heading else 0.0
    if found and found.telling >= STRONG and score < 0.6 * found.telling:
        return Proposal(meaning, 0.6 * found.telling, Evidence.VALUES)
    if found and found.readable < FEW:
        score *= 0.4
    elif found and found.readable > 0.7 and score > 0.25:
        score += (1 - score) * 0.35 * found.readable
    if target.kind == "own_number" and not (tells_apart(values) and not runs_on(values)):
        return None
    return Proposal(meaning, min(score, 0.79), Evidence.SIMILAR) if score >= ASKED and values else None
