"""The letters by which people look for an area."""

from __future__ import annotations

import pytest

from fangxian.areas import rules


@pytest.mark.parametrize(("name", "soon", "carefully"), [
    ("东华门", "dhm", "dhm"),
    ("长沙", "cs", "cs"),
    ("重庆", "cq", "cq"),
    ("西藏", "xz", "xz"),
    ("厦门", "xm", "xm"),
    ("漯河", "lh", "lh"),
    ("A区2号", "aq2h", "aq2h"),
    ("Kano 1", "kano 1", "kano 1"),
    ("番禺", "fy", "py"),  # a character with several readings, in a word
    ("", "", ""),
])
def test_initials_of_a_name(name: str, soon: str, carefully: str) -> None:
    assert rules.initials(name) == soon
    assert rules.initials(name, carefully=True) == carefully
