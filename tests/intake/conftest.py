"""At noon in a county where programmes about every kind of subject are published; a grid worker files."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from fangxian.accounts.queries import acting_as
from fangxian.accounts.types import Acting
from fangxian.kernel.clock import SimulatedClock, running_on
from tests import county as world
from tests import kinds
from tests.console.rounds import ARRIVAL
from tests.county import MORNING, County

from .doors import GRID, NOON


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        county = world.build()
        kinds.publish(MORNING)
        yield county


@pytest.fixture
def by(county: County) -> Acting:
    found = acting_as(county.users["grid_worker", GRID], county.posts["grid_worker", GRID], NOON)
    assert found is not None
    return found


@pytest.fixture
def lead(county: County) -> Acting:
    place = "community_lead", "341023100001"
    found = acting_as(county.users[place], county.posts[place], NOON)
    assert found is not None
    return found


@pytest.fixture
def subject(county: County) -> uuid.UUID:
    return county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], document_number=ARRIVAL["document_number"])
