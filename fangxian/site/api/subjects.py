"""One subject: what is known and decided, and what was recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from fangxian.accounts.types import Acting
from fangxian.decide import reasons
from fangxian.decide.reasons import CurrentDecision
from fangxian.journal import queries as journal
from fangxian.journal.queries import AnswerView, EntryLine, Key
from fangxian.kernel import errors, identity_parts
from fangxian.kernel.errors import Problem
from fangxian.programmes.types import Programme
from fangxian.subjects import queries as subjects
from fangxian.subjects.queries import SubjectIdentity

from .asking import area_at, say, seeing, seen, works_with
from .schemas import PAGE, After, AreaSchema, Limit, key, read_key

router = Router(tags=["subjects"])


class FactItem(Schema):
    name: str
    label: str
    text: str
    privacy: str


class DecisionItem(Schema):
    """What is decided, by which version and rows of its tables, and the reason as the table words it."""

    version: str
    measure: str | None
    label: str
    until: dt.datetime | None
    since: dt.datetime
    stage: str | None
    urgent: bool
    managed: bool
    provisional: bool
    reason: str
    missing: list[str]


class InProgramme(Schema):
    programme: str
    facts: list[FactItem]
    decision: DecisionItem | None


class SubjectPage(Schema):
    """``identity`` is masked: name, phone, document and address by part, as far as they were told."""

    id: UUID
    kind: str
    drill: bool
    area: AreaSchema | None
    identity: dict[str, str]
    identity_gone: bool
    identity_closed: str
    programmes: list[InProgramme]


class Said(Schema):
    name: str
    label: str
    text: str


class EntrySchema(Schema):
    """An entry. ``hidden``: there are answers in it that are not shown here."""

    id: UUID
    kind: str
    programme: str
    form: str
    form_version: str
    title: str
    happened_at: dt.datetime
    received_at: dt.datetime
    late: bool
    withdrawn: bool
    replaced: bool
    replaces: UUID | None
    task: UUID | None
    answers: list[Said]
    hidden: bool


class Timeline(Schema):
    """The latest first; ``next`` is the ``after`` of the next page, empty at the end."""

    items: list[EntrySchema]
    next: str


@router.get("/subjects/{uuid:subject}", response=SubjectPage, operation_id="subject",
            summary="Facts, decisions with their reason, masked identity")
def subject(request: HttpRequest, subject: UUID) -> SubjectPage:
    by = seeing(request)
    person = _person(by, subject)
    shown = seen(by)
    decided = reasons.current([subject], list(shown))
    found = [_in_programme(by, one, subject, decided.get((subject, one.id))) for one in shown.values()]
    return SubjectPage(
        id=person.id, kind=person.kind, drill=person.drill, area=area_at(person.path), identity=subjects.masked(person),
        identity_gone=person.gone, identity_closed=say(person.closed.sentence) if person.closed else "",
        programmes=[one for one in found if one.facts or one.decision])


@router.get("/subjects/{uuid:subject}/timeline", response=Timeline, operation_id="timeline",
            summary="What was recorded, the latest first; personal answers stay closed")
def timeline(request: HttpRequest, subject: UUID, after: After = "", limit: Limit = PAGE) -> Timeline:
    by = seeing(request)
    _person(by, subject)
    shown = seen(by)
    beyond = read_key(after)
    lines = journal.timeline(subject, list(shown), before=Key(*beyond) if beyond else None, limit=limit + 1)
    open_in = {programme: works_with(by, programme) for programme in shown}
    last = lines[limit - 1].key if len(lines) > limit else None
    items = [_recorded(line, shown[line.programme], open_in) for line in lines[:limit]]
    return Timeline(items=items, next=key(*last) if last else "")


def _person(by: Acting, subject: UUID) -> SubjectIdentity:
    found = subjects.identities([subject], by.range).get(subject)
    if found is None:
        raise Problem(errors.NOT_FOUND)
    return found


def _in_programme(by: Acting, one: Programme, subject: UUID, decided: CurrentDecision | None) -> InProgramme:
    values = subjects.facts(one, subject)
    known = subjects.labelled(one, values, sensitive=works_with(by, one.id), opened=False)
    facts = [FactItem(name=item.fact.name, label=say(item.fact.label), text=say(item.text),
                      privacy=item.fact.privacy.value) for item in known]
    return InProgramme(programme=one.id, facts=facts, decision=decided and _decision(one, decided))


def _decision(one: Programme, decided: CurrentDecision) -> DecisionItem:
    measure = one.measures.get(decided.measure or "")
    because = reasons.because(decided)
    return DecisionItem(
        version=decided.version, measure=decided.measure, label=say(measure.label) if measure else "",
        until=decided.until, since=decided.since, stage=decided.stage, urgent=decided.urgent, managed=decided.managed,
        provisional=decided.provisional, reason=say(because.reason) if because.reason else "",
        missing=[say(reasons.label(one, name)) for name in decided.missing])


def _recorded(line: EntryLine, programme: Programme, open_in: Mapping[str, bool]) -> EntrySchema:
    """The key of a household names the door, so that it stays closed with what is personal."""
    told = [one for one in line.answers if open_in[line.programme] and not programme.names_door(one.link)]
    return EntrySchema(
        id=line.id, kind=line.kind, programme=line.programme, form=line.form, form_version=line.form_version,
        title=say(line.title), happened_at=line.happened_at, received_at=line.received_at, late=line.late,
        withdrawn=line.withdrawn, replaced=line.replaced, replaces=line.replaces, task=line.task,
        answers=[Said(name=one.name, label=say(one.label), text=_masked(one)) for one in told],
        hidden=bool(line.hidden) or len(told) < len(line.answers))


def _masked(one: AnswerView) -> str:
    return identity_parts.masked(one.identity, say(one.text)) if one.identity else say(one.text)
