"""A county to bring lists to, and the duty officer who brings them."""

from __future__ import annotations

import pytest

from fangxian.accounts.types import Acting
from tests import county as world
from tests.county import County

from .test_import import acting


@pytest.fixture
def county() -> County:
    return world.build()


@pytest.fixture
def by(county: County) -> Acting:
    return acting(county, "county_duty")
