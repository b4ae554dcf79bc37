"""The page of requests: what asks alike is read as one list and approved in one go."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from fangxian.accounts import actions as accounts
from fangxian.accounts.models import Post, User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, NewPost
from fangxian.kernel.clock import SimulatedClock, running_on
from tests import county as world
from tests.county import MORNING, County

from .rounds import signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def county(db: None) -> Iterator[County]:
    with running_on(SimulatedClock(MORNING)):
        yield world.build()


def test_many_requests_alike_are_approved_in_one_go(county: County) -> None:
    """Who made the users asks; the other administrator reads the list and says yes once."""
    admin = signed_in(county, "administrator", "341023")
    asker = User.objects.get(pk=county.users["administrator", "341023"])
    for number in range(3):
        User.objects.create(username=f"lead{number}", display_name=f"王{number}", issued_by=asker)
        told = admin.post("/set-up/posts/give/", {
            "user": f"lead{number}", "kind": "community_lead", "area": "341023100001"})
        assert told.headers["Location"] == "/set-up/requests/"
    assert "Approve these" not in admin.get("/set-up/requests/").content.decode(), "not one's own"
    other = User.objects.create(username="other")
    with working_in(SYSTEM):
        accounts.give_posts(
            posts=[NewPost(other.pk, "administrator", "341023", MORNING - dt.timedelta(days=1))],
            by=OPERATOR,
            at=MORNING,
        )
    second = Client(headers={"accept-language": "en"})
    second.force_login(other)
    page = second.get("/set-up/requests/").content.decode()
    assert "Approve these 3" in page
    card = page[:page.index("Approve these 3")]
    assert all(f"王{number}" in card for number in range(3))
    sent = re.findall(r'name="request" value="(\d+)"', card)
    assert second.post("/set-up/requests/", {"do": "approve_all", "request": [*sent, "x"]}).status_code == 404
    assert second.post("/set-up/requests/", {"do": "approve_all", "request": sent}).status_code == 302
    assert Post.objects.filter(user__username__startswith="lead", kind="community_lead").count() == 3


def test_a_request_is_said_and_answered_in_chinese(county: County) -> None:
    User.objects.create(username="lead", display_name="王", issued_by=User.objects.get(
        pk=county.users["administrator", "341023"]))
    admin = signed_in(county, "administrator", "341023")
    admin.post("/set-up/posts/give/", {"user": "lead", "kind": "community_lead", "area": "341023100001"})
    other = User.objects.create(username="other")
    with working_in(SYSTEM):
        accounts.give_posts(
            posts=[NewPost(other.pk, "administrator", "341023", MORNING)], by=OPERATOR, at=MORNING)
    second = Client(headers={"accept-language": "zh-hans"})
    second.force_login(other)
    page = second.get("/set-up/requests/").content.decode()
    assert "<strong>王 (lead)</strong> · 岗位：社区负责人" in page
    assert 'value="decline">不批准<' in page, "a handover is not taken over, a request is not approved"


def test_a_post_to_be_given_is_filled_in_by_code_and_said_by_name(county: County) -> None:
    admin = signed_in(county, "administrator", "341023")
    lead = User.objects.get(pk=county.users["community_lead", "341023100001"])
    page = admin.get(f"/set-up/posts/give/?area=341023100001&user={lead.username}").content.decode()
    assert lead.display_name in page
    assert "郭门社区" in page
    assert "Name or code." not in page
    assert "Name or code." in admin.get("/set-up/posts/give/?area=nowhere&user=nobody").content.decode()
