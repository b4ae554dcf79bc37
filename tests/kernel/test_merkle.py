"""The tree hash of RFC 6962, against its definition and against published values."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.kernel.merkle import root

INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {  # of the first n, as the reference implementation of Certificate Transparency tests them
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def defined(leaves: list[bytes]) -> bytes:
    """Word by word as section 2.1 says it."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + defined(leaves[:half]) + defined(leaves[half:])).digest()


@pytest.mark.parametrize("size", ROOTS)
def test_published_values(size: int) -> None:
    assert root([bytes.fromhex(one) for one in INPUTS[:size]]).hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_as_it_is_defined(leaves: list[bytes]) -> None:
    assert root(leaves) == defined(leaves)
