"""One change of the tree at a time."""

from __future__ import annotations

import pytest

from fangxian.areas import actions, planting
from tests.areas.trees import NOW, TODAY
from tests.locking import others_wait_for


@pytest.mark.django_db
@pytest.mark.usefixtures("county")
def test_who_changes_the_tree_makes_others_wait() -> None:
    actions.rename(code="370811002", name="许家庄街道", on=TODAY, by=3, at=NOW)
    assert others_wait_for(planting._LOCK)
