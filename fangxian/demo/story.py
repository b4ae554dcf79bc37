"""The people with a part to play, so that every state of the loop is there to be looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from fangxian.accounts.types import PostKind
from fangxian.kernel.clock import Calendar

from . import answers, county
from .travel import FLIGHTS, TRAINS, Route, Traveller, lone

_DAY: Final = dt.timedelta(days=1)
_HOUR: Final = dt.timedelta(hours=1)
_MINUTE: Final = dt.timedelta(minutes=1)


class Scene(NamedTuple):
    """A form about somebody, filed by such a post at a moment, outside any plan."""

    when: dt.datetime
    role: str
    form: str
    answers: Mapping[str, Any]
    by: PostKind


def cast(calendar: Calendar, at: dt.datetime) -> list[Traveller]:
    """Everybody with a role; who comes with whom shares the household. ``today`` counts back in days."""
    today = calendar.today(at)
    grids = county.grids()
    busy = county.busy()

    def came(role: str, back: int, route: Route, grid: county.InventedGrid, **more: Any) -> Traveller:
        arrived = calendar.at(today - back * _DAY, dt.time(9, 30))
        return lone(role, route, arrived, arrived + 3 * _HOUR, grid, role=role, **more)

    italy, korea, iran, singapore = FLIGHTS[0], FLIGHTS[3], FLIGHTS[4], FLIGHTS[9]
    family, couple = f"{busy.code}-7-602-family", f"{grids[40].code}-3-201-couple"
    found = [
        came("fever_today", 4, italy, busy, nation="IT", age=41, household=family),
        came("wife_today", 4, italy, busy, nation="IT", sex="female", age=38, household=family),
        came("child_today", 4, italy, busy, nation="IT", sex="female", age=9, household=family),
        came("ruled_out", 11, iran, grids[40], age=52, household=couple),
        came("couple", 11, iran, grids[40], sex="female", age=49, household=couple),
        came("confirmed", 8, korea, grids[12], nation="KR", sex="female", age=29),
        came("to_site", 9, italy, grids[77], age=33),
        came("moves_on", 5, singapore, grids[90], nation="SG", age=45),
        came("moved", 6, TRAINS[0], grids[100], sex="female", age=24),
        came("removed", 6, TRAINS[4], grids[60], age=61),
        came("neglected", 7, singapore, busy, age=30),
        came("away", 7, TRAINS[1], busy, sex="female", age=66),
        came("not home", 7, TRAINS[6], busy, age=27),
        came("blind", 3, TRAINS[7], next(grid for grid in grids if grid.code == county.blind()), age=44),
    ]
    return [*found, *_unplaced(at)]


def walk_ins(calendar: Calendar, at: dt.datetime) -> list[Traveller]:
    """Those who were on no list and were registered at the door."""
    today = calendar.today(at)
    grids = county.grids()
    return [
        lone(f"walk-in {back}", TRAINS[back % len(TRAINS)], calendar.at(today - back * _DAY, dt.time(13, 0)),
             calendar.at(today - back * _DAY, dt.time(15, 0)), grids[17 * back % len(grids)], role=f"walk_in {back}",
             age=20 + 5 * back)
        for back in (1, 3, 6, 10)]


def scenes(calendar: Calendar, at: dt.datetime, walking_in: list[Traveller]) -> list[Scene]:
    """In the order of time."""
    today = calendar.today(at)

    def on(back: int, hour: int, minute: int = 0) -> dt.datetime:
        return calendar.at(today - back * _DAY, dt.time(hour, minute))

    def result(when: dt.datetime, said: str) -> dict[str, str]:
        return {"case_result": said, "date": calendar.today(when).isoformat()}

    found = [
        Scene(on(9, 10), "to_site", "transfer", answers.TO_SITE, PostKind.COUNTY_DUTY),
        Scene(on(8, 8, 40), "ruled_out", "daily_check", {"temperature": 37.8, "symptoms": "fever cough"},
              PostKind.GRID_WORKER),
        Scene(on(8, 9, 50), "ruled_out", "transfer", answers.TO_HOSPITAL, PostKind.TOWNSHIP_DUTY),
        Scene(on(7, 15, 20), "ruled_out", "result", result(on(7, 15, 20), "ruled_out"), PostKind.CLINICIAN),
        Scene(on(7, 15, 40), "couple", "contact", {"contact_of_case": "no"}, PostKind.CLINICIAN),
        Scene(on(7, 16, 10), "ruled_out", "transfer", answers.TO_SITE, PostKind.TOWNSHIP_DUTY),
        Scene(on(6, 16), "removed", "removed", {"reason": "rerouted", "note": "改去浙江"}, PostKind.COUNTY_DUTY),
        Scene(on(1, 14, 30), "confirmed", "sample_result", {"tube": "YX0000001", "result": "positive"},
              PostKind.CLINICIAN),
        Scene(on(1, 15, 25), "confirmed", "transfer", answers.TO_HOSPITAL, PostKind.TOWNSHIP_DUTY),
        Scene(on(1, 18, 40), "confirmed", "result", result(on(1, 18, 40), "confirmed"), PostKind.CLINICIAN),
        *(Scene(one.listed, one.role, "arrival", answers.arrival(one, one.listed, walk_in="yes"), PostKind.PORT_OFFICER)
          for one in walking_in),
    ]
    return sorted(found, key=lambda scene: scene.when)


def _unplaced(at: dt.datetime) -> list[Traveller]:
    """On the last list, with addresses that fit no grid."""
    found = []
    near = [grid for grid in county.grids() if grid.township == county.busy().township]
    for number in range(5):
        arrived = at - (5 * _HOUR + 7 * number * _MINUTE)
        one = lone(f"unplaced {number}", TRAINS[number], arrived, at - 2 * _HOUR, near[3 * number],
                   role="unplaced", age=25 + 6 * number, sex="female" if number % 2 else "male")
        one.placed = False
        found.append(one)
    return found
