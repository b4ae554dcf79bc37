"""Published programmes, loaded once a process and version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from fangxian.areas.statements import rows
from fangxian.kernel import errors
from fangxian.kernel.findings import Finding
from fangxian.kernel.identifiers import phones
from fangxian.kernel.identity_parts import PHONES
from fangxian.kernel.once import once
from fangxian.kernel.text import Text
from fangxian.kernel.values import ValueType

from . import folder, load
from .forms import Form
from .forms.types import AnswerFault, Validated
from .types import Programme

_IN_FORCE: Final = (
    "SELECT programme, version, digest FROM programmes_version v WHERE in_force"
    " ORDER BY (SELECT min(f.id) FROM programmes_version f WHERE f.programme = v.programme)")
SUPERSEDED_IS_TAKEN_FOR: Final = dt.timedelta(days=30)
_NO_PHONE: Final = Text(
    "This is no phone number. Ask for it and enter it, abroad with + and country code.",
    "这不是电话号码。请核实后填写，境外号码前加“+”和国家代码。")


def in_force(programme: str) -> Programme:
    """The version in force. Problem NOTHING_PUBLISHED without one."""
    found = rows("SELECT version, digest FROM programmes_version WHERE programme = %s AND in_force", [programme])
    if not found:
        raise errors.Problem(errors.NOTHING_PUBLISHED, programme=programme)
    return _loaded(programme, *found[0])


def holds(programme: Programme) -> bool:
    """Whether a version is in force still, and so until the transaction ends: whoever publishes another one waits.
    Asked last before the commit, so that nobody waits for long; what was done by a superseded one is to be done again.
    """
    return bool(rows("SELECT programmes_hold(%s::text, %s::text)", [programme.id, programme.version])[0][0])


def to_fold() -> set[str]:
    """The programmes whose facts are to be folded anew by the version in force."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT programme FROM programmes_version WHERE in_force AND NOT folded")
        return {programme for programme, in cursor.fetchall()}


@once
def all_in_force() -> list[Programme]:
    """Every programme that is published and loads: one that does not stands in nobody else's way.

    In the order in which the county first published them, so that a new one comes last on every page.
    """
    found = []
    for row in rows(_IN_FORCE):
        try:
            found.append(_loaded(*row))
        except errors.Problem as problem:
            if problem.kind is not errors.DOES_NOT_RUN:
                raise
    return found


def types_ever(programme: str) -> dict[str, ValueType]:
    """The type of every fact any published version of a programme declared."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version, digest FROM programmes_version WHERE programme = %s ORDER BY published_at", [programme])
        published_ever = cursor.fetchall()
    types: dict[str, ValueType] = {}
    for number, digest in published_ever:
        try:
            facts = _loaded(programme, number, digest).facts
        except errors.Problem:
            continue  # a version that no longer loads says nothing
        types |= {name: fact.type for name, fact in facts.items()}
    return types


@once
def version(programme: str, number: str) -> Programme:
    """One published version; kept in memory, for it never changes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest FROM programmes_version WHERE programme = %s AND version = %s", [programme, number]
        )
        row = cursor.fetchone()
    if row is None:
        raise errors.Problem(errors.NOTHING_PUBLISHED, programme=programme)
    return _loaded(programme, number, row[0])


def taken(programme: Programme, number: str, at: dt.datetime) -> Programme | None:
    """The version of a programme under which something was filled in, the one in force without a number; None when it
    is too old to be taken."""
    if not number or number == programme.version:
        return programme
    return still_taken(programme.id, number, at - SUPERSEDED_IS_TAKEN_FOR)


def still_taken(programme: str, number: str, since: dt.datetime) -> Programme | None:
    """A version that a device may still hold: in force at some moment after ``since``; None when it is too old."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM programmes_version v WHERE programme = %s AND version = %s AND NOT EXISTS (SELECT 1 FROM"
            " programmes_version n WHERE n.programme = v.programme AND n.published_at > v.published_at"
            " AND n.published_at < %s)",
            [programme, number, since],
        )
        known = cursor.fetchone()
    return version(programme, number) if known else None


def validated(form: Form, raw: Mapping[str, object], *, happened_at: dt.datetime, tz: ZoneInfo) -> Validated:
    """The answers as a form takes them, and no phone that nobody can be reached by: lists take none either."""
    found = form.validate(raw, happened_at=happened_at, tz=tz)
    faults = [AnswerFault(question.name, "constraint", _NO_PHONE) for question in form.questions
              if question.identity in PHONES and _unreachable(found.answers.get(question.name))]
    return replace(found, faults=(*found.faults, *faults)) if faults else found


def _unreachable(told: Any) -> bool:
    return told is not None and not phones.can_be_dialled(str(told), region=settings.COUNTRY)


@lru_cache(maxsize=64)
def _loaded(programme: str, number: str, digest: str) -> Programme:
    loaded, found = load.load(folder.unpack(_content(programme, number)), published=True)
    if loaded is None:
        raise errors.Problem(errors.DOES_NOT_RUN, programme=programme) from RuntimeError(str(found[0]))
    return loaded


@dataclass(frozen=True, slots=True)
class Published:
    """A published version as a list shows it; ``by`` is the user's id, None for the command line."""

    programme: str
    version: str
    at: dt.datetime
    by: int | None
    in_force: bool


def published() -> list[Published]:
    """Every published version, by programme, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT programme, version, published_at, published_by, in_force FROM programmes_version"
            " ORDER BY programme, published_at DESC, id DESC"
        )
        return [Published(*row) for row in cursor.fetchall()]


def findings(programme: str, number: str) -> tuple[Finding, ...]:
    """What the whole check says of a published version: warnings, or errors of a check that has become stricter."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest FROM programmes_version WHERE programme = %s AND version = %s", [programme, number]
        )
        row = cursor.fetchone()
    if row is None:
        raise errors.Problem(errors.NOTHING_PUBLISHED, programme=programme)
    return _checked(programme, number, row[0])


@lru_cache(maxsize=16)
def _checked(programme: str, number: str, digest: str) -> tuple[Finding, ...]:
    return tuple(load.load(folder.unpack(_content(programme, number)))[1])


def _content(programme: str, number: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT content FROM programmes_version WHERE programme = %s AND version = %s", [programme, number]
        )
        return bytes(cursor.fetchone()[0])
