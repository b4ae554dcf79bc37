"""What a process keeps of the tree, where no action made it."""

from __future__ import annotations

import pytest

from fangxian.areas import queries
from fangxian.areas.models import Area, Level


@pytest.mark.django_db
def test_rows_written_past_the_actions_are_never_kept() -> None:
    level = Level.objects.create(code="county", name_en="County", name_zh="县级", rank=0, tier="county")
    Area.objects.create(code="1", name="甲县", level=level, path="000")
    assert queries.lineages(["000"])["000"][0].name == "甲县"
    Area.objects.update(name="乙县")
    assert queries.lineages(["000"])["000"][0].name == "乙县"
