"""A small county to test in: a tree, posts at every level, both shipped programmes published."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from fangxian.accounts import actions as accounts
from fangxian.accounts.models import User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, NewPost
from fangxian.areas import actions as areas
from fangxian.areas import listing
from fangxian.areas import queries as area_queries
from fangxian.journal.actions import record
from fangxian.journal.types import Actor, Receipt, Submission
from fangxian.kernel.ids import uuid7
from fangxian.programmes import actions as programmes
from fangxian.programmes.folder import read_folder

ROOT: Final = Path(__file__).resolve().parents[1]
MORNING: Final = dt.datetime(2020, 3, 20, 1, 0, tzinfo=dt.UTC)  # 09:00 in the county
ROWS: Final = (
    ("34", "安徽省", "province", ""),
    ("3410", "黄山市", "city", "34"),
    ("341023", "黟县", "county", "3410"),
    ("341023100", "碧阳镇", "township", "341023"),
    ("341023101", "宏村镇", "township", "341023"),
    ("341023100001", "郭门社区居委会", "community", "341023100"),
    ("341023100002", "北街社区居委会", "community", "341023100"),
    ("341023101200", "宏村村委会", "community", "341023101"),
    ("34102310000101", "郭门一网格", "grid", "341023100001"),
    ("34102310000102", "郭门二网格", "grid", "341023100001"),
    ("34102310000201", "北街一网格", "grid", "341023100002"),
    ("34102310120001", "宏村一网格", "grid", "341023101200"),
)
POSTS: Final = (
    ("grid_worker", "34102310000101"),
    ("grid_worker", "34102310000102"),
    ("grid_worker", "34102310120001"),
    ("community_lead", "341023100001"),
    ("community_lead", "341023100002"),
    ("community_lead", "341023101200"),
    ("township_duty", "341023100"),
    ("township_duty", "341023101"),
    ("county_duty", "341023"),
    ("clinician", "341023"),
    ("port_officer", "341023"),
    ("administrator", "341023"),
)


@dataclass
class County:
    """What a test holds on to."""

    paths: dict[str, str] = field(default_factory=dict)
    posts: dict[tuple[str, str], int] = field(default_factory=dict)
    users: dict[tuple[str, str], int] = field(default_factory=dict)

    def actor(self, kind: str, code: str) -> Actor:
        """Somebody of a kind at an area."""
        return Actor(path=self.paths[code], user=self.users[kind, code], post=self.posts[kind, code])

    @property
    def importer(self) -> Actor:
        return self.actor("county_duty", "341023")

    def send(self, form: str, subject: uuid.UUID, answers: dict[str, Any], at: dt.datetime, **more: Any) -> Receipt:
        """Record one submission as the county's duty officer, with everything visible."""
        one = Submission(
            id=more.pop("id", None) or uuid7(at),
            programme=more.pop("programme", "entry"),
            form=form,
            subject=subject,
            happened_at=more.pop("happened_at", at),
            answers=answers,
            **more,
        )
        return self.record([one], at)

    def record(self, submissions: list[Submission], at: dt.datetime) -> Receipt:
        with working_in(SYSTEM):
            return record(submissions, by=self.importer, at=at)

    def arrive(self, at: dt.datetime, grid: str = "34102310000101", **answers: Any) -> uuid.UUID:
        """Somebody on an official list, placed in a grid; gives the subject."""
        subject = uuid7(at)
        listed = {
            "source": "test",
            "name": "张三",
            "document_type": "passport",
            "document_number": f"E{subject.int % 10**8:08d}",
            "birth_date": "1985-04-05",
            "arrived": at.isoformat(),
            "origin": "IT",
            "countries": "IT",
            "grid": grid,
        }
        receipt = self.send("listed", subject, {**listed, **answers}, at, path=self.paths[grid or "341023100"])
        assert not receipt.refused, receipt.refused
        return subject


def build(at: dt.datetime = MORNING - dt.timedelta(days=30)) -> County:
    """Make the county; the caller's transaction decides whether it stays."""
    county = County()
    with working_in(SYSTEM):
        areas.load(listing=listing.listing_of(ROWS), by=None, at=at)
        county.paths = {code: node.path for code, node in area_queries.by_code([row[0] for row in ROWS]).items()}
        for name in ("entry", "linelist"):
            programmes.publish(read_folder(ROOT / "programmes" / name), by=OPERATOR, at=at)
        users = User.objects.bulk_create(
            User(username=f"{kind}-{code}", display_name=f"{kind} {code}") for kind, code in POSTS)
        county.users = {post: user.pk for post, user in zip(POSTS, users, strict=True)}
        posts = accounts.give_posts(
            posts=[NewPost(county.users[kind, code], kind, code, at) for kind, code in POSTS], by=OPERATOR, at=at)
        county.posts = dict(zip(POSTS, posts, strict=True))
    return county
