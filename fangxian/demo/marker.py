"""Whether a database holds a demo, told by two commands in its journal: where it began, and that it is whole."""

from __future__ import annotations

import datetime as dt
import json
from enum import StrEnum
from typing import Final

from django.db import connection, connections

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal.actions import order
from fangxian.journal.types import Actor, Order

from .hours import Played

_BEGUN: Final = "demo_begun"
_LOADED: Final = "demo_loaded"


class DemoState(StrEnum):
    """``half``: it was interrupted; ``other``: there is a county, and it is none of ours."""

    EMPTY = "empty"
    HALF = "half"
    LOADED = "loaded"
    OTHER = "other"


def state() -> DemoState:
    """What the database holds."""
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT form FROM journal_entry WHERE kind = 'command' AND form = ANY(%s)", [[_BEGUN, _LOADED]])
        found = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT EXISTS (SELECT FROM areas_area)")
        county = cursor.fetchone()[0]
    if _BEGUN not in found:
        return DemoState.OTHER if county else DemoState.EMPTY
    return DemoState.LOADED if _LOADED in found else DemoState.HALF


def begin(path: str, at: dt.datetime) -> None:
    """From here on it is a demo."""
    order(Order(_BEGUN, path, {}), by=Actor(path=path, source="demo"), at=at)


def finish(path: str, played: Played) -> None:
    """It is whole; up to when it was played and how its clock goes stays with it."""
    told = {"ahead": round(played.ahead.total_seconds())}
    with working_in(SYSTEM):
        order(Order(_LOADED, path, told), by=Actor(path=path, source="demo"), at=played.at)


def played() -> Played:
    """What ``finish`` was told. The database holds a whole demo."""
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT happened_at, body FROM journal_entry WHERE kind = 'command' AND form = %s", [_LOADED])
        at, body = cursor.fetchone()
    return Played(at, dt.timedelta(seconds=json.loads(body).get("ahead", 0)))


def wipe() -> None:
    """Throw every table of the database away, as its owner; what is prepared next makes them anew."""
    connection.close()
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO fangxian_app")
