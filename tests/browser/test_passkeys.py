"""Passkeys in a real browser: Chromium with an authenticator of its own (CDP WebAuthn), under the name localhost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from fangxian.accounts import actions as accounts
from fangxian.accounts.models import User
from fangxian.accounts.types import OPERATOR
from fangxian.kernel import clock
from tests.browser.conftest import COUNTY, Site
from tests.browser.watching import Watch

PASSWORD = "lantern over quiet water"


@pytest.fixture
def door(site: Site, browser: Any, settings: Any) -> Iterator[Page]:
    """The sign-in page at localhost, as somebody sees it who is county duty officer and has no second factor yet."""
    settings.ALLOWED_HOSTS, settings.SECOND_FACTOR = ["*"], "county"
    accounts.set_password(user=site.county.users["county_duty", COUNTY], password=PASSWORD, by=OPERATOR, at=clock.now())
    context = browser.new_context(locale="en-GB", base_url=site.url.replace("127.0.0.1", "localhost"))
    watch = Watch(site.url.replace("127.0.0.1", "localhost"))
    watch.over(context)
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True}})
    page.goto("/accounts/login/")
    yield page
    context.close()
    assert watch.problems == []


def name(site: Site) -> str:
    return User.objects.get(pk=site.county.users["county_duty", COUNTY]).username


def with_password(page: Page, who: str) -> None:
    page.get_by_label("Username").fill(who)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_made_and_opens_alone_and_as_the_second_step(site: Site, door: Page) -> None:
    who = name(site)
    with_password(door, who)
    expect(door.get_by_text("a password alone will not do")).to_be_visible()
    door.get_by_role("link", name="Add a passkey").click()
    door.get_by_label("Name of the device").fill("Desk")
    door.get_by_role("button", name="Add a passkey").click()
    expect(door.get_by_role("heading", name="Recovery codes")).to_be_visible()
    expect(door.locator(".fx-door-codes code")).to_have_count(10)
    door.get_by_role("link", name="I have kept them").click()
    expect(door).not_to_have_url("/accounts/second-factor/")
    door.goto("/profile/")
    expect(door.get_by_text("Desk")).to_be_visible()

    door.context.clear_cookies()
    door.goto("/accounts/login/")
    door.get_by_role("button", name="Sign in with a passkey").click()
    expect(door.locator(".fx-who")).to_be_visible()

    door.context.clear_cookies()
    door.goto("/accounts/login/")
    with_password(door, who)
    expect(door.get_by_role("heading", name="Second step")).to_be_visible()
    door.get_by_role("button", name="Use your passkey").click()
    expect(door.locator(".fx-who")).to_be_visible()
