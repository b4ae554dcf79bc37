"""Rights for oneself, above the usual level, or to approve: asked for by one, given by another, seen by the auditor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.accounts import actions, approvals, queries
from fangxian.accounts.commands import Command
from fangxian.accounts.models import Absence, Post, RightsRequest, User
from fangxian.accounts.types import OPERATOR, Acting, Grant, NewPost, RequestState
from fangxian.areas.models import Area, Level
from fangxian.areas.types import subtree
from fangxian.kernel.errors import Problem

from .conftest import CELLS, NOW, County

DAY = dt.timedelta(days=1)


def refused(code: str, call: Callable[..., object], **arguments: Any) -> None:
    with pytest.raises(Problem) as caught:
        call(**{"at": NOW, **arguments})
    assert caught.value.kind.code == code


def asked(county: County, kind: str = "clinician", area: str = "county", user: str = "admin", **more: Any) -> NewPost:
    return NewPost(county.users[user], kind, area, NOW, **more)


def rights_of(user: int, at: dt.datetime = NOW) -> set[tuple[str, str]]:
    return {(by.kind, by.path) for by in queries.posts_of(user, at)}


@pytest.mark.parametrize(("user", "kind", "area"), [
    ("admin", "clinician", "county"), ("admin", "grid_worker", "grid1"), ("worker", "grid_worker", "county"),
    ("lead", "community_lead", "town"), ("worker", "administrator", "county"),
])
def test_one_person_does_not_give_it(county: County, user: str, kind: str, area: str) -> None:
    admin, before = county.acting("admin"), rights_of(county.users[user])
    refused("second_person_needed", actions.give_post, user=county.users[user], kind=kind, area=area, by=admin)
    assert approvals.give_or_ask(post=asked(county, kind, area, user), by=admin, at=NOW) is False
    assert rights_of(county.users[user]) == before


def test_another_administrator_gives_it(county: County, second: Acting, heard: list[Command]) -> None:
    admin = county.acting("admin")
    request = approvals.ask_post(post=asked(county), by=admin, at=NOW)
    assert approvals.ask_post(post=asked(county), by=admin, at=NOW) == request, "asked twice, it waits once"
    assert [one.id for one in queries.requests_in(admin.range, NOW)] == [request]
    assert queries.count_waiting(admin.range, NOW) == 1
    for below in ("town", "grid1", "other"):
        assert queries.count_waiting(subtree(county.paths[below]), NOW) == 0
        assert queries.requests_in(subtree(county.paths[below]), NOW) == []
    approvals.approve(request=request, by=second, at=NOW)
    long_after = NOW + dt.timedelta(days=365)
    assert [one.state for one in queries.requests_in(admin.range, long_after)] == [RequestState.APPROVED]
    assert ("clinician", county.paths["county"]) in rights_of(county.users["admin"])
    assert [(one.name, one.by.user) for one in heard][-3:] == [
        ("ask_rights", admin.user), ("give_post", second.user), ("approved_rights", second.user)]
    refused("wrong_state", approvals.approve, request=request, by=second)
    assert queries.count_waiting(admin.range, NOW) == 0


@pytest.mark.parametrize(("who", "code"), [
    ("admin", "own_request"),  # who asked
    ("town_admin", "not_found"),  # below
    ("duty", "not_allowed"), ("auditor", "not_allowed"), ("stranger", "not_allowed"),
])
def test_nobody_else_gives_it(county: County, who: str, code: str) -> None:
    request = approvals.ask_post(post=asked(county), by=county.acting("admin"), at=NOW)
    before = rights_of(county.users["admin"])
    refused(code, approvals.approve, request=request, by=county.acting(who))
    assert rights_of(county.users["admin"]) == before
    assert RightsRequest.objects.get(pk=request).state == RequestState.ASKED


def test_who_is_below_does_not_approve_for_who_is_above(county: County) -> None:
    """The place lies in the township, but who asks could give its administrator a password."""
    request = approvals.ask_post(post=asked(county, "clinician", "grid1"), by=county.acting("admin"), at=NOW)
    refused("not_found", approvals.approve, request=request, by=county.acting("town_admin"))


def test_who_gains_does_not_approve(county: County, second: Acting) -> None:
    post = NewPost(second.user or 0, "grid_worker", "county", NOW)
    request = approvals.ask_post(post=post, by=county.acting("admin"), at=NOW)
    refused("own_request", approvals.approve, request=request, by=second)


def test_nor_does_who_may_be_them_under_another_name(county: County, second: Acting) -> None:
    User.objects.filter(pk=county.users["worker"]).update(issued_by=second.user)
    request = approvals.ask_post(post=asked(county, "grid_worker", user="worker"), by=county.acting("admin"), at=NOW)
    refused("own_request", approvals.approve, request=request, by=second)


def test_it_is_declined_or_taken_back(county: County, second: Acting) -> None:
    admin = county.acting("admin")
    request = approvals.ask_post(post=asked(county), by=admin, at=NOW)
    refused("not_found", approvals.withdraw, request=request, by=second)
    approvals.decline(request=request, by=second, at=NOW)
    refused("wrong_state", approvals.withdraw, request=request, by=admin)
    again = approvals.ask_post(post=asked(county), by=admin, at=NOW)
    assert again != request
    approvals.withdraw(request=again, by=admin, at=NOW)
    refused("wrong_state", approvals.approve, request=again, by=second)
    states = [one.state for one in queries.requests_in(admin.range, NOW)]
    assert states == [RequestState.WITHDRAWN, RequestState.DECLINED]
    assert not Post.objects.filter(user=county.users["admin"], kind="clinician").exists()


def test_it_ends_by_itself(county: County, second: Acting) -> None:
    admin = county.acting("admin")
    request = approvals.ask_post(post=asked(county), by=admin, at=NOW)
    later = NOW + approvals.LASTS
    refused("wrong_state", approvals.approve, request=request, by=second, at=later)
    assert [one.state for one in queries.requests_in(admin.range, later)] == [RequestState.EXPIRED]
    assert queries.count_waiting(admin.range, later) == 0
    assert approvals.ask_post(post=asked(county), by=admin, at=later) != request


def test_who_asked_and_may_no_more_gets_nothing(county: County, second: Acting) -> None:
    request = approvals.ask_post(post=asked(county), by=county.acting("admin"), at=NOW)
    actions.end_post(post=county.posts["admin"], by=OPERATOR, at=NOW)
    refused("wrong_state", approvals.approve, request=request, by=second)


def test_nothing_is_asked_for_that_may_be_done(county: County) -> None:
    refused("not_allowed", approvals.ask_post, post=asked(county, "grid_worker", "grid2", "worker"),
            by=county.acting("admin"))
    refused("not_allowed", approvals.ask_post, post=asked(county), by=county.acting("auditor"))
    refused("not_found", approvals.ask_post, post=asked(county, area="other"), by=county.acting("admin"))


def test_what_was_asked_for_is_looked_at_again(county: County, second: Acting) -> None:
    request = approvals.ask_post(post=asked(county), by=county.acting("admin"), at=NOW)
    actions.give_post(user=county.users["admin"], kind="clinician", area="county", by=OPERATOR, at=NOW)
    refused("post_held", approvals.approve, request=request, by=second)


@pytest.mark.parametrize("change", [{"name": "another"}, {"tier": "township"}, {"valid_to": dt.date(2020, 1, 2)}])
def test_what_is_given_is_what_was_read(county: County, second: Acting, change: dict[str, Any]) -> None:
    """Another name or level of the area, or its code at another one since: asked again, it is read again."""
    request = approvals.ask_post(post=asked(county, area="village"), by=county.acting("admin"), at=NOW)
    village = Area.objects.filter(code="village")
    if "tier" in change:
        Level.objects.filter(code="test_community").update(**change)
    else:
        village.update(**change)
    if "valid_to" in change:
        was = village.get()
        Area.objects.create(code="village", name="village", level=was.level, parent=was.parent, path="X00X02X99")
    refused("changed_since", approvals.approve, request=request, by=second)
    approvals.decline(request=request, by=second, at=NOW)
    assert not Post.objects.filter(user=county.users["admin"], kind="clinician").exists()


def stand_in(county: County, absent: str, standing: str, by: str) -> bool:
    return approvals.let_be_away(
        post=county.posts[absent], begins=NOW, ends=NOW + DAY, substitute=county.posts[standing], reason="",
        by=county.acting(by), at=NOW)


def test_an_administrator_who_would_stand_in_for_the_duty_officer_waits(county: County, second: Acting) -> None:
    before = rights_of(county.users["admin"])
    assert stand_in(county, "duty", "admin", "admin") is False
    assert rights_of(county.users["admin"]) == before
    assert Absence.objects.get(post=county.posts["duty"]).substitute is None, "away all the same"
    request = queries.requests_in(subtree(county.paths["county"]), NOW)[0]
    assert request.reasons == ("oneself",)
    refused("own_request", approvals.approve, request=request.id, by=county.acting("admin"))
    approvals.approve(request=request.id, by=second, at=NOW)
    assert rights_of(county.users["admin"]) - before == {("county_duty", county.paths["county"])}
    assert rights_of(county.users["admin"], NOW + DAY) == before, "no longer than the absence"


@pytest.mark.parametrize(("absent", "standing", "by", "code"), [
    ("duty", "auditor", "auditor", "not_allowed"),
    ("worker", "neighbour", "auditor", "not_allowed"),
    ("worker", "worker", "lead", "own_substitute"),
    ("worker", "stranger", "lead", "not_found"),
    ("duty", "worker", "lead", "not_found"),
    ("worker", "neighbour", "neighbour", "not_found"),
    ("worker", "neighbour", "worker", "not_allowed"),
])
def test_nobody_else_lets_anybody_stand_in(county: County, absent: str, standing: str, by: str, code: str) -> None:
    cells = [*CELLS, Grant("community_lead", "entry", "reassign")]
    actions.set_permissions(programme="entry", rows=cells, by=OPERATOR, at=NOW)
    if by == "lead":
        assert stand_in(county, "worker", "neighbour", "lead") is True
    with pytest.raises(Problem) as caught:
        stand_in(county, absent, standing, by)
    assert caught.value.kind.code == code
    assert Absence.objects.count() == (by == "lead")


def test_step_by_step_is_no_way_round(county: County, second: Acting) -> None:
    """The lead stands in for the worker, and then the neighbour for the lead: that gives the neighbour the lead's own
    post and not the worker's, in whatever order it is done."""
    assert stand_in(county, "worker", "lead", "admin") is True
    assert stand_in(county, "lead", "neighbour", "admin") is False
    [request] = queries.requests_in(subtree(county.paths["county"]), NOW)
    approvals.approve(request=request.id, by=second, at=NOW)
    assert rights_of(county.users["neighbour"]) == {
        ("grid_worker", county.paths["grid2"]), ("community_lead", county.paths["village"])}
    roster = queries.roster()
    assert roster.answering(roster.posts[county.posts["worker"]], NOW) is None


def test_whoever_is_away_then_stands_in_for_nobody(county: County) -> None:
    away: dict[str, Any] = {"begins": NOW + DAY, "ends": NOW + 2 * DAY, "by": county.acting("admin")}
    actions.record_absence(post=county.posts["neighbour"], at=NOW, **away)
    for begins, ends, code in ((0, 1, ""), (2, 3, ""), (0, 3, "stand_in_away"), (1, 2, "stand_in_away")):
        asked: dict[str, Any] = {
            "post": county.posts["worker"], "begins": NOW + begins * DAY, "ends": NOW + ends * DAY,
            "substitute": county.posts["neighbour"], "by": county.acting("admin")}
        if code:
            refused(code, actions.record_absence, **asked)
            left = actions.record_absence(at=NOW, **{**asked, "substitute": None})
            refused(code, actions.let_stand_in, absence=left, substitute=county.posts["neighbour"],
                    by=county.acting("admin"))
        else:
            actions.record_absence(at=NOW, **asked)


def test_ones_own_absence_is_ones_own_to_end(county: County, heard: list[Command]) -> None:
    absence = actions.record_absence(
        post=county.posts["worker"], begins=NOW - DAY, ends=NOW + DAY, substitute=county.posts["neighbour"],
        by=county.acting("admin"), at=NOW)
    stands_in = queries.acting_as(county.users["neighbour"], county.posts["worker"], NOW)
    assert stands_in is not None
    for by in (county.acting("neighbour"), stands_in, county.acting("lead")):
        with pytest.raises(Problem):
            actions.end_absence(absence=absence, by=by, at=NOW)
    actions.end_absence(absence=absence, by=county.acting("worker"), at=NOW)
    assert queries.acting_as(county.users["neighbour"], county.posts["worker"], NOW) is None
    assert heard[-1].name == "end_absence"


def test_who_may_say_somebody_is_away_may_say_they_are_back(county: County) -> None:
    absence = actions.record_absence(
        post=county.posts["worker"], begins=NOW - DAY, ends=NOW + DAY, by=county.acting("admin"), at=NOW)
    actions.set_permissions(
        programme="entry", rows=[*CELLS, Grant("community_lead", "entry", "reassign")], by=OPERATOR, at=NOW)
    with pytest.raises(Problem):
        actions.end_absence(absence=absence, by=county.acting("neighbour"), at=NOW)
    actions.end_absence(absence=absence, by=county.acting("lead"), at=NOW)
    assert queries.roster().posts[county.posts["worker"]].present(NOW)


def test_a_programme_gives_no_right_to_who_publishes_it(county: County) -> None:
    admin = county.acting("admin")
    raised = [*CELLS, Grant("administrator", "entry", "identity")]
    refused("second_person_needed", actions.set_permissions, programme="entry", rows=raised, by=admin)
    assert not queries.permissions().may("administrator", "identity", "entry")
    actions.set_permissions(programme="entry", rows=CELLS, by=admin, at=NOW)
    actions.set_permissions(programme="entry", rows=raised, by=OPERATOR, at=NOW)
    assert queries.permissions().may("administrator", "identity", "entry")


def test_who_could_approve_gets_a_password_on_the_server_only(county: County, second: Acting) -> None:
    """Else one would give a password to the second person and be both."""
    admin = county.acting("admin")
    refused("password_on_server", actions.issue_password, user=second.user, by=admin)
    assert actions.issue_password(user=county.users["worker"], by=admin, at=NOW)
    out = StringIO()
    call_command("user", "password", "second", stdout=out)
    assert User.objects.get(username="second").check_password(out.getvalue().splitlines()[-1])
    with pytest.raises(CommandError, match="no user nobody"):
        call_command("user", "password", "nobody")


def test_the_same_asked_for_at_the_same_time_waits_once(county: County) -> None:
    """Who asks waits for whoever is asking, and only then looks for what is there."""
    with CaptureQueriesContext(connection) as asked_queries:
        approvals.ask_post(post=asked(county), by=county.acting("admin"), at=NOW)
    told = [one["sql"] for one in asked_queries]
    locked = min(place for place, sql in enumerate(told) if "accounts_rosterrevision" in sql and "FOR UPDATE" in sql)
    looked = [place for place, sql in enumerate(told) if sql.startswith("SELECT") and "accounts_rightsrequest" in sql]
    assert looked
    assert min(looked) > locked
