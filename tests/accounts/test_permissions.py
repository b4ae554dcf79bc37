"""What the table does not say is refused; what must not be known of is not found."""

from __future__ import annotations

from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from fangxian.accounts import permissions
from fangxian.accounts.rules import may, require, require_place
from fangxian.accounts.types import (
    ACTIONS,
    FORM_ACTIONS,
    OPERATOR,
    OUTSIDE,
    POST_KINDS,
    Action,
    Grant,
    Permissions,
    PostKind,
)
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.programmes import words

from .conftest import PROGRAMMES, County

grants = st.builds(
    Grant, st.sampled_from(sorted(PostKind)), st.sampled_from(["entry", "linelist", OUTSIDE]),
    st.sampled_from(sorted(Action)), st.sampled_from(["*", "daily_check", "visit"]))


@given(st.sets(grants, max_size=12), grants)
def test_the_table_allows_what_it_says_and_nothing_else(cells: set[Grant], asked: Grant) -> None:
    table = Permissions(cells)
    expected = asked in cells or asked._replace(on="*") in cells
    assert table.may(asked.post, asked.action, asked.programme, asked.on) is expected
    assert table.may(asked.post, asked.action, asked.programme) is any(cell[:3] == asked[:3] for cell in cells)


def test_posts_and_actions_are_those_of_a_programme_folder() -> None:
    assert tuple(POST_KINDS) == words.POSTS
    assert set(ACTIONS) - {Action.SET_UP, Action.PUBLISH} == set(words.ACTIONS)
    assert FORM_ACTIONS == words.FORM_ACTIONS
    assert all(named.label.zh and named.label.en for named in POST_KINDS.values())


def test_only_administrators_set_up() -> None:
    table = Permissions(permissions.system_grants())
    allowed = {kind for kind in PostKind if table.may(kind, Action.SET_UP)}
    assert allowed == {PostKind.ADMINISTRATOR}


def test_every_shipped_programme_fits_and_who_fills_sees() -> None:
    table = permissions.shipped(PROGRAMMES)
    assert {grant.programme for grant in table.grants} >= {OUTSIDE, "entry", "linelist"}
    for grant in table.grants:
        if grant.action in {Action.FILL, Action.IDENTITY, Action.EXPORT}:
            assert table.may(grant.post, Action.SEE, grant.programme), grant


@pytest.mark.parametrize("cell", [
    ("mayor", "see", "*"), ("grid_worker", "fly", "*"), ("grid_worker", "see", "daily_check"),
    ("grid_worker", "set_up", "*"), ("grid_worker", "publish", "*"),
])
def test_a_programme_can_not_bring_just_anything(cell: tuple[str, str, str]) -> None:
    line = SimpleNamespace(post=cell[0], action=cell[1], on=cell[2])
    with pytest.raises(Problem, match="unknown_permission"):
        permissions.of_programme("entry", [line])


@pytest.mark.parametrize(("name", "action", "programme", "on", "code"), [
    ("worker", "fill", "entry", "daily_check", None),
    ("worker", "fill", "entry", "visit", "not_allowed"),
    ("lead", "fill", "entry", "visit", None),
    ("worker", "export", "entry", None, "not_allowed"),
    ("worker", "see", "linelist", None, "not_found"),
    ("worker", "set_up", OUTSIDE, None, "not_allowed"),
    ("admin", "set_up", OUTSIDE, None, None),
    ("auditor", "audit", "entry", None, None),
    ("auditor", "see", "entry", None, "not_found"),
])
def test_require(county: County, name: str, action: str, programme: str, on: str | None, code: str | None) -> None:
    by = county.acting(name)
    assert may(by, action, programme, on) is (code is None)
    if code is None:
        require(by, action, programme, on)
    else:
        with pytest.raises(Problem) as caught:
            require(by, action, programme, on)
        assert caught.value.kind.code == code


def test_a_place_outside_is_not_found(county: County) -> None:
    lead = county.acting("lead")
    require_place(lead, county.paths["village"], county.paths["grid1"])
    for outside in ("town", "county", "other"):
        with pytest.raises(Problem) as caught:
            require_place(lead, county.paths["grid1"], county.paths[outside])
        assert caught.value.kind is errors.NOT_FOUND


def test_the_operator_may_not_see_records() -> None:
    assert not may(OPERATOR, Action.SEE, "entry")
    assert may(OPERATOR, Action.SET_UP)


def test_the_command_prints_every_cell(county: County) -> None:
    lines = [tuple(line.split()) for line in _printed().splitlines()]
    assert ("entry", "grid_worker", "fill", "daily_check") in lines
    assert ("*", "administrator", "set_up", "*") in lines


def test_the_page_needs_no_database_and_names_every_cell() -> None:
    page = _printed("--markdown")
    assert "## Programme `entry`" in page
    assert "| `set_up` | set up posts and users · 设置岗位和用户 |  | yes |  |" in page
    assert all(f"`{kind}`" in page for kind in POST_KINDS)


def _printed(*options: str) -> str:
    out = StringIO()
    call_command("permissions", *options, stdout=out)
    return out.getvalue()


