"""An area that goes below another one is shown to other posts: not to one's own hands, and told to who reads that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from fangxian.accounts import actions, queries, reshaping
from fangxian.accounts.commands import Command
from fangxian.accounts.models import User
from fangxian.accounts.types import OPERATOR, Acting
from fangxian.areas import queries as areas
from fangxian.areas.models import Area, Level
from fangxian.areas.types import AreaRow, LevelSpec, Listing, Tier
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text

from .conftest import NOW, County

TODAY = dt.date(2020, 3, 20)
LEVELS = tuple(LevelSpec(f"test_{tier}", Text(tier, tier), tier) for tier in (
    Tier.COUNTY, Tier.TOWNSHIP, Tier.COMMUNITY, Tier.GRID))


@pytest.fixture
def two(county: County) -> County:
    """Beside the village another one in another town, with a grid."""
    above = Area.objects.get(code="town2")
    for code, tier in (("village2", "community"), ("grid3", "grid")):
        above = Area.objects.create(code=code, name=code, level=Level.objects.get(code=f"test_{tier}"), parent=above,
                                    path=f"{above.path}X00")
    return county


def merged(by: Acting) -> None:
    reshaping.merge(codes=["village2"], into="village", on=TODAY, by=by, at=NOW)


def loaded(by: Acting) -> None:
    told = Listing("areas.csv", LEVELS, [AreaRow(2, "grid3", "grid3", "test_grid", "village")])
    found = areas.preview(told, end_missing=False).difference
    assert found is not None
    reshaping.load(listing=told, end_missing=False, expected=found.summary, by=by, at=NOW)


both = pytest.mark.parametrize("moved", [merged, loaded])


def widened(heard: list[Command]) -> list[int]:
    return sorted(one.args["post"] for one in heard if one.name == "widen_post")


@both
def test_who_gives_out_a_password_shows_nobody_more_by_it(
    moved: Callable[[Acting], None], two: County, second: Acting, heard: list[Command],
) -> None:
    User.objects.filter(pk=two.users["lead"]).update(issued_by=two.users["admin"])
    with pytest.raises(Problem) as caught:
        moved(two.acting("admin"))
    assert caught.value.kind.code == "widens_own_hand"
    assert areas.by_code(["grid3"])["grid3"].path.startswith(two.paths["town2"])
    assert widened(heard) == []
    moved(second)
    assert widened(heard) == sorted(two.posts[name] for name in ("lead", "township", "town_admin"))
    assert areas.by_code(["grid3"])["grid3"].path.startswith(two.paths["village"])


@both
def test_nor_does_somebody_show_themselves_more(moved: Callable[[Acting], None], two: County) -> None:
    actions.give_post(user=two.users["admin"], kind="community_lead", area="village", by=OPERATOR, at=NOW)
    with pytest.raises(Problem) as caught:
        moved(two.acting("admin"))
    assert caught.value.kind.code == "widens_own_hand"


@both
def test_nor_a_worker_the_tasks_of_one_place_after_another(moved: Callable[[Acting], None], two: County) -> None:
    """Who visits people knows their names: one place may be given alone, more of them may not."""
    name = actions.make_user(username="puppet", by=two.acting("admin"), at=NOW)
    actions.give_post(user=name.id, kind="grid_worker", area="village", by=OPERATOR, at=NOW)
    with pytest.raises(Problem) as caught:
        moved(two.acting("admin"))
    assert caught.value.kind.code == "widens_own_hand"


@both
def test_of_who_sees_nobody_by_name_nobody_reads(
    moved: Callable[[Acting], None], two: County, heard: list[Command],
) -> None:
    """Those above saw them before, and see them after."""
    for name in ("lead", "township", "town_admin"):
        actions.end_post(post=two.posts[name], by=OPERATOR, at=NOW)
    actions.give_post(user=two.users["stranger"], kind="grid_worker", area="village", by=OPERATOR, at=NOW)
    User.objects.filter(pk__in=(two.users["worker"], two.users["duty"])).update(issued_by=two.users["admin"])
    moved(two.acting("admin"))
    assert widened(heard) == []


def test_what_lies_outside_goes_nowhere(two: County) -> None:
    with pytest.raises(Problem) as caught:
        merged(two.acting("town_admin"))
    assert caught.value.kind.code == "not_found"
    assert queries.posts_of(two.users["lead"], NOW)
