"""Signed notes (c2sp.org/signed-note): a text, and below it who signed it, with Ed25519."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ED25519: Final = b"\x01"
_LINE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_MOST: Final = 100_000  # bytes; a checkpoint has a few hundred


class NotSigned(ValueError):
    """The note is not signed by a key one trusts, or is none. The text says which."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Whose signatures are trusted: the name and the public key."""

    name: str
    public: bytes

    @classmethod
    def read(cls, text: str) -> Verifier:
        """From ``name+id+key`` in the form Go's notes have. ValueError for anything else."""
        name, _, rest = text.strip().partition("+")
        said, _, encoded = rest.partition("+")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if len(key) != 33 or key[:1] != _ED25519 or not _LINE.fullmatch(f"— {name} AA=="):
            raise ValueError(f"{text.strip()[:80]} is no public key of a note")
        found = cls(name, key[1:])
        if found.id.hex() != said:
            raise ValueError(f"{text.strip()[:80]} does not belong to its number")
        return found

    @property
    def id(self) -> bytes:
        """Four bytes that name the key; they prove nothing."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"


def verifier(name: str, secret: bytes) -> Verifier:
    """The public side of a secret of 32 bytes."""
    key = Ed25519PrivateKey.from_private_bytes(secret)
    return Verifier(name, key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def sign(text: str, name: str, secret: bytes) -> str:
    """The note: the text, which ends in a newline, with one signature."""
    signed = verifier(name, secret).id + Ed25519PrivateKey.from_private_bytes(secret).sign(text.encode())
    return f"{text}\n— {name} {base64.b64encode(signed).decode()}\n"


def opened(note: bytes, trusted: Verifier) -> str:
    """The text of a note that the trusted key signed. NotSigned otherwise; signatures of others are passed over."""
    text, lines = _parted(note)
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            raise NotSigned("a line below the text is no signature")
        signed = base64.b64decode(match[2] + "=" * (-len(match[2]) % 4))
        if (match[1], signed[:4]) == (trusted.name, trusted.id):
            _check(trusted, signed[4:], text)
            return text
    raise NotSigned(f"it is not signed by {trusted.name} with the key {trusted.id.hex()}")


def _parted(note: bytes) -> tuple[str, list[str]]:
    try:
        whole = note.decode() if len(note) <= _MOST else ""
    except UnicodeDecodeError:
        whole = ""
    text, _, below = whole.rpartition("\n\n")
    if not text or not below.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", whole):
        raise NotSigned("it is no signed note")
    return f"{text}\n", below.removesuffix("\n").split("\n")


def _check(trusted: Verifier, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(trusted.public).verify(signature, text.encode())
    except InvalidSignature:
        raise NotSigned("the signature does not fit the text: it was changed") from None
