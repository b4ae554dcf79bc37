"""Every write of imports: a file comes in, its columns are corrected, doubts are decided, it is recorded or undone."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Final

from django.db import IntegrityError, transaction

from fangxian.accounts.rules import require
from fangxian.accounts.types import Acting, Action
from fangxian.kernel import collecting, errors, ids
from fangxian.kernel.decisions import decides
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries as programmes
from fangxian.programmes.forms import Form
from fangxian.subjects import vault
from fangxian.subjects.matching.rules import NEAR_NUMBER, OTHER_NAME

from . import events, handling, listing, preparing, progress, rechecking, recording, store, undoing
from .events import Did
from .models import Import, ListEvent, Source
from .persons import Persons, are_told_apart
from .tabular.cells import shown
from .tabular.meanings import Understanding
from .tabular.read import read_list, shown_name
from .tabular.types import Refusal
from .types import (
    CELL_LIMIT,
    CONTRADICTED,
    DIRECT_LINES,
    NEW,
    OFF,
    OUT,
    SAME,
    STATES,
    UPLOAD_LIMIT,
    ImportState,
    Prepared,
    Tab,
)
from .verdicts import as_new

_MARKED: Final = {ImportState.PREVIEWING: Did.PREVIEW, ImportState.DROPPED: Did.DROPPED}
_BY_NUMBER: Final = (OTHER_NAME["document"], OTHER_NAME["external"], NEAR_NUMBER)
_OPEN = (ImportState.UNDERSTOOD, ImportState.PREVIEWED, ImportState.FAILED)


@collecting.put_off()
@transaction.atomic
@decides
def receive(
    *, data: bytes, file_name: str, programme: str, form: str, source: str, sheet: str | None = None,
    by: Acting, at: dt.datetime,
) -> Import | Refusal:
    """Take a file in, sealed, and understand its columns; a Refusal says why it is no list, and nothing is kept."""
    require(by, Action.IMPORT, programme, form)
    asked = _form(programme, form)
    if len(data) > UPLOAD_LIMIT:
        raise Problem(errors.TOO_MUCH, limit=f"{UPLOAD_LIMIT // 1024 // 1024} MB")
    read = read_list(data, file_name, sheet=sheet)
    if isinstance(read, Refusal):
        return read
    held = Import(
        id=ids.uuid7(at), path=by.path, programme=programme, form=form, file_name=shown_name(file_name),
        sheet=sheet or "", source=source_named(name=source, programme=programme, form=form, by=by, at=at),
        state=ImportState.UNDERSTOOD, received_at=at, state_at=at, user=by.user, post=by.post,
        bucket=vault.bucket_for(at, programmes.in_force(programme).retention_months))
    found = preparing.understood(held, read, asked, held.source)
    held.fingerprint, held.lines = found.fingerprint, len(found.layout.lines)
    held.save(force_insert=True)
    store.put(held, store.FILE, data)
    preparing.keep_sheet(held, read)
    preparing.keep_columns(held, read, found, asked, by.calendar.today(at))
    return held


@decides
def source_named(*, name: str, programme: str, form: str, by: Acting, at: dt.datetime) -> Source:
    """The source of that name, made when it is new."""
    require(by, Action.IMPORT, programme, form)
    said = " ".join(name.split())[:30] or programme
    try:
        with transaction.atomic():
            return Source.objects.get_or_create(
                path=by.path, programme=programme, form=form, name=said,
                defaults={"made_at": at, "made_by": by.user})[0]
    except IntegrityError:  # another one made it meanwhile
        return Source.objects.get(path=by.path, programme=programme, form=form, name=said)


@transaction.atomic
@decides
def correct_columns(
    *, held: uuid.UUID, meanings: Mapping[int, str | None], sheet: str | None = None, by: Acting, at: dt.datetime,
) -> Understanding | Refusal:
    """Read the columns as the user says (column from 0 → meaning, None for not used)."""
    one = _editable(held, by, also=(ImportState.PREVIEWING,))
    other = sheet is not None and sheet != one.sheet
    if sheet is not None and other:
        one.sheet, meanings = sheet, {}
        store.drop(one, store.SHEET)
    one.corrections = {str(column): meaning for column, meaning in meanings.items()}
    form = _form(one.programme, one.form)
    read = preparing.opened(one)
    if isinstance(read, Refusal):
        return read
    if other:
        preparing.keep_sheet(one, read)
    found = preparing.understood(one, read, form, one.source)
    one.fingerprint, one.lines = found.fingerprint, len(found.layout.lines)
    preparing.keep_columns(one, read, found, form, by.calendar.today(at))
    events.note(one, Did.COLUMNS, by=by, at=at)
    _to(one, ImportState.UNDERSTOOD, at)
    return found


@transaction.atomic
@decides
def preview(*, held: uuid.UUID, by: Acting, at: dt.datetime, tell: preparing.Tell = lambda _: None) -> Refusal | None:
    """Give every line its verdict; a Refusal where it must first be said what a column means. What was decided about a
    line goes on where it is asked the same.
    """
    one = _editable(held, by, also=(ImportState.PREVIEWING,))
    form = _form(one.programme, one.form)
    before = store.lines(one, form)
    found = preparing.prepare(one, by=by, at=at, tell=tell)
    if isinstance(found, Refusal):
        return found
    if any(line.decision for line in before):
        lines = store.lines(one, form)
        rechecking.carry(before, lines)
        store.put_lines(one, lines)
    _to(one, ImportState.PREVIEWED, at)
    return None


def _remember_columns(one: Import) -> None:
    """What somebody confirmed to be recorded is what the source's columns mean the next time."""
    memory = preparing.kept_memory(one)
    if memory and one.fingerprint:
        source = Source.objects.select_for_update().get(pk=one.source_id)
        source.memory = {**source.memory, one.fingerprint: memory}
        source.save(update_fields=["memory"])


@transaction.atomic
@decides
def say_version(*, held: uuid.UUID, of: uuid.UUID | None, by: Acting, at: dt.datetime) -> None:
    """The user says which import this is a later version of, or that it is a list of its own; to be previewed again."""
    one = _editable(held, by)
    handling.require_handling(one, by, takes_off=of is not None)
    if of is not None and not Import.objects.filter(pk=of, source=one.source_id, state=ImportState.RECORDED).exists():
        raise Problem(errors.NOT_FOUND)
    one.version_of, one.version_said = of, True
    events.note(one, Did.VERSION, by=by, at=at)
    _to(one, ImportState.UNDERSTOOD, at)


@transaction.atomic
@decides
def decide(
    *, held: uuid.UUID, choice: str, line: int | None = None, subject: uuid.UUID | None = None,
    by: Acting, at: dt.datetime,
) -> int:
    """Answer the doubt about one line, or about all still open (``line`` None): ``same`` person or somebody ``new``; or
    what is asked about who is no longer on the list: to be taken ``off``.

    ``same`` without a subject takes the only candidate; lines with several stay open. So do those that weigh, where all
    are answered at once: who somebody is, and what makes a measure lighter, is said line by line, and so is that
    somebody is new who bears, or nearly bears, the number of somebody known. Nor is a line somebody whom another line
    of the list is already: Problem LINE_TAKEN, or it stays open. Returns how many were decided.
    """
    one = _editable(held, by, also=(ImportState.RECORDED,))
    form = _form(one.programme, one.form)
    if choice == OFF:
        require(by, Action.FILL, one.programme, listing.REMOVAL)
    tab = Tab.REMOVED if choice == OFF else Tab.DOUBTFUL
    decided, programme = [], programmes.in_force(one.programme)
    compared = choice == SAME and are_told_apart(programme, form)
    persons = Persons(store.lines(one, form)) if compared else None

    def is_decided(each: Prepared) -> bool:
        fresh = as_new(each, programme, form, one.source.name, at) if choice == NEW else None
        return not _is_taken(each, subject, persons, alone=line is not None) and _decided(each, choice, subject, fresh)

    for number, part in store.parts(one, form, tab=tab):
        asked = [each for each in part if each.tab is tab and _is_asked(each, line)
                 and not (line is None and _is_said_by_itself(each, choice))]
        answered = [each for each in asked if is_decided(each)]
        if answered:
            store.put_part(one, number, part)
        decided += answered
    events.note(one, Did.TAKEN_OFF if choice == OFF else Did.ANSWERED, by=by, at=at, lines=decided)
    return len(decided)


def _is_asked(line: Prepared, number: int | None) -> bool:
    if line.result not in ("", "open") or (line.tab is Tab.REMOVED and (line.stays_on or not line.asks_removal)):
        return False
    if number is None:  # which of two lines is right is said of one line, never of all
        return not line.decision and all(note.code != CONTRADICTED for note in line.notes)
    return line.number == number


@transaction.atomic
@decides
def edit(*, held: uuid.UUID, line: int, cells: Mapping[int, str], by: Acting, at: dt.datetime) -> None:
    """Write cells of a line over (column from 0 → text), to be previewed again; the file itself stays as it came.
    Problem NOT_FOUND where the list has no such line any more.
    """
    one = _editable(held, by)
    sheet = preparing.opened(one)
    if isinstance(sheet, Refusal) or line not in sheet.numbers:
        raise Problem(errors.NOT_FOUND)
    place = sheet.numbers.index(line)
    before = sheet.rows[place]
    sheet.rows[place] = tuple(
        cells[column].strip()[:CELL_LIMIT] if cells.get(column, shown(cell)).strip() != shown(cell).strip() else cell
        for column, cell in enumerate(before))
    if sheet.rows[place] != before:
        events.note(one, Did.EDITED, by=by, at=at, lines=[line])
    preparing.keep_sheet(one, sheet)
    _to(one, ImportState(one.state), at)


@transaction.atomic
@decides
def leave_out(*, held: uuid.UUID, line: int, out: bool, by: Acting, at: dt.datetime) -> None:
    """Leave a line out of what is recorded, or take it in again. Problem NOT_FOUND where nothing can be left out."""
    one = _editable(held, by, also=(ImportState.RECORDED,))
    for number, part in store.parts(one, _form(one.programme, one.form)):
        for each in part:
            if each.number == line and not each.settled and each.tab is not Tab.REFUSED:
                each.decision = OUT if out else ""
                store.put_part(one, number, part)
                events.note(one, Did.LEFT_OUT if out else Did.TAKEN_IN, by=by, at=at, lines=[each])
                return
    raise Problem(errors.NOT_FOUND)


def _is_said_by_itself(line: Prepared, choice: str) -> bool:
    """Whether an answer to all open lines leaves this one open."""
    return bool(line.weighty) if choice == SAME else choice == NEW and line.reason in _BY_NUMBER


def _is_taken(line: Prepared, subject: uuid.UUID | None, persons: Persons | None, *, alone: bool) -> bool:
    """Whether another line of the list is already whom this one is said to be; Problem LINE_TAKEN of one answered
    ``alone``. Else it is that person from now on."""
    chosen = _chosen(line, subject)
    other = persons.other(line, chosen) if persons else None
    if other and alone:
        raise Problem(errors.LINE_TAKEN, line=other)
    if persons and chosen and not other:
        persons.claim(line, chosen)
    return other is not None


def _decided(line: Prepared, choice: str, subject: uuid.UUID | None, fresh: uuid.UUID | None) -> bool:
    """``fresh``: who the line is as somebody new, where it may be."""
    if choice == OFF:
        line.decision = OFF
        return True
    if choice == NEW and fresh:
        line.decision, line.subject = NEW, fresh
        return True
    chosen = _chosen(line, subject)
    if choice != SAME or chosen is None:
        return False
    line.decision, line.subject = SAME, chosen
    return True


def _chosen(line: Prepared, subject: uuid.UUID | None) -> uuid.UUID | None:
    """Whom of those it may be a line is said to be; without saying so, the only one."""
    offered = {one.subject for one in line.candidates}
    if subject is None:
        return next(iter(offered)) if len(offered) == 1 else None
    return subject if subject in offered else None


@transaction.atomic
@decides
def confirm(*, held: uuid.UUID, seen: int, by: Acting, at: dt.datetime) -> ImportState:
    """Record it now when it is short; a long list is only marked (RECORDING), for the job the caller then asks for.
    PREVIEWED where lines changed meanwhile and have to be looked at: nothing of it is recorded then. CHANGED_MEANWHILE
    where somebody else worked on the list after what was ``seen`` (``events.latest``).
    """
    one = _locked(held, by)
    handling.require_handling(one, by)
    if ImportState(one.state) not in (
            ImportState.PREVIEWED, ImportState.FAILED, ImportState.RECORDED, ImportState.RECORDING):
        raise Problem(errors.STATE, state=STATES[ImportState(one.state)])
    if events.by_others_since(one, seen, by.user):
        raise Problem(errors.CHANGED_MEANWHILE)
    events.note(one, Did.CONFIRMED, by=by, at=at)
    if one.lines > DIRECT_LINES:
        _to(one, ImportState.RECORDING, at)
        return ImportState.RECORDING
    record_import(held=held, by=by, at=at)
    return ImportState(Import.objects.values_list("state", flat=True).get(pk=held))


@transaction.atomic
@decides
def record_import(*, held: uuid.UUID, by: Acting, at: dt.datetime, tell: preparing.Tell = lambda _: None) -> None:
    """Everything of it in one transaction: submissions, facts, decisions, tasks, and the outcome of each line. Where
    something changed since it was previewed, and the user has to be asked, nothing; it can then be looked at again.
    What ``by`` may do is read again under the lock.
    """
    one = _locked(held, by)
    by = handling.as_of_now(by.user, by.post, at)
    handling.require_handling(one, by)
    if not progress.alone(one.pk):
        raise Problem(errors.STATE, state=STATES[ImportState.RECORDING])
    if recording.record_lines(one, by=by, at=at, tell=tell):
        _to(one, ImportState.RECORDED if one.recorded_at else ImportState.PREVIEWED, at)
        return
    _remember_columns(one)
    one.recorded_at = one.recorded_at or at
    _to(one, ImportState.RECORDED, at)


@transaction.atomic
@decides
def undo(*, held: uuid.UUID, by: Acting, at: dt.datetime) -> int:
    """Take everything of an import back, while nothing else has built on it; how many entries were withdrawn."""
    one = _locked(held, by)
    if ImportState(one.state) is not ImportState.RECORDED:
        raise Problem(errors.STATE, state=STATES[ImportState(one.state)])
    withdrawn = undoing.undo(one, by=handling.as_of_now(by.user, by.post, at), at=at)
    events.note(one, Did.UNDONE, by=by, at=at)
    _to(one, ImportState.UNDONE, at)
    return withdrawn


@transaction.atomic
def fail(
    *, held: uuid.UUID, at: dt.datetime, back_to: ImportState = ImportState.FAILED, stopped: ListEvent | None = None,
) -> None:
    """A job died: nothing of its work is kept, and it can be repeated; what was recorded before stays so. ``stopped``:
    what somebody asked for whose rights ended before it was done."""
    one = Import.objects.select_for_update().filter(
        pk=held, state__in=[ImportState.RECORDING, ImportState.PREVIEWING]).first()
    if one is None:
        return
    if stopped is not None:
        events.put(one, Did.STOPPED, user=stopped.user, post=stopped.post, at=at)
    _to(one, ImportState.RECORDED if one.recorded_at else back_to, at)


def awaits(*, held: uuid.UUID, state: ImportState, by: Acting) -> bool:
    """Whether an import still waits for a job, under its lock: a job that is taken up again may have been done."""
    return ImportState(_locked(held, by).state) is state


@transaction.atomic
@decides
def mark(*, held: uuid.UUID, state: ImportState, by: Acting, at: dt.datetime) -> None:
    """Say that a job is about to read or record it, or that it is given up."""
    one = _editable(held, by, also=(ImportState.PREVIEWING,))
    if state in _MARKED:
        events.note(one, _MARKED[state], by=by, at=at)
    _to(one, state, at)


def _form(programme: str, form: str) -> Form:
    found = listing.importable(programmes.in_force(programme)).get(form)
    if found is None:
        raise Problem(errors.UNKNOWN_FORM, form=form, programme=programme)
    return found


def _locked(held: uuid.UUID, by: Acting) -> Import:
    one = Import.objects.select_related("source").select_for_update(of=("self",)).filter(
        pk=held, path__gte=by.range.lo, path__lt=by.range.hi).first()
    if one is None:
        raise Problem(errors.NOT_FOUND)
    require(by, Action.IMPORT, one.programme, one.form)
    return one


def _editable(held: uuid.UUID, by: Acting, also: tuple[ImportState, ...] = ()) -> Import:
    one = _locked(held, by)
    if ImportState(one.state) not in (*_OPEN, *also):
        raise Problem(errors.STATE, state=STATES[ImportState(one.state)])
    handling.require_handling(one, by)
    return one


def _to(one: Import, state: ImportState, at: dt.datetime) -> None:
    one.state, one.state_at = state, at
    one.save()
