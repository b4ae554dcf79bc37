"""What each column of a list means, how sure that is, and on what evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from .column_assignment import ColumnAssignment, follow, settle
from .column_claims import claims_of
from .headers import SheetLayout, locate
from .headings import Vocabulary
from .meanings import Evidence, ListColumn, Proposal, Understanding
from .sentences import note
from .sheetxml import column_letters
from .spellings import fingerprint, memory_keys, spelling
from .types import Cell, ListSheet, Target
from .value_evidence import LookedAt, ValueKind, kind_of

_SHOWN_ALTERNATIVES: Final = 3
_SAMPLES: Final = 5
_LOOKED_AT: Final = 100
_LEAST: Final = 20
_IN_ALL: Final = 5_000
"""Values looked at: of a column, at least, and of all columns. Up to 50 columns have their full number."""


def understand(
    sheet: ListSheet,
    targets: Sequence[Target],
    remembered: Mapping[str, Any] | None = None,
    *,
    corrections: Mapping[int, str | None] | None = None,
) -> Understanding:
    """What each column means: as the user says (by column from 0), as remembered for the source, or by its heading.

    A meaning is written ``target`` or ``target:part``. Remembered ones are what ``Understanding.memory`` gave; they
    hold for the same heading over values of the same kind. What is not sure is ``asked``, never taken.
    """
    vocabulary = Vocabulary(targets)
    layout = locate(sheet, vocabulary.knows)
    cells = [[sheet.rows[place][column] for place in layout.lines] for column in range(sheet.width)]
    values: list[list[Cell]] = [_looked_at(column, sheet.width) for column in cells]
    headings = _given_headings(layout)
    assignment = ColumnAssignment(
        {target.name: target for target in targets}, [spelling(heading).key for heading in headings], values,
        [frozenset(column) for column in cells],
        [claims_of(heading, column, targets, vocabulary) for heading, column in zip(headings, values, strict=True)])
    kinds = [kind_of(column) for column in values]
    follow(assignment, corrections or {}, Evidence.CORRECTED)
    follow(assignment, _still_holding(remembered or {}, layout, kinds), Evidence.REMEMBERED)
    settle(assignment)
    columns = tuple(_column(index, layout, cells[index], assignment, kinds[index]) for index in range(sheet.width))
    return _understood(sheet, layout, columns, targets)


def _still_holding(
    remembered: Mapping[str, Any], layout: SheetLayout, kinds: Sequence[ValueKind],
) -> dict[int, str | None]:
    """Remembered meanings whose column holds values of the same kind again, or none."""
    found: dict[int, str | None] = {}
    for column, key in enumerate(memory_keys(layout.headings)):
        said = remembered.get(key)
        if isinstance(said, list | tuple) and len(said) == 2 and kinds[column] in (said[1], ValueKind.EMPTY):
            found[column] = said[0]
    return found


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


def _looked_at(cells: list[Cell], width: int) -> LookedAt:
    """Some of a column's values from its whole length; of a very wide list fewer of each, or it would take seconds."""
    held: list[Cell] = [cell for cell in cells if cell is not None]
    most = min(_LOOKED_AT, max(_LEAST, _IN_ALL // max(1, width)))
    return LookedAt(held[:: max(1, len(held) // most)][: most + most // 5])


def _column(
    index: int, layout: SheetLayout, cells: list[Cell], assignment: ColumnAssignment, kind: ValueKind,
) -> ListColumn:
    taken, asked = assignment.taken.get(index), assignment.asked.get(index)
    column = ListColumn(
        index=index,
        letter=column_letters(index),
        heading=layout.headings[index],
        samples=tuple(dict.fromkeys(str(cell)[:60] for cell in assignment.values[index]))[:_SAMPLES],
        filled=sum(cell is not None for cell in cells),
        alternatives=_alternatives(asked or assignment.claims[index].offered, taken),
        kind=kind,
    )
    if asked is not None:
        return replace(column, asked=True, evidence=asked[0].evidence)
    if taken is None:
        return column
    return replace(column, meaning=taken.meaning, confidence=taken.confidence, evidence=taken.evidence)


def _alternatives(offered: Sequence[Proposal], taken: Proposal | None) -> tuple[Proposal, ...]:
    others = [each for each in offered if not taken or each.meaning.target != taken.meaning.target]
    return tuple(others[:_SHOWN_ALTERNATIVES])
