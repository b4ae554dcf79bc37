"""Every action that asks for the right itself refuses whoever has not got it, and whoever has it somewhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

import pytest

from fangxian.accounts import actions, approvals, queries, reshaping
from fangxian.accounts.factors import actions as factors
from fangxian.accounts.models import Absence, RightsRequest
from fangxian.accounts.types import OPERATOR, Acting, AskedWhat, NewPost, NewUser
from fangxian.areas.types import AreaRow, Listing, Summary
from fangxian.kernel.errors import Problem

from .conftest import NOW, County
from .test_reshaping import LEVELS

DAY: Final = dt.timedelta(days=1)
ASK_NOBODY: Final = {
    "set_own_phone", "end_own_sessions", "add_app", "add_passkey", "new_codes", "remove", "tell_of_code"}
"""One's own things: nobody else's leave is needed."""


@dataclass
class Things:
    """What is tried: all of it of the county, none of the township below."""

    county: County
    absence: int
    request: int
    removal: int


Arguments = Callable[[Things], dict[str, Any]]


def about_duty(on: Things) -> dict[str, Any]:
    return {"user": on.county.users["duty"]}


ATTEMPTS: Final[Mapping[str, Arguments]] = {
    "issue_password": about_duty,
    "set_password": lambda on: {"user": on.county.users["duty"], "password": "lantern over quiet water"},
    "sign_out_everywhere": about_duty,
    "let_in": lambda on: {"user": on.county.users["duty"], "allowed": False},
    "give_post": lambda on: {"user": on.county.users["worker"], "kind": "clinician", "area": "county"},
    "give_posts": lambda on: {"posts": [
        NewPost(on.county.users["worker"], "grid_worker", "grid2", NOW),
        NewPost(on.county.users["worker"], "clinician", "county", NOW)]},
    "give_or_ask": lambda on: {"post": NewPost(on.county.users["worker"], "clinician", "county", NOW)},
    "end_post": lambda on: {"post": on.county.posts["duty"]},
    "set_hours": lambda on: {"posts": [on.county.posts["worker"], on.county.posts["duty"]], "hours": []},
    "record_absence": lambda on: {"post": on.county.posts["duty"], "begins": NOW, "ends": NOW + DAY},
    "let_be_away": lambda on: {
        "post": on.county.posts["duty"], "begins": NOW, "ends": NOW + DAY, "substitute": None, "reason": ""},
    "let_stand_in": lambda on: {"absence": on.absence, "substitute": on.county.posts["stranger"]},
    "end_absence": lambda on: {"absence": on.absence},
    "ask_post": lambda on: {"post": NewPost(on.county.users["worker"], "administrator", "county", NOW)},
    "ask_stand_in": lambda on: {"absence": on.absence, "substitute": on.county.posts["town_admin"]},
    "ask_removal": about_duty,
    "password_or_ask": about_duty,
    "ask_password": about_duty,
    "sign_out_or_ask": about_duty,
    "shut_out_or_ask": about_duty,
    "ask_out": lambda on: {"user": on.county.users["admin"], "what": AskedWhat.SIGN_OUT},
    "end_or_ask": lambda on: {"post": on.county.posts["duty"]},
    "ask_ending": lambda on: {"post": on.county.posts["admin"]},
    "approve_all": lambda on: {"requests": [on.request, on.removal]},
    "approve": lambda on: {"request": on.request},
    "decline": lambda on: {"request": on.request},
    "withdraw": lambda on: {"request": on.request},
    "merge": lambda on: {"codes": ["town2"], "into": "town", "on": NOW.date()},
    "load": lambda on: {
        "listing": Listing("areas.csv", LEVELS, [AreaRow(2, "town2", "town2", "test_township", "other")]),
        "end_missing": False, "expected": Summary(0, 0, 0, 1, 0, 0)},
    "remove_all": lambda on: {"user": on.county.users["duty"], "seconded": on.county.users["admin"]},
}
ANYWHERE: Final[Mapping[str, Arguments]] = {
    "make_user": lambda on: {"username": "fresh"},
    "make_users": lambda on: {"people": [NewUser("fresh")]},
    "set_permissions": lambda on: {"programme": "entry", "rows": []},
}
"""Of no area: whoever has the right has it."""


@pytest.fixture
def things(county: County, second: Acting) -> Things:
    absence = actions.record_absence(
        post=county.posts["duty"], begins=NOW, ends=NOW + DAY, by=county.acting("admin"), at=NOW)
    factors.add_app(secret=b"12345678901234567890", step=0, by=county.acting("duty"), at=NOW)
    request = approvals.ask_post(
        post=NewPost(county.users["duty"], "administrator", "county", NOW), by=county.acting("admin"), at=NOW)
    removal = approvals.ask_removal(user=county.users["duty"], by=county.acting("admin"), at=NOW)
    return Things(county, absence, request, removal)


def deeds() -> Iterator[tuple[str, Callable[..., object]]]:
    """Every action that asks itself, by name."""
    modules: tuple[ModuleType, ...] = (actions, approvals, factors, reshaping)
    for module in modules:
        for name, deed in vars(module).items():
            if getattr(deed, "asks", ()) is None and deed.__module__ == module.__name__:
                yield name, deed


def refusal(name: str, arguments: Arguments, things: Things, by: Acting) -> str:
    """The code somebody is refused with; what an action says that decided nothing is no refusal."""
    with pytest.raises(Problem) as caught:
        dict(deeds())[name](**arguments(things), by=by, at=NOW)
    return caught.value.kind.code


def test_every_action_is_tried() -> None:
    assert {name for name, _ in deeds()} == ATTEMPTS.keys() | ANYWHERE.keys() | ASK_NOBODY


@pytest.mark.parametrize("name", [*ATTEMPTS, *ANYWHERE])
@pytest.mark.parametrize("who", ["lead", "township", "auditor", "stranger"])
def test_without_the_right_nothing_is_done(things: Things, name: str, who: str) -> None:
    by = things.county.acting(who)
    assert refusal(name, {**ATTEMPTS, **ANYWHERE}[name], things, by) in {"not_allowed", "not_found"}


@pytest.mark.parametrize("name", ["end_absence", "let_stand_in", "ask_stand_in", "decline", "approve", "ask_removal"])
def test_who_may_everything_else_there_is_told_that_this_is_not_theirs(things: Things, name: str) -> None:
    """The place is theirs, the right is not: of what is hidden for its place nothing would be learnt here."""
    here = actions.give_post(user=things.county.users["lead"], kind="clinician", area="county", by=OPERATOR, at=NOW)
    by = next(one for one in queries.posts_of(things.county.users["lead"], NOW) if one.post == here)
    assert refusal(name, ATTEMPTS[name], things, by) == "not_allowed"


@pytest.mark.parametrize("name", ATTEMPTS)
def test_who_has_the_right_below_has_it_not_above(things: Things, name: str) -> None:
    by = things.county.acting("town_admin")
    absences, requests = Absence.objects.count(), RightsRequest.objects.count()
    assert refusal(name, ATTEMPTS[name], things, by) in {"not_found", "not_allowed"}
    assert (Absence.objects.count(), RightsRequest.objects.count()) == (absences, requests)
