"""What a document number says of its holder, beside what the list says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fangxian.kernel.findings import Severity
from fangxian.kernel.identifiers import documents
from fangxian.kernel.identifiers.placeholders import masked, stands_for_nothing
from fangxian.kernel.values import Value

from .cells import NOTHING, CellReading, ReadingContext, by_document_kind, narrow, shown
from .choices import choice_index
from .meanings import Understanding
from .types import Cell, LineFault, Row, Target
from .value_sentences import fault as said

_ABOUT_THE_HOLDER: Final = frozenset(["resident_id", "hmt_residence_permit", "foreigner_permanent_id"])
"""Documents whose number holds a birth date and a sex, under a check digit."""
_RESIDENT: Final = "居民身份证"
_RESIDENT_HEADING: Final = re.compile("(?:居民|公民)?身份(?:证)?(?:号码|号|编号)?")
_DIGITS: Final = re.compile("[0-9]+[Xx]?")
"""Digits under such a heading are meant as one; a foreigner's passport may stand there too."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The targets that a document number bears on, and those every line needs."""

    document_type: Target | None
    birth_date: Target | None
    sex: Target | None
    own: Target | None
    """The list's number of the person."""
    others: tuple[Target, ...]
    """Those that name somebody else by number."""
    required: tuple[Target, ...]
    kinds: Mapping[documents.DocumentKind, str]
    """What the form calls the kinds of documents."""
    sexes: Mapping[str, str]
    """What the form calls the sexes."""


def roles_of(targets: Sequence[Target]) -> Roles:
    """The first target of each kind."""
    first = {target.kind: target for target in reversed(targets)}
    required = tuple(target for target in targets if target.required)
    kind, sex = first.get("document_type"), first.get("sex")
    kinds = by_document_kind(kind) if kind and kind.choices else {each: each.value for each in documents.DocumentKind}
    index = choice_index(sex) if sex else {}
    sexes: dict[str, str] = {name: index[name] for name in ("male", "female") if name in index}
    others = tuple(target for target in targets if target.kind == "other_number")
    return Roles(kind, first.get("birth_date"), sex, first.get("own_number"), others, required, kinds, sexes)


def document_reader(
    index: int, understanding: Understanding, targets: Sequence[Target], setting: ReadingContext
) -> Callable[[Row], CellReading]:
    """Reads the document number of a row with what the row says of its kind and of the holder's country."""
    kind = _column_of("document_type", understanding, targets)
    country = _column_of("nationality", understanding, targets)
    resident = _RESIDENT_HEADING.fullmatch(understanding.columns[index].heading.strip()) is not None

    def read(row: Row) -> CellReading:
        if row[index] is None:
            return NOTHING
        text = shown(row[index])
        if stands_for_nothing(text) or masked(text):
            code = "placeholder" if stands_for_nothing(text) else "masked"
            return CellReading(None, (said(code, text=text[:40]),))
        named = _text_at(row, kind) or (_RESIDENT if resident and _DIGITS.fullmatch(narrow(text).strip()) else None)
        found = documents.recognise(text, kind=named, country=_text_at(row, country), on=setting.on)
        if not found.number or any(fault.code == "missing" for fault in found.faults):
            return NOTHING
        if any(fault.code == "unknown_form" for fault in found.faults):
            return CellReading(None, found.faults)  # no document has such a number: it is nobody's
        return CellReading(found.number, found.faults, found)

    return read


def complete(values: dict[str, Value], roles: Roles, holder: documents.IdentityDocument) -> Iterator[LineFault]:
    """Fill in what the number says and the list does not; a fault where they contradict each other.

    A number with a fault of its own says nothing of its holder.
    """
    if holder.faults:
        return
    if roles.document_type and holder.certain:
        name = roles.kinds.get(holder.kind)
        if name:
            values.setdefault(roles.document_type.name, name)
    if holder.kind.value in _ABOUT_THE_HOLDER:
        yield from _agreed(values, roles.birth_date, holder.birth_date, "birth_date_differs", holder)
        yield from _agreed(values, roles.sex, roles.sexes.get(holder.sex or ""), "sex_differs", holder)


def _agreed(
    values: dict[str, Value], target: Target | None, value: Value | None, code: str, holder: documents.IdentityDocument
) -> Iterator[LineFault]:
    if target is None or value is None:
        return
    if values.setdefault(target.name, value) != value:
        message = said(code, born=holder.birth_date).message
        yield LineFault(code, Severity.WARNING, message, None, target.name)


def _column_of(kind: str, understanding: Understanding, targets: Sequence[Target]) -> int | None:
    names = {target.name for target in targets if target.kind == kind}
    return next((c.index for c in understanding.columns if c.meaning and c.meaning.target in names), None)


def _text_at(row: Row, index: int | None) -> str | None:
    cell: Cell = row[index] if index is not None else None
    return shown(cell) if cell is not None else None
