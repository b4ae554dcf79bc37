"""What is read of users, requests and the access log: of one area, and neither of the area above nor the one beside."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

import pytest

from fangxian.accounts import actions, queries
from fangxian.accounts.models import RightsRequest
from fangxian.accounts.queries import Looks
from fangxian.accounts.types import OPERATOR, Acting, Action, NewUser, RequestState
from fangxian.areas.types import Range, subtree

from .conftest import NOW, PEOPLE, START, County

DAY: Final = dt.timedelta(days=1)
IN_TOWN: Final = ["lead", "neighbour", "town_admin", "township", "worker"]


def town(county: County) -> Range:
    return subtree(county.paths["town"])


def usernames(county: County, **asked: Any) -> list[str]:
    return [one.username for one in queries.users_in(town(county), NOW, **asked)]


def test_who_may_be_set_up_in_an_area_has_no_post_beside_or_above_it_now_or_to_come(county: County) -> None:
    assert usernames(county) == IN_TOWN
    for name, area, begins, ends in (
            ("lead", "town2", NOW + DAY, None), ("neighbour", "county", START, NOW + DAY),
            ("worker", "town2", START, NOW), ("township", "grid2", START, None)):
        actions.give_post(user=county.users[name], kind="clinician", area=area, valid_from=begins, valid_to=ends,
                          by=OPERATOR, at=START)
    assert usernames(county) == ["town_admin", "township", "worker"]
    for name in PEOPLE:
        found = queries.settable(county.users[name], town(county), NOW)
        assert (found is not None) is (name in {"town_admin", "township", "worker"}), name
    assert queries.settable(0, town(county), NOW) is None


def test_users_are_found_by_how_their_name_begins_or_what_it_holds_a_page_at_a_time(county: County) -> None:
    actions.make_users(people=[NewUser("zz", "Anna Lead")], by=OPERATOR, at=NOW)
    assert usernames(county, text="LEAD") == ["lead", "zz"]
    assert usernames(county, text="ead") == ["zz"]
    assert usernames(county, after="neighbour") == ["town_admin", "township", "worker", "zz"]
    assert usernames(county, limit=2) == IN_TOWN[:2]


def test_the_departments_that_answer_for_a_place_are_told_from_the_nearest_on(county: County) -> None:
    made = {}
    for name, kind, area, department in (
            ("far", "community_lead", "county", "health"), ("near", "community_lead", "village", "health"),
            ("two", "grid_worker", "village", "police"), ("blind", "county_duty", "village", "tax"),
            ("beside", "community_lead", "town2", "health"), ("below", "grid_worker", "grid1", "health")):
        user = actions.make_users(people=[NewUser(name)], by=OPERATOR, at=START)[name]
        made[name] = actions.give_post(user=user, kind=kind, area=area, department=department, by=OPERATOR, at=START)
    actions.record_absence(post=made["two"], begins=START, ends=NOW + DAY, by=OPERATOR, at=START)
    found = queries.departments_over(county.paths["village"], "entry", NOW)
    assert [(one.name, one.path, [post.id for post in one.posts], [duty.post.id for duty in one.on_duty])
            for one in found] == [
        ("health", county.paths["village"], [made["near"]], [made["near"]]),
        ("police", county.paths["village"], [made["two"]], []),
        ("health", county.paths["county"], [made["far"]], [made["far"]])]
    assert queries.departments_over(county.paths["village"], "other", NOW) == []


ONE, OTHER, AWAY = (uuid.UUID(int=number) for number in range(1, 4))


@pytest.fixture
def looked(county: County) -> County:
    """Three looks in the town, one beside and one above it, a minute apart."""
    for number, (name, action, programme, subjects) in enumerate((
            ("lead", Action.IDENTITY, "entry", {ONE: "village"}), ("duty", Action.EXPORT, "other", {OTHER: "town"}),
            ("duty", Action.IDENTITY, "entry", {OTHER: "grid2"}), ("duty", Action.IDENTITY, "entry", {AWAY: "town2"}),
            ("duty", Action.IDENTITY, "entry", {AWAY: "county"}))):
        actions.log_access(
            by=county.acting(name), action=action, purpose="x", at=NOW + dt.timedelta(minutes=number),
            programme=programme, subjects={subject: county.paths[area] for subject, area in subjects.items()})
    return county


@pytest.mark.parametrize(("wanted", "found"), [
    ({}, [2, 1, 0]), ({"action": "export"}, [1]), ({"user": "duty"}, [2, 1]),
    ({"since": NOW + dt.timedelta(minutes=1)}, [2, 1]), ({"until": NOW + dt.timedelta(minutes=1)}, [0]),
    ({"programmes": ("entry",)}, [2, 0]), ({"programmes": ()}, []), ({"subjects": (ONE,)}, [0]),
    ({"subjects": ()}, []), ({"record": "02"}, [2, 1]),
])
def test_the_lines_of_the_access_log_that_are_wanted(looked: County, wanted: dict[str, Any], found: list[int]) -> None:
    if "user" in wanted:
        wanted = {**wanted, "user": looked.users[wanted["user"]]}
    lines = queries.looks_in(town(looked), Looks(**wanted))
    assert [(one.line.at - NOW) // dt.timedelta(minutes=1) for one in lines] == found


def test_the_access_log_says_who_looked_and_goes_on_where_it_ended(looked: County) -> None:
    latest, *_ = first = queries.looks_in(town(looked), Looks(), limit=2)
    assert (latest.line.who, latest.line.kind, latest.line.path) == ("duty", "county_duty", looked.paths["county"])
    assert (latest.subject, latest.path, latest.count) == (OTHER, looked.paths["grid2"], 1)
    rest = queries.looks_in(town(looked), Looks(), before=first[-1].line.id)
    assert [one.line.who for one in rest] == ["lead"]
    assert [one.action for one in queries.looked_at(OTHER)] == ["identity", "export"]
    assert [one.action for one in queries.looked_at(OTHER, limit=1)] == ["identity"]
    assert [one.action for one in queries.looked_at(OTHER, before=queries.looked_at(OTHER)[0].id)] == ["export"]


def asked(county: County, area: str, *, state: RequestState = RequestState.ASKED, age: dt.timedelta = DAY,
          left: dt.timedelta = DAY) -> int:
    made = RightsRequest.objects.create(
        user_id=county.users["worker"], post_kind="community_lead", path=county.paths[area], reasons="entry peer",
        asked_by_id=county.users["admin"], asked_as_id=county.posts["admin"], asked_at=NOW - age,
        expires_at=NOW + left, state=state)
    return int(made.pk)


def test_requests_that_wait_come_first_then_the_latest_of_the_area_alone(county: County) -> None:
    old, new = asked(county, "town", age=3 * DAY), asked(county, "grid2")
    over = asked(county, "village", left=dt.timedelta(0))
    told = asked(county, "village", state=RequestState.DECLINED, age=DAY / 2)
    for beside in ("town2", "county", "other"):
        asked(county, beside)
    found = queries.requests_in(town(county), NOW)
    assert [(one.id, one.state) for one in found] == [
        (new, RequestState.ASKED), (old, RequestState.ASKED), (told, RequestState.DECLINED),
        (over, RequestState.EXPIRED)]
    assert found[0].reasons == ("entry", "peer")
    assert queries.count_waiting(town(county), NOW) == 2
    assert [one.id for one in queries.requests_in(town(county), NOW, limit=1)] == [new]


def test_who_shares_a_place_acts_for_it_once_and_for_others_by_their_leave(county: County) -> None:
    second = actions.give_post(user=county.users["worker"], kind="grid_worker", area="grid2", by=OPERATOR, at=START)
    for absent, substitute in (("neighbour", second), ("lead", county.posts["worker"])):
        actions.record_absence(post=county.posts[absent], begins=START, ends=NOW + DAY, substitute=substitute,
                               by=OPERATOR, at=START)

    def acts(found: Acting) -> tuple[int | None, tuple[int, ...], int | None]:
        return found.post, found.posts, found.through

    worker, neighbour, lead = (county.posts[name] for name in ("worker", "neighbour", "lead"))
    assert [acts(one) for one in queries.posts_of(county.users["worker"], NOW)] == [
        (worker, (worker,), None), (second, (second, neighbour), None), (lead, (lead, worker), worker)]
    assert queries.acting_as(county.users["worker"], neighbour, NOW) is None
    assert queries.posts_of(county.users["neighbour"], NOW)[0].post == neighbour
    assert queries.people([worker])[worker].user == county.users["worker"]
    assert queries.users([county.users["lead"]])[county.users["lead"]].active is True
