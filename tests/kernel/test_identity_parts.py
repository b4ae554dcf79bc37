"""What others see of an identity, part by part."""

from __future__ import annotations

import pytest

from fangxian.kernel.identity_parts import PARTS, masked


@pytest.mark.parametrize(("part", "value", "seen"), [
    ("name", "张三丰", "张**"), ("contact_name", "李四", "李*"),
    ("sex", "female", "female"), ("nationality", "IT", "IT"),
    ("external_id", "B-17", "B-17"), ("birth_date", "1985-04-05", "****"), ("wechat", "zhang", "****"),
    ("mrz", "P<UTO", "****"), ("anything else", "secret", "****")])
def test_what_is_seen(part: str, value: str, seen: str) -> None:
    assert masked(part, value) == seen


@pytest.mark.parametrize("part", ["document_number", "phone", "contact_phone", "address"])
def test_nothing_whole_is_seen_of_what_leads_to_somebody(part: str) -> None:
    value = {"address": "郭门社区和平小区3号楼201"}.get(part, "+8613812345678")
    assert masked(part, value) != value


def test_what_rules_need_is_marked() -> None:
    assert {name for name, part in PARTS.items() if part.shared} == {"birth_date", "sex", "nationality"}
