"""Imports at rest: sealed parts, opened only as far as they are needed."""

from __future__ import annotations

import datetime as dt
import uuid
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

from fangxian.kernel.keys import seal, unseal
from fangxian.kernel.text import Text
from fangxian.kernel.values import ValueType
from fangxian.programmes.forms import Form
from fangxian.subjects import vault

from .models import Import, Sealed
from .tabular.targets import targets_of
from .types import CHANGED_MEANWHILE, NO_GRID, Candidate, Effect, Note, Prepared, Tab

PART: Final = 500
FILE: Final = "file"
SHEET: Final = "sheet"
COLUMNS: Final = "columns"
LINES: Final = "lines"
REMARKED: Final = "remarked"
CHANGED: Final = "changed"
UNPLACED: Final = "unplaced"
FILED: Final = "filed"
TOMORROW: Final = "tomorrow"
_TABS: Final = frozenset(Tab)
_PURPOSE: Final = "imports"
_BACK: Final = {
    ValueType.DATE: dt.date.fromisoformat,
    ValueType.DATETIME: dt.datetime.fromisoformat,
    ValueType.TIME: dt.time.fromisoformat,
    ValueType.LIST: tuple,
}


def put(held: Import, kind: str, plain: bytes, *, number: int = 0, counts: dict[str, int] | None = None) -> None:
    """Seal one part, in place of the one before."""
    Sealed.objects.update_or_create(
        of=held, kind=kind, number=number,
        defaults={"path": held.path, "programme": held.programme, "counts": counts or {},
                  "sealed": _sealed(held, kind, number, plain)})


def get(held: Import, kind: str, number: int = 0) -> bytes | None:
    """One part, opened; None when it was dropped or never was."""
    row = Sealed.objects.filter(of=held, kind=kind, number=number).values_list("sealed", flat=True).first()
    return None if row is None else _opened(held, kind, number, bytes(row))


def drop(held: Import, kind: str) -> None:
    """Forget a kind of part."""
    Sealed.objects.filter(of=held, kind=kind).delete()


def put_lines(held: Import, lines: Iterable[Prepared]) -> None:
    """Seal all lines of an import in parts, in place of those before; sets its counts (not saved)."""
    drop(held, LINES)
    every = list(lines)
    parts = [_part(held, number, every[at : at + PART]) for number, at in enumerate(range(0, len(every), PART))]
    Sealed.objects.bulk_create(parts)
    total: Counter[str] = Counter()
    for part in parts:
        total.update({name: count for name, count in part.counts.items() if name in _TABS})
    held.counts = dict(total)


def put_part(held: Import, number: int, lines: Sequence[Prepared]) -> None:
    """Seal one part anew after a doubt in it was decided."""
    part = _part(held, number, lines)
    Sealed.objects.filter(of=held, kind=LINES, number=number).update(sealed=part.sealed, counts=part.counts)


def parts(held: Import, form: Form, *, tab: Tab | None = None, first: int = 0) -> Iterator[tuple[int, list[Prepared]]]:
    """Number and lines of each part from one on, those without a line of the tab left out."""
    found = Sealed.objects.filter(of=held, kind=LINES, number__gte=first).order_by("number")
    if tab is not None:
        found = found.filter(counts__has_key=tab.value)
    types = types_of(form)
    for number, sealed in found.values_list("number", "sealed").iterator(chunk_size=20):
        rows = orjson.loads(_opened(held, LINES, number, bytes(sealed)))
        yield number, [_line(row, types) for row in rows]


def lines(held: Import, form: Form) -> list[Prepared]:
    """All lines of an import."""
    return [line for _, part in parts(held, form) for line in part]


def told(held: Import) -> Mapping[str, int]:
    """How many lines of an import are REMARKED, CHANGED, UNPLACED, to be FILED, and for TOMORROW or later, from what is
    counted for each part; of the first two also by tab, as ``remarked/new``.
    """
    total: Counter[str] = Counter()
    for counts in Sealed.objects.filter(of=held, kind=LINES).values_list("counts", flat=True):
        total.update(counts)
    return {name: count for name, count in total.items() if name not in _TABS}


def is_remarked(line: Prepared) -> bool:
    """Whether something besides the address was noted about a line that is to be recorded."""
    return line.to_record and (bool(line.would_change) or any(note.level != "info" for note in line.notes))


def is_changed(line: Prepared) -> bool:
    """Whether a line stood elsewhere in the preview that was confirmed, and is not recorded."""
    return not line.settled and any(note.code == CHANGED_MEANWHILE for note in line.notes)


def types_of(form: Form) -> dict[str, ValueType]:
    """The type of each answer that a list can give."""
    return {target.name: target.type for target in targets_of(form)}


def _part(held: Import, number: int, lines: Sequence[Prepared]) -> Sealed:
    counts = Counter(line.tab.value for line in lines)
    for name, holds in ((REMARKED, is_remarked), (CHANGED, is_changed)):
        found = Counter(line.tab.value for line in lines if holds(line))
        counts.update({name: found.total(), **{f"{name}/{tab}": count for tab, count in found.items()}})
    counts[FILED] = sum(line.to_record and not line.settled for line in lines)
    counts[TOMORROW] = sum(line.to_record and line.later for line in lines)
    counts[UNPLACED] = sum(line.to_record and any(note.code == NO_GRID for note in line.notes) for line in lines)
    plain = orjson.dumps([_row(line) for line in lines])
    return Sealed(of=held, path=held.path, programme=held.programme, kind=LINES, number=number, counts=dict(+counts),
                  sealed=_sealed(held, LINES, number, plain))


def _sealed(held: Import, kind: str, number: int, plain: bytes) -> bytes:
    keys = vault.ring()
    keys.make(held.bucket)
    return seal(keys.derived(held.bucket, _PURPOSE), zlib.compress(plain, 1), _about(held.id, kind, number))


def _opened(held: Import, kind: str, number: int, sealed: bytes) -> bytes:
    return zlib.decompress(unseal(vault.ring().derived(held.bucket, _PURPOSE), sealed, _about(held.id, kind, number)))


def _about(of: uuid.UUID, kind: str, number: int) -> bytes:
    return of.bytes + f"{kind}{number}".encode()


def _row(line: Prepared) -> list[Any]:
    return [
        line.number, line.answers, line.tab.value, line.subject, line.place, _said(line.reason),
        [[note.code, note.level, _said(note.text), note.column] for note in line.notes],
        [[one.subject, _said(one.why), one.shown, one.elsewhere, one.line, _effects(one.effects),
          one.certain]
         for one in line.candidates],
        line.decision, line.changed, line.before, line.result, line.measure, line.until,
        _effects(line.effects), line.later, sorted(line.weighty), sorted(line.reached), line.beside]


def _line(row: list[Any], types: dict[str, ValueType]) -> Prepared:
    (number, answers, tab, subject, place, reason, notes, candidates, decision, changed, before, result, measure,
     until, *since) = row  # what earlier versions did not write yet stands at the end
    return Prepared(
        number, _typed(answers, types), Tab(tab), uuid.UUID(subject) if subject else None, place, _text(reason),
        [Note(code, level, Text(*text), column) for code, level, text, column in notes],
        [_candidate(*one) for one in candidates],
        decision, tuple(changed), _typed(before, types), result, measure, until,
        _effects_of(since[0] if since else ()), later=since[1:2] == [True],
        weighty=frozenset(map(uuid.UUID, since[2] if since[2:] else ())),
        reached=frozenset(map(uuid.UUID, since[3] if since[3:] else ())), beside=since[4] if since[4:] else {})


def _candidate(
    subject: str, why: list[str], shown: str, elsewhere: bool, line: int, effects: Iterable[Any] = (),
    certain: bool = False,
) -> Candidate:
    return Candidate(uuid.UUID(subject), Text(*why), shown, elsewhere, line, _effects_of(effects), certain)


def _effects(effects: Iterable[Effect]) -> list[Any]:
    return [[_said(one.label), _said(one.before), _said(one.after)] for one in effects]


def _effects_of(rows: Iterable[Any]) -> tuple[Effect, ...]:
    return tuple(Effect(*(Text(*text) for text in one)) for one in rows)


def _typed(answers: dict[str, Any], types: dict[str, ValueType]) -> dict[str, Any]:
    return {name: _BACK[types[name]](value) if types.get(name) in _BACK else value for name, value in answers.items()}


def _said(text: Text | None) -> list[str] | None:
    return None if text is None else [text.en, text.zh]


def _text(pair: list[str] | None) -> Text | None:
    return None if pair is None else Text(*pair)
