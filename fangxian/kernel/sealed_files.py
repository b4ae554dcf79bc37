"""Files sealed under a passphrase, piece by piece: a piece that is changed, moved or cut off is noticed.

AES-256-GCM in the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015), the key from scrypt (RFC 7914).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_MAGIC: Final = b"fangxian-sealed-1\n"
_SALT: Final = 16
_PREFIX: Final = 7
_TAG: Final = 16
_COST: Final = 2**15
PIECE: Final = 1024 * 1024


class NotOpened(ValueError):
    """The passphrase is another one, or the file was changed."""


def seal_file(plain: IO[bytes], sealed: IO[bytes], passphrase: str) -> None:
    """Write what is read, sealed."""
    salt, prefix = os.urandom(_SALT), os.urandom(_PREFIX)
    sealed.write(_MAGIC + salt + prefix)
    key = _key(passphrase, salt)
    for number, piece, last in _pieces(plain, PIECE):
        sealed.write(key.encrypt(_nonce(prefix, number, last), piece, _MAGIC))


def open_file(sealed: IO[bytes], plain: IO[bytes], passphrase: str) -> None:
    """Write what was sealed. NotOpened, before the piece in doubt is written."""
    head = sealed.read(len(_MAGIC) + _SALT + _PREFIX)
    if len(head) < len(_MAGIC) + _SALT + _PREFIX or not is_sealed(head):
        raise NotOpened("it is no sealed file")
    salt, prefix = head[len(_MAGIC) : -_PREFIX], head[-_PREFIX:]
    key = _key(passphrase, salt)
    for number, piece, last in _pieces(sealed, PIECE + _TAG):
        try:
            plain.write(key.decrypt(_nonce(prefix, number, last), piece, _MAGIC))
        except InvalidTag:
            raise NotOpened("the passphrase is another one, or the file was changed") from None


def is_sealed(head: bytes) -> bool:
    """Whether a file that begins so is sealed."""
    return head.startswith(_MAGIC)


def _key(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt, 32, _COST, 8, 1).derive(passphrase.encode()))


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


def _pieces(source: IO[bytes], size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Number, bytes and whether it is the last; of nothing one empty piece."""
    number, piece = 0, source.read(size)
    while True:
        after = source.read(size)
        yield number, piece, not after
        if not after:
            return
        number, piece = number + 1, after
