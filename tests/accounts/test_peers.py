"""Coming in as somebody who sees people by name, and taking away who could approve: not one person's to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from fangxian.accounts import actions, approvals, queries
from fangxian.accounts.commands import Command
from fangxian.accounts.models import RightsRequest, User
from fangxian.accounts.types import OPERATOR, Acting, AskedWhat, NewPost
from fangxian.kernel.errors import Problem

from .conftest import NOW, County, administrator

DAY = dt.timedelta(days=1)


def refused(code: str, call: Callable[..., object], **arguments: Any) -> None:
    with pytest.raises(Problem) as caught:
        call(**{"at": NOW, **arguments})
    assert caught.value.kind.code == code


@pytest.fixture
def third(county: County) -> Acting:
    return administrator("third")


@pytest.mark.parametrize(("name", "code"), [
    ("worker", ""), ("lead", "second_person_needed"), ("township", "second_person_needed"),
    ("duty", "second_person_needed"), ("auditor", "second_person_needed"), ("town_admin", "second_person_needed"),
    ("second", "password_on_server"),
])
def test_a_password_for_every_kind_of_post(county: County, second: Acting, name: str, code: str) -> None:
    admin, user = county.acting("admin"), User.objects.get(username=name).pk
    if not code:
        assert actions.issue_password(user=user, by=admin, at=NOW)
        refused("not_allowed", approvals.ask_password, user=user, by=admin)
        return
    refused(code, actions.issue_password, user=user, by=admin)
    assert User.objects.get(pk=user).issued_by_id is None
    assert actions.issue_password(user=user, by=OPERATOR, at=NOW)


def test_it_is_given_out_once_by_who_asked(county: County, second: Acting, third: Acting) -> None:
    admin, user = county.acting("admin"), county.users["duty"]
    assert approvals.password_or_ask(user=user, by=admin, at=NOW) is None
    request = RightsRequest.objects.get(what=AskedWhat.PASSWORD).pk
    refused("own_request", approvals.approve, request=request, by=admin)
    approvals.approve(request=request, by=second, at=NOW)
    refused("second_person_needed", actions.issue_password, user=user, by=third)
    refused("second_person_needed", actions.issue_password, user=user, by=admin, at=NOW + approvals.LASTS)
    assert approvals.password_or_ask(user=user, by=admin, at=NOW)
    assert actions.issue_password(user=user, by=admin, at=NOW), "until they came in with it"
    User.objects.filter(pk=user).update(one_time_until=None)
    refused("second_person_needed", actions.issue_password, user=user, by=admin)


def test_an_approval_is_used_once_whatever_the_clock_of_a_request_says(county: County, second: Acting) -> None:
    """A request begun before the approval, and carried out after it: it waited for its turn."""
    admin, user = county.acting("admin"), county.users["duty"]
    approvals.approve(request=approvals.ask_password(user=user, by=admin, at=NOW), by=second, at=NOW + DAY / 24)
    assert actions.issue_password(user=user, by=admin, at=NOW)
    User.objects.filter(pk=user).update(one_time_until=None)
    refused("second_person_needed", actions.issue_password, user=user, by=admin)
    assert RightsRequest.objects.get().state == "used"
    assert approvals.password_or_ask(user=user, by=admin, at=NOW) is None, "asked for once more"


def test_who_never_came_in_gets_another_from_the_same_hand(county: County, second: Acting) -> None:
    admin = county.acting("admin")
    made = actions.make_user(username="fresh", by=admin, at=NOW)
    approvals.approve(request=approvals.ask_post(
        post=NewPost(made.id, "community_lead", "village", NOW), by=admin, at=NOW), by=second, at=NOW)
    assert actions.issue_password(user=made.id, by=admin, at=NOW)
    refused("second_person_needed", actions.issue_password, user=made.id, by=second)


def test_many_requests_are_approved_together_or_none(county: County, second: Acting) -> None:
    admin = county.acting("admin")
    users = [actions.make_user(username=f"lead{number}", by=admin, at=NOW).id for number in range(3)]
    asked = [approvals.ask_post(post=NewPost(user, "community_lead", "village", NOW), by=admin, at=NOW)
             for user in users]
    refused("own_request", approvals.approve_all, requests=asked, by=admin)
    refused("not_found", approvals.approve_all, requests=[*asked, 0], by=second)
    assert not any(queries.posts_of(user, NOW) for user in users)
    approvals.approve_all(requests=asked, by=second, at=NOW)
    assert all(queries.posts_of(user, NOW) for user in users)


@pytest.mark.parametrize("name", ["worker", "lead", "duty", "town_admin"])
def test_who_could_not_approve_is_one_persons_to_end_and_to_shut_out(county: County, name: str) -> None:
    admin = county.acting("admin")
    actions.let_in(user=county.users[name], allowed=False, by=admin, at=NOW)
    actions.let_in(user=county.users[name], allowed=True, by=admin, at=NOW)
    actions.end_post(post=county.posts[name], by=admin, at=NOW)


def test_the_only_auditor_is_two_persons_to_take_away(
    county: County, second: Acting, third: Acting, heard: list[Command],
) -> None:
    """Nobody else reads what administrators do. With another one there it is as for anybody."""
    admin, user, post = county.acting("admin"), county.users["auditor"], county.posts["auditor"]
    refused("second_person_needed", actions.let_in, user=user, allowed=False, by=admin)
    refused("second_person_needed", actions.end_post, post=post, by=admin)
    refused("second_person_needed", actions.end_post, post=post, when=NOW + DAY, by=admin)
    assert approvals.shut_out_or_ask(user=user, by=admin, at=NOW) is False
    assert approvals.end_or_ask(post=post, by=admin, at=NOW) is False
    asked = {one.what: one.pk for one in RightsRequest.objects.all()}
    approvals.approve(request=asked["shut_out"], by=second, at=NOW)
    assert queries.posts_of(user, NOW) == ()
    assert {"ask_shut_out", "shut_out", "approved_shut_out"} <= {one.name for one in heard}
    actions.let_in(user=user, allowed=True, by=admin, at=NOW)
    actions.give_post(user=county.users["lead"], kind="auditor", area="county", by=admin, at=NOW)
    assert approvals.shut_out_or_ask(user=user, by=admin, at=NOW) is True
    refused("second_person_needed", actions.let_in, user=county.users["lead"], allowed=False, by=admin)


def test_who_could_approve_is_signed_out_by_two(
    county: County, second: Acting, third: Acting, heard: list[Command],
) -> None:
    admin = county.acting("admin")
    refused("second_person_needed", actions.sign_out_everywhere, user=second.user, by=admin)
    assert approvals.sign_out_or_ask(user=second.user or 0, by=admin, at=NOW) is None
    [request] = RightsRequest.objects.filter(what=AskedWhat.SIGN_OUT)
    refused("own_request", approvals.approve, request=request.pk, by=second)
    approvals.approve(request=request.pk, by=third, at=NOW)
    assert [one.name for one in heard if "out" in one.name] == ["ask_sign_out", "approved_sign_out"]
    assert "end_sessions" in {one.name for one in heard}
    assert approvals.sign_out_or_ask(user=county.users["admin"], by=admin, at=NOW) == 0, "oneself"
    refused("not_allowed", approvals.ask_out, what=AskedWhat.SIGN_OUT, user=county.users["duty"], by=admin)


def test_the_only_other_one_is_taken_away_by_nobody(county: County, second: Acting) -> None:
    admin, user, post = county.acting("admin"), second.user or 0, second.post or 0
    refused("last_approvers", actions.let_in, user=user, allowed=False, by=admin)
    refused("last_approvers", actions.end_post, post=post, by=admin)
    refused("last_approvers", actions.end_post, post=post, when=NOW + DAY, by=admin)
    refused("last_approvers", approvals.end_or_ask, post=post, by=admin)
    refused("last_approvers", actions.end_post, post=county.posts["admin"], by=admin)
    assert queries.posts_of(user, NOW)
    for deed in ("shut-out", "let-in", "end-post"):
        call_command("user", deed, "second", stdout=StringIO())
    actions.end_post(post=county.posts["admin"], by=OPERATOR, at=NOW)


def test_one_of_three_ends_by_two(county: County, second: Acting, third: Acting, heard: list[Command]) -> None:
    admin, post = county.acting("admin"), second.post or 0
    refused("second_person_needed", actions.end_post, post=post, by=admin)
    assert approvals.end_or_ask(post=post, by=admin, at=NOW) is False
    request = RightsRequest.objects.get(what=AskedWhat.ENDING).pk
    refused("own_request", approvals.approve, request=request, by=admin)
    refused("own_request", approvals.approve, request=request, by=second)
    approvals.approve(request=request, by=third, at=NOW)
    assert queries.posts_of(second.user or 0, NOW) == ()
    assert [one.name for one in heard if "end" in one.name] == ["ask_ending", "end_post", "approved_ending"]


def test_one_gives_up_ones_own_where_two_remain(county: County, second: Acting, third: Acting) -> None:
    actions.end_post(post=second.post or 0, by=second, at=NOW)
    refused("last_approvers", actions.end_post, post=third.post or 0, by=third)


def test_in_an_emergency_one_shuts_out_one_and_another_undoes_it(
    county: County, second: Acting, third: Acting, heard: list[Command],
) -> None:
    admin = county.acting("admin")
    actions.let_in(user=second.user or 0, allowed=False, by=admin, at=NOW)
    assert [one.name for one in heard if one.name == "shut_out"] == ["shut_out"]
    refused("last_approvers", actions.let_in, user=third.user or 0, allowed=False, by=admin)
    actions.let_in(user=second.user or 0, allowed=True, by=third, at=NOW)
    assert queries.posts_of(second.user or 0, NOW)


def test_who_could_undo_it_is_not_oneself_by_another_name(county: County, second: Acting, third: Acting) -> None:
    User.objects.filter(pk=third.user or 0).update(issued_by=county.users["admin"])
    refused("last_approvers", actions.let_in, user=second.user or 0, allowed=False, by=county.acting("admin"))


def test_who_is_shut_out_reads_it_with_the_right_password_alone(county: County, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    actions.set_password(user=county.users["duty"], password="lantern over quiet water", by=OPERATOR, at=NOW)
    actions.let_in(user=county.users["duty"], allowed=False, by=county.acting("admin"), at=NOW)
    for password, told in (("lantern over quiet water", True), ("wrong", False)):
        page = Client(headers={"accept-language": "en"}).post(
            "/accounts/login/", {"login": "duty", "password": password}).content.decode()
        assert ("You were shut out on" in page) is told
