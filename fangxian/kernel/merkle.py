"""The Merkle tree hash of RFC 6962, section 2.1: one value that stands for a list and for every beginning of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

_LEAF = b"\x00"
_NODE = b"\x01"


def root(leaves: Iterable[bytes]) -> bytes:
    """The hash over leaves in their order; of none it is the hash of nothing."""
    peaks: list[tuple[int, bytes]] = []  # whole subtrees from left to right, each smaller than the one before
    for leaf in leaves:
        size, value = 1, hashlib.sha256(_LEAF + leaf).digest()
        while peaks and peaks[-1][0] == size:
            left = peaks.pop()[1]
            size, value = size * 2, hashlib.sha256(_NODE + left + value).digest()
        peaks.append((size, value))
    if not peaks:
        return hashlib.sha256().digest()
    total = peaks.pop()[1]
    while peaks:
        total = hashlib.sha256(_NODE + peaks.pop()[1] + total).digest()
    return total
