"""Somebody signed in on a simulated morning, for the pages of people and tasks."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django.db import connection
from django.test import Client

from fangxian.accounts.models import User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.kernel.ids import uuid7
from tests.county import MORNING, County

HOUR: Final = dt.timedelta(hours=1)
GRID: Final = "34102310000101"
OTHER_GRID: Final = "34102310000102"
FAR_GRID: Final = "34102310120001"
ARRIVAL: Final = {
    "name": "张三",
    "sex": "male",
    "birth_date": "1985-04-05",
    "nationality": "IT",
    "name_latin": "ZHANG SAN",
    "document_type": "passport",
    "document_number": "E12345678",
    "phone": "13812345678",
    "transport": "flight",
    "transport_number": "MU788",
    "seat": "12A",
    "arrived": "2020-03-20T08:00:00+08:00",
    "origin": "IT",
    "countries": "IT",
    "address": "郭门1号2单元301",
    "household": "郭门1-2-301",
    "symptoms": "none",
    "frail": "no",
}


def signed_in(county: County, kind: str, code: str, language: str = "en") -> Client:
    """A browser in which somebody of a kind at an area is signed in."""
    client = Client(headers={"Accept-Language": language})
    client.force_login(User.objects.get(pk=county.users[kind, code]))
    return client


def registered(county: County, at: dt.datetime = MORNING, **answers: Any) -> uuid.UUID:
    """Somebody who arrived and is registered in the first grid."""
    subject = county.arrive(at - HOUR / 2, arrived=(at - HOUR).isoformat())
    number = f"E{subject.int % 10**8:08d}"
    told = {**ARRIVAL, "document_number": number, "arrived": (at - HOUR).isoformat(), **answers}
    receipt = county.send("arrival", subject, told, at)
    assert not receipt.refused, receipt.refused
    return subject


def task_of(subject: uuid.UUID, kind: str) -> tuple[uuid.UUID, str]:
    """A task's id and state."""
    row = rows("SELECT id, state FROM tasks_task WHERE subject = %s AND kind = %s ORDER BY due LIMIT 1", subject, kind)[
        0
    ]
    return row[0], row[1]


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Read with everything in sight."""
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def client_id(at: dt.datetime = MORNING) -> str:
    """As the outbox makes them."""
    return str(uuid7(at))
