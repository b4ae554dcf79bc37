"""Invented residents, household by household."""

from __future__ import annotations

import datetime as dt
import uuid
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from fangxian.kernel.identifiers.types import Sex
from fangxian.kernel.ids import derived

from . import county, names, papers
from .chance import SEED, fraction, weighted, whole

_IDS: Final = uuid.uuid5(uuid.NAMESPACE_URL, SEED)
_SIZES: Final = ((1, 14), (2, 24), (3, 29), (4, 20), (5, 9), (6, 4))


@dataclass(slots=True)
class InventedPerson:
    """Somebody who does not exist. ``document_kind`` is a value of the forms' choices."""

    number: int
    subject: uuid.UUID
    name: names.InventedName
    sex: Sex
    born: dt.date
    nationality: str
    document_kind: str
    document: str
    phone: str
    address: str
    grid: str
    household: str


def subject_of(*what: object) -> uuid.UUID:
    """The id of an invented subject; the same one every time."""
    return derived(_IDS, *what)


def residents(count: int, today: dt.date) -> list[InventedPerson]:
    """So many people in households of one to six, living in the grids by weight."""
    found: list[InventedPerson] = []
    places = county.grids()
    bounds = list(accumulate(grid.weight for grid in places))
    number = 0
    while len(found) < count:
        grid = places[bisect(bounds, fraction("home", number) * bounds[-1])]
        found += _household(grid, number, len(found), today)
        number += 1
    return found[:count]


def resident_answers(person: InventedPerson) -> dict[str, Any]:
    """The form ``resident`` of the programme ``residents``."""
    return {
        "name": person.name.full, "sex": person.sex, "birth_date": person.born.isoformat(),
        "document_type": person.document_kind, "document_number": person.document, "phone": person.phone,
        "address": person.address, "household": person.household, "grid": person.grid}


def _household(grid: county.InventedGrid, number: int, first: int, today: dt.date) -> Iterator[InventedPerson]:
    size = weighted(_SIZES, "size", number)
    building, door = whole(1, 18, "building", number), whole(1, 6, "floor", number) * 100 + whole(1, 4, "flat", number)
    head = whole(24, 82, "head", number)
    for member in range(size):
        age, sex = _member(member, head, number)
        person = first + member
        born = today - dt.timedelta(days=int(age * 365.25) + whole(0, 364, "day", number, member))
        inherited = "" if member in (0, 1) else names.chinese("male", number, 0).full[0]
        name = names.chinese(sex, number, member, surname=inherited)
        yield InventedPerson(
            person, subject_of("resident", person), name, sex, born, "CN", "resident_id",
            papers.identity_number(born, sex, person), papers.phone(person), grid.address(building, door), grid.code,
            f"{grid.code}-{building}-{door}-{number}")


def _member(member: int, head: int, number: int) -> tuple[int, Sex]:
    """Head, partner, then children or parents: the age in years and the sex."""
    if member == 0:
        return head, "male"
    if member == 1:
        return max(head - whole(-2, 5, "partner", number), 20), "female"
    sex: Sex = "male" if fraction("sex", number, member) < 0.5 else "female"
    grown = head >= 50 and member == 2
    return max(head - whole(23, 31, "child", number, member), 1) if grown or head < 75 else max(head - 50, 1), sex
