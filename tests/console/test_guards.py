"""The first question of a door is asked before anything is looked up, whatever a later step would refuse as well."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from fangxian.accounts import actions as accounts
from fangxian.accounts.models import User
from fangxian.accounts.queries import acting_as
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import OPERATOR, Acting, Action
from fangxian.capture import actions as capture
from fangxian.capture.tabular.types import Refusal
from fangxian.console import handing
from fangxian.console.asking import for_posts_that
from fangxian.console.pages.set_up.frame import for_set_up
from fangxian.console.viewpoint import area_of
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.errors import Problem
from fangxian.tasks.answering import may_answer, require_answer
from fangxian.tasks.models import Alert
from fangxian.tasks.types import Cause
from tests import county as world
from tests.county import MORNING, County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOON = MORNING + dt.timedelta(hours=4)
REFUSED = r"not_allowed|not_found"  # who sees no programme is not told that there are alerts or tasks of it


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)), translation.override("en"):
        yield world.build()


def acting(county: County, key: tuple[str, str]) -> Acting:
    found = acting_as(county.users[key], county.posts[key], NOON)
    assert found is not None
    assert found.post is not None
    return found


def every_post(county: County) -> list[Acting]:
    return [acting(county, key) for key in world.POSTS]


@pytest.mark.parametrize("action", [Action.FILL, Action.ACKNOWLEDGE, Action.IMPORT, Action.REASSIGN, Action.WITHDRAW])
def test_a_page_for_posts_that_may_is_not_begun_for_others(county: County, action: Action) -> None:
    begun: list[str] = []
    refused: list[str] = []

    @for_posts_that(action)
    def page(request: HttpRequest) -> HttpResponse:
        begun.append(request.acting.kind)  # type: ignore[attr-defined]
        return HttpResponse()

    for by in every_post(county):
        request = HttpRequest()
        request.user = User.objects.get(pk=by.user or 0)
        request.acting = by  # type: ignore[attr-defined]
        with suppress(Problem):
            page(request)
            continue
        refused.append(by.kind)
    may = {by.kind for by in every_post(county)
           if any(by.permissions.may(by.kind, action, one) for one in ("entry", "residents"))}
    assert set(begun) == may
    assert set(refused) == {kind for kind, _code in world.POSTS} - may
    assert refused


def test_a_page_of_the_set_up_is_begun_for_administrators_only(county: County) -> None:
    begun: list[str] = []

    @for_set_up
    def page(request: HttpRequest, by: Acting) -> HttpResponse:
        begun.append(by.kind)
        return HttpResponse()

    for by in every_post(county):
        request = HttpRequest()
        request.method = "GET"
        request.acting = by  # type: ignore[attr-defined]
        with suppress(Problem):
            page(request)
    assert begun == ["administrator"]


def test_whoever_brings_no_lists_is_told_so_before_the_file_is_read(county: County) -> None:
    refused = 0
    for by in every_post(county):
        with working_in(Scope.of(by)):
            def receive(by: Acting = by) -> object:
                return capture.receive(data=b"\0\1", file_name="list.xlsx", programme="entry", form="listed",
                                       source="x", by=by, at=NOON)

            if by.permissions.may(by.kind, Action.IMPORT, "entry", "listed"):
                assert isinstance(receive(), Refusal)
                continue
            with pytest.raises(Problem, match=REFUSED):
                receive()
            refused += 1
    assert refused


def test_whoever_gives_no_tasks_is_told_so_before_what_was_chosen(county: County) -> None:
    told = []
    for by in every_post(county):
        with working_in(Scope.of(by)):
            if by.permissions.may(by.kind, Action.REASSIGN, "entry"):
                told.append(handing.do(by, {"do": handing.REMIND}, [], NOON, programme="entry"))
            else:
                with pytest.raises(Problem, match=REFUSED):
                    handing.do(by, {"do": handing.REMIND}, [], NOON, programme="entry")
    assert set(told) == {"Choose a task first."}


def test_an_area_is_found_in_one_s_own_range_only(county: County) -> None:
    found = 0
    for by in every_post(county):
        with working_in(SYSTEM):  # everything in sight: the range alone must refuse
            for code, path in county.paths.items():
                if path in by.range:
                    assert area_of(by, code).path == path
                    found += 1
                else:
                    with pytest.raises(Problem):
                        area_of(by, code)
    assert found


@pytest.mark.parametrize("cause", list(Cause))
def test_an_alert_is_answered_by_whom_it_is_for(county: County, cause: Cause) -> None:
    """One to a post by that post; one to a place by whoever acknowledges there; a handover by accepting it."""
    answered = 0
    for by in every_post(county):
        may = by.permissions.may
        own, place = (may(by.kind, action, "entry") for action in (Action.FILL, Action.ACKNOWLEDGE))
        for post, allowed in ((None, place), (by.post, own), ((by.post or 0) + 1_000, False)):
            alert = Alert(id=uuid.uuid4(), programme="entry", cause=cause, post=post, path=by.path)
            expected = allowed and cause != Cause.HANDOVER
            assert may_answer(by, alert, NOON) is expected
            answered += expected
            if expected:
                require_answer(by, alert, NOON)
            else:
                with pytest.raises(Problem, match=REFUSED):
                    require_answer(by, alert, NOON)
    assert bool(answered) is (cause != Cause.HANDOVER)


def test_who_made_a_change_acknowledges_it_only_where_nobody_else_may(county: County) -> None:
    """An auditor of the same place may not, and is nobody else."""
    by = acting(county, ("county_duty", "341023"))
    alert = Alert(id=uuid.uuid4(), programme="entry", cause=Cause.CHANGED, path=by.path, made_by=by.user)
    assert may_answer(by, alert, NOON)
    user = User.objects.create(username="another")
    with working_in(SYSTEM):
        accounts.give_post(user=user.pk, kind="auditor", area="341023", by=OPERATOR, at=MORNING)
        assert may_answer(by, alert, NOON)
        post = accounts.give_post(user=user.pk, kind="county_duty", area="341023", by=OPERATOR, at=MORNING)
    other = acting_as(user.pk, post, NOON)
    assert other is not None
    assert [may_answer(one, alert, NOON) for one in (by, other)] == [False, True]
    with pytest.raises(Problem, match="not_allowed"):
        require_answer(by, alert, NOON)
    alert.made_by = None
    assert may_answer(by, alert, NOON)
