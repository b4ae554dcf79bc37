"""One person is not both: who gave out a password, chose a stand-in or made a user approves nothing through them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from fangxian.accounts import actions, approvals, checks, queries
from fangxian.accounts.factors import actions as factors
from fangxian.accounts.models import Absence, Post, RightsRequest, User
from fangxian.accounts.types import OPERATOR, Acting, AskedWhat, Grant, NewPost, RequestState
from fangxian.kernel.errors import Problem

from .conftest import CELLS, NOW, County

DAY = dt.timedelta(days=1)


def refused(code: str, call: Callable[..., object], **arguments: Any) -> None:
    with pytest.raises(Problem) as caught:
        call(**{"at": NOW, **arguments})
    assert caught.value.kind.code == code


def administrator(name: str, issuer: int | None = None, area: str = "county") -> Acting:
    """Another administrator, whose password somebody gave out."""
    made = actions.make_user(username=name, by=OPERATOR, at=NOW)
    User.objects.filter(pk=made.id).update(issued_by=issuer)
    post = actions.give_post(user=made.id, kind="administrator", area=area, by=OPERATOR, at=NOW)
    found = queries.acting_as(made.id, post, NOW)
    assert found is not None
    return found


@pytest.fixture
def second(county: County) -> Acting:
    return administrator("second")


def own_request(county: County, by: Acting) -> int:
    return approvals.ask_post(post=NewPost(by.user or 0, "clinician", "county", NOW), by=by, at=NOW)


def stand_in_for_second(county: County, second: Acting, begins: dt.datetime = NOW) -> None:
    """The township's officer, asked for by the administrator, approved by the one who goes away."""
    admin = county.acting("admin")
    absence = actions.record_absence(
        post=second.post or 0, begins=begins, ends=begins + 3 * DAY, by=admin, at=NOW)
    request = approvals.ask_stand_in(absence=absence, substitute=county.posts["township"], by=admin, at=NOW)
    approvals.approve(request=request, by=second, at=NOW)


@pytest.mark.parametrize("begins", [NOW, NOW + DAY])
def test_who_stands_in_for_an_administrator_gets_no_password_from_another(
    county: County, second: Acting, begins: dt.datetime,
) -> None:
    stand_in_for_second(county, second, begins)
    refused("password_on_server", actions.issue_password, user=county.users["township"], by=county.acting("admin"))
    refused("not_found", actions.issue_password, user=county.users["township"], by=county.acting("town_admin"))
    assert actions.issue_password(user=county.users["township"], by=OPERATOR, at=NOW)


def test_nor_does_somebody_below_take_their_second_factor_away(county: County, second: Acting) -> None:
    """Their post is in the township; what they stand in for, and its rights, are not."""
    stand_in_for_second(county, second)
    below, user = county.acting("town_admin"), county.users["township"]
    factors.add_app(secret=b"12345678901234567890", step=0, by=county.acting("township"), at=NOW)
    refused("not_found", approvals.ask_removal, user=user, by=below)
    refused("not_found", factors.remove_all, user=user, seconded=second.user, by=below)
    assert not RightsRequest.objects.filter(what=AskedWhat.REMOVAL).exists()


def test_who_is_to_be_an_administrator_gets_none_either(county: County) -> None:
    admin, user = county.acting("admin"), county.users["township"]
    approvals.ask_post(post=NewPost(user, "administrator", "county", NOW), by=admin, at=NOW)
    refused("password_on_server", actions.issue_password, user=user, by=admin)
    refused("not_found", actions.issue_password, user=user, by=county.acting("town_admin"))


def test_who_chose_the_stand_in_is_not_approved_by_it(county: County, second: Acting) -> None:
    stand_in_for_second(county, second)
    through = queries.acting_as(county.users["township"], second.post or 0, NOW)
    assert through is not None
    assert through.through == county.posts["township"]
    request = own_request(county, county.acting("admin"))
    refused("same_hand", approvals.approve, request=request, by=through)
    third = administrator("third")
    approvals.approve(request=own_request(county, third), by=through, at=NOW)


def issue(county: County, *pairs: tuple[str, str]) -> None:
    for receiver, issuer in pairs:
        User.objects.filter(username=receiver).update(issued_by=User.objects.get(username=issuer))


@pytest.mark.parametrize("hands", [
    [("second", "admin")],  # who asks knows the password of who approves
    [("admin", "second")],  # and the other way round
    [("second", "town_admin"), ("town_admin", "admin")],  # through a third
    [("second", "duty"), ("admin", "duty")],  # a third has both
    [("second", "town_admin"), ("town_admin", "second"), ("admin", "town_admin")],  # round and round
])
def test_passwords_from_one_hand_are_one_person(
    county: County, second: Acting, hands: list[tuple[str, str]],
) -> None:
    issue(county, *hands)
    request = own_request(county, county.acting("admin"))
    refused("same_hand", approvals.approve, request=request, by=second)
    assert not Post.objects.filter(user=county.users["admin"], kind="clinician").exists()
    for name in ("admin", "second"):
        actions.issue_password(user=User.objects.get(username=name).pk, by=OPERATOR, at=NOW)
    approvals.approve(request=request, by=second, at=NOW)


def test_a_password_somebody_chose_afterwards_is_still_from_that_hand(county: County) -> None:
    """Who gave it out may have come in with it, and chosen the next one."""
    admin, below = county.acting("admin"), administrator("below", area="town")
    issue(county, ("below", "admin"))
    actions.give_post(user=county.users["admin"], kind="administrator", area="town", by=admin, at=NOW)
    own = next(one for one in queries.posts_of(county.users["admin"], NOW) if one.path == below.path)
    request = approvals.ask_post(post=NewPost(county.users["admin"], "grid_worker", "grid1", NOW), by=own, at=NOW)
    User.objects.filter(username="below").update(one_time_until=None)
    refused("same_hand", approvals.approve, request=request, by=below)


def test_a_password_that_was_handed_out_ends_where_it_would_open_an_administrator(
    county: County, second: Acting,
) -> None:
    admin = county.acting("admin")
    made = actions.make_user(username="fresh", by=admin, at=NOW)
    request = approvals.ask_post(post=NewPost(made.id, "administrator", "county", NOW), by=admin, at=NOW)
    approvals.approve(request=request, by=second, at=NOW)
    fresh = User.objects.get(pk=made.id)
    assert not fresh.check_password(made.password)
    assert not fresh.has_usable_password()
    [by] = queries.posts_of(made.id, NOW)
    refused("same_hand", approvals.approve, request=own_request(county, admin), by=by)
    refused("password_on_server", actions.issue_password, user=made.id, by=second)
    actions.issue_password(user=made.id, by=OPERATOR, at=NOW)
    approvals.approve(request=own_request(county, admin), by=by, at=NOW)


def test_another_right_leaves_the_password(county: County, second: Acting) -> None:
    admin = county.acting("admin")
    made = actions.make_user(username="fresh", by=admin, at=NOW)
    request = approvals.ask_post(post=NewPost(made.id, "grid_worker", "county", NOW), by=admin, at=NOW)
    approvals.approve(request=request, by=second, at=NOW)
    assert User.objects.get(pk=made.id).check_password(made.password)


@pytest.mark.parametrize(("after", "code"), [(DAY, "same_hand"), (-DAY, "")])
def test_who_removed_the_approvers_second_factor_is_not_approved_by_them(
    county: County, second: Acting, after: dt.timedelta, code: str,
) -> None:
    """Until they have a new password from the server."""
    admin = county.acting("admin")
    RightsRequest.objects.create(
        what=AskedWhat.REMOVAL, user_id=second.user or 0, post_kind="administrator", path=second.path, reasons="lost",
        asked_by_id=admin.user or 0, asked_as_id=admin.post or 0, asked_at=NOW, expires_at=NOW + DAY,
        state=RequestState.APPROVED, decided_by_id=county.users["duty"], decided_at=NOW + after)
    request = own_request(county, admin)
    if code:
        refused(code, approvals.approve, request=request, by=second)
    else:
        approvals.approve(request=request, by=second, at=NOW)


def test_nobody_gives_themselves_a_password(county: County) -> None:
    """It would be one without the old one, from a session that was left open."""
    refused("own_password", actions.issue_password, user=county.users["admin"], by=county.acting("admin"))


@pytest.mark.parametrize(("who", "code"), [("town_admin", "not_allowed"), ("admin", "")])
def test_who_has_no_post_is_looked_after_by_who_made_them_and_by_the_county(
    county: County, who: str, code: str,
) -> None:
    made = actions.make_user(username="fresh", by=OPERATOR, at=NOW).id
    for deed, more in ((actions.issue_password, {}), (actions.sign_out_everywhere, {}),
                       (actions.let_in, {"allowed": False})):
        if code:
            refused(code, deed, user=made, by=county.acting(who), **more)
        else:
            deed(user=made, by=county.acting(who), at=NOW, **more)
    own = actions.make_user(username="own", by=county.acting(who), at=NOW).id
    assert actions.issue_password(user=own, by=county.acting(who), at=NOW)


def test_who_worked_here_last_is_looked_after_here(county: County) -> None:
    actions.end_post(post=county.posts["worker"], by=OPERATOR, at=NOW)
    actions.end_post(post=county.posts["duty"], by=OPERATOR, at=NOW)
    later: dict[str, Any] = {"by": county.acting("town_admin"), "at": NOW + DAY}
    assert actions.issue_password(user=county.users["worker"], **later)
    refused("not_allowed", actions.issue_password, user=county.users["duty"], **later)
    refused("not_allowed", approvals.ask_removal, user=county.users["duty"], **later)
    refused("not_allowed", factors.remove_all, user=county.users["duty"], **later)


@pytest.fixture
def through(county: County, second: Acting) -> Acting:
    """The county's clinician, for three days in an administrator's place."""
    stands = actions.give_post(user=county.users["stranger"], kind="clinician", area="county", by=OPERATOR, at=NOW)
    absence = actions.record_absence(post=second.post or 0, begins=NOW, ends=NOW + 3 * DAY, by=OPERATOR, at=NOW)
    Absence.objects.filter(pk=absence).update(substitute=stands)
    actions._bump()
    found = queries.acting_as(county.users["stranger"], second.post or 0, NOW)
    assert found is not None
    assert found.through == stands
    return found


@pytest.mark.parametrize("area", ["county", "town"])
@pytest.mark.parametrize("user", ["stranger", "worker"])
def test_a_stand_in_keeps_nothing_for_itself_and_makes_no_administrator(
    county: County, through: Acting, user: str, area: str,
) -> None:
    asked = NewPost(county.users[user], "administrator", area, NOW)
    refused("second_person_needed", actions.give_posts, posts=[asked], by=through)
    assert approvals.give_or_ask(post=asked, by=through, at=NOW) is False
    assert not Post.objects.filter(user=county.users[user], kind="administrator").exists()


def test_who_stands_in_lets_nobody_stand_in(county: County, second: Acting, through: Acting) -> None:
    """Neither for the post they stand in for, nor for any other, nor asked of or by anybody."""
    for absent, standing in (("town_admin", through.through), ("worker", county.posts["neighbour"])):
        asked: dict[str, Any] = {"post": county.posts[absent], "begins": NOW, "ends": NOW + DAY, "by": through}
        refused("standing_in", actions.record_absence, substitute=standing, **asked)
        refused("standing_in", approvals.let_be_away, substitute=standing, reason="", **asked)
        absence = actions.record_absence(at=NOW, **asked)
        refused("standing_in", actions.let_stand_in, absence=absence, substitute=standing, by=through)
        refused("standing_in", approvals.ask_stand_in, absence=absence, substitute=standing, by=through)
    refused("standing_in", actions.record_absence, post=through.post, begins=NOW, ends=NOW + DAY, by=through)
    request = approvals.ask_stand_in(
        absence=Absence.objects.get(post=county.posts["town_admin"]).pk, substitute=county.posts["township"],
        by=county.acting("admin"), at=NOW)
    refused("standing_in", approvals.approve, request=request, by=through)


def test_whom_one_let_stand_in_passes_nothing_on_to_who_stands_in_for_them(county: County, second: Acting) -> None:
    """The township's officer stands in for an administrator, and one of one's own making for the officer."""
    admin = county.acting("admin")
    made = actions.make_user(username="made", by=admin, at=NOW)
    post = actions.give_post(user=made.id, kind="inspector", area="town", by=admin, at=NOW)
    stand_in_for_second(county, second)
    assert queries.acting_as(county.users["township"], second.post or 0, NOW + DAY)
    actions.record_absence(
        post=county.posts["township"], begins=NOW + DAY, ends=NOW + 9 * DAY, substitute=post, by=OPERATOR, at=NOW)
    kinds = {one.kind for one in queries.posts_of(made.id, NOW + DAY)}
    assert kinds == {"inspector", "township_duty"}
    assert {one.kind for one in queries.posts_of(county.users["township"], NOW + DAY)} == {"township_duty"}


def test_a_stand_in_does_its_daily_work(county: County, through: Acting) -> None:
    assert actions.give_post(user=county.users["neighbour"], kind="grid_worker", area="grid1", by=through, at=NOW)


def test_a_table_gives_no_right_to_any_post_of_who_publishes_it(county: County, through: Acting) -> None:
    raised = [*CELLS, Grant("clinician", "entry", "identity")]
    refused("second_person_needed", actions.set_permissions, programme="entry", rows=raised, by=through)
    assert not queries.permissions().may("clinician", "identity", "entry")
    actions.set_permissions(programme="entry", rows=raised, by=county.acting("admin"), at=NOW)


def test_a_name_taken_meanwhile_is_a_sentence(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody had it when it was looked for, as where two make the same user at the same time."""
    monkeypatch.setattr(checks, "check_usernames", lambda names: None)
    for name in ("worker", "WORKER"):
        refused("username_taken", actions.make_user, username=name, by=county.acting("admin"))
    assert User.objects.filter(username__iexact="worker").count() == 1


def test_the_database_takes_no_name_twice(county: County) -> None:
    with pytest.raises(IntegrityError, match="one_username"), transaction.atomic():
        User.objects.create(username="Worker")


def test_reach_counts_what_may_come(county: County, second: Acting) -> None:
    stand_in_for_second(county, second, NOW + DAY)
    assert checks.reach(county.users["township"], NOW) == {
        ("township_duty", county.paths["town"]), ("administrator", county.paths["county"])}
    assert checks.reach(county.users["township"], NOW + 5 * DAY) == {("township_duty", county.paths["town"])}
