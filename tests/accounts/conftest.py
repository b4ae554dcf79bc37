"""A small county with posts at every tier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from fangxian.accounts import actions, commands, queries
from fangxian.accounts.commands import Command
from fangxian.accounts.models import User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, Acting, Grant, NewUser
from fangxian.areas.models import Area, Level
from fangxian.kernel.clock import SimulatedClock, running_on

NOW = dt.datetime(2020, 3, 20, 1, 0, tzinfo=dt.UTC)  # a Friday, 09:00 in Shanghai
START = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
TREE = {  # code: (level, parent)
    "county": ("county", None), "other": ("county", None),
    "town": ("township", "county"), "town2": ("township", "county"),
    "village": ("community", "town"), "grid1": ("grid", "village"), "grid2": ("grid", "village"),
}


@dataclass
class County:
    """Paths by area code, posts and users by a name."""

    paths: dict[str, str]
    posts: dict[str, int]
    users: dict[str, int]

    def acting(self, name: str, at: dt.datetime = NOW) -> Acting:
        found = queries.acting_as(self.users[name], self.posts[name], at)
        assert found is not None
        return found

    def user(self, name: str) -> User:
        return User.objects.get(pk=self.users[name])


PEOPLE = {
    "worker": ("grid_worker", "grid1"), "neighbour": ("grid_worker", "grid2"), "lead": ("community_lead", "village"),
    "township": ("township_duty", "town"), "duty": ("county_duty", "county"), "admin": ("administrator", "county"),
    "town_admin": ("administrator", "town"), "auditor": ("auditor", "county"), "stranger": ("county_duty", "other"),
}
CELLS = [
    Grant("grid_worker", "entry", "see"), Grant("grid_worker", "entry", "fill", "daily_check"),
    Grant("community_lead", "entry", "see"), Grant("community_lead", "entry", "fill"),
    Grant("township_duty", "entry", "see"), Grant("county_duty", "entry", "see"),
    Grant("county_duty", "entry", "export"), Grant("auditor", "entry", "audit"),
    *(Grant(kind, "entry", "identity") for kind in ("community_lead", "township_duty", "county_duty")),
]


@pytest.fixture
def system(db: None) -> Iterator[None]:
    """The test works under the system's scope, at a fixed time."""
    with working_in(SYSTEM), running_on(SimulatedClock(NOW)):
        yield


@pytest.fixture
def county(system: None) -> County:
    paths = grow()
    users = actions.make_users(people=[NewUser(name) for name in PEOPLE], by=OPERATOR, at=START)
    posts = {
        name: actions.give_post(user=users[name], kind=kind, area=area, by=OPERATOR, at=START)
        for name, (kind, area) in PEOPLE.items()}
    actions.set_permissions(programme="entry", rows=CELLS, by=OPERATOR, at=START)
    return County(paths, posts, users)


def grow() -> dict[str, str]:
    """The areas of the county; their paths by code."""
    levels = {
        tier: Level.objects.get_or_create(code=f"test_{tier}", defaults={
            "name_en": tier, "name_zh": tier, "rank": rank, "tier": tier})[0]
        for rank, tier in enumerate(("county", "township", "community", "grid"))}
    made: dict[str, Area] = {}
    for number, (code, (tier, parent)) in enumerate(TREE.items()):
        above = made[parent] if parent else None
        path = (above.path if above else "") + f"X{number:02d}"
        made[code] = Area.objects.create(code=code, name=code, level=levels[tier], parent=above, path=path)
    return {code: area.path for code, area in made.items()}


@pytest.fixture
def heard() -> Iterator[list[Command]]:
    """Every command the actions tell while the test runs."""
    told: list[Command] = []

    def listen(some: tuple[Command, ...]) -> None:
        told.extend(some)

    commands.connect(listen)
    yield told
    commands.disconnect(listen)


@pytest.fixture
def demo_folder(tmp_path: Path, settings: Any) -> Path:
    settings.VAR = tmp_path
    return tmp_path


PROGRAMMES = Path(settings.ROOT) / "programmes"


@pytest.fixture
def second(county: County) -> Acting:
    """Another administrator of the county."""
    return administrator("second")


def administrator(name: str) -> Acting:
    """Somebody made and given the post on the server."""
    made = actions.make_user(username=name, by=OPERATOR, at=NOW)
    post = actions.give_post(user=made.id, kind="administrator", area="county", by=OPERATOR, at=NOW)
    found = queries.acting_as(made.id, post, NOW)
    assert found is not None
    return found
