"""What each column of a list means, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from .column_assignment import ColumnAssignment, follow, settle
from .headers import SheetLayout, locate
from .headings import Vocabulary, fingerprint, memory_keys
from .meanings import Evidence, ListColumn, Meaning, Proposal, Understanding
from .sentences import note
from .sheetxml import column_letters
from .types import Cell, ListSheet, Target
from .value_evidence import STRONG, fit

_SHOWN_ALTERNATIVES: Final = 3
_SAMPLES: Final = 5
_LOOKED_AT: Final = 100


def understand(
    sheet: ListSheet,
    targets: Sequence[Target],
    remembered: Mapping[str, str | None] | None = None,
    *,
    corrections: Mapping[int, str | None] | None = None,
) -> Understanding:
    """What each column means: as the user says (by column from 0), as remembered for the source, by heading, by values.

    A meaning is written ``target`` or ``target:part``. Remembered ones are what ``Understanding.memory`` gave.
    """
    vocabulary = Vocabulary(targets)
    layout = locate(sheet, vocabulary.knows)
    cells = [[sheet.rows[place][column] for place in layout.lines] for column in range(sheet.width)]
    values = [_looked_at(column) for column in cells]
    scored = zip(_given_headings(layout), values, strict=True)
    scores = [_scored(heading, column, targets, vocabulary) for heading, column in scored]
    assignment = ColumnAssignment({target.name: target for target in targets}, values, scores)
    follow(assignment, corrections or {}, Evidence.CORRECTED)
    keys = memory_keys(layout.headings)
    known = {column: remembered[key] for column, key in enumerate(keys) if remembered and key in remembered}
    follow(assignment, known, Evidence.REMEMBERED)
    settle(assignment, layout.headings)
    columns = tuple(_column(index, layout, cells[index], assignment) for index in range(sheet.width))
    return _understood(sheet, layout, columns, targets)


def layout_of(sheet: ListSheet, targets: Sequence[Target]) -> SheetLayout:
    """Where the list is, without a look at what its columns mean."""
    return locate(sheet, Vocabulary(targets).knows)


def _given_headings(layout: SheetLayout) -> list[str]:
    """Headings, empty where a column has only its letter."""
    return ["" if heading == column_letters(column) else heading for column, heading in enumerate(layout.headings)]


def _understood(
    sheet: ListSheet, layout: SheetLayout, columns: tuple[ListColumn, ...], targets: Sequence[Target],
) -> Understanding:
    used = {column.meaning.target for column in columns if column.meaning}
    missing = [target for target in targets if target.required and target.name not in used]
    notes = tuple(note("target_missing", sheet.file, sheet=sheet.name, label=target.title) for target in missing)
    mark = fingerprint(column.heading for column in columns if column.heading != column.letter)
    return Understanding(layout, columns, tuple(target.name for target in missing), (*layout.notes, *notes), mark)


def _looked_at(cells: list[Cell]) -> list[Cell]:
    held: list[Cell] = [cell for cell in cells if cell is not None]
    return held[:: max(1, len(held) // _LOOKED_AT)][: _LOOKED_AT + 20]


def _scored(heading: str, values: list[Cell], targets: Sequence[Target], vocabulary: Vocabulary) -> list[Proposal]:
    """What the column may mean, the likeliest first."""
    found = [_score(heading, values, target, vocabulary) for target in targets] if values or heading else []
    return sorted((proposal for proposal in found if proposal.confidence > 0.2), key=lambda each: -each.confidence)


def _score(heading: str, values: list[Cell], target: Target, vocabulary: Vocabulary) -> Proposal:
    likeness = vocabulary.likeness(heading, target)
    base = 0.97 * likeness.score
    evidence = Evidence.HEADING if likeness.equal else Evidence.SIMILAR
    fitting = fit(target, values)
    if fitting is None:
        return Proposal(Meaning(target.name), base, evidence)
    if fitting.readable < 0.3:
        base *= 0.6 if likeness.equal else 0.4
    elif fitting.readable > 0.7 and base > 0.25:
        base += (1 - base) * 0.35 * fitting.readable
    if fitting.telling >= STRONG and base < 0.6 * fitting.telling:
        return Proposal(Meaning(target.name), 0.6 * fitting.telling, Evidence.VALUES)
    return Proposal(Meaning(target.name), min(base, 0.99), evidence)


def _column(index: int, layout: SheetLayout, cells: list[Cell], assignment: ColumnAssignment) -> ListColumn:
    taken = assignment.taken.get(index)
    column = ListColumn(
        index=index,
        letter=column_letters(index),
        heading=layout.headings[index],
        samples=tuple(dict.fromkeys(str(cell)[:60] for cell in assignment.values[index]))[:_SAMPLES],
        filled=sum(cell is not None for cell in cells),
        alternatives=_alternatives(assignment.scores[index], taken),
    )
    if taken is None:
        return column
    return replace(column, meaning=taken.meaning, confidence=taken.confidence, evidence=taken.evidence)


def _alternatives(scores: list[Proposal], taken: Proposal | None) -> tuple[Proposal, ...]:
    others = [each for each in scores if not taken or each.meaning.target != taken.meaning.target]
    return tuple(others[:_SHOWN_ALTERNATIVES])
