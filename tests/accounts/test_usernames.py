"""A name to sign in with that reads like somebody else's is not given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.accounts import actions, usernames
from fangxian.accounts.models import User
from fangxian.accounts.types import OPERATOR, NewUser
from fangxian.kernel.errors import Problem

from .conftest import NOW, County


@pytest.mark.parametrize(("name", "other"), [
    ("xіan", "xian"), ("ｘｉａｎ", "xian"), ("xıan", "xian"), ("хіаn", "xian"), ("xían", "xian"), ("ﬁx", "fix"),
    ("guanIi", "guanli"), ("guan1i", "guanli"), ("W0rker", "worker"), ("ＷＯＲＫＥＲ", "worker")])
def test_names_that_read_alike(name: str, other: str) -> None:
    assert usernames.skeleton(name) == usernames.skeleton(other)


@pytest.mark.parametrize(("name", "other"), [
    ("guanli", "guanli2"), ("wang.fang", "wangfang"), ("王芳", "王方"), ("wangge1", "wangge2"), ("иван", "иvan2"),
    ("grid12", "grid21")])
def test_names_that_do_not(name: str, other: str) -> None:
    assert usernames.first_alike([name], [other]) is None


@given(st.lists(st.text("abcdefgh23456789王芳", min_size=1, max_size=6), unique=True, max_size=8))
def test_what_is_typed_on_any_keyboard_stays_apart(names: list[str]) -> None:
    assert usernames.first_alike(names, []) is None


@pytest.mark.parametrize("name", ["lеad", "LEAD", "Iead", "１ead"])
def test_nobody_is_made_who_reads_like_another(county: County, name: str) -> None:
    count = User.objects.count()
    with pytest.raises(Problem) as caught:
        actions.make_user(username=name, by=county.acting("admin"), at=NOW)
    assert caught.value.kind.code in {"username_alike", "username_taken"}
    with pytest.raises(Problem):
        actions.make_users(people=[NewUser("fresh"), NewUser("frеsh")], by=OPERATOR, at=NOW)
    assert User.objects.count() == count
