"""The small county for every test of this folder."""

from __future__ import annotations

import pytest

from tests import county as world
from tests.county import County


@pytest.fixture
def county(db: None) -> County:
    return world.build()
