"""Whose rights somebody may give to whom, and when one person is not enough."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from fangxian.accounts import giving
from fangxian.accounts.giving import Reason, Receiver, Rights
from fangxian.accounts.rules import RosterPost
from fangxian.accounts.types import OPERATOR, Acting, Action, Grant, Permissions
from fangxian.areas.types import Tier, subtree
from fangxian.kernel.clock import Calendar

NOW = dt.datetime(2021, 6, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HERE = Calendar(ZoneInfo("UTC"))
COUNTY, TOWN, GRID, NEXT, CITY = "AAABBBCCC", "AAABBBCCC001", "AAABBBCCC001001001", "AAABBBCCC001001002", "AAABBB"
TIERS = {COUNTY: Tier.COUNTY, TOWN: Tier.TOWNSHIP, GRID: Tier.GRID, NEXT: Tier.GRID, CITY: Tier.ABOVE}
TABLE = Permissions([
    Grant("administrator", "*", "set_up"), Grant("administrator", "*", "audit"), Grant("auditor", "*", "audit"),
    Grant("grid_worker", "entry", "see"), Grant("grid_worker", "entry", "fill", "check"),
    Grant("community_lead", "entry", "see"), Grant("community_lead", "entry", "identity"),
    Grant("community_lead", "entry", "fill"), Grant("community_lead", "entry", "reassign"),
    Grant("county_duty", "entry", "see"), Grant("county_duty", "entry", "reassign"),
    Grant("clinician", "entry", "see"), Grant("clinician", "entry", "identity"),
    Grant("clinician", "entry", "fill", "result"),
])


def acting(kind: str, path: str, user: int = 1) -> Acting:
    return Acting(user=user, post=user, kind=kind, path=path, range=subtree(path), programmes=TABLE.programmes(kind),
                  calendar=HERE, permissions=TABLE)


def post(number: int, kind: str, path: str, *, user: int = 0) -> RosterPost:
    return RosterPost(number, user or number, kind, path, HERE, NOW - DAY)


def rights(kind: str, path: str) -> Rights:
    return Rights(kind, path, TIERS[path])


ADMIN = acting("administrator", COUNTY)


@pytest.mark.parametrize(("by", "user", "given", "why"), [
    (ADMIN, 2, rights("grid_worker", GRID), set()),
    (ADMIN, 2, rights("clinician", COUNTY), set()),
    (ADMIN, 2, rights("clinician", GRID), set()),
    (ADMIN, 1, rights("clinician", COUNTY), {Reason.ONESELF}),
    (ADMIN, 1, rights("grid_worker", GRID), {Reason.ONESELF}),
    (ADMIN, 1, rights("auditor", TOWN), {Reason.ONESELF}),  # the table of today covers it, that of tomorrow may not
    (ADMIN, 1, rights("administrator", TOWN), set()),
    (ADMIN, 1, rights("inspector", TOWN), {Reason.ONESELF}),  # may do nothing yet
    (ADMIN, 2, rights("grid_worker", COUNTY), {Reason.ABOVE}),
    (ADMIN, 2, rights("community_lead", TOWN), {Reason.ABOVE}),
    (ADMIN, 2, rights("clinician", CITY), {Reason.ABOVE}),
    (ADMIN, 2, rights("administrator", COUNTY), {Reason.PEER}),
    (ADMIN, 2, rights("administrator", TOWN), set()),
    (acting("administrator", TOWN), 2, rights("administrator", COUNTY), {Reason.PEER}),
    (ADMIN, 1, rights("grid_worker", COUNTY), {Reason.ONESELF, Reason.ABOVE}),
    (OPERATOR, 1, rights("administrator", COUNTY), set()),
])
def test_a_post(by: Acting, user: int, given: Rights, why: set[Reason]) -> None:
    assert giving.why_second(by, TABLE, Receiver(user), given) == why


@pytest.mark.parametrize(("given", "why"), [
    (rights("grid_worker", GRID), set()),
    (rights("inspector", COUNTY), set()),
    (rights("county_duty", COUNTY), set()),  # sees and gives tasks away in this table, and no names
    (rights("community_lead", TOWN), {Reason.HAND, Reason.ABOVE}),
    (rights("community_lead", GRID), {Reason.HAND}),
    (rights("clinician", COUNTY), {Reason.HAND}),
    (rights("auditor", TOWN), {Reason.HAND}),
    (rights("administrator", TOWN), {Reason.HAND}),  # not held back by having it oneself: there is another name on it
    (rights("administrator", COUNTY), {Reason.HAND, Reason.PEER}),
])
def test_who_gave_out_the_password_gives_it_to_themselves(given: Rights, why: set[Reason]) -> None:
    assert giving.why_second(ADMIN, TABLE, Receiver(2, own_hand=True), given) == why
    standing = post(5, "inspector", COUNTY)
    stands = giving.why_second(ADMIN, TABLE, Receiver(2, standing, own_hand=True), given)
    assert (Reason.HAND in stands) == (Reason.HAND in why)


@pytest.mark.parametrize(("own_hand", "spreads", "why"), [
    (False, False, set()), (False, True, set()), (True, False, set()), (True, True, {Reason.HAND})])
def test_who_one_made_stands_in_for_one_neighbour(own_hand: bool, spreads: bool, why: set[Reason]) -> None:
    receiver = Receiver(2, post(5, "grid_worker", NEXT), own_hand, spreads)
    assert giving.why_second(ADMIN, TABLE, receiver, rights("grid_worker", GRID)) == why


@pytest.mark.parametrize(("kind", "receiver", "by", "why"), [
    ("inspector", Receiver(2, own_hand=True), ADMIN, {Reason.HAND}),
    ("inspector", Receiver(2), ADMIN, set()),
    ("administrator", Receiver(1), acting("administrator", COUNTY), {Reason.ONESELF, Reason.PEER}),
    ("administrator", Receiver(1), replace(acting("administrator", COUNTY), department="health"), {Reason.PEER}),
    ("clinician", Receiver(1, post(5, "clinician", COUNTY, user=1)), ADMIN, {Reason.ONESELF}),
    ("clinician", Receiver(1, replace(post(5, "clinician", COUNTY, user=1), department="health")), ADMIN, set()),
])
def test_a_department_is_part_of_what_is_given(kind: str, receiver: Receiver, by: Acting, why: set[Reason]) -> None:
    asked = Rights(kind, COUNTY, Tier.COUNTY, "health")
    assert giving.why_second(by, TABLE, receiver, asked) == why


@pytest.mark.parametrize(("lender", "stands", "may"), [("", "", False), ("health", "", True), ("", "health", True)])
def test_a_department_is_lent_by_its_own(lender: str, stands: str, may: bool) -> None:
    by = replace(acting("clinician", COUNTY), department=lender)
    standing = replace(post(5, "clinician", COUNTY), department=stands)
    asked = Rights("clinician", COUNTY, Tier.COUNTY, "health")
    assert giving.may_be_given(by, TABLE, Receiver(5, standing), asked) is may


@pytest.mark.parametrize("action", list(Action))
def test_what_opens_is_said_by_what_may_be_done_not_by_the_name(action: Action) -> None:
    programme = "*" if action in {Action.SET_UP, Action.PUBLISH} else "entry"
    table = Permissions([Grant("grid_worker", programme, action), Grant("clinician", programme, "see")])
    assert giving.opens(table, "grid_worker") is (action in {
        Action.IDENTITY, Action.TRACE, Action.EXPORT, Action.AUDIT, Action.SET_UP, Action.PUBLISH})
    assert not giving.opens(table, "clinician")


@pytest.mark.parametrize(("standing", "given", "why"), [
    (post(5, "grid_worker", NEXT), rights("grid_worker", GRID), set()),
    (post(5, "community_lead", TOWN), rights("grid_worker", GRID), set()),
    (post(5, "clinician", COUNTY), rights("clinician", COUNTY), set()),
    (post(5, "grid_worker", NEXT), rights("community_lead", TOWN), {Reason.ABOVE}),
    (post(5, "grid_worker", NEXT), rights("clinician", GRID), {Reason.ABOVE}),
    (post(5, "grid_worker", NEXT), rights("grid_worker", COUNTY), {Reason.ABOVE}),
    (post(5, "grid_worker", COUNTY), rights("grid_worker", COUNTY), set()),  # it has them there already
    (post(5, "auditor", COUNTY, user=1), rights("clinician", COUNTY), {Reason.ONESELF}),
    (post(5, "administrator", COUNTY), rights("administrator", COUNTY), set()),
    (post(5, "administrator", COUNTY, user=1), rights("auditor", COUNTY), set()),
    (post(5, "administrator", COUNTY, user=1), rights("inspector", COUNTY), {Reason.ONESELF}),
    (post(5, "auditor", COUNTY, user=1), rights("administrator", TOWN), {Reason.ONESELF}),  # outlasts the own post
    (post(5, "clinician", COUNTY), rights("administrator", COUNTY), {Reason.PEER}),
])
def test_standing_in(standing: RosterPost, given: Rights, why: set[Reason]) -> None:
    assert giving.why_second(ADMIN, TABLE, Receiver(standing.user, standing), given) == why


@pytest.mark.parametrize(("by", "standing", "given", "may"), [
    (acting("community_lead", TOWN), post(5, "grid_worker", NEXT), rights("grid_worker", GRID), True),
    (acting("county_duty", COUNTY), post(5, "grid_worker", NEXT), rights("grid_worker", GRID), True),
    (acting("county_duty", COUNTY), post(5, "community_lead", COUNTY + "2"), rights("community_lead", TOWN), False),
    (acting("county_duty", COUNTY), post(5, "community_lead", TOWN), rights("community_lead", TOWN), True),  # has them
    (acting("county_duty", COUNTY), post(5, "county_duty", COUNTY), rights("clinician", COUNTY), False),
    (acting("community_lead", TOWN), post(5, "community_lead", TOWN), rights("grid_worker", GRID), True),
    (acting("community_lead", TOWN), post(5, "grid_worker", NEXT), rights("community_lead", TOWN), False),  # above
    (acting("community_lead", GRID), post(5, "grid_worker", NEXT), rights("grid_worker", NEXT), True),  # has them
    (acting("community_lead", GRID), post(5, "grid_worker", GRID), rights("grid_worker", NEXT), False),  # elsewhere
    (acting("auditor", COUNTY), post(5, "auditor", COUNTY, user=1), rights("county_duty", COUNTY), False),
    (acting("auditor", COUNTY), post(5, "auditor", COUNTY, user=1), rights("clinician", COUNTY), False),
    (acting("community_lead", TOWN), post(5, "grid_worker", NEXT, user=1), rights("grid_worker", GRID), False),
    (acting("county_duty", COUNTY), post(5, "inspector", COUNTY, user=1), rights("county_duty", TOWN), False),
])
def test_whoever_gives_tasks_away_gives_no_rights_but_those_they_have(
    by: Acting, standing: RosterPost, given: Rights, may: bool,
) -> None:
    assert giving.may_be_given(by, TABLE, Receiver(standing.user, standing), given) is may


@pytest.mark.parametrize("sees", [Action.IDENTITY, Action.TRACE])
def test_who_sees_nobody_gives_nobody_to_see(sees: Action) -> None:
    """Also where the stand-in may see them already: at another place than the post's."""
    def table(*lead: str) -> Permissions:
        cells = [("inspector", Action.SEE), ("inspector", sees), ("community_lead", Action.SEE),
                 *(("community_lead", action) for action in lead)]
        return Permissions(Grant(kind, "entry", action) for kind, action in cells)

    standing = post(5, "inspector", NEXT)
    receiver, given, by = Receiver(standing.user, standing), rights("inspector", GRID), acting("community_lead", TOWN)
    may = [giving.may_be_given(replace(by, permissions=one), one, receiver, given)
           for one in (table(), table(sees))]
    assert may == [False, True]


def test_what_a_changed_table_gives_to_a_kind_of_post() -> None:
    before = [Grant("administrator", "entry", "reassign")]
    after = [Grant("administrator", "entry", "reassign"), Grant("administrator", "entry", "identity"),
             Grant("clinician", "entry", "identity")]
    assert giving.grants_gained("administrator", before, after) == [Grant("administrator", "entry", "identity")]
    assert giving.grants_gained("administrator", after, before) == []
