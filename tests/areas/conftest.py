"""A small county below a province, and a moment."""

from __future__ import annotations

import datetime as dt

import pytest

from fangxian.areas import actions
from fangxian.areas.listing import listing_of
from tests.areas.trees import COUNTY, NOW


@pytest.fixture
def at() -> dt.datetime:
    return NOW


@pytest.fixture
def county(db: None, at: dt.datetime) -> None:
    """The county of ``COUNTY`` as the first tree of this database."""
    actions.load(listing=listing_of(COUNTY), by=None, at=at)
