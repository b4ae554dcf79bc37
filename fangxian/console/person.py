"""What the page of a person shows, in words: the measure and why, the timeline, links, facts, curves."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fangxian.accounts import queries as accounts
from fangxian.accounts.rules import may
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.console import passing, table_words
from fangxian.console.asking import labelled, listed, say, subject_url
from fangxian.console.shell import label_of
from fangxian.decide import reasons
from fangxian.decide.reasons import Because, CurrentDecision, Explanation
from fangxian.dmn.explain import CellWhy, RowWhy, TableWhy
from fangxian.journal.queries import AnswerView, EntryLine
from fangxian.journal.types import EntryKind, Flag
from fangxian.kernel import identity_parts
from fangxian.programmes.types import Programme
from fangxian.subjects import queries as subjects
from fangxian.subjects.queries import FactView, SubjectIdentity, Tie

_ANSWERS: Final = 5  # of an entry, before the rest is folded
COMMANDS: Final[Mapping[str, Any]] = {
    "withdraw": gettext_lazy("Taken back"),
    "pass_on": gettext_lazy("Passed on to another area"),
    "accept": gettext_lazy("Taken over"),
    "decline": gettext_lazy("Not taken over"),
    "take_back": gettext_lazy("Passing on withdrawn"),
    "give_back": gettext_lazy("Given back to the area"),
    "acknowledge": gettext_lazy("Alert acknowledged"),
}
PARTS: Final[Mapping[str, Any]] = {
    "name": gettext_lazy("Name"),
    "name_latin": gettext_lazy("Name in Latin letters"),
    "document_type": gettext_lazy("Kind of document"),
    "document_number": gettext_lazy("Document"),
    "phone": gettext_lazy("Phone"),
    "birth_date": gettext_lazy("Date of birth"),
    "sex": gettext_lazy("Sex"),
    "nationality": gettext_lazy("Nationality"),
    "address": gettext_lazy("Address"),
    "wechat": gettext_lazy("WeChat"),
    "contact_name": gettext_lazy("Emergency contact"),
    "contact_phone": gettext_lazy("Emergency phone"),
    "external_id": gettext_lazy("External id"),
}
PURPOSES: Final[Mapping[str, Any]] = {
    "care": gettext_lazy("Care and visits"),
    "tracing": gettext_lazy("Tracing contacts"),
    "checking": gettext_lazy("Checking who it is"),
    "transfer": gettext_lazy("Transfer or handover"),
    "asked": gettext_lazy("The person asked"),
}
SEEN_FOR: Final[Mapping[str, Any]] = {
    **PURPOSES,
    "own_task": gettext_lazy("An open task of their own"),
    "fill": gettext_lazy("Filling a form"),
    "work_list": gettext_lazy("A list of tasks to act on"),
    "search": gettext_lazy("Searching by a part of the name"),
    "compared": gettext_lazy("Sending what differs from what is recorded"),
    "audit": gettext_lazy("Asking who looked at somebody"),
    "walk_in": gettext_lazy("Somebody registered at a door elsewhere has the same document"),
    "place": gettext_lazy("Placing an address"),
    "change_told": gettext_lazy("A change under a measure that one was told of"),
    "import_preview": gettext_lazy("Looking through a list before it is recorded"),
}


def measure(one: CurrentDecision, because: Because, by: Acting, *, at: dt.datetime) -> dict[str, Any]:
    """The sentence on top: measure, until when, because of which row; and what it waits for."""
    programme = because.programme
    known = programme.measures.get(one.measure or "")
    label = say(known.label) if known else _("Not decided yet")
    # until is exclusive: the day it names is the first without the measure
    last = by.calendar.last_day(one.until) if one.until else None
    until = passing.day(last, by.calendar.today(at)) if last else ""
    reason = say(because.reason) if because.reason else ""
    unknown = listed(say(reasons.label(programme, name)) for name in because.unknown)
    provisional = one.provisional or one.measure is None
    return {
        "programme": programme.id,
        "title": say(programme.title),
        "sentence": _sentence(label, until, reason),
        "state": "urgent" if one.urgent else "provisional" if provisional else "",
        "since": one.since,
        "why_url": f"#why-{programme.id}",
        "asked_at": f"{reverse('subject_why', args=[one.subject])}?programme={programme.id}",
        "provisional": _("not known yet: %(what)s") % {"what": unknown} if provisional and unknown else "",
    }


def explanation(one: CurrentDecision, why: Explanation, by: Acting, *, opened: bool) -> dict[str, Any]:
    """Every table of the chain with its deciding row, cell by cell, and the facts the decision saw.

    The table that gave the measure comes first; the others are what it builds on. What tells a part of the identity
    is masked among the facts until it is ``opened``.
    """
    programme = why.programme
    order = sorted(why.tables, key=lambda table: table is not why.measure_table)
    tables = [_table(programme, table, by) for table in order]
    facts = subjects.labelled(
        programme,
        {
            name: reasons.typed(programme.facts[name].type, value)
            for name, value in one.seen.items()
            if name in programme.facts
        },
        opened=opened,
    )
    inputs = [
        (say(programme.inputs[name].label), value) for name, value in one.seen.items() if name in programme.inputs
    ]
    return {
        "id": programme.id,
        "title": say(programme.title),
        "version": one.version,
        "at": one.decided_at,
        "table": tables[0] if tables else None,
        "others": tables[1:],
        "facts": [(say(known.fact.label), _fact(known, by)) for known in facts] + inputs,
    }


def events(
    lines: Sequence[EntryLine],
    by: Acting,
    programmes: Mapping[str, Programme],
    *,
    opened: Collection[str],
    doors: Mapping[str, int],
    notes: Mapping[uuid.UUID, str],
) -> list[dict[str, Any]]:
    """The timeline, with who did it and what became of it; the identity's parts are masked but in the programmes
    in which it is ``opened``.

    ``doors``: how many share the household of each programme's person, as in ``sharing``; ``notes``: what was written
    to a command, by its id.
    """
    now, named = _households(lines, programmes), _named_areas(lines, programmes)
    people = accounts.people({line.post for line in lines if line.post})
    users = accounts.users({line.user for line in lines if line.user})
    posts = accounts.roster().posts
    nodes = areas.nodes({post.path for line in lines if (post := posts.get(line.post or 0))})
    found = []
    for line in lines:
        held = posts.get(line.post or 0)
        person = users.get(line.user or 0) or people.get(line.post or 0)
        place = nodes[held.path].name if held and held.path in nodes else ""
        who = " ".join(
            part for part in (place, label_of(held.kind) if held else "", person.name if person else "") if part
        )
        by_whom = _("by the decision tables") if line.kind == EntryKind.DECISION else who or _("the system")
        programme = programmes.get(line.programme)
        number = doors.get(line.programme, 0)
        told = [
            _answer(one, by, programme, opened=line.programme in opened,
                    number=number if one.value == now.get(line.programme) else 0,
                    area=named.get((line.id, one.name), ""))
            for one in line.answers
        ]
        told += [notes[line.id]] if line.id in notes else []
        found.append(_event(line, by_whom, by, programme, told))
    return found


def sharing(found: Sequence[Tie], programmes: Mapping[str, Programme]) -> dict[str, int]:
    """How many people the household of a person has, itself counted, by programme."""
    others: dict[str, set[uuid.UUID]] = {name: set() for name in programmes}
    for tie in found:
        if tie.programme in others and _is_household(tie.kind, programmes[tie.programme]):
            others[tie.programme].add(tie.subject)
    return {name: len(people) + 1 for name, people in others.items()}


def _is_household(kind: str, programme: Programme | None) -> bool:
    return programme is not None and programme.names_door(kind)


def _households(lines: Sequence[EntryLine], programmes: Mapping[str, Programme]) -> dict[str, Any]:
    """The key of the household that stands now, by programme: the latest told that counts."""
    found: dict[str, Any] = {}
    for line in lines:
        for one in line.answers:
            if _is_household(one.link, programmes.get(line.programme)) and line.stands:
                found.setdefault(line.programme, one.value)
    return found


def _named_areas(lines: Sequence[EntryLine], programmes: Mapping[str, Programme]) -> dict[tuple[uuid.UUID, str], str]:
    """The names of areas that answers tell by their codes, by entry and question."""
    told = {(line.id, one.name): str(one.value) for line in lines for one in line.answers
            if _tells_place(line, one, programmes.get(line.programme))}
    nodes = areas.by_code(told.values()) if told else {}
    return {key: nodes[code].name for key, code in told.items() if code in nodes}


def _tells_place(line: EntryLine, one: AnswerView, programme: Programme | None) -> bool:
    form = programme.forms.get(line.form) if programme is not None else None
    question = form.question(one.name) if form is not None else None
    return programme is not None and question is not None and question.fact == programme.place


def _answer(
    one: AnswerView, by: Acting, programme: Programme | None, *, opened: bool, number: int, area: str = "",
) -> str:
    """Question and answer: an instant in local time, an area by its name, a household by its size and not by its key.
    """
    said = area or (passing.instant(one.at, by.calendar) if one.at else say(one.text))
    if _is_household(one.link, programme):
        said = ngettext("%(n)d person", "%(n)d people", number) % {"n": number} if number else _("another household")
    elif one.identity and not opened:
        said = identity_parts.masked(one.identity, said)
    return labelled(say(one.label), said)


def links(
    found: Sequence[Tie], by: Acting, programmes: Mapping[str, Programme], most: int | None,
    naming: Callable[[Collection[SubjectIdentity]], Collection[uuid.UUID]] = lambda people: (),
) -> list[dict[str, Any]]:
    """Who shares a household or journey with the person or is linked to it, by kind and direction; masked, but for
    those of them whom ``naming`` allows to name.

    At most ``most`` of each: an aeroplane has hundreds.
    """
    grouped: dict[str, dict[uuid.UUID, None]] = {}
    for tie in found:
        programme = programmes.get(tie.programme)
        if programme is not None and tie.kind in programme.links:
            grouped.setdefault(_called(tie, programme), {})[tie.subject] = None
    shown = {label: list(tied)[:most] for label, tied in grouped.items()}
    people = subjects.identities({one for some in shown.values() for one in some}, by.range)
    named = naming(people.values())
    return [
        {
            "label": label,
            "people": [linked(people[one], named=one in named) for one in some if one in people],
            "count": len(grouped[label]),
            "more": len(grouped[label]) > len(some),
        }
        for label, some in shown.items()
    ]


def linked(person: SubjectIdentity, *, named: bool = False) -> dict[str, str]:
    """Somebody on another's page: the name, masked unless they may be named, and the way there."""
    name = (named and person.name) or person.masked_name
    return {"name": name or _("Name not known"), "url": subject_url(person.id)}


def _called(tie: Tie, programme: Programme) -> str:
    kind = programme.links[tie.kind]
    return say(kind.back if tie.back and kind.back else kind.label)


def identity_rows(person: SubjectIdentity, programmes: Iterable[Programme], *, shown: bool) -> list[dict[str, str]]:
    """The identity part by part, masked unless it is shown."""
    values = {part: str(value) for part, value in person.parts.items()} if shown else subjects.masked(person)
    if shown and values.get("birth_date"):
        values["birth_date"] = date_format(dt.date.fromisoformat(values["birth_date"]), "DATE_FORMAT")
    labels = _choice_labels(programmes)
    return [
        {"label": str(PARTS.get(part, part)), "value": labels.get((part, value), value)}
        for part, value in sorted(values.items(), key=_by_part)
        if value and part != "mrz"
    ]


def looks(subject: uuid.UUID) -> list[dict[str, Any]]:
    """Who looked at this record, as who, and for what."""
    lines = accounts.looked_at(subject, limit=20)
    nodes = areas.nodes({line.path for line in lines if line.path})
    return [
        {
            "at": line.at,
            "who": line.who,
            "post": label_of(line.kind) if line.kind else "",
            "place": nodes[line.path].name if line.path in nodes else "",
            "purpose": str(SEEN_FOR.get(line.purpose, line.purpose)),
        }
        for line in lines
    ]


def curves(lines: Sequence[EntryLine], by: Acting, programmes: Mapping[str, Programme]) -> list[dict[str, Any]]:
    """A curve for every measured fact that was told more than once: the temperature, day by day."""
    found = []
    for programme in programmes.values():
        measured = {fact.name: fact for fact in programme.facts.values() if fact.unit and fact.derivation is None}
        for name, fact in measured.items():
            points = _points(lines, programme, name, by)
            if len(points) > 1:
                found.append(
                    {
                        "id": f"chart-{programme.id}-{name}",
                        "title": say(fact.label),
                        "now": f"{points[-1][1]:g} {fact.unit}",
                        "points": points,
                        "data": {
                            "labels": [label for label, _value in points],
                            "values": [value for _label, value in points],
                            "unit": f" {fact.unit}",
                            "least": math.floor(min(value for _label, value in points)) - 1,
                        },
                    }
                )
    return found


def _sentence(label: str, until: str, reason: str) -> str:
    words = {"measure": label, "until": until, "reason": reason}
    if until and reason:
        return _("%(measure)s up to and including %(until)s, because: %(reason)s") % words
    if until:
        return _("%(measure)s up to and including %(until)s") % words
    return _("%(measure)s, because: %(reason)s") % words if reason else label


def _fact(known: FactView, by: Acting) -> str:
    return passing.instant(known.value, by.calendar) if isinstance(known.value, dt.datetime) else say(known.text)


def _table(programme: Programme, table: TableWhy, by: Acting) -> dict[str, Any]:
    row = table.deciding
    until, called = programme.decision.until if programme.decision else "", table_words.labels(programme)
    return {
        "label": say(table.label),
        "row": row.number if row else "",
        "reason": say(row.reason) if row and row.reason else "",
        "outputs": [
            _until(value, by) if name == until and isinstance(value, dt.date) else
            (say(called[name]), table_words.value(value, programme, name, by.calendar.zone))
            for name, value in table.outputs.items() if name != until or value is not None
        ],
        "cells": [_cell(programme, cell, by) for cell in row.cells if cell.text.strip() != "-"] if row else [],
        "missing": listed(say(reasons.label(programme, name)) for name in table.missing),
        "near": [_near(programme, one) for one in table.rows if not one.decided and one.failed == 1][:3],
    }


def _until(value: dt.date, by: Acting) -> tuple[str, str]:
    """The last day of a measure, as its sentence says it: the instant (or the day) itself is the first without."""
    last = by.calendar.last_day(value) if isinstance(value, dt.datetime) else value - dt.timedelta(days=1)
    return _("up to and including"), date_format(last, "DATE_FORMAT")


def _cell(programme: Programme, cell: CellWhy, by: Acting) -> dict[str, Any]:
    return {
        "label": say(reasons.label(programme, cell.input)),
        "value": table_words.value(cell.value, programme, cell.input, by.calendar.zone),
        "test": table_words.cell(cell.text, programme, cell.input),
    }


def _near(programme: Programme, row: RowWhy) -> dict[str, str]:
    failed = next(cell for cell in row.cells if not cell.held)
    test = table_words.cell(failed.text, programme, failed.input)
    return {"row": row.number, "label": say(reasons.label(programme, failed.input)), "test": test}


def _event(line: EntryLine, who: str, by: Acting, programme: Programme | None, told: list[str]) -> dict[str, Any]:
    marks = [
        mark
        for mark, holds in (
            (_("withdrawn"), line.withdrawn),
            (_("corrected by a later entry"), line.replaced),
            (_("corrects an earlier entry"), line.replaces is not None and line.kind == EntryKind.SUBMISSION),
            (_("came in late"), line.late and line.source != "system"),
            (_("dated ahead when it was filed; it does not count"), line.flag == Flag.FUTURE),
        )
        if holds
    ]
    correctable = (
        line.kind == EntryKind.SUBMISSION
        and programme is not None
        and line.form in programme.forms
        and line.stands
        and may(by, Action.CORRECT, programme.id, line.form)
    )
    query = f"?subject={line.subject}&corrects={line.id}"
    return {
        "id": line.id,
        "at": line.happened_at,
        "title": _title(line, programme),
        "detail": " · ".join(told[:_ANSWERS]),
        "rest": " · ".join(told[_ANSWERS:]),
        "by": who,
        "icon": {EntryKind.DECISION: "decision", EntryKind.COMMAND: "transfer"}.get(EntryKind(line.kind), "submission"),
        "marks": marks,
        "gone": not line.stands,
        "hidden": line.hidden,
        "correct_url": reverse("fill", args=[line.programme, line.form]) + query if correctable else "",
    }


def _title(line: EntryLine, programme: Programme | None) -> str:
    if line.kind == EntryKind.DECISION:
        measure_of = programme.decision.measure if programme and programme.decision else ""
        name = line.body.get("outputs", {}).get(measure_of)
        known = programme.measures.get(name) if programme and name else None
        return _("Decided: %(measure)s") % {"measure": say(known.label) if known else _("not decided yet")}
    if line.kind == EntryKind.COMMAND:
        department = line.body.get("department")
        if department and line.form == "pass_on":
            return _("Passed on to %(department)s") % {"department": department}
        return str(COMMANDS.get(line.form, line.form))
    return say(line.title)


def _points(lines: Sequence[EntryLine], programme: Programme, fact: str, by: Acting) -> list[tuple[str, float]]:
    found = []
    for line in reversed(lines):
        form = programme.forms.get(line.form) if line.programme == programme.id else None
        if form is None or not line.stands or line.flag:
            continue
        for question in form.questions:
            value = line.body.get(question.name)
            if question.fact == fact and isinstance(value, int | float):
                local = by.calendar.local(line.happened_at)
                found.append((f"{passing.day(local.date(), local.date())} {local:%H:%M}", float(value)))
    return found


def _choice_labels(programmes: Iterable[Programme]) -> dict[tuple[str, str], str]:
    return {
        (question.identity, one.name): say(one.label)
        for programme in programmes
        for form in programme.forms.values()
        for question in form.questions
        if question.identity
        for one in question.choices or ()
    }


def _by_part(pair: tuple[str, str]) -> int:
    order = list(PARTS)
    return order.index(pair[0]) if pair[0] in PARTS else len(order)
