"""Lines of one file about the same person: the first that can be taken is, the others name it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from fangxian.kernel.findings import Severity
from fangxian.kernel.text import Text
from fangxian.kernel.values import Value
from fangxian.programmes.forms.numbers import spelled_alike

from .difference import changed_fields
from .types import LineFault, ListLine, Target
from .value_sentences import fault as said

_SAME_PERSON: Final = ("name", "birth_date", "phone")
_MOST_FIELDS: Final = 4


def with_duplicates(lines: Sequence[ListLine], targets: Sequence[Target]) -> list[ListLine]:
    """The lines, with a fault on each that repeats another's document, or its name, birth date and phone.

    The first of them that is not refused for another reason is taken; it is told when a later one says otherwise.
    """
    lines = _with_contradictions(lines, targets)
    document = next((target.name for target in targets if target.kind == "document_number"), None)
    kinds = {target.kind: target.name for target in reversed(targets)}
    person = tuple(kinds[kind] for kind in _SAME_PERSON) if all(kind in kinds for kind in _SAME_PERSON) else ()
    titles = {target.name: target.title for target in targets}
    found = list(lines)
    taken: dict[tuple[object, ...], int] = {}
    for place, line in enumerate(lines):
        keys = _keys(line.values, document, person)
        first = next((taken[key] for key in keys if key in taken), None)
        if first is not None:
            _tell(found, first, place, titles)
        elif not line.refused:
            taken.update((key, place) for key in keys)
    return found


def _with_contradictions(lines: Sequence[ListLine], targets: Sequence[Target]) -> list[ListLine]:
    """The lines, with a fault on each whose number another line bears with other answers: nobody can say which is
    right, and the last one must not win. Only where the number is the person; several may name others for one.
    """
    number = next((target.name for target in targets if target.kind == "own_number" and target.required), None)
    beside = {target.name for target in targets if target.kind == "other_number" or target.name == number}
    titles = {target.name: target.title for target in targets}
    found = list(lines)
    by_number: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        if number in line.values and not line.refused:
            by_number.setdefault(spelled_alike(line.values[str(number)]), []).append(place)
    for places in by_number.values():
        for place in places:
            told = [(other, _contradicting(found[place], found[other], beside)) for other in places if other != place]
            worst = next(((other, fields) for other, fields in told if fields), None)
            if worst:
                found[place] = _with(found[place], "number_twice", Severity.WARNING, found[worst[0]].number,
                                     _named(worst[1], titles))
    return found


def _contradicting(one: ListLine, other: ListLine, beside: set[str]) -> tuple[str, ...]:
    """What both lines say, each differently; what only one says contradicts nothing."""
    return tuple(sorted(name for name in one.values.keys() & other.values.keys()
                        if name not in beside and one.values[name] != other.values[name]))


def _keys(values: Mapping[str, Value], document: str | None, person: tuple[str, ...]) -> list[tuple[object, ...]]:
    keys: list[tuple[object, ...]] = []
    if document in values:
        keys.append((values[str(document)],))
    if person and all(name in values for name in person):
        keys.append(tuple(values[name] for name in person))
    return keys


def _tell(lines: list[ListLine], first: int, later: int, titles: Mapping[str, Text]) -> None:
    before, after = lines[first], lines[later]
    fields = changed_fields(before.values, after.values)
    if not fields:
        lines[later] = _with(after, "duplicate_line", Severity.ERROR, before.number, Text("", ""))
        return
    named = _named(fields, titles)
    lines[later] = _with(after, "duplicate_person", Severity.ERROR, before.number, named)
    lines[first] = _with(before, "duplicate_follows", Severity.WARNING, after.number, named)


def _with(line: ListLine, code: str, severity: Severity, other: int, fields: Text) -> ListLine:
    message = said(code, other=other, fields=fields).message
    return replace(line, faults=(*line.faults, LineFault(code, severity, message, other_line=other)))


def _named(fields: tuple[str, ...], titles: Mapping[str, Text]) -> Text:
    shown = [titles.get(field, Text(field, field)) for field in fields[:_MOST_FIELDS]]
    more = (" …", "等") if len(fields) > _MOST_FIELDS else ("", "")
    english = ", ".join(title.en for title in shown) + more[0]
    return Text(english, "“" + "”“".join(title.zh for title in shown) + "”" + more[1])
