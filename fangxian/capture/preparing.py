"""From an uploaded file to lines with a verdict each; nothing is recorded here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import orjson
from django.conf import settings

from fangxian.accounts.scope import ALL_PROGRAMMES, Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.areas import queries as areas
from fangxian.areas.types import subtree
from fangxian.kernel import collecting
from fangxian.kernel.clock import Calendar
from fangxian.kernel.findings import Finding
from fangxian.kernel.text import Text, both
from fangxian.programmes import queries as programmes
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme

from . import fitting, listing, naming, removing, store, versions
from .judging import judge
from .models import Import, Source
from .tabular import sheet_codec
from .tabular.columns import understand
from .tabular.containers import refusal
from .tabular.date_orders import open_orders
from .tabular.meanings import ListColumn, Memory, Understanding
from .tabular.read import read_list
from .tabular.rows import interpret, notes_on_values
from .tabular.types import ListSheet, Refusal
from .types import Prepared, Tab
from .verdicts import ListContext, adopt
from .weighing import as_it_stands, weighed

Tell = Callable[[str], None]
_NAMED_COLUMNS: Final = 6
_REFERENCE: Final = re.compile(r"\$\{(\w+)\}")


def whole_county(path: str) -> Scope:
    """Everybody in the county: somebody known in another township must be found."""
    return Scope(subtree(areas.county_of(path)), (ALL_PROGRAMMES,))


def opened(held: Import) -> ListSheet | Refusal:
    """The uploaded list, as it is kept since it was read; a Refusal too when the file was dropped."""
    if (read := store.get(held, store.SHEET)) is not None:
        return sheet_codec.unpacked(read)
    data = store.get(held, store.FILE)
    return read_list(data or b"", held.file_name, sheet=held.sheet or None)


def keep_sheet(held: Import, sheet: ListSheet) -> None:
    """Seal what was read, so that the preview and the result need not read the file again."""
    store.put(held, store.SHEET, sheet_codec.packed(sheet))


def understood(
    held: Import, sheet: ListSheet, form: Form, source: Source, memory: Memory | None = None,
) -> Understanding:
    """What its columns mean: as corrected, as remembered for the source (or as ``memory`` says), by their headings."""
    targets = listing.fields(form)
    corrections = {int(column): meaning for column, meaning in held.corrections.items()}
    first = understand(sheet, targets, memory, corrections=corrections)
    known = source.memory.get(first.fingerprint) if first.fingerprint and memory is None else None
    return understand(sheet, targets, known, corrections=corrections) if known else first


def kept_memory(held: Import) -> Memory | None:
    """What its columns were read as when it was last looked at."""
    plain = store.get(held, store.COLUMNS)
    return orjson.loads(plain).get("memory") if plain is not None else None


def keep_columns(held: Import, sheet: ListSheet, found: Understanding, form: Form, on: dt.date) -> None:
    """Seal what the page of the columns shows."""
    notes = (*sheet.notes, *found.notes, *notes_on_values(sheet, found, listing.fields(form), on=on))
    unordered = open_orders(sheet, found, listing.fields(form), on)
    plain = orjson.dumps({
        "columns": [_column(column) | {"unordered": column.index in unordered} for column in found.columns],
        "missing": list(found.missing), "memory": found.memory(),
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
        "because": column.evidence.value, "asked": column.asked,
        "alternatives": [[str(one.meaning), one.confidence] for one in column.alternatives]}


def _headings(columns: Sequence[ListColumn]) -> Text:
    said = [column.heading[:40] for column in columns[:_NAMED_COLUMNS]]
    more = " …" if len(columns) > _NAMED_COLUMNS else ""
    return Text(", ".join(said) + more, "、".join(said) + more)


def _note(note: Finding) -> list[str]:
    row = note.place.row
    told = row is None or str(row) in note.message.en
    where = both("") if told else Text(f"Row {row}: ", f"第{row}行：")
    return [note.severity.value, where.en + note.message.en, where.zh + note.message.zh]


@collecting.put_off()
def prepare(
    held: Import, *, by: Acting, at: dt.datetime, tell: Tell = lambda _: None, as_seen: bool = False,
) -> Understanding | Refusal:
    """Read, check, place, compare and match every line, and seal them; sets the import's counts (not saved). A Refusal
    where a column's meaning is still to be said. ``as_seen``: the columns mean what they meant when last looked at.
    """
    programme = programmes.in_force(held.programme)
    form = programme.forms[held.form]
    tell("reading")
    sheet = opened(held)
    if isinstance(sheet, Refusal):
        return sheet
    found = understood(held, sheet, form, held.source, kept_memory(held) if as_seen else None)
    today = by.calendar.today(at)
    if unsaid := [*found.asked, *open_orders(sheet, found, listing.fields(form), today).values()]:
        return Refusal(refusal("columns_unsaid", held.file_name, columns=_headings(unsaid)))
    raw = interpret(sheet, found, listing.fields(form), on=today, tz=by.calendar.zone, region=settings.COUNTRY)
    tell("checking")
    reply = programme.reply_by(held.form)
    lines = listing.prepared(
        raw, form, source=held.source.name, happened_at=held.received_at, zone=by.calendar.zone,
        number=reply.number if reply else "")
    naming.tell_several(lines, programme, form)
    _tell_later(lines, programme, form, by.calendar, at)
    tell("matching")
    with working_in(whole_county(by.path)):
        lines = with_verdicts(held, lines, programme, form, by=by, at=at)
    store.put_lines(held, lines)
    keep_columns(held, sheet, found, form, today)
    held.lines, held.fingerprint = len(raw), found.fingerprint
    return found


def _tell_later(
    lines: Sequence[Prepared], programme: Programme, form: Form, calendar: Calendar, at: dt.datetime,
) -> None:
    """Mark the lines whose arrival lies behind the next cut-off."""
    asked = next((one for one in form.questions if programme.cohort and one.fact == programme.cohort.of), None)
    if asked is None:
        return
    told_by = _REFERENCE.findall(asked.calculation) or [asked.name]
    today = calendar.operational_day(at)
    for line in lines:
        told = next((line.answers[name] for name in told_by if line.answers.get(name)), None)
        line.later = isinstance(told, dt.datetime) and calendar.operational_day(told) > today


def with_verdicts(
    held: Import, lines: list[Prepared], programme: Programme, form: Form, *, by: Acting, at: dt.datetime,
) -> list[Prepared]:
    """The lines with tab, place and subject; those of the earlier version that are gone stand at the end."""
    if programme.reply_by(held.form):
        return _replying(lines, context_of(held, programme, form, by, at))
    asked = listing.place_question(programme, form)
    previous = versions.previous_of(held, form, lines)
    held.version_of = previous[0].pk if previous else None
    held.versions_seen = versions.seen(held)
    gone = versions.apply(lines, previous[1], form, [asked] if asked else []) if previous else []
    removed = gone if listing.removal(programme) else []  # a line list goes on without a case it had before
    fitting.fit([line for line in lines if line.tab is not Tab.REFUSED], programme, form, areas.county_of(by.path))
    open_lines = [line for line in lines if line.tab is Tab.NEW]
    context = context_of(held, programme, form, by, at)
    beside = [line for line in lines if line.tab is not Tab.REFUSED]
    for line, one in zip(open_lines, judge(open_lines, context, beside=beside), strict=True):
        adopt(line, one)
    standing = [line for line in beside if line.tab is not Tab.UNCHANGED]
    found = [as_it_stands(line) for line in standing]
    for line, again in zip(
            standing, weighed(standing, found, [*beside, *removed], context), strict=True):
        adopt(line, again)
    removing.look(removed, context)
    if context.numbered:
        naming.remark(lines, programme, form, context.number_source)
    return [*lines, *removed]


def context_of(held: Import, programme: Programme, form: Form, by: Acting, at: dt.datetime) -> ListContext:
    """What the verdicts on the lines of an import depend on."""
    return ListContext(held.source.name, programme, form, by, at, held.received_at)


def _replying(lines: list[Prepared], context: ListContext) -> list[Prepared]:
    """A list of replies is a version of none, and takes nobody off."""
    going_on = [line for line in lines if line.tab is Tab.NEW]
    for line, one in zip(going_on, judge(going_on, context, beside=going_on), strict=True):
        adopt(line, one)
    return lines
