"""Facts whose greatest or least value counts: older news told later makes no follow-up shorter."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given

from fangxian.programmes.facts import FactSubmission, fold
from fangxian.programmes.folder import read_folder
from fangxian.programmes.load import load
from fangxian.programmes.types import Keep
from tests.county import ROOT

from .forms_for_tests import STEADY
from .test_facts import HISTORIES, SHANGHAI, at, submission, values

EARLY, LATE = at(-300), at(-20)


@pytest.mark.parametrize("turned", [False, True])
def test_an_older_arrival_told_later_or_earlier_leaves_the_later_one(*, turned: bool) -> None:
    rail: dict[str, Any] = {"arr": LATE, "org": "SG"}
    airline: dict[str, Any] = {"arr": EARLY, "org": "IT"}
    first, then = (airline, rail) if turned else (rail, airline)
    found = values(submission(1, 1, **first), submission(2, 2, **then))
    assert (found["arrived"], found["origin"]) == (LATE, "SG")


def test_the_same_arrival_told_again_may_say_more() -> None:
    assert values(submission(1, 1, arr=LATE, org="SG"), submission(2, 2, arr=LATE, org="IT"))["origin"] == "IT"


def test_a_list_without_an_arrival_overwrites_none() -> None:
    found = values(submission(1, 1, arr=LATE), submission(2, 2, org="IT"))
    assert (found["arrived"], found["origin"]) == (LATE, "IT")


def test_a_correction_can_set_it_back() -> None:
    wrong, right = submission(1, 1, arr=LATE, org="SG"), submission(2, 2, arr=EARLY, org="IT")
    found = values(wrong, right, replaced=[wrong.id])
    assert (found["arrived"], found["origin"]) == (EARLY, "IT")


def test_what_the_door_finds_settles_it_and_later_news_may_go_beyond() -> None:
    announced, door = submission(1, 1, arr=LATE), submission(2, 2, "visit", seen=EARLY)
    assert values(announced, door)["arrived"] == EARLY
    assert values(announced, door, submission(3, 3, arr=at(-400)))["arrived"] == EARLY
    assert values(announced, door, submission(3, 3, arr=LATE))["arrived"] == LATE


def test_the_least_counts_and_what_was_cleared_begins_anew() -> None:
    told = [submission(1, 1, low=2.0), submission(2, 2, low=3.0)]
    assert values(*told)["onset"] == 2.0
    assert values(*told, submission(3, 3, low=None), submission(4, 4, low=3.0))["onset"] == 3.0


def plainly(history: list[FactSubmission]) -> dict[str, Any]:
    """By walking through what was told."""
    arrived: dt.datetime | None = None
    origin = None
    for one in sorted(history, key=lambda one: (one.happened_at, one.id)):
        told = one.answers.get("arr") if one.form == "check" else None
        older = told is not None and arrived is not None and told < arrived  # type: ignore[operator]
        if one.form == "visit":
            arrived = one.answers.get("seen") or arrived  # type: ignore[assignment]
            continue
        if told is not None and not older:
            arrived = told  # type: ignore[assignment]
        if one.answers.get("org") is not None and not older:
            origin = one.answers["org"]
    return {"arrived": arrived, "origin": origin}


@STEADY
@given(HISTORIES)
def test_against_a_plain_walk(history: list[FactSubmission]) -> None:
    found = values(*history)
    assert {name: found.get(name) for name in ("arrived", "origin")} == plainly(history)


@pytest.mark.parametrize(("more", "code"), [
    ('keep = "greatest"', None),
    ('keep = "most"', "unknown_word"),
    ('settled_by = ["check"]', "keep_needed"),
    ('told_with = "temperature"', "keep_needed"),
    ('keep = "greatest"\nsettled_by = ["nowhere"]', "unknown_form"),
])
def test_the_check_says_what_does_not_go_together(files: dict[str, bytes], more: str, code: str | None) -> None:
    declared = re.compile(rb'(name = "arrived"\ntype = "date(time)?")')
    text, count = declared.subn(rb"\1\n" + more.encode(), files["programme.toml"], count=1)
    assert count == 1
    found = {one.code for one in load({**files, "programme.toml": text})[1]}
    assert code in found if code else not found


def shipped(form: str, hours: int, **answers: Any) -> FactSubmission:
    return submission(hours, hours, form, **answers)


def test_the_shipped_arrivals_keep_the_later_arrival_and_the_later_contact() -> None:
    programme, _ = load(read_folder(ROOT / "programmes" / "entry"))
    assert programme is not None
    kept = {name for name, fact in programme.facts.items() if fact.keep is Keep.GREATEST}
    assert kept == {"arrival_at", "arrival_date", "came_date", "last_contact_date"}
    contact = [shipped("contact", 1, last_contact_date=dt.date(2020, 3, 25)),
               shipped("contact", 2, last_contact_date=dt.date(2020, 3, 21))]
    assert fold(programme, contact, tz=SHANGHAI).values["last_contact_date"] == dt.date(2020, 3, 25)
    retracted = [*contact, shipped("contact", 3, last_contact_date=None),
                 shipped("contact", 4, last_contact_date=dt.date(2020, 3, 21))]
    assert fold(programme, retracted, tz=SHANGHAI).values["last_contact_date"] == dt.date(2020, 3, 21)
