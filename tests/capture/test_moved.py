"""Whoever had the tasks of people whom a list moves elsewhere is told that they went."""

from __future__ import annotations

import datetime as dt

import pytest

from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.capture import actions
from fangxian.capture.types import SAME
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.tasks.models import Task
from tests.capture.test_import import HEAD, NOW, bring, finish, rows
from tests.console.rounds import signed_in
from tests.county import County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LATER = NOW + dt.timedelta(hours=1)
TOLD = "SELECT post, path, count, programme FROM tasks_alert WHERE cause = 'moved' ORDER BY count"
HERE, THERE = "碧阳镇郭门一网格3栋501", "宏村镇宏村一网格8号"
OLD, NEW = ("grid_worker", "34102310000101"), ("grid_worker", "34102310120001")


def listed(by: Acting, at: dt.datetime, *addresses: str) -> None:
    lines = [f"A{at:%H}{n},张伟,护照,E1234567{n},1988-05-0{n + 1},1381234567{n},2020-03-21,意大利,{one}"
             for n, one in enumerate(addresses)]
    held = bring("\n".join([HEAD, *lines]), by, source=f"{at:%H}", at=at)
    if held.counts.get("doubtful"):
        with working_in(Scope.of(by)):
            actions.decide(held=held.pk, choice=SAME, by=by, at=at)
    finish(held, by, at)


def test_the_worker_they_leave_is_told_once_a_list(by: Acting, county: County) -> None:
    listed(by, NOW, HERE, HERE, HERE)
    assert rows(TOLD) == []
    listed(by, LATER, THERE, THERE, HERE)
    assert rows(TOLD) == [(county.posts[OLD], county.paths[OLD[1]], 2, "entry")]
    assert rows("SELECT count(*) FROM tasks_task WHERE state = 'open' AND post = %s", county.posts[NEW]) == [(2,)]
    with running_on(SimulatedClock(LATER)):
        page = signed_in(county, *OLD).get("/alerts/").content.decode()
        assert "Register: the person was moved to another area" in page
        assert "moved to another area" not in signed_in(county, "grid_worker", "34102310000102").get(
            "/alerts/").content.decode()


def test_undone_the_other_worker_is_told(by: Acting, county: County) -> None:
    listed(by, NOW, HERE)
    listed(by, LATER, THERE)
    [(held,)] = rows("SELECT id FROM capture_import ORDER BY received_at DESC LIMIT 1")
    with working_in(Scope.of(by)):
        actions.undo(held=held, by=by, at=LATER + dt.timedelta(minutes=5))
    assert {post for post, *_ in rows(TOLD)} == {county.posts[OLD], county.posts[NEW]}


def test_whoever_moves_somebody_is_not_told_by_themselves(by: Acting, county: County) -> None:
    subject = county.arrive(NOW)
    county_duty = county.posts["county_duty", "341023"]
    with working_in(SYSTEM):
        Task.objects.filter(subject=subject, state="open").update(post=county_duty)
    assert not county.send("place", subject, {"grid": NEW[1]}, LATER).refused
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(county.paths[NEW[1]],)]
    assert rows(TOLD) == []
