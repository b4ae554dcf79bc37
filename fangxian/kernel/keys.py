"""Keys in files outside the database: one per retention bucket, destroyed together with what it wraps.

Wrapping and sealing are AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce in front; look-up hashes are
HMAC-SHA-256 (RFC 2104) under a key derived from the bucket's with HKDF (RFC 5869).
"""

from __future__ import annotations

import hmac
import os
import re
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from . import errors
from .errors import Problem
from .text import Text

KEY_BYTES: Final = 32
CHECK_BYTES: Final = 8
NONCE_BYTES: Final = 12
JOURNAL: Final = "journal"
CHECKPOINT: Final = "checkpoint"
"""Signs checkpoints."""
ACCOUNTS: Final = "accounts"
"""Seals what second factors keep secret."""
SINGLE: Final = frozenset({JOURNAL, CHECKPOINT, ACCOUNTS})
"""Keys of which there is one each, made at their first use; all others are buckets."""
_BUCKET: Final = re.compile(r"\d{4}-\d{2}")


def new_key_file(folder: Path, name: str) -> bytes:
    """A key under a name that has no file; gives it."""
    make_private(folder / f"{name}.key", os.urandom(KEY_BYTES))
    return (folder / f"{name}.key").read_bytes()


class NoKey(Problem):
    """A key that can't be used: nothing is written under it, and what it wrapped is not read."""

    label: Text


class KeyGone(NoKey):
    """The bucket's key has been destroyed: what it wrapped can't be read by anybody."""

    label = Text("Identity destroyed", "身份信息已销毁")

    def __init__(self, name: str) -> None:
        super().__init__(errors.KEY_GONE, name=name)


class KeyMissing(NoKey):
    """The file of a key that is in use is not there."""

    def __init__(self, file: Path) -> None:
        super().__init__(errors.KEY_MISSING, file=file.name)
        self.label = Text(f"Key file {file.name} is missing", f"缺少密钥文件 {file.name}")


class KeyWrong(NoKey):
    """The file is there and holds another key than the one in use."""

    def __init__(self, file: Path) -> None:
        super().__init__(errors.KEY_WRONG, file=file.name)
        self.label = Text(f"Key file {file.name} is not the right one", f"密钥文件 {file.name} 不正确")


class RegisteredKey(NamedTuple):
    """What is remembered of a key beside its file: the check value, where known, and whether it was destroyed."""

    check: bytes | None
    destroyed: bool = False


class KeyRegister(Protocol):
    """Where it is remembered which keys are in use, so that a lost file is never taken for a new beginning."""

    def find(self, name: str) -> RegisteredKey | None:
        """What is known of a key; None when none of that name was ever used."""

    def agreed(self, name: str, check: bytes) -> bool:
        """Whether it was found in use with this check value a moment ago: saves asking again."""

    def agree(self, name: str, check: bytes) -> None:
        """Remember that it was."""

    def enter(self, name: str, check: bytes) -> RegisteredKey:
        """Put down a key that is used from now on, unless one of that name is there; what is known of it then."""

    def destroy(self, name: str) -> None:
        """Put down that a key was destroyed."""

    def live(self) -> list[str]:
        """The names of all keys in use."""


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


class NoRegister:
    """Nothing is remembered: for what looks at keys before there is a place to remember them in."""

    def find(self, name: str) -> RegisteredKey | None:
        return None

    def agreed(self, name: str, check: bytes) -> bool:
        return False

    def agree(self, name: str, check: bytes) -> None: ...

    def enter(self, name: str, check: bytes) -> RegisteredKey:
        return RegisteredKey(check)

    def destroy(self, name: str) -> None: ...

    def live(self) -> list[str]:
        return []


class KeyRing:
    """The keys in one folder. A bucket is a month, ``YYYY-MM``, after which its key is to be destroyed.

    A ring remembers what it has read: make a new one for each piece of work, so that a destroyed key is gone at once.
    """

    def __init__(self, folder: Path, register: KeyRegister) -> None:
        self._folder = folder
        self._register = register
        self._held: dict[str, bytes] = {}
        self._derived: dict[tuple[str, str], bytes] = {}
        self._ciphers: dict[str, Cipher] = {}
        self._hashers: dict[tuple[str, str], Hasher] = {}
        self._made: set[str] = set()

    def key(self, name: str) -> bytes:
        """A key in use, for reading and for what hangs on it. NoKey says why it can't be used.

        A SINGLE one is made at its first use, a bucket's by ``make`` only.
        """
        held = self._held.get(name)
        if held is None:
            held = self._held[name] = self._opened(name)
        return held

    def make(self, name: str) -> bytes:
        """A bucket's key, made when none of that name was ever used. NoKey when there was one that can't be used."""
        if name not in self._made:
            if not self._path(name).exists() and self._known(name) is None:
                new_key_file(self._folder, name)
            held = self._content(name)
            self._hold_against(name, held, self._register.enter(name, check_value(held)))
            self._held[name] = held
            self._made.add(name)
        return self._held[name]

    def derived(self, bucket: str, purpose: str) -> bytes:
        """A key for another purpose that follows from the bucket's."""
        found = self._derived.get((bucket, purpose))
        if found is None:
            found = self._derived[bucket, purpose] = _derive(self.key(bucket), purpose)
        return found

    def cipher(self, name: str) -> Cipher:
        """``key`` made ready to seal and open with, once."""
        found = self._ciphers.get(name)
        if found is None:
            found = self._ciphers[name] = Cipher(self.key(name))
        return found

    def hasher(self, bucket: str, purpose: str) -> Hasher:
        """``derived`` made ready to hash with, once."""
        found = self._hashers.get((bucket, purpose))
        if found is None:
            found = self._hashers[bucket, purpose] = Hasher(self.derived(bucket, purpose))
        return found

    def buckets(self) -> list[str]:
        """Every bucket that is in use, whether its file is there or not."""
        return sorted(name for name in self._register.live() if _BUCKET.fullmatch(name))

    def destroy(self, bucket: str) -> None:
        """Overwrite and remove a bucket's key and leave a mark, so that no new key takes its name."""
        self._register.destroy(bucket)
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
        self._ciphers.clear()
        self._hashers.clear()
        self._made.clear()

    def known_as(self, name: str, check: bytes | None) -> None:
        """NoKey when the file of a key in use is not there, or holds another than the one with this check value."""
        self._hold_against(name, self._content(name), RegisteredKey(check))

    def _opened(self, name: str) -> bytes:
        if not self._path(name).exists() and self._known(name) is None:
            if name in SINGLE:
                return self.make(name)
            raise KeyMissing(self._path(name))
        held = self._content(name)
        check = check_value(held)
        if not self._register.agreed(name, check):
            single = name in SINGLE
            self._hold_against(name, held, self._register.enter(name, check) if single else self._register.find(name))
            self._register.agree(name, check)
        return held

    def _known(self, name: str) -> RegisteredKey | None:
        """KeyGone for one that was destroyed, also where its file was brought back."""
        found = self._register.find(name)
        if self._grave(name).exists() or (found and found.destroyed):
            raise KeyGone(name)
        return found

    def _content(self, name: str) -> bytes:
        if self._grave(name).exists():
            raise KeyGone(name)
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            self._known(name)
            raise KeyMissing(self._path(name)) from None

    def _hold_against(self, name: str, held: bytes, known: RegisteredKey | None) -> None:
        if known is None:
            return
        if known.destroyed:
            raise KeyGone(name)
        if len(held) != KEY_BYTES or known.check not in (None, check_value(held)):
            raise KeyWrong(self._path(name))

    def _path(self, bucket: str) -> Path:
        return self._folder / f"{bucket}.key"

    def _grave(self, bucket: str) -> Path:
        return self._folder / f"{bucket}.destroyed"


def check_value(secret: bytes) -> bytes:
    """Eight bytes by which a key is known again and that tell nothing of it."""
    return _derive(secret, "check")[:CHECK_BYTES]


Cipher = AESGCM
"""A key made ready to seal with, which takes twice as long as to seal a line."""


def seal(key: bytes | Cipher, plain: bytes, about: bytes) -> bytes:
    """Nonce and ciphertext; ``about`` is bound to it and needed to open it."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, plain, about)


def unseal(key: bytes | Cipher, sealed: bytes, about: bytes) -> bytes:
    """The plain bytes. ``cryptography.exceptions.InvalidTag`` when key, bytes or ``about`` are not the ones sealed."""
    return _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)


def _cipher(key: bytes | Cipher) -> Cipher:
    return key if isinstance(key, Cipher) else Cipher(key)


class Hasher:
    """HMAC-SHA-256 (RFC 2104) under one key for many texts, cut to 16 bytes: equal texts have equal hashes, and nobody
    without the key can tell what they are. The key is made ready once and copied.
    """

    __slots__ = ("_ready",)

    def __init__(self, key: bytes) -> None:
        self._ready = hmac.new(key, digestmod="sha256")

    def hash(self, content: bytes) -> bytes:
        """16 bytes that tell whether two contents are the same."""
        found = self._ready.copy()
        found.update(content)
        return found.digest()[:16]

    def value(self, kind: str, value: str) -> bytes:
        """The hash of a normalised value and its kind."""
        return self.hash(f"{kind}\x1f{value}".encode())


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, None, f"fangxian/{purpose}".encode()).derive(key)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
