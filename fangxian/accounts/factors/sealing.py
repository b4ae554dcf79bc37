"""What a second factor keeps secret, unreadable in the database: sealed under a key of this installation.

Each value is bound to its user and its use, so that one copied to another row opens nothing there.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag

from fangxian.kernel.keys import ACCOUNTS, Hasher, KeyRing, seal, unseal

APP: Final = "app"
OFFERED: Final = "offered app"
"""A secret that was shown and is not in use yet."""
_SEAL: Final = "second factor"
_MARK: Final = "recovery codes"
_rings: Final[list[Callable[[], KeyRing]]] = []


def connect(ring: Callable[[], KeyRing]) -> None:
    """Where the keys are, told by who knows; they lie downstream."""
    _rings[:] = [ring]


def sealed(user: int, use: str, secret: bytes) -> str:
    return b64encode(seal(_key(_SEAL), secret, _about(user, use))).decode()


def opened(user: int, use: str, kept: str) -> bytes | None:
    """The secret; None when it was not sealed for this user and use, or under another key."""
    try:
        return unseal(_key(_SEAL), b64decode(kept, validate=True), _about(user, use))
    except (InvalidTag, ValueError):
        return None


def mark(user: int, code: str) -> str:
    """By what a recovery code is known again: without the key it tells nothing and can't be tried."""
    return Hasher(_key(_MARK)).value(str(user), code).hex()


def _about(user: int, use: str) -> bytes:
    return f"{use}/{user}".encode()


def _key(purpose: str) -> bytes:
    """NoKey when the file is missing."""
    return _rings[0]().derived(ACCOUNTS, purpose)
