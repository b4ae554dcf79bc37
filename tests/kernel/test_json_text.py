"""JSON that somebody sent is read as deep as anything of ours, and no deeper."""

from __future__ import annotations

import pytest

from fangxian.kernel.json_text import MOST_DEEP, from_json


@pytest.mark.parametrize("told", ["1", "null", '"x"', "[]", "{}", '{"a": [1, {"b": "张"}]}', b"[1]"])
def test_what_is_json_is_read(told: str | bytes) -> None:
    assert from_json(told) is not Ellipsis


@pytest.mark.parametrize("deep", [MOST_DEEP - 1, MOST_DEEP, MOST_DEEP + 1, 1_000, 100_000])
@pytest.mark.parametrize(("begins", "ends"), [("[", "]"), ('{"a":', "}")])
def test_it_is_read_as_deep_as_is_said(deep: int, begins: str, ends: str) -> None:
    told = begins * deep + "1" + ends * deep
    if deep < MOST_DEEP:
        assert from_json(told)
        return
    with pytest.raises(ValueError, match=r"JSON|recursion|depth"):
        from_json(told)


@pytest.mark.parametrize("told", ["", "[", "[" * 1_000, "NaN", '"\\ud800"', b"\xff", '"\0"'])
def test_what_is_none_is_refused(told: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        from_json(told)
