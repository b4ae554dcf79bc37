"""Filing as a post does it, bound by its scope; and looking at everything afterwards."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.db import connection

from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.areas.types import subtree
from fangxian.journal import verify
from fangxian.journal.actions import record
from fangxian.journal.types import Receipt, Submission
from fangxian.kernel.ids import uuid7
from fangxian.tasks import rebuild
from tests.county import County

HOUR: Final = dt.timedelta(hours=1)
DAY: Final = dt.timedelta(days=1)
WELL: Final = {"temperature": 36.5, "symptoms": "none"}
FEVER: Final = {"temperature": 38.9, "symptoms": "fever"}
GRID, NEXT_GRID, FAR_GRID = "34102310000101", "34102310000102", "34102310120001"
TOWNSHIP, FAR_TOWNSHIP = "341023100", "341023101"
ARRIVAL: Final = {
    "name": "张三", "sex": "male", "birth_date": "1985-04-05", "nationality": "IT", "name_latin": "ZHANG SAN",
    "document_type": "passport", "document_number": "E12345678", "phone": "13812345678", "transport": "flight",
    "transport_number": "MU788", "seat": "12A",
    "arrived": "2020-03-20T08:00:00+08:00", "origin": "IT", "countries": "IT",
    "address": "郭门1号", "symptoms": "none", "frail": "no",
}


def filled(form: str, subject: uuid.UUID, answers: Mapping[str, Any], at: dt.datetime, **more: Any) -> Submission:
    """A submission that happened at an instant."""
    return Submission(id=more.pop("id", None) or uuid7(at), programme=more.pop("programme", "entry"), form=form,
                      subject=subject, happened_at=at, answers=answers, **more)


def file_as(county: County, kind: str, code: str, *submissions: Submission, at: dt.datetime) -> Receipt:
    """Record as a post, seeing no more than the post sees."""
    with working_in(Scope(subtree(county.paths[code]), ("entry", "linelist"))):
        return record(submissions, by=county.actor(kind, code), at=at)


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Everything there is, whoever may see it."""
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def tasks(subject: uuid.UUID) -> set[tuple[str, str]]:
    """(kind, state) of a subject's tasks."""
    return set(rows("SELECT kind, state FROM tasks_task WHERE subject = %s", subject))


def facts(subject: uuid.UUID) -> tuple[Any, ...]:
    """The whole row of current facts but where it lies."""
    found = rows("SELECT to_jsonb(f) - 'path' - 'subject' FROM facts_entry f WHERE subject = %s", subject)
    return found[0] if found else ()


def place(subject: uuid.UUID) -> str:
    """The path of the area a subject belongs to."""
    return str(rows("SELECT path FROM subjects_subject WHERE id = %s", subject)[0][0])


def everything_follows_from_the_journal() -> None:
    """What is stored is what the journal says, and the journal is whole."""
    with working_in(SYSTEM):
        report = rebuild.check()
        _, broken = verify.verify()
    assert report.same, report
    assert broken == []
