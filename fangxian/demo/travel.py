"""Invented travellers: who arrives when, from where and how, by a curve over the days."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from fangxian.kernel.clock import Calendar

from . import county, names, papers
from .chance import chosen, fraction, weighted, whole
from .people import InventedPerson, subject_of

DAYS: Final = 14
_CURVE: Final = (58, 34, 40, 44, 52, 60, 66, 72, 76, 74, 68, 60, 54, 48, 40)  # the first brings those before along
AIR: Final = 0.4
_AGES: Final = ((19, 62), (19, 58), (3, 17), (66, 84))  # who travels, a partner, a child, a parent


class Route(NamedTuple):
    """A flight or train, where it began and when it arrives (local hour)."""

    number: str
    origin: str
    through: tuple[str, ...]
    hour: int
    weight: float
    nations: tuple[tuple[str, float], ...]


def _routes(kind: str) -> tuple[Route, ...]:
    with Path(__file__).with_name("routes.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(_route(row) for row in csv.DictReader(lines) if row["kind"] == kind)


def _route(row: dict[str, str]) -> Route:
    nations = tuple((nation, float(weight)) for nation, _, weight in
                    (part.partition(":") for part in row["nations"].split()))
    through = tuple(row["through"].split())
    return Route(row["number"], row["origin"], through, int(row["hour"]), float(row["weight"]), nations)


FLIGHTS: Final = _routes("flight")
TRAINS: Final = _routes("train")


@dataclass(slots=True)
class Traveller:
    """A person on a journey. ``role`` is their part in the story, empty for most."""

    person: InventedPerson
    route: Route
    arrived: dt.datetime
    listed: dt.datetime
    by_air: bool
    seat: str
    known: bool
    frail: bool = False
    role: str = ""
    placed: bool = True
    registered: dt.datetime | None = None


def travellers(count: int, calendar: Calendar, today: dt.date, known: Sequence[InventedPerson]) -> list[Traveller]:
    """So many, in the order of their arrival; some of them residents who come back, some in families."""
    found: list[Traveller] = []
    for back, share in zip(range(DAYS, -1, -1), _CURVE, strict=True):
        wanted = round(count * share / sum(_CURVE))
        day = today - dt.timedelta(days=back)
        group = 0
        begun = len(found)
        while len(found) - begun < wanted:
            members = _group(100_000 + len(found), f"{back}/{group}", day, back, calendar, known)
            found += members[:wanted - (len(found) - begun)]
            group += 1
    return found


def on_lists_of_today(count: int, calendar: Calendar, today: dt.date, known: Sequence[InventedPerson], *, by_air: bool,
                      name: str) -> list[Traveller]:
    """Travellers who are on no list yet: for the files to try the import with."""
    found: list[Traveller] = []
    first = 300_000 + whole(0, 90, "list", name) * 1000
    while len(found) < count:
        found += _group(first + len(found), f"{name}/{len(found)}", today, 0, calendar, known, by_air=by_air)
    return found[:count]


def lone(name: str, route: Route, arrived: dt.datetime, listed: dt.datetime, grid: county.InventedGrid, *, role: str,
         nation: str = "CN", sex: str = "male", age: int = 35, household: str = "") -> Traveller:
    """One with a part in the story; ``name`` says which."""
    number = 900_000 + whole(0, 89_999, "lone", name)
    person = _stranger(number, nation, sex, age, arrived.date(), grid, household or f"{grid.code}-9-{number}", 0)
    return Traveller(person, route, arrived, listed, route in FLIGHTS, _seat(number, route), known=False, role=role)


def _group(first: int, key: str, day: dt.date, back: int, calendar: Calendar, known: Sequence[InventedPerson], *,
           by_air: bool | None = None) -> list[Traveller]:
    by_air = fraction("air", key) < AIR if by_air is None else by_air
    route = weighted([(route, route.weight) for route in (FLIGHTS if by_air else TRAINS)], "route", key)
    if back == DAYS:  # the first list names who came in the days before, too
        day -= dt.timedelta(days=whole(0, 2, "before", key))
    arrived = calendar.at(day, dt.time(route.hour, whole(0, 11, "minute", route.number, day) * 5))
    listed = _listed(arrived, by_air=by_air, calendar=calendar)
    size = 1 if fraction("alone", key) < 0.84 else whole(2, 4, "family", key)
    people = _people(first, key, size, route, day, known, by_air=by_air)
    return [
        Traveller(person, route, arrived, listed, by_air, _seat(first + place, route), known=resident,
                  frail=fraction("frail", key, place) < 0.03, placed=fraction("placed", key) > 0.025)
        for place, (person, resident) in enumerate(people)]


def _people(first: int, key: str, size: int, route: Route, day: dt.date, known: Sequence[InventedPerson], *,
            by_air: bool) -> list[tuple[InventedPerson, bool]]:
    nation = weighted(route.nations, "nation", key)
    if nation == "CN" and known and fraction("resident", key) < (0.25 if by_air else 0.55):
        return [(_returning(known[int(fraction("who", key) * len(known))], key, by_air=by_air), True)]
    grid = weighted([(grid, grid.weight) for grid in county.grids()], "grid", key)
    household = f"{grid.code}-t{key.replace('/', '-')}"
    ages = [whole(low, high, "age", place, key) for place, (low, high) in enumerate(_AGES)]
    sexes = ("male" if fraction("sex", key) < 0.55 else "female", "female", "male", "female")
    return [(_stranger(first + place, nation, sexes[place], ages[place], day, grid, household,
                       whole(0, 99, "surname", key)), False) for place in range(size)]


def _returning(person: InventedPerson, key: str, *, by_air: bool) -> InventedPerson:
    """A resident who comes back; from abroad with a passport."""
    if not by_air:
        return person
    return replace(person, document_kind="passport", document=papers.document("CN", key))


def _stranger(number: int, nation: str, sex: str, age: int, day: dt.date, grid: county.InventedGrid, household: str,
              surname: int) -> InventedPerson:
    born = day - dt.timedelta(days=age * 365 + age // 4 + 1 + whole(0, 364, "born", number))
    of = "male" if sex == "male" else "female"
    pool = names.NATIONS.get(nation)
    name = (names.foreign(nation, of, number, surname=surname % len(pool.surnames)) if pool
            else names.chinese(of, number, surname=names.SURNAMES[surname % len(names.SURNAMES)]))
    building = whole(1, 18, "building", household)
    door = whole(1, 6, "floor", household) * 100 + whole(1, 4, "flat", household)
    kind, document = _papers(nation, born, of, number)
    return InventedPerson(
        number, subject_of("traveller", number), name, "male" if of == "male" else "female", born, nation, kind,
        document, papers.phone(number), grid.address(building, door), grid.code, household)


def _papers(nation: str, born: dt.date, sex: str, number: int) -> tuple[str, str]:
    if nation == "HK":
        return "hkm_permit", papers.document("HK", number)
    if nation == "TW":
        return "tw_permit", papers.document("TW", number)
    if nation == "CN" and fraction("card", number) < 0.75:
        return "resident_id", papers.identity_number(born, sex, number)
    return "passport", papers.document(nation, number)


def _listed(arrived: dt.datetime, *, by_air: bool, calendar: Calendar) -> dt.datetime:
    """The railway's lists come at noon, in the afternoon and at night, the airport's without the one at noon."""
    hours = (dt.time(17, 30), dt.time(22, 0)) if by_air else (dt.time(12, 30), dt.time(17, 30), dt.time(22, 0))
    day = calendar.today(arrived)
    return next(at for at in (calendar.at(day, hour) for hour in hours) if at > arrived)


def _seat(number: int, route: Route) -> str:
    letter = chosen("ABCDF", "seat", number)
    if route in TRAINS:
        return f"{whole(1, 8, 'carriage', number):02d}-{whole(1, 17, 'row', number):02d}{letter}"
    return f"{whole(11, 48, 'row', number)}{letter}"
