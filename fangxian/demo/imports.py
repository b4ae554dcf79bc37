"""Lists that are in the county's hands: one recorded whose later version waits with its difference, one with doubts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Final, NamedTuple

from fangxian.accounts import queries as accounts
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.capture import actions as capture
from fangxian.capture.tabular.types import Refusal
from fangxian.kernel.clock import Calendar

from . import lists
from .people import InventedPerson
from .staff import Staff
from .travel import Traveller, on_lists_of_today

MORNING, UPDATED, EVENING = "铁路预到站旅客.csv", "铁路预到站旅客_更新.csv", "机场入境人员名单_晚班.xlsx"
_RAILWAY: Final = "铁路预报名单"
_AIRPORT: Final = "机场预报名单"
_LEFT_OUT: Final = (4, 9)  # lines of the first version that the later one has no more
_AT_FIRST: Final = 20


class RefusedList(Exception):
    """The import took no list of what the demo made up."""


class Desk(NamedTuple):
    """Where lists come in, and all that they are made of."""

    crew: Staff
    calendar: Calendar
    today: dt.date
    residents: Sequence[InventedPerson]
    arrived: Sequence[Traveller]


def record_first(desk: Desk, at: dt.datetime) -> None:
    """The railway's forecast of the day, in its first version."""
    first = _read(desk, "xian", MORNING, lists.railway(_forecast(desk)[:_AT_FIRST], desk.calendar), _RAILWAY, at)
    by = _acting(desk, "xian", at)
    with working_in(Scope.of(by)):
        capture.confirm(held=first, seen=0, by=by, at=at)


def leave_waiting(desk: Desk, at: dt.datetime) -> None:
    """The forecast's later version, and a list from an airport with people who may be somebody known."""
    later = [one for place, one in enumerate(_forecast(desk)) if place not in _LEFT_OUT]
    _read(desk, "xian", UPDATED, lists.railway(later, desk.calendar), _RAILWAY, at)
    abroad = on_lists_of_today(26, desk.calendar, desk.today, desk.residents, by_air=True, name="evening")
    lists.mix_in(abroad, [one for one in desk.arrived if one.by_air][-30::9], desk.residents)
    _read(desk, "kouan", EVENING, lists.airport(abroad, desk.calendar, desk.today), _AIRPORT, at)


def _forecast(desk: Desk) -> list[Traveller]:
    return on_lists_of_today(24, desk.calendar, desk.today, desk.residents, by_air=False, name="forecast")


def _read(desk: Desk, username: str, name: str, data: bytes, source: str, at: dt.datetime) -> uuid.UUID:
    """Taken in and previewed."""
    by = _acting(desk, username, at)
    with working_in(Scope.of(by)):
        held = capture.receive(data=data, file_name=name, programme="entry", form="listed", source=source, by=by, at=at)
        if isinstance(held, Refusal):
            raise RefusedList(f"{name}: {held}")
        refusal = capture.preview(held=held.pk, by=by, at=at)
        if refusal is not None:
            raise RefusedList(f"{name}: {refusal}")
    return held.pk


def _acting(desk: Desk, username: str, at: dt.datetime) -> Acting:
    by = accounts.acting_as(desk.crew.users[username], desk.crew.posts[username], at)
    assert by is not None, f"{username} is at work"
    return by
