"""Nobody gets by another name what they may not give themselves: users one made, or whose password one gave out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from fangxian.accounts import actions, approvals, hands, queries
from fangxian.accounts.commands import Command
from fangxian.accounts.models import Absence, User
from fangxian.accounts.types import OPERATOR, POST_KINDS, Acting, Grant, NewPost, NewUser
from fangxian.areas.models import Area
from fangxian.areas.types import Tier
from fangxian.kernel.errors import Problem

from .conftest import CELLS, NOW, County

DAY = dt.timedelta(days=1)
AREAS = {Tier.COUNTY: "county", Tier.TOWNSHIP: "town", Tier.COMMUNITY: "village", Tier.GRID: "grid1"}
ALONE = {"grid_worker", "inspector"}
"""Kinds of post that see nobody by name."""


def refused(code: str, call: Callable[..., object], **arguments: Any) -> None:
    with pytest.raises(Problem) as caught:
        call(**{"at": NOW, **arguments})
    assert caught.value.kind.code == code


@pytest.fixture
def named(county: County) -> County:
    """A county in which every kind of post but two sees people by name, takes them out, looks after or sets up."""
    more = [Grant("clinician", "entry", "identity"), Grant("port_officer", "entry", "export"),
            Grant("epidemiologist", "entry", "trace"), Grant("inspector", "entry", "see")]
    actions.set_permissions(programme="entry", rows=[*CELLS, *more], by=OPERATOR, at=NOW)
    return county


def made(by: Acting, name: str = "puppet") -> int:
    return actions.make_user(username=name, by=by, at=NOW).id


@pytest.mark.parametrize("kind", list(POST_KINDS))
def test_every_kind_of_post_for_who_one_made(named: County, second: Acting, kind: str) -> None:
    admin, area = named.acting("admin"), AREAS[POST_KINDS[kind].tier]  # type: ignore[index]
    puppet = made(admin)
    if kind in ALONE:
        assert actions.give_post(user=puppet, kind=kind, area=area, by=admin, at=NOW)
        return
    refused("second_person_needed", actions.give_post, user=puppet, kind=kind, area=area, by=admin)
    assert approvals.give_or_ask(post=NewPost(puppet, kind, area, NOW), by=admin, at=NOW) is False
    assert queries.posts_of(puppet, NOW) == ()
    [request] = queries.requests_in(admin.range, NOW)
    assert "hand" in request.reasons
    refused("own_request", approvals.approve, request=request.id, by=admin)
    approvals.approve(request=request.id, by=second, at=NOW)
    assert [one.kind for one in queries.posts_of(puppet, NOW)] == [kind]


@pytest.mark.parametrize("area", ["town", "county"])
@pytest.mark.parametrize("kind", ["administrator", "auditor"])
def test_nor_is_it_given_below(named: County, kind: str, area: str) -> None:
    admin = named.acting("admin")
    refused("second_person_needed", actions.give_post, user=made(admin), kind=kind, area=area, by=admin)


def test_it_is_told_to_the_auditor(named: County, heard: list[Command]) -> None:
    admin = named.acting("admin")
    approvals.give_or_ask(post=NewPost(made(admin), "county_duty", "county", NOW), by=admin, at=NOW)
    assert [(one.name, one.args["reasons"]) for one in heard if one.name == "ask_rights"] == [("ask_rights", "hand")]


@pytest.mark.parametrize(("chain", "alone"), [
    ([("puppet", None)], True),  # from the server
    ([("puppet", "second")], True),  # from another hand: the two of them together
    ([("puppet", "admin")], False),
    ([("puppet", "town_admin"), ("town_admin", "admin")], False),  # through one's own
    ([("puppet", "town_admin")], True),
    ([("puppet", "second"), ("admin", "second")], False),  # one person may be behind both
    ([("puppet", "town_admin"), ("town_admin", "puppet")], True),
])
def test_through_whose_hands_the_password_went(
    named: County, second: Acting, chain: list[tuple[str, str | None]], alone: bool,
) -> None:
    admin, puppet = named.acting("admin"), made(OPERATOR)
    for receiver, issuer in chain:
        User.objects.filter(username=receiver).update(
            issued_by=User.objects.get(username=issuer) if issuer else None, issued_at=NOW)
    if alone:
        assert actions.give_post(user=puppet, kind="county_duty", area="county", by=admin, at=NOW)
    else:
        refused("second_person_needed", actions.give_post, user=puppet, kind="county_duty", area="county", by=admin)


def test_a_password_they_chose_since_is_no_other_hand(named: County) -> None:
    admin = named.acting("admin")
    puppet = made(admin)
    User.objects.filter(pk=puppet).update(one_time_until=None)
    refused("second_person_needed", actions.give_post, user=puppet, kind="county_duty", area="county", by=admin)
    actions.issue_password(user=puppet, by=OPERATOR, at=NOW)
    assert actions.give_post(user=puppet, kind="county_duty", area="county", by=admin, at=NOW)


def test_three_hundred_grid_workers_are_one_persons_work(named: County) -> None:
    admin = named.acting("admin")
    people = actions.make_users(people=[NewUser(f"w{number}") for number in range(300)], by=admin, at=NOW)
    posts = [NewPost(user, "grid_worker", "grid1", NOW) for user in people.values()]
    assert len(actions.give_posts(posts=posts, by=admin, at=NOW)) == 300
    refused("second_person_needed", actions.give_posts, by=admin, posts=[
        NewPost(next(iter(people.values())), "community_lead", "village", NOW)])


def test_nor_does_who_one_made_stand_in(named: County, second: Acting) -> None:
    """A grid worker's post first, alone; then in the lead's place."""
    admin = named.acting("admin")
    post = actions.give_post(user=made(admin), kind="community_lead", area="grid1", by=OPERATOR, at=NOW)
    refused("second_person_needed", actions.record_absence, post=named.posts["lead"], begins=NOW, ends=NOW + DAY,
            substitute=post, by=admin)
    assert actions.record_absence(
        post=named.posts["lead"], begins=NOW, ends=NOW + DAY, substitute=post, by=second, at=NOW)


@pytest.mark.parametrize("by", ["admin", "second"])
def test_who_one_made_stands_in_for_one_grid_of_their_community(named: County, second: Acting, by: str) -> None:
    """At more places than that, one after another, they would be everywhere and seen by nobody."""
    admin = named.acting("admin")
    for number, (code, parent) in enumerate((("far", "town2"), ("grid3", "village"))):
        above = Area.objects.get(code=parent)
        Area.objects.create(code=code, name=code, level_id="test_grid", parent=above, path=f"{above.path}X5{number}")
    elsewhere, third = (actions.give_post(user=named.users["duty"], kind="grid_worker", area=code, by=OPERATOR, at=NOW)
                        for code in ("far", "grid3"))
    post = actions.give_post(user=made(admin), kind="grid_worker", area="grid2", by=admin, at=NOW)
    for absent, begins, alone in ((elsewhere, 0, False), (named.posts["worker"], 5, True), (third, 0, False)):
        asked: dict[str, Any] = {"post": absent, "begins": NOW + begins * DAY, "ends": NOW + begins * DAY + DAY,
                                 "substitute": post, "by": admin if by == "admin" else second}
        if alone or by == "second":
            assert actions.record_absence(at=NOW, **asked)
        else:
            refused("second_person_needed", actions.record_absence, **asked)


def test_who_approves_gains_nothing_under_another_name(named: County, second: Acting) -> None:
    puppet = made(second)
    asked = NewPost(puppet, "grid_worker", "county", NOW)
    request = approvals.ask_post(post=asked, by=named.acting("admin"), at=NOW)
    refused("own_request", approvals.approve, request=request, by=second)
    assert queries.posts_of(puppet, NOW) == ()
    actions.issue_password(user=puppet, by=OPERATOR, at=NOW)
    approvals.approve(request=request, by=second, at=NOW)


def test_who_gives_tasks_away_does_not_raise_who_they_made_themselves(named: County) -> None:
    """An administrator who is a duty officer as well, acting as that."""
    cells = [Grant(one.post, "entry", one.action, one.on) for one in queries.permissions().grants
             if one.programme == "entry"]
    actions.set_permissions(programme="entry", rows=[
        *cells, Grant("county_duty", "entry", "reassign"), Grant("county_duty", "entry", "fill")], by=OPERATOR, at=NOW)
    user = named.users["admin"]
    duty = actions.give_post(user=user, kind="county_duty", area="county", by=OPERATOR, at=NOW)
    by = queries.acting_as(user, duty, NOW)
    assert by is not None
    puppets = [actions.give_post(user=made(who, name), kind="inspector", area="county", by=OPERATOR, at=NOW)
               for who, name in ((named.acting("admin"), "own"), (OPERATOR, "other"))]
    asked: dict[str, Any] = {"post": named.posts["duty"], "begins": NOW, "ends": NOW + DAY, "by": by}
    refused("not_allowed", actions.record_absence, substitute=puppets[0], **asked)
    refused("stand_in_unfit", actions.record_absence, substitute=puppets[1], **asked)


def test_what_is_lent_ends_with_the_post_it_was_lent_by(named: County) -> None:
    """Whoever sets up gives, and that stays, as a post does."""
    cells = [*CELLS, Grant("community_lead", "entry", "reassign")]
    actions.set_permissions(programme="entry", rows=cells, by=OPERATOR, at=NOW)
    own = actions.give_post(user=named.users["lead"], kind="grid_worker", area="grid2", by=OPERATOR, at=NOW)
    worker, neighbour = named.posts["worker"], named.posts["neighbour"]
    asked: dict[str, Any] = {"post": worker, "begins": NOW, "ends": NOW + 60 * DAY}
    refused("not_allowed", actions.record_absence, substitute=own, by=named.acting("lead"), **asked)
    actions.record_absence(substitute=neighbour, by=named.acting("lead"), at=NOW, **asked)
    actions.end_post(post=named.posts["lead"], when=NOW + 3 * DAY, by=named.acting("admin"), at=NOW)
    stands = [bool(queries.acting_as(named.users["neighbour"], worker, NOW + days * DAY)) for days in (0, 2, 3, 40)]
    assert stands == [True, True, False, False]
    roster = queries.roster()
    assert roster.answering(roster.posts[worker], NOW + 3 * DAY) is None
    assert roster.next_change("grid_worker", named.paths["grid1"], NOW) == NOW + 3 * DAY
    actions.end_absence(absence=Absence.objects.get(post=worker).pk, by=OPERATOR, at=NOW)
    actions.record_absence(substitute=neighbour, by=named.acting("admin"), at=NOW, **asked)
    actions.end_post(post=named.posts["admin"], when=NOW + 3 * DAY, by=OPERATOR, at=NOW)
    assert queries.acting_as(named.users["neighbour"], worker, NOW + 40 * DAY)


def test_nor_does_a_table_open_it_to_who_one_made(named: County, second: Acting) -> None:
    admin = named.acting("admin")
    actions.give_post(user=made(admin), kind="inspector", area="county", by=admin, at=NOW)
    rows = [Grant(one.post, "entry", one.action, one.on) for one in queries.permissions().grants
            if one.programme == "entry"]
    raised = [*rows, Grant("inspector", "entry", "identity")]
    refused("second_person_needed", actions.set_permissions, programme="entry", rows=raised, by=admin)
    actions.set_permissions(programme="entry", rows=raised, by=second, at=NOW)
    actions.set_permissions(programme="entry", rows=[*raised, Grant("inspector", "entry", "export")], by=admin, at=NOW)


def test_hands_of_many_at_once(named: County) -> None:
    admin, puppet = named.users["admin"], made(named.acting("admin"))
    assert hands.hands([puppet, admin]) == {puppet: {puppet, admin}, admin: {admin}}
    assert hands.of_ones_own(named.acting("admin"), [puppet, admin, named.users["duty"]]) == {puppet}
    assert hands.of_ones_own(OPERATOR, [puppet]) == set()
