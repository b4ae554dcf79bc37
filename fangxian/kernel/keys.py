"""Keys in files outside the database: one per retention bucket, destroyed together with what it wraps.

Wrapping and sealing are AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce in front; look-up hashes are
HMAC-SHA-256 (RFC 2104) under a key derived from the bucket's with HKDF (RFC 5869).
"""

from __future__ import annotations

import hmac
import os
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
JOURNAL: Final = "journal"


class KeyGone(LookupError):
    """The bucket's key has been destroyed: what it wrapped can't be read by anybody."""


def make_private(path: Path, content: bytes) -> None:
    """Write a file only its owner may read, whole or not at all; one that is already there wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        return
    finally:
        aside.unlink()
    _sync_folder(path.parent)


class KeyRing:
    """The keys in one folder. A bucket is a month, ``YYYY-MM``, after which its key is to be destroyed.

    A ring remembers what it has read: make a new one for each piece of work, so that a destroyed key is gone at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, bytes] = {}
        self._derived: dict[tuple[str, str], bytes] = {}

    def key(self, bucket: str) -> bytes:
        """The bucket's key, made at first use. KeyGone when it was destroyed."""
        held = self._held.get(bucket)
        if held is None:
            path = self._path(bucket)
            if not path.exists():
                if self._grave(bucket).exists():
                    raise KeyGone(bucket)
                make_private(path, os.urandom(KEY_BYTES))
            held = self._held[bucket] = path.read_bytes()
        return held

    def derived(self, bucket: str, purpose: str) -> bytes:
        """A key for another purpose that follows from the bucket's."""
        found = self._derived.get((bucket, purpose))
        if found is None:
            found = self._derived[bucket, purpose] = _derive(self.key(bucket), purpose)
        return found

    def buckets(self) -> list[str]:
        """Every bucket whose key is still there."""
        found = (path.name.removesuffix(".key") for path in self._folder.glob("*.key"))
        return sorted(name for name in found if name != JOURNAL)

    def destroy(self, bucket: str) -> None:
        """Overwrite and remove a bucket's key and leave a mark, so that no new key takes its name."""
        make_private(self._grave(bucket), b"destroyed\n")
        path = self._path(bucket)
        if path.exists():
            with path.open("r+b") as out:
                out.write(os.urandom(KEY_BYTES))
                out.flush()
                os.fsync(out.fileno())
            path.unlink()
            _sync_folder(self._folder)
        self._held.clear()
        self._derived.clear()

    def _path(self, bucket: str) -> Path:
        return self._folder / f"{bucket}.key"

    def _grave(self, bucket: str) -> Path:
        return self._folder / f"{bucket}.destroyed"


def seal(key: bytes, plain: bytes, about: bytes) -> bytes:
    """Nonce and ciphertext; ``about`` is bound to it and needed to open it."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about)


def unseal(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """The plain bytes. ``cryptography.exceptions.InvalidTag`` when key, bytes or ``about`` are not the ones sealed."""
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)


def keyed_hash(key: bytes, kind: str, value: str) -> bytes:
    """16 bytes of HMAC-SHA-256 over the kind and the normalised value."""
    return hmac.digest(key, f"{kind}\x1f{value}".encode(), "sha256")[:16]


def content_mark(key: bytes, content: bytes) -> bytes:
    """16 bytes that tell whether two contents are the same without telling what they are."""
    return hmac.digest(key, content, "sha256")[:16]


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, None, f"fangxian/{purpose}".encode()).derive(key)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
