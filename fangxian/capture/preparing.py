"""From an uploaded file to lines with a verdict each; nothing is recorded here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import orjson
from django.conf import settings

from fangxian.accounts.scope import ALL_PROGRAMMES, Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.areas import queries as areas
from fangxian.areas.types import subtree
from fangxian.kernel import collecting, ids
from fangxian.kernel.findings import Finding
from fangxian.kernel.identifiers import names
from fangxian.kernel.text import Text, both
from fangxian.programmes import queries as programmes
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme
from fangxian.subjects import vault
from fangxian.subjects.matching import rules, search
from fangxian.subjects.steps.links import external_subject

from . import fitting, listing, naming, store, versions
from .models import Import, Source
from .tabular import sheet_codec
from .tabular.columns import understand
from .tabular.meanings import ListColumn, Understanding
from .tabular.read import read_list
from .tabular.rows import interpret, notes_on_values
from .tabular.types import ListSheet, Refusal
from .types import Candidate, Prepared, Tab

Tell = Callable[[str], None]
_IDENTITY: Final = ("name", "name_latin", "document_number", "phone", "birth_date")
_ELSEWHERE: Final = Text("Known elsewhere in the county.", "在本县其他区域已有记录。")
_KNOWN_NUMBER: Final = Text("The case number is known.", "编号已有记录。")


def whole_county(path: str) -> Scope:
    """Everybody in the county: somebody known in another township must be found."""
    return Scope(subtree(fitting.county_of(path)), (ALL_PROGRAMMES,))


def opened(held: Import) -> ListSheet | Refusal:
    """The uploaded list, as it is kept since it was read; a Refusal too when the file was dropped."""
    if (read := store.get(held, store.SHEET)) is not None:
        return sheet_codec.unpacked(read)
    data = store.get(held, store.FILE)
    return read_list(data or b"", held.file_name, sheet=held.sheet or None)


def keep_sheet(held: Import, sheet: ListSheet) -> None:
    """Seal what was read, so that the preview and the result need not read the file again."""
    store.put(held, store.SHEET, sheet_codec.packed(sheet))


def understood(held: Import, sheet: ListSheet, form: Form, source: Source) -> Understanding:
    """What its columns mean: as corrected, as remembered for the source, by heading and values."""
    targets = listing.fields(form)
    corrections = {int(column): meaning for column, meaning in held.corrections.items()}
    first = understand(sheet, targets, corrections=corrections)
    memory = source.memory.get(first.fingerprint) if first.fingerprint else None
    return understand(sheet, targets, memory, corrections=corrections) if memory else first


def keep_columns(held: Import, sheet: ListSheet, found: Understanding, form: Form, on: dt.date) -> None:
    """Seal what the page of the columns shows."""
    notes = (*sheet.notes, *found.notes, *notes_on_values(sheet, found, listing.fields(form), on=on))
    plain = orjson.dumps({
        "columns": [_column(column) for column in found.columns], "missing": list(found.missing),
        "notes": [_note(note) for note in notes], "sheet": sheet.name, "others": list(sheet.others),
        "lines": len(found.layout.lines), "heading_row": _heading_row(sheet, found)})
    store.put(held, store.COLUMNS, plain)


def _heading_row(sheet: ListSheet, found: Understanding) -> int | None:
    return sheet.numbers[found.layout.header[-1]] if found.layout.header else None


def _column(column: ListColumn) -> dict[str, Any]:
    return {
        "index": column.index, "letter": column.letter, "heading": column.heading, "samples": list(column.samples),
        "filled": column.filled, "meaning": str(column.meaning) if column.meaning else "",
        "confidence": column.confidence, "why": [column.evidence.text.en, column.evidence.text.zh],
        "because": column.evidence.value,
        "alternatives": [[str(one.meaning), one.confidence] for one in column.alternatives]}


def _note(note: Finding) -> list[str]:
    row = note.place.row
    told = row is None or str(row) in note.message.en
    where = both("") if told else Text(f"Row {row}: ", f"第{row}行：")
    return [note.severity.value, where.en + note.message.en, where.zh + note.message.zh]


@collecting.put_off()
def prepare(held: Import, *, by: Acting, at: dt.datetime, tell: Tell = lambda _: None) -> Understanding | Refusal:
    """Read, check, place, compare and match every line, and seal them; sets the import's counts (not saved)."""
    programme = programmes.in_force(held.programme)
    form = programme.forms[held.form]
    tell("reading")
    sheet = opened(held)
    if isinstance(sheet, Refusal):
        return sheet
    found = understood(held, sheet, form, held.source)
    today = by.calendar.today(at)
    raw = interpret(sheet, found, listing.fields(form), on=today, tz=by.calendar.zone, region=settings.COUNTRY)
    tell("checking")
    lines = listing.prepared(
        raw, form, source=held.source.name, happened_at=held.received_at, zone=by.calendar.zone)
    naming.tell_several(lines, programme, form)
    tell("matching")
    with working_in(whole_county(by.path)):
        lines = with_verdicts(held, lines, programme, form, by=by, at=at)
    store.put_lines(held, lines)
    keep_columns(held, sheet, found, form, today)
    held.lines, held.fingerprint = len(raw), found.fingerprint
    return found


def with_verdicts(
    held: Import, lines: list[Prepared], programme: Programme, form: Form, *, by: Acting, at: dt.datetime,
) -> list[Prepared]:
    """The lines with tab, place and subject; those of the earlier version that are gone stand at the end."""
    asked = listing.place_question(programme, form)
    previous = versions.previous_of(held, form, lines)
    held.version_of = previous[0].pk if previous else None
    gone = versions.apply(lines, previous[1], form, [asked] if asked else []) if previous else []
    removed = gone if listing.removal(programme) else []  # a line list goes on without a case it had before
    fitting.fit([line for line in lines if line.tab is not Tab.REFUSED], programme, form, fitting.county_of(by.path))
    open_lines = [line for line in lines if line.tab is Tab.NEW]
    if form.question(listing.EXTERNAL_ID):
        source = held.source.name if form.question(listing.SOURCE) else ""
        _by_external_id(open_lines, programme, source)
        naming.remark(lines, programme, form, source)
    else:
        _by_traits(open_lines, form, held.source.name, by=by, at=at)
    return [*lines, *removed]


def _by_external_id(lines: Sequence[Prepared], programme: Programme, source: str) -> None:
    """The number is the person, in this programme and among the lists of the source: links to it meet it."""
    keys = vault.ring()
    for line in lines:
        number = str(line.answers[listing.EXTERNAL_ID])
        line.subject = external_subject(keys, programme.id, programme.subject, number, source)
    there = search.existing(line.subject for line in lines if line.subject)
    for line in lines:
        line.tab, line.reason = (Tab.KNOWN, _KNOWN_NUMBER) if line.subject in there else (Tab.NEW, rules.NOBODY)


def _by_traits(lines: Sequence[Prepared], form: Form, source: str, *, by: Acting, at: dt.datetime) -> None:
    asked = {part: name for part in _IDENTITY if (name := listing.asked_for(form, part))}
    shared = _shared_numbers(lines)
    traits = [search.traits_of(
        {part: line.answers[name] for part, name in asked.items() if name in line.answers},
        _external(line, source, shared)) for line in lines]
    verdicts = search.match(traits)
    fresh = iter(ids.many_uuid7(at, len(lines)))
    doubtful = [verdict for verdict in verdicts if verdict.candidates]
    known = search.identities(subject for verdict in doubtful for subject, _ in verdict.candidates)
    places = {path: node.name for path, node in areas.nodes({one.path for one in known.values()}).items()}
    for line, verdict in zip(lines, verdicts, strict=True):
        line.reason = verdict.why
        line.subject = verdict.subject or next(fresh)
        line.tab = Tab.KNOWN if verdict.subject else Tab.DOUBTFUL if verdict.candidates else Tab.NEW
        line.candidates = [_candidate(subject, why, known, places, by) for subject, why in verdict.candidates]


def _shared_numbers(lines: Sequence[Prepared]) -> frozenset[str]:
    """Numbers that several lines bear, such as one booking for a family: they tell nobody apart."""
    seen: set[str] = set()
    twice: set[str] = set()
    for line in lines:
        number = str(line.answers.get("source_id") or "")
        (twice if number in seen else seen).add(number)
    return frozenset(twice)


def _external(line: Prepared, source: str, shared: frozenset[str]) -> tuple[str, str] | None:
    number = str(line.answers.get("source_id") or "")
    return (f"ext:{source}"[:40], number) if number and number not in shared else None


def _candidate(
    subject: uuid.UUID, why: Text, known: Mapping[uuid.UUID, search.Known], places: Mapping[str, str], by: Acting,
) -> Candidate:
    one = known.get(subject)
    if one is None or one.path not in by.range:
        return Candidate(subject, _ELSEWHERE, elsewhere=True)
    told = [names.mask(str(one.identity[part])) for part in ("name", "name_latin") if one.identity.get(part)]
    number = str(one.identity.get("document_number") or "")
    shown = [*told, str(one.identity.get("birth_date") or ""), number[:2] + "…" + number[-2:] if number else "",
             places.get(one.path, "")]
    return Candidate(subject, why, " · ".join(part for part in shown if part))
