"""Who works in the demo county: users, posts with weekly hours, absences with substitutes, and the sign-ins to show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from fangxian.accounts import actions as accounts
from fangxian.accounts import demo as shown
from fangxian.accounts.types import OPERATOR, POST_KINDS, NewPost, NewUser, PostKind, WeeklyHours
from fangxian.areas import queries as areas
from fangxian.journal.types import Actor
from fangxian.kernel.text import Text

from . import county, names, papers
from .chance import fraction

HEALTH: Final = "卫生健康局"
"""The department the clinicians are of."""
SHIFTS: Final = ("xian3", "xian", "xian2")  # from midnight, from eight, from sixteen
LOOKING: Final = (PostKind.GRID_WORKER, PostKind.COMMUNITY_LEAD, PostKind.TOWNSHIP_DUTY, PostKind.COUNTY_DUTY)
_PHONES: Final = 800_000
_DAY: Final = dt.timedelta(days=1)
_WITHOUT_FREE_DAY: Final = 7


class Somebody(NamedTuple):
    """A user and the one post they hold; with a ``password`` everybody may sign in as them."""

    username: str
    kind: PostKind
    area: str
    area_name: str
    password: str = ""
    department: str = ""


@dataclass(frozen=True)
class Staff:
    """Users and posts by username, and the paths of areas by code."""

    users: Mapping[str, int]
    posts: Mapping[str, int]
    people: Mapping[str, Somebody]
    paths: Mapping[str, str]

    def actor(self, username: str, source: str = "console") -> Actor:
        """Somebody as the writer of a record."""
        return Actor(path=self.paths[self.people[username].area], user=self.users[username], post=self.posts[username],
                     source=source)

    @cached_property
    def by_post(self) -> Mapping[int, str]:
        """Username by post."""
        return {post: username for username, post in self.posts.items()}

    def of(self, kind: PostKind, grid: county.InventedGrid) -> str:
        """Who answers for a grid as such a post: there, else in its community, its township or the county."""
        areas = (grid.code, grid.community, grid.township, county.COUNTY)
        return next(found for found in (self._first.get((kind, area)) for area in areas) if found)

    def answers_at(self, path: str, hour: int) -> str:
        """Who looks at what an area is told, at a local hour: of the county's three whoever is on duty."""
        found = self._first_at[path]
        return SHIFTS[hour // 8] if found in SHIFTS else found

    @cached_property
    def _first(self) -> Mapping[tuple[PostKind, str], str]:
        return {(one.kind, one.area): username for username, one in reversed(list(self.people.items()))}

    @cached_property
    def _first_at(self) -> Mapping[str, str]:
        return {self.paths[one.area]: username for username, one in reversed(list(self.people.items()))
                if one.kind in LOOKING}


def hire(*, since: dt.datetime, at: dt.datetime) -> Staff:
    """Users, posts and hours; the sign-ins are kept for the page."""
    people = list(_everybody())
    users = accounts.make_users(
        people=[NewUser(one.username, _called(number, one), papers.phone(_PHONES + number))
                for number, one in enumerate(people)], by=OPERATOR, at=since)
    made = accounts.give_posts(
        posts=[NewPost(users[one.username], one.kind, one.area, since, department=one.department) for one in people],
        by=OPERATOR, at=since)
    staff = Staff(users, {one.username: post for one, post in zip(people, made, strict=True)},
                  {one.username: one for one in people},
                  {code: node.path for code, node in areas.by_code(row.code for row in county.tree().rows).items()})
    _give_hours(staff, since)
    _let_be_away(staff, at)
    for one in people:
        if one.password:
            accounts.set_password(user=users[one.username], password=one.password, by=OPERATOR, at=since)
    shown.keep([shown.DemoUser(one.username, one.password, _label(one)) for one in people if one.password])
    return staff


def _everybody() -> Iterator[Somebody]:
    busy = county.busy()
    where = county.COUNTY, county.NAME
    yield Somebody("wangge", PostKind.GRID_WORKER, busy.code, busy.name, "wangge-2020")
    yield Somebody("shequ", PostKind.COMMUNITY_LEAD, busy.community, busy.community_name, "shequ-2020")
    yield Somebody("xiangzhen", PostKind.TOWNSHIP_DUTY, busy.township, busy.township_name, "xiangzhen-2020")
    yield Somebody("xian", PostKind.COUNTY_DUTY, *where, "xian-2020-duty")
    yield Somebody("kouan", PostKind.PORT_OFFICER, *where, "kouan-2020")
    yield Somebody("yisheng", PostKind.CLINICIAN, *where, "yisheng-2020", HEALTH)
    yield Somebody("liudiao", PostKind.EPIDEMIOLOGIST, *where, "liudiao-2020")
    yield Somebody("ducha", PostKind.INSPECTOR, *where, "ducha-2020")
    yield Somebody("shenji", PostKind.AUDITOR, *where, "shenji-2020")
    yield Somebody("guanli", PostKind.ADMINISTRATOR, *where, "guanli-2020")
    yield Somebody("xian2", PostKind.COUNTY_DUTY, *where)
    yield Somebody("xian3", PostKind.COUNTY_DUTY, *where)
    yield Somebody("yisheng2", PostKind.CLINICIAN, *where, department=HEALTH)
    yield Somebody("kouan2", PostKind.PORT_OFFICER, *where)
    for code, name in sorted({(grid.township, grid.township_name) for grid in county.grids()}):
        yield Somebody(f"x{code}", PostKind.TOWNSHIP_DUTY, code, name)
    for code, name in sorted({(grid.community, grid.community_name) for grid in county.grids()} -
                             {(busy.community, busy.community_name)}):
        yield Somebody(f"s{code}", PostKind.COMMUNITY_LEAD, code, name)
    for grid in county.grids():
        if grid.code not in (busy.code, county.blind()):
            yield Somebody(f"w{grid.code}", PostKind.GRID_WORKER, grid.code, grid.name)
    yield Somebody("guanli2", PostKind.ADMINISTRATOR, *where, "guanli2-2020")  # who approves what the first one asks


def _called(number: int, one: Somebody) -> str:
    return names.chinese("female" if fraction("staff", number) < 0.5 else "male", "staff", one.username).full


def _label(one: Somebody) -> Text:
    kind = POST_KINDS[one.kind].label
    return Text(f"{kind.en}, {one.area_name}{one.department}", f"{kind.zh} · {one.area_name}{one.department}")


def _give_hours(staff: Staff, at: dt.datetime) -> None:
    """Grid workers from six to eleven, a third of them with a free day, but none whose day is to be looked at; county
    duty round the clock in three shifts.
    """
    workers = [name for name, one in staff.people.items() if one.kind is PostKind.GRID_WORKER]
    off = {name: _WITHOUT_FREE_DAY if staff.people[name].password else min(place % 21, _WITHOUT_FREE_DAY)
           for place, name in enumerate(workers)}
    for free in range(_WITHOUT_FREE_DAY + 1):
        posts = [staff.posts[name] for name in workers if off[name] == free]
        days = [day for day in range(7) if day != free]
        accounts.set_hours(posts=posts, hours=[WeeklyHours(day, dt.time(6), dt.time(23)) for day in days],
                           by=OPERATOR, at=at)
    for place, name in enumerate(SHIFTS):
        hours = [WeeklyHours(day, dt.time(8 * place), dt.time(8 * (place + 1) % 24)) for day in range(7)]
        accounts.set_hours(posts=[staff.posts[name]], hours=hours, by=OPERATOR, at=at)


def _let_be_away(staff: Staff, at: dt.datetime) -> None:
    """Two ill with a substitute, one back again, one away with nobody in their place."""
    sisters = [f"w{grid.code}" for grid in county.grids() if grid.township == county.busy().township]
    sisters = [name for name in sisters if name in staff.posts]
    for place, (first, last, stands_in, reason) in enumerate((
            (-2, 5, True, "病假"), (-1, 3, True, "病假"), (-9, -6, True, "外出培训"), (-1, 2, False, "家中有事"))):
        away, other = sisters[4 * place + 5], sisters[4 * place + 6]
        accounts.record_absence(
            post=staff.posts[away], begins=at + first * _DAY, ends=at + last * _DAY,
            substitute=staff.posts[other] if stands_in else None, reason=reason, by=OPERATOR, at=at + first * _DAY)
