"""Publishing a programme folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final

from django.db import connection, transaction

from fangxian.accounts import actions as accounts
from fangxian.accounts.rules import require
from fangxian.accounts.types import Acting, Action
from fangxian.kernel import errors
from fangxian.kernel.decisions import decided_before, decides
from fangxian.kernel.findings import Finding
from fangxian.kernel.findings import errors as refusing

from . import folder, load, queries
from .mistakes import Mistakes
from .models import Version
from .types import Programme

_HELD: Final = 7_303  # the space of the locks that recordings share, as in the function ``programmes_hold``
_tables: Final[list[Callable[[Programme], None]]] = []


class NotPublished(Exception):
    """The folder has mistakes; ``findings`` names them."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(str(findings[0]))


def on_publication(make_tables: Callable[[Programme], None]) -> None:
    """Packages downstream register what a programme needs in the database before it comes into force."""
    if make_tables not in _tables:
        _tables.append(make_tables)


def against_what_stands(programme: Programme) -> list[Finding]:
    """What cannot follow on what is published: another kind of subject, another type of a fact, a link to a kind that
    nobody declares. By name, and before anything is done."""
    mistakes = Mistakes(load.FILE)
    standing = queries.all_in_force()
    before = next((one for one in standing if one.id == programme.id), None)
    if before is not None and before.subject != programme.subject:
        mistakes.add("changed_subject", column="subject", name=programme.subject, before=before.subject)
    for name, kind in queries.types_ever(programme.id).items():
        fact = programme.facts.get(name)
        if fact is not None and fact.type != kind:
            mistakes.add("changed_type", column=name, name=name, before=kind.value)
    others = [one for one in standing if one.id != programme.id]
    kinds = {one.subject for one in (programme, *others)}
    kinds |= {link.to for one in (programme, *others) for link in one.links.values() if link.make}
    for link in programme.links.values():
        if link.to not in kinds:
            mistakes.unknown("unknown_kind", link.to, sorted(kinds), column=link.kind)
    return mistakes.found


def _wait_for_recordings(programme: str) -> None:
    """Let those come first that are about to commit what they decided by the version in force: ``queries.holds``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_HELD, programme])


@decided_before()
def note_as_folded(programme: Programme) -> None:
    """Everybody a version concerns has been folded by it."""
    Version.objects.filter(programme=programme.id, version=programme.version).update(folded=True)


@decides
def publish(files: Mapping[str, bytes], *, by: Acting, at: dt.datetime) -> tuple[Programme, bool]:
    """Bring a folder into force; True when something changed.

    NotPublished when the check finds a mistake, or what is published stands against it. Problem VERSION_TAKEN when the
    same version was published with another content: a version is never changed, give the new one a number of its own.
    """
    require(by, Action.PUBLISH)
    programme, findings = load.load(files)
    if programme is None or refusing(findings):
        raise NotPublished(refusing(findings))
    there = Version.objects.filter(programme=programme.id, version=programme.version).first()
    if there is not None and there.digest != programme.digest:
        raise errors.Problem(errors.VERSION_TAKEN, version=programme.version, programme=programme.id)
    if there is not None and there.in_force:
        return programme, False
    refused = against_what_stands(programme)
    if refused:
        raise NotPublished(refused)
    for make in _tables:
        make(programme)
    with transaction.atomic():
        _wait_for_recordings(programme.id)
        superseded = Version.objects.filter(programme=programme.id, in_force=True).update(in_force=False)
        came = {"published_at": at, "published_by": by.user, "in_force": True, "folded": not superseded}
        if there is None:
            Version.objects.create(programme=programme.id, version=programme.version, digest=programme.digest,
                                   content=folder.pack(files), **came)
        else:  # what it says is not written again: nobody may
            Version.objects.filter(pk=there.pk).update(**came)
        accounts.set_permissions(programme=programme.id, rows=programme.permissions, by=by, at=at)
    return programme, True
