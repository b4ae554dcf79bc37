"""Programmes that fail to run: kept by name for the administrator, and told to the counties."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final, NamedTuple

from django.db import connection

from fangxian.accounts.scope import everywhere
from fangxian.areas.types import Tier
from fangxian.kernel.ids import derived

from . import alerts, places
from .types import Cause

_AGAIN: Final = """
INSERT INTO tasks_failure (programme, version, what, first_at, last_at)
SELECT %(programme)s, v.version, %(what)s, %(at)s, %(at)s FROM programmes_version v
WHERE v.programme = %(programme)s AND v.in_force
ON CONFLICT (programme, version, what) DO UPDATE SET last_at = excluded.last_at
"""
_STANDING: Final = """
SELECT f.programme, f.version, f.what, f.first_at, f.last_at FROM tasks_failure f
JOIN programmes_version v ON v.programme = f.programme AND v.version = f.version AND v.in_force ORDER BY f.last_at DESC
"""
_LINES: Final = uuid.UUID("a1c7c1de-4c1c-4f0e-9d55-7f1d7c0a2b31")


class StandingFailure(NamedTuple):
    """A failure of a version that is in force."""

    programme: str
    version: str
    what: str
    first_at: dt.datetime
    last_at: dt.datetime


def tell(programme: str, what: str, at: dt.datetime) -> None:
    """Keep it, and tell each county once a day."""
    with everywhere(), connection.cursor() as cursor:
        cursor.execute(_AGAIN, {"programme": programme, "what": what[:120], "at": at})
    rows = [
        alerts.NewAlert(
            derived(_LINES, programme, path, calendar.operational_day(at)), programme, Cause.BROKEN.value, "programme",
            0, calendar.operational_day(at), path, Tier.COUNTY.value, None, None, 1, at, None, None, drill=False)
        for path, calendar in places.staffed_counties(at).items()
    ]
    alerts.write(rows, again=False)


def standing() -> list[StandingFailure]:
    """What failed of the versions now in force, the last first."""
    with everywhere(), connection.cursor() as cursor:
        cursor.execute(_STANDING)
        return [StandingFailure(*row) for row in cursor.fetchall()]
