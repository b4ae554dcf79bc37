"""What a later arrival puts off, fact by fact and without a database."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pytest

from fangxian.intake import later
from fangxian.intake.lightening import ChangedFacts
from fangxian.kernel.text import Text
from tests.decide.test_rules import SHANGHAI, entry, shipped

NOON: Final = dt.datetime(2020, 3, 20, 4, tzinfo=dt.UTC)
DAY: Final = dt.timedelta(days=1)


def arrived(days: float, *, came: bool = True) -> dict[str, Any]:
    at = NOON + days * DAY
    told = {"arrival_at": at, "arrival_date": SHANGHAI.today(at)}
    return {**told, "came_date": SHANGHAI.today(at)} if came else told


REGISTERED: Final = {
    **arrived(-2), "origin": "IT", "origins": ("IT",), "listed_at": NOON - 2 * DAY, "registered_at": NOON - 2 * DAY}
VERIFIED: Final = {**REGISTERED, "verified_at": NOON - DAY}
CONTACT: Final = {"contact_of_case": True, "contact_at": NOON - DAY, "last_contact_date": dt.date(2020, 3, 18)}


def put_off(before: dict[str, Any], told: dict[str, Any]) -> Text | None:
    changed = {1: ChangedFacts(before, {**before, **told})}
    return later.put_off(entry(), changed, SHANGHAI, NOON).get(1)


@pytest.mark.parametrize(("before", "told", "said"), [
    (REGISTERED, arrived(-2), ""),
    (REGISTERED, arrived(-3), ""),
    (REGISTERED, arrived(-1), ""),  # later, and nothing is put off
    (REGISTERED, arrived(0), "these would no longer be asked for now: Verify at the door"),
    (REGISTERED, arrived(28, came=False), "these would no longer be asked for now: Verify at the door"),
    (VERIFIED, arrived(-1), ""),
    (VERIFIED, arrived(0), "would be expected again"),
    (VERIFIED, arrived(0, came=False), "would be expected again"),
    (VERIFIED, arrived(28, came=False), "would be expected again"),  # the measure ends when it did
    (VERIFIED, arrived(1), "31 March 2020 would become Central isolation, up to and including 3 April"),
    (CONTACT, arrived(-1), "would be expected again"),  # of whom no arrival was known
    (REGISTERED, {"origin": "JP"}, ""),
    (REGISTERED, {"arrival_at": None}, ""),
    (REGISTERED, {"registered_at": None}, ""),
    ({**VERIFIED, "released_at": NOON - DAY / 2}, arrived(28), ""),  # under no measure
    ({"listed_at": NOON - DAY, **arrived(1)}, arrived(5), ""),  # whom nobody has met yet
])
def test_what_a_later_arrival_puts_off(before: dict[str, Any], told: dict[str, Any], said: str) -> None:
    found = put_off(before, told)
    assert (found is None) is (said == "")
    assert said in (found.en if found else "")


def test_several_are_weighed_each_by_itself() -> None:
    some = {number: ChangedFacts(before, {**before, **arrived(28)}) for number, before in enumerate(
        (REGISTERED, VERIFIED, {**VERIFIED, "released_at": NOON}))}
    assert set(later.put_off(entry(), some, SHANGHAI, NOON)) == {0, 1}
    assert later.put_off(entry(), {}, SHANGHAI, NOON) == {}


def test_which_facts_are_the_moments_of_an_arrival() -> None:
    assert later._moments(entry()) == {"arrival_at", "arrival_date", "came_date"}
    assert later._moments(shipped("linelist")) == frozenset()
