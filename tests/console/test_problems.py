"""Pages that stand where another was wanted: what it is, and the way on."""

from __future__ import annotations

import pytest

from fangxian.kernel.clock import SimulatedClock, running_on
from tests import county as world
from tests.county import MORNING

from .rounds import HOUR, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.mark.parametrize(("language", "heading"), [("en", "Nothing to see here"), ("zh-hans", "这里没有内容")])
def test_a_missing_page_says_so_in_words_and_leads_on(language: str, heading: str) -> None:
    with running_on(SimulatedClock(MORNING + HOUR)):
        client = signed_in(world.build(), "county_duty", "341023", language)
        answer = client.get("/nowhere/")
        page = answer.content.decode()
        assert answer.status_code == 404
        for part in (f"<h1>{heading}</h1>", 'href="/search/"', 'href="/"'):
            assert part in page
        assert "not_found" not in page
