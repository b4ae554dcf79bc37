"""A new password, the end of the other sessions and the session that goes on come about together or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client

from fangxian.accounts import actions
from fangxian.accounts.models import User
from fangxian.accounts.sessions import sessions_of
from fangxian.accounts.types import OPERATOR

from .conftest import NOW, County

OLD, NEW = "lantern over quiet water", "harbour under loud rain"


@pytest.fixture
def worker(county: County) -> User:
    actions.set_password(user=county.users["worker"], password=OLD, by=OPERATOR, at=NOW)
    return User.objects.get(pk=county.users["worker"])


def sign_in(worker: User) -> Client:
    client = Client(raise_request_exception=False)
    client.post("/accounts/login/", {"login": worker.username, "password": OLD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get("/accounts/password/change/").status_code == 200


def change(client: Client) -> HttpResponse:
    told = {"oldpassword": OLD, "password1": NEW, "password2": NEW}
    return client.post("/accounts/password/change/", told)  # type: ignore[return-value]


def failing(monkeypatch: pytest.MonkeyPatch, after: int) -> list[bool]:
    """Sessions can't be saved any more after so many times were; what was tried."""
    save, tried = DatabaseSessions.save, list[bool]()

    def saving(self: DatabaseSessions, must_create: bool = False) -> Any:
        tried.append(must_create)
        if len(tried) > after:
            raise OperationalError
        return save(self, must_create)

    monkeypatch.setattr(DatabaseSessions, "save", saving)
    return tried


@pytest.mark.parametrize("after", [0, 1])
def test_where_the_session_can_not_be_saved_all_is_as_before(
    worker: User, monkeypatch: pytest.MonkeyPatch, after: int,
) -> None:
    """Neither the one that is made anew, nor what it holds at the end."""
    here, elsewhere = sign_in(worker), sign_in(worker)
    with monkeypatch.context() as broken:
        assert len(failing(broken, after)) == 0
        assert change(here).status_code == 500
    assert User.objects.get(pk=worker.pk).check_password(OLD)
    assert is_in(here)
    assert is_in(elsewhere)
    assert len(sessions_of(worker.pk)) == 2


def test_when_all_is_done_nothing_is_left_that_could_fail(worker: User, monkeypatch: pytest.MonkeyPatch) -> None:
    here, elsewhere = sign_in(worker), sign_in(worker)
    with monkeypatch.context() as broken:
        tried = failing(broken, 2)
        assert change(here).status_code == 302
    assert tried == [True, False]
    assert User.objects.get(pk=worker.pk).check_password(NEW)
    assert is_in(here)
    assert not is_in(elsewhere)
    assert len(sessions_of(worker.pk)) == 1


def test_wrong_ones_are_counted_whatever_is_taken_back(worker: User) -> None:
    here = sign_in(worker)
    wrong = {"oldpassword": "x", "password1": NEW, "password2": NEW}
    asked = {"X-Requested-With": "XMLHttpRequest"}
    for _ in range(5):
        here.post("/accounts/password/change/", wrong, headers=asked)
    change(here)
    assert User.objects.get(pk=worker.pk).check_password(OLD)


def test_a_session_that_ended_meanwhile_changes_nothing(worker: User, monkeypatch: pytest.MonkeyPatch) -> None:
    here, elsewhere = sign_in(worker), sign_in(worker)
    assert change(elsewhere).status_code == 302
    assert change(here).headers["Location"].startswith("/accounts/login/")
