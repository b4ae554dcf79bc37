"""What one person alone sends at the same moment, each on a connection of its own: it comes out as if sent one after
the other, so that the second is asked of a second person."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from itertools import count
from typing import Any, Final

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from fangxian.accounts import actions, approvals, checks, peers, queries
from fangxian.accounts.models import RightsRequest, User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, Acting, AskedWhat, NewPost, RequestState
from fangxian.kernel import clock
from fangxian.kernel.errors import Problem
from tests.county import County
from tests.invariants.scratch import scratch as scratch

COUNTY: Final = "341023"
GRID: Final = "34102310000101"
TOGETHER: Final = 2.0
"""Seconds for which who has decided waits until the other has, too: who waits behind a lock never comes."""
_numbers = count()
Deed = Callable[[], object]


@dataclass
class Pair:
    """Two administrators on the server's word, and somebody whose password the first one gave out."""

    one: Acting
    other: Acting
    user: int

    def password(self) -> object:
        return approvals.password_or_ask(user=self.user, by=self.one, at=clock.now())

    def give(self, kind: str = "county_duty", area: str = COUNTY) -> bool:
        return approvals.give_or_ask(post=NewPost(self.user, kind, area, clock.now()), by=self.one, at=clock.now())


@pytest.fixture
def pair(scratch: County, django_db_blocker: DjangoDbBlocker, settings: Any) -> Iterator[Pair]:
    """The user's password came from the second administrator: neither hand is the first one's."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), working_in(SYSTEM):
        number = next(_numbers)
        one, other = (administrator(f"{name}{number}") for name in ("one", "other"))
        user = actions.make_user(username=f"fresh{number}", by=other, at=clock.now()).id
    with django_db_blocker.unblock():
        yield Pair(one, other, user)


def administrator(name: str) -> Acting:
    made = actions.make_user(username=name, by=OPERATOR, at=clock.now()).id
    post = actions.give_post(user=made, kind="administrator", area=COUNTY, by=OPERATOR, at=clock.now())
    found = queries.acting_as(made, post, clock.now())
    assert found is not None
    return found


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has decided, and written nothing yet, waits for the other to decide."""
    together = threading.Barrier(2)

    def met(decide: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(decide)
        def decided(*given: Any, **named: Any) -> Any:
            found = decide(*given, **named)
            with suppress(threading.BrokenBarrierError):
                together.wait(TOGETHER)
            return found

        return decided

    for module, name in ((checks, "require_second"), (peers, "require_password"), (checks, "require_table"),
                         (approvals, "_ask")):
        monkeypatch.setattr(module, name, met(getattr(module, name)))


def at_once(*deeds: Deed) -> list[object]:
    """What each gave, or the problem's code, in their order."""
    found, begun = dict[int, object](), threading.Barrier(len(deeds))

    def work(number: int, deed: Deed) -> None:
        try:
            connections["default"].ensure_connection()
            begun.wait(60)
            with working_in(SYSTEM):
                found[number] = deed()
        except Problem as problem:
            found[number] = problem.kind.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=one) for one in enumerate(deeds)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return [found[number] for number in range(len(deeds))]


def test_a_password_and_a_post_one_after_the_other(pair: Pair) -> None:
    with working_in(SYSTEM):
        assert pair.password()
        assert pair.give() is False


def test_a_password_and_a_post(pair: Pair, meeting: None) -> None:
    password, given = at_once(pair.password, pair.give)
    assert bool(password) != given
    with working_in(SYSTEM):
        assert RightsRequest.objects.filter(user=pair.user, state=RequestState.ASKED).count() == 1


def test_a_password_and_standing_in(pair: Pair, scratch: County, meeting: None) -> None:
    with working_in(SYSTEM):
        own = actions.give_post(user=pair.user, kind="inspector", area=COUNTY, by=OPERATOR, at=clock.now())
    now = clock.now()

    def stand_in() -> bool:
        return approvals.let_be_away(
            post=scratch.posts["county_duty", COUNTY], begins=now, ends=now + approvals.LASTS,
            substitute=own, reason="", by=pair.one, at=now)

    password, whole = at_once(pair.password, stand_in)
    assert bool(password) != whole


def test_a_password_and_asking_for_a_post_that_sets_up(pair: Pair, meeting: None) -> None:
    """Asked for first, the password is only given out on the server; given out first, who approves sees whose hand it
    is."""
    password, asked = at_once(
        pair.password,
        lambda: approvals.ask_post(
            post=NewPost(pair.user, "administrator", COUNTY, clock.now()), by=pair.one, at=clock.now()))
    assert isinstance(asked, int)
    with working_in(SYSTEM):
        hand = "hand" in RightsRequest.objects.get(pk=asked).reasons.split()
    assert hand == (password != "password_on_server")


def test_two_that_approve_one_request(pair: Pair) -> None:
    with working_in(SYSTEM):
        asked = approvals.ask_post(
            post=NewPost(pair.user, "administrator", COUNTY, clock.now()), by=pair.other, at=clock.now())
        third = administrator(f"third{next(_numbers)}")
    answers = at_once(*(
        lambda by=by: approvals.approve(request=asked, by=by, at=clock.now())
        for by in (pair.one, third)))
    assert sorted(map(str, answers)) == ["None", "wrong_state"]


def test_approving_and_withdrawing(pair: Pair) -> None:
    with working_in(SYSTEM):
        asked = approvals.ask_post(
            post=NewPost(pair.user, "administrator", COUNTY, clock.now()), by=pair.other, at=clock.now())
    approved, withdrawn = at_once(
        lambda: approvals.approve(request=asked, by=pair.one, at=clock.now()),
        lambda: approvals.withdraw(request=asked, by=pair.other, at=clock.now()))
    assert {str(approved), str(withdrawn)} == {"None", "wrong_state"}
    held = [post for post in queries.roster().posts.values() if post.user == pair.user]
    assert len(held) == (approved is None)


def test_two_who_take_each_others_post_away(pair: Pair, scratch: County) -> None:
    """Approved both ways before: the second no longer has the post to do it with."""
    def ending(by: Acting, whose: Acting, third: Acting) -> int:
        assert whose.post is not None
        return approvals.ask_ending(post=whose.post, by=third, at=clock.now())

    with working_in(SYSTEM):
        third = administrator(f"third{next(_numbers)}")
        first, second = ending(pair.one, pair.other, third), ending(pair.other, pair.one, third)
    answers = at_once(
        lambda: approvals.approve(request=first, by=pair.one, at=clock.now()),
        lambda: approvals.approve(request=second, by=pair.other, at=clock.now()))
    assert sorted(map(str, answers)) == ["None", "not_allowed"]


@pytest.mark.parametrize("deed", ["give", "password", "let in", "decline"])
def test_who_lost_their_post_while_they_waited_does_nothing(pair: Pair, deed: str) -> None:
    now = clock.now()
    with working_in(SYSTEM):
        asked = approvals.ask_post(post=NewPost(pair.user, "administrator", COUNTY, now), by=pair.other, at=now)
        actions.end_post(post=pair.one.post or 0, by=OPERATOR, at=clock.now())
        deeds: dict[str, Deed] = {
            "give": lambda: pair.give("grid_worker", GRID), "password": pair.password,
            "let in": lambda: actions.let_in(user=pair.user, allowed=False, by=pair.one, at=now),
            "decline": lambda: approvals.decline(request=asked, by=pair.one, at=now)}
        with pytest.raises(Problem) as refused:
            deeds[deed]()
        assert refused.value.kind.code == "not_allowed"
        assert User.objects.get(pk=pair.user).is_active
        assert RightsRequest.objects.get(what=AskedWhat.RIGHTS, user=pair.user).state == RequestState.ASKED
