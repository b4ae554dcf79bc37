"""Users, posts, hours and absences: who may change them, and that every change is seen and told."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from fangxian.accounts import actions, approvals, queries
from fangxian.accounts.commands import Command
from fangxian.accounts.models import Access, Exclusion, Post, User
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import OPERATOR, Acting, NewPost, NewUser, WeeklyHours
from fangxian.areas.types import subtree
from fangxian.kernel.errors import Problem

from .conftest import NOW, PEOPLE, County

DAY = dt.timedelta(days=1)


def refused(code: str, call: Callable[..., object], **arguments: Any) -> None:
    with pytest.raises(Problem) as caught:
        call(at=NOW, **arguments)
    assert caught.value.kind.code == code


def test_an_administrator_gives_posts_in_their_own_area_only(county: County) -> None:
    town_admin, user = county.acting("town_admin"), county.users["worker"]
    made = actions.give_post(user=user, kind="clinician", area="grid2", by=town_admin, at=NOW)
    assert queries.roster().posts[made].path == county.paths["grid2"]
    for outside in ("county", "town2", "other"):
        refused("not_found", actions.give_post, user=user, kind="clinician", area=outside, by=town_admin)
    refused("unknown_area", actions.give_post, user=user, kind="clinician", area="nowhere", by=town_admin)
    refused("unknown_post_kind", actions.give_post, user=user, kind="mayor", area="grid1", by=town_admin)
    refused("period_reversed", actions.give_post, user=user, kind="clinician", area="grid1", valid_to=NOW,
            by=town_admin)
    refused("period_over", actions.give_post, user=user, kind="clinician", area="grid1", valid_from=NOW - 2 * DAY,
            valid_to=NOW - DAY, by=town_admin)


@pytest.mark.parametrize("name", ["worker", "lead", "township", "duty", "auditor"])
def test_nobody_else_changes_anything(county: County, name: str) -> None:
    by, post, user = county.acting(name), county.posts["worker"], county.users["worker"]
    attempts: list[tuple[Callable[..., object], dict[str, Any]]] = [
        (actions.make_user, {"username": "fresh"}), (actions.issue_password, {"user": user}),
        (actions.let_in, {"user": user, "allowed": False}),
        (actions.give_post, {"user": user, "kind": "county_duty", "area": "county"}),
        (actions.end_post, {"post": post}),
        (actions.set_hours, {"posts": [post], "hours": []}),
        (actions.record_absence, {"post": post, "begins": NOW, "ends": NOW + DAY}),
        (actions.set_permissions, {"programme": "entry", "rows": []}),
    ]
    for call, arguments in attempts:
        refused("not_allowed", call, by=by, **arguments)


def test_what_lies_outside_can_not_be_touched(county: County) -> None:
    town_admin, admin = county.acting("town_admin"), county.acting("admin")
    absence = actions.record_absence(post=county.posts["duty"], begins=NOW, ends=NOW + DAY, by=admin, at=NOW)
    attempts: list[tuple[Callable[..., object], dict[str, Any]]] = [
        (actions.issue_password, {"user": county.users["duty"]}), (actions.let_in, {"user": 0, "allowed": True}),
        (actions.end_post, {"post": county.posts["duty"]}), (actions.end_absence, {"absence": absence}),
        (actions.set_hours, {"posts": [county.posts["worker"], county.posts["stranger"]], "hours": []}),
        (actions.record_absence, {"post": county.posts["worker"], "substitute": county.posts["stranger"],
                                  "begins": NOW, "ends": NOW + DAY}),
    ]
    for call, arguments in attempts:
        refused("not_found", call, by=town_admin, **arguments)


def test_a_post_still_to_come_elsewhere_keeps_a_password_out_of_reach(county: County) -> None:
    worker = county.users["worker"]
    actions.give_post(user=worker, kind="county_duty", area="county", valid_from=NOW + DAY, by=OPERATOR, at=NOW)
    refused("not_found", actions.issue_password, user=worker, by=county.acting("town_admin"))


def test_every_change_gives_the_roster_a_number_it_never_had(county: County) -> None:
    admin, post = county.acting("admin"), county.posts["worker"]
    absence = 0
    seen = [queries.revision()]
    hours = [WeeklyHours(4, dt.time(8), dt.time(18))]
    actions.set_hours(posts=[post], hours=hours, by=admin, at=NOW)
    seen.append(queries.revision())
    assert queries.roster().posts[post].hours == tuple(hours)
    absence = actions.record_absence(post=post, begins=NOW, ends=NOW + DAY, by=admin, at=NOW)
    seen.append(queries.revision())
    assert not queries.roster().posts[post].present(NOW)
    actions.end_absence(absence=absence, by=admin, at=NOW + dt.timedelta(hours=1))
    seen.append(queries.revision())
    assert queries.roster().posts[post].present(NOW + dt.timedelta(hours=1))
    actions.end_post(post=post, by=admin, at=NOW)
    seen.append(queries.revision())
    actions.set_permissions(programme="entry", rows=[], by=admin, at=NOW)
    seen.append(queries.revision())
    assert queries.permissions().programmes("grid_worker") == ()
    assert sorted(set(seen)) == seen


def test_a_roster_taken_back_is_never_taken_for_another(county: County) -> None:
    before = queries.roster()
    with transaction.atomic():
        actions.end_post(post=county.posts["worker"], by=OPERATOR, at=NOW)
        taken_back = queries.roster().revision
        transaction.set_rollback(True)
    assert queries.roster().posts == before.posts
    actions.end_post(post=county.posts["lead"], by=OPERATOR, at=NOW)
    assert queries.roster().revision > taken_back
    assert queries.roster().posts[county.posts["worker"]].valid_to is None


def test_the_roster_is_read_once_and_in_sets(county: County) -> None:
    queries.roster()
    with CaptureQueriesContext(connection, ) as unchanged:
        queries.roster()
        queries.posts_of(county.users["worker"], NOW)
    assert len(unchanged) == 4
    actions.end_post(post=county.posts["worker"], by=OPERATOR, at=NOW)
    with CaptureQueriesContext(connection) as changed:
        queries.roster()
    assert len(changed) <= 9


def test_commands_are_told_whole_and_without_secrets(county: County, heard: list[Command]) -> None:
    admin = county.acting("admin")
    made = actions.make_user(username="fresh", display_name="新人", phone="13800000000", by=admin, at=NOW)
    post = actions.give_post(user=made.id, kind="grid_worker", area="grid1", by=admin, at=NOW)
    assert [(one.name, one.path) for one in heard] == [
        ("make_user", admin.path), ("issue_password", admin.path), ("give_post", county.paths["grid1"])]
    assert {one.by for one in heard} == {admin}
    assert heard[-1].args == {
        "post": post, "user": made.id, "kind": "grid_worker", "department": "", "valid_from": NOW.isoformat(),
        "valid_to": None}
    assert not any(secret in str(one.args) for one in heard for secret in (made.password, "13800000000", "新人"))


def test_many_posts_are_given_in_one_go(county: County, heard: list[Command]) -> None:
    made = actions.make_users(people=[NewUser(f"bulk{n}") for n in range(50)], by=OPERATOR, at=NOW)
    with CaptureQueriesContext(connection) as captured:
        posts = actions.give_posts(
            posts=[NewPost(user, "grid_worker", "grid1", NOW) for user in made.values()], by=OPERATOR, at=NOW)
    assert len(captured) <= 6 + 13  # and the order in the journal, one batch for all
    assert [one.args["post"] for one in heard if one.name == "give_post"] == posts
    assert not User.objects.get(username="bulk7").has_usable_password()


@pytest.mark.parametrize(("name", "code"), [
    ("Worker", "username_taken"), ("with space", "username_unfit"), ("", "username_unfit"),
    ("x" * 151, "username_unfit"),
])
def test_usernames(county: County, name: str, code: str) -> None:
    refused(code, actions.make_user, username=name, by=OPERATOR)


def test_two_of_the_same_name_in_one_go_are_refused(county: County) -> None:
    refused("username_taken", actions.make_users, people=[NewUser("same"), NewUser("SAME")], by=OPERATOR)


def test_a_post_ends_at_the_instant_and_only_once(county: County) -> None:
    admin, post, user = county.acting("admin"), county.posts["worker"], county.users["worker"]
    actions.end_post(post=post, when=NOW + DAY, by=admin, at=NOW)
    assert queries.posts_of(user, NOW + DAY - dt.timedelta(seconds=1))
    assert not queries.posts_of(user, NOW + DAY)
    actions.end_post(post=post, by=admin, at=NOW)
    assert not queries.posts_of(user, NOW)
    refused("wrong_state", actions.end_post, post=post, by=admin)
    assert Post.objects.filter(pk=post).exists()


def test_ending_a_post_later_than_it_ends_prolongs_nothing(county: County) -> None:
    admin, user = county.acting("admin"), county.users["worker"]
    post = actions.give_post(user=user, kind="grid_worker", area="grid2", valid_to=NOW + DAY, by=admin, at=NOW)
    actions.end_post(post=post, when=NOW + 30 * DAY, by=admin, at=NOW)
    assert Post.objects.get(pk=post).valid_to == NOW + DAY


def test_what_is_over_is_said_in_both_languages(county: County) -> None:
    admin, post = county.acting("admin"), county.posts["worker"]
    absence = actions.record_absence(post=post, begins=NOW, ends=NOW + DAY, by=admin, at=NOW)
    actions.end_absence(absence=absence, by=admin, at=NOW + DAY / 2)
    actions.end_post(post=post, by=admin, at=NOW)
    again: list[tuple[Callable[..., object], dict[str, int]]] = [
        (actions.end_post, {"post": post}), (actions.end_absence, {"absence": absence}),
        (actions.let_stand_in, {"absence": absence, "substitute": county.posts["lead"]})]
    for deed, named in again:
        with pytest.raises(Problem) as over:
            deed(**named, by=admin, at=NOW + DAY)
        assert "已结束" in over.value.sentence.zh


def test_an_absence_that_has_not_begun_never_was(county: County) -> None:
    admin, post = county.acting("admin"), county.posts["worker"]
    absence = actions.record_absence(post=post, begins=NOW + DAY, ends=NOW + 2 * DAY, by=admin, at=NOW)
    assert [one for one, _ in queries.absences_of(post, NOW)] == [absence]
    actions.end_absence(absence=absence, by=admin, at=NOW)
    assert queries.absences_of(post, NOW) == []
    refused("not_found", actions.end_absence, absence=absence, by=admin)
    refused("period_reversed", actions.record_absence, post=post, begins=NOW, ends=NOW, by=admin)
    refused("period_over", actions.record_absence, post=post, begins=NOW - 2 * DAY, ends=NOW - DAY, by=admin)
    refused("own_substitute", actions.record_absence, post=post, begins=NOW, ends=NOW + DAY, substitute=post, by=admin)


def test_the_substitute_may_act_as_the_absent_post_while_it_is_away(county: County) -> None:
    admin, away, here = county.acting("admin"), county.posts["worker"], county.posts["neighbour"]
    actions.record_absence(post=away, substitute=here, begins=NOW, ends=NOW + DAY, by=admin, at=NOW)
    own, other = queries.posts_of(county.users["neighbour"], NOW)
    assert (own.post, own.posts, own.through) == (here, (here,), None)
    assert (other.post, other.posts, other.through) == (away, (away, here), here)
    assert (other.user, other.path, other.kind) == (county.users["neighbour"], county.paths["grid1"], "grid_worker")
    assert len(queries.posts_of(county.users["neighbour"], NOW + DAY)) == 1


@pytest.mark.parametrize(("own", "absent", "department"), [
    ("police", "health", "police"), ("police", "", "police"), ("", "health", "health"), ("", "", "")])
def test_who_stands_in_is_of_the_own_department_and_else_of_the_absent_ones(
    county: County, own: str, absent: str, department: str,
) -> None:
    users = actions.make_users(people=[NewUser("stays"), NewUser("goes")], by=OPERATOR, at=NOW)
    stays, goes = (
        actions.give_post(user=users[name], kind="clinician", area="county", department=of, by=OPERATOR, at=NOW)
        for name, of in (("stays", own), ("goes", absent)))
    actions.record_absence(post=goes, begins=NOW, ends=NOW + DAY, substitute=stays, by=OPERATOR, at=NOW)
    found = queries.acting_as(users["stays"], stays, NOW)
    assert found is not None
    assert (found.posts, found.department) == ((stays, goes), department)


def test_an_absence_is_over_at_its_end(county: County) -> None:
    absence = actions.record_absence(
        post=county.posts["worker"], begins=NOW - DAY, ends=NOW, by=county.acting("admin"), at=NOW - DAY)
    refused("wrong_state", actions.end_absence, absence=absence, by=county.acting("admin"))


def test_an_area_has_its_own_people_and_a_post_its_own_absences(county: County) -> None:
    here, there = subtree(county.paths["county"]), subtree(county.paths["other"])
    away, far = (actions.record_absence(post=county.posts[name], begins=NOW, ends=NOW + DAY, by=OPERATOR, at=NOW)
                 for name in ("worker", "stranger"))
    assert [one for one, _ in queries.absences_of(county.posts["worker"], NOW)] == [away]
    assert [one for one, _ in queries.absences_of(county.posts["stranger"], NOW)] == [far]
    assert {one.username for one in queries.users_in(here, NOW)} == PEOPLE.keys() - {"stranger"}
    assert {one.username for one in queries.users_in(there, NOW)} == {"stranger"}


def test_each_time_somebody_was_shut_out_keeps_its_own_end(county: County) -> None:
    hour = dt.timedelta(hours=1)
    for number, allowed in enumerate((False, True, False, True)):
        actions.let_in(user=county.users["worker"], allowed=allowed, by=county.acting("admin"), at=NOW + number * hour)
    times = Exclusion.objects.filter(user=county.users["worker"]).order_by("begins").values_list("begins", "ends")
    assert list(times) == [(NOW, NOW + hour), (NOW + 2 * hour, NOW + 3 * hour)]


def test_a_post_sees_the_programmes_it_may_see_below_its_area(county: County) -> None:
    assert {name: county.acting(name).programmes for name in ("worker", "auditor", "admin")} == {
        "worker": ("entry",), "auditor": (), "admin": ()}
    assert county.acting("lead").range == subtree(county.paths["village"])


def look(by: Acting, subject: uuid.UUID, path: str) -> None:
    with working_in(Scope.of(by)):
        actions.log_access(
            by=by, action="identity", purpose="call", programme="entry", subjects={subject: path}, at=NOW)


def test_who_looked_is_seen_where_the_subject_is(county: County) -> None:
    subject, other = uuid.uuid4(), uuid.uuid4()
    look(county.acting("duty"), subject, county.paths["grid1"])
    look(county.acting("lead"), subject, county.paths["grid1"])
    look(county.acting("duty"), other, county.paths["town2"])
    with working_in(Scope.of(county.acting("lead"))):
        lines = queries.looked_at(subject)
        assert [(line.who, line.kind, line.action, line.purpose) for line in lines] == [
            ("lead", "community_lead", "identity", "call"), ("duty", "county_duty", "identity", "call")]
        assert [line.who for line in queries.looked_at(subject, before=lines[0].id)] == ["duty"]
        assert queries.looked_at(other) == []


def test_an_export_is_logged_for_every_subject_in_one_statement(county: County) -> None:
    duty = county.acting("duty")
    subjects = {uuid.uuid4(): county.paths["grid1"] for _ in range(500)}
    with working_in(Scope.of(duty)):
        with CaptureQueriesContext(connection) as captured:
            actions.log_access(by=duty, programme="entry", action="export", purpose="report", subjects=subjects, at=NOW)
        actions.log_access(by=duty, programme="entry", action="export", purpose="figures", count=40, at=NOW)
        actions.log_access(by=duty, programme="entry", action="export", purpose="nobody", subjects={}, at=NOW)
    assert len([one for one in captured if "INSERT" in one["sql"]]) == 1
    assert Access.objects.filter(purpose="report").count() == 500
    assert list(Access.objects.exclude(purpose="report").values_list("purpose", "count", "path")) == [
        ("figures", 40, duty.path)]


def test_people_behind_posts(county: County) -> None:
    found = queries.people([county.posts["worker"], 0])
    assert [(post, one.username, one.name) for post, one in found.items()] == [
        (county.posts["worker"], "worker", "worker")]
    assert [one.username for one in queries.find_users("WORK")] == ["worker"]
    first = queries.posts_in(subtree(county.paths["town"]), NOW, limit=2)
    rest = queries.posts_in(subtree(county.paths["town"]), NOW, after=(first[-1].path, first[-1].id))
    assert [one.id for one in (*first, *rest)] == [
        county.posts[name] for name in ("township", "town_admin", "lead", "worker", "neighbour")]


def test_user_add_prints_a_password_that_works(county: County) -> None:
    out = StringIO()
    call_command("user", "add", "first", "--post", "administrator", "--area", "county", stdout=out)
    user = User.objects.get(username="first")
    assert user.check_password(out.getvalue().splitlines()[-1])
    assert user.one_time_until is not None
    assert [by.kind for by in queries.posts_of(user.pk, NOW)] == ["administrator"]


@pytest.mark.parametrize(("arguments", "sentence"), [
    (("worker", "--post", "administrator", "--area", "county"), "is taken"),
    (("fresh", "--post", "administrator", "--area", "nowhere"), "no area nowhere"),
])
def test_user_add_says_what_is_wrong_and_leaves_nothing(
    county: County, arguments: tuple[str, ...], sentence: str,
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("user", "add", *arguments)
    assert not User.objects.filter(username="fresh").exists()


FAR_OFF = [dt.datetime(1, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")), dt.datetime(1899, 12, 31, 23, 59, tzinfo=dt.UTC),
           dt.datetime(2200, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 12, 31, 23, 59, tzinfo=ZoneInfo("America/Lima"))]


@pytest.mark.parametrize("moment", FAR_OFF)
def test_no_date_is_stored_that_nobody_means(county: County, moment: dt.datetime) -> None:
    """In UTC the first days of the calendar lie before it: stored once, the roster could not be read by anybody."""
    by, post, later = county.acting("admin"), county.posts["worker"], NOW + dt.timedelta(days=1)
    begins, ends = (moment, later) if moment < NOW else (NOW, moment)
    given: dict[str, Any] = {"user": county.users["worker"], "kind": "grid_worker", "area": "grid2"}
    refused("date_far_off", actions.record_absence, post=post, begins=begins, ends=ends, by=by)
    refused("date_far_off", actions.give_post, **given, valid_from=begins, valid_to=ends, by=by)
    refused("date_far_off", actions.end_post, post=post, when=moment, by=by)
    refused("date_far_off", approvals.give_or_ask, by=by,
            post=NewPost(county.users["admin"], "clinician", "county", begins, ends))
    assert len(queries.roster().posts) == len(PEOPLE)


@pytest.mark.parametrize("statement", [
    "INSERT INTO accounts_absence (post_id, begins, ends, reason) SELECT id, '0001-01-01 BC', now(), ''"
    " FROM accounts_post LIMIT 1",
    "INSERT INTO accounts_absence (post_id, begins, ends, reason) SELECT id, now(), '10000-01-01', ''"
    " FROM accounts_post LIMIT 1",
    "UPDATE accounts_post SET valid_to = 'infinity'",
    "INSERT INTO accounts_exclusion (user_id, begins) SELECT id, '0001-01-01 BC' FROM accounts_user LIMIT 1",
    "UPDATE areas_area SET valid_to = '0001-01-01 BC'",
    "INSERT INTO areas_areaname (area_id, name, valid_from) SELECT id, name, '0001-01-01' FROM areas_area LIMIT 1",
])
def test_the_database_takes_none_either(county: County, statement: str) -> None:
    caught = pytest.raises(IntegrityError, match="within_calendar")
    with caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_posts_absences_are_its_own_and_those_that_have_not_ended(county: County) -> None:
    admin = county.acting("admin")
    later, now, over, others = (
        actions.record_absence(
            post=county.posts[who], begins=NOW + begins * DAY, ends=NOW + ends * DAY, by=admin,
            at=NOW + min(begins, 0) * DAY)
        for who, begins, ends in (("worker", 5, 6), ("worker", 0, 2), ("worker", -3, -2), ("neighbour", 0, 2)))
    assert [held for held, _away in queries.absences_of(county.posts["worker"], NOW)] == [now, later]
    assert [held for held, _away in queries.absences_of(county.posts["neighbour"], NOW)] == [others]
    assert over not in {held for held, _away in queries.absences_of(county.posts["worker"], NOW)}
