"""Every page as every kind of post that sees it."""

from __future__ import annotations

from typing import Final

import pytest

from fangxian.accounts.types import PostKind
from tests.browser.conftest import COMMUNITY, COUNTY, GRID, TOWNSHIP, SignedIn
from tests.browser.reading import check, needs_axe

pytestmark = needs_axe
PLACES: Final = {PostKind.GRID_WORKER: GRID, PostKind.COMMUNITY_LEAD: COMMUNITY, PostKind.TOWNSHIP_DUTY: TOWNSHIP}
LINKS: Final = "all => [...new Set(all.map(one => one.getAttribute('href')))]"


@pytest.mark.parametrize("kind", list(PostKind))
def test_axe_finds_nothing_serious_on_the_pages_of_a_post(kind: PostKind, signed_in: SignedIn) -> None:
    page = signed_in(kind, PLACES.get(kind, COUNTY))
    page.goto("/")
    addresses = page.locator(".fx-nav a").evaluate_all(LINKS)
    assert addresses
    check(page, addresses)
