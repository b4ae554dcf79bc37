"""A key file that is lost, exchanged or brought back is never taken for a new beginning."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from fangxian.kernel.keys import (
    JOURNAL,
    KEY_BYTES,
    Hasher,
    KeyGone,
    KeyMissing,
    KeyRing,
    KeyWrong,
    NoKey,
    NoRegister,
    RegisteredKey,
    check_value,
)

BUCKET: Final = "2021-03"


class Remembered:
    """A register in memory."""

    def __init__(self) -> None:
        self.keys: dict[str, RegisteredKey] = {}

    def find(self, name: str) -> RegisteredKey | None:
        return self.keys.get(name)

    def agreed(self, name: str, check: bytes) -> bool:
        return False

    def agree(self, name: str, check: bytes) -> None: ...

    def enter(self, name: str, check: bytes) -> RegisteredKey:
        return self.keys.setdefault(name, RegisteredKey(check))

    def destroy(self, name: str) -> None:
        self.keys[name] = RegisteredKey(None, destroyed=True)

    def live(self) -> list[str]:
        return [name for name, known in self.keys.items() if not known.destroyed]


@pytest.fixture
def register() -> Remembered:
    return Remembered()


@pytest.fixture
def ring(tmp_path: Path, register: Remembered) -> Callable[[], KeyRing]:
    return lambda: KeyRing(tmp_path, register)


def lose(folder: Path, name: str) -> bytes:
    path = folder / f"{name}.key"
    held = path.read_bytes()
    path.unlink()
    return held


@pytest.mark.parametrize("name", [BUCKET, JOURNAL])
def test_a_lost_key_is_missed_by_readers_and_writers_until_it_is_back(
        name: str, ring: Callable[[], KeyRing], tmp_path: Path) -> None:
    before = ring().make(name)
    held = lose(tmp_path, name)
    uses = (ring().key, ring().make, ring().cipher, lambda name: ring().hasher(name, "anything"))
    for use in uses:
        with pytest.raises(KeyMissing, match=f"{name}.key"):
            use(name)
    assert not (tmp_path / f"{name}.key").exists()
    (tmp_path / f"{name}.key").write_bytes(held)
    assert ring().key(name) == ring().make(name) == before


@pytest.mark.parametrize("name", [BUCKET, JOURNAL])
@pytest.mark.parametrize("content", [b"o" * KEY_BYTES, b"", b"o" * (KEY_BYTES - 1)], ids=["another", "empty", "short"])
def test_another_key_in_its_file_is_noticed(
        name: str, content: bytes, ring: Callable[[], KeyRing], tmp_path: Path) -> None:
    ring().make(name)
    (tmp_path / f"{name}.key").write_bytes(content)
    for use in (ring().key, ring().make):
        with pytest.raises(KeyWrong, match=f"{name}.key"):
            use(name)


def test_reading_never_makes_a_bucket(ring: Callable[[], KeyRing], tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        ring().key(BUCKET)
    assert list(tmp_path.iterdir()) == []


def test_the_journal_has_its_key_at_first_use(ring: Callable[[], KeyRing], register: Remembered) -> None:
    made = ring().key(JOURNAL)
    assert register.keys == {JOURNAL: RegisteredKey(check_value(made))}
    assert ring().key(JOURNAL) == made


@pytest.mark.parametrize("remembered", [True, False])
def test_a_destroyed_key_stays_gone_also_when_its_file_is_brought_back(
        remembered: bool, ring: Callable[[], KeyRing], tmp_path: Path, register: Remembered) -> None:
    ring().make(BUCKET)
    held = (tmp_path / f"{BUCKET}.key").read_bytes()
    ring().destroy(BUCKET)
    assert ring().buckets() == []
    if remembered:
        (tmp_path / f"{BUCKET}.destroyed").unlink()  # the folder of an older day
    else:
        register.keys[BUCKET] = RegisteredKey(check_value(held))  # the database of an older day
    for back in (False, True):
        if back:
            (tmp_path / f"{BUCKET}.key").write_bytes(held)
        for use in (ring().key, ring().make):
            with pytest.raises(KeyGone):
                use(BUCKET)


def test_a_key_of_which_only_the_name_is_known_is_missed_too(
        ring: Callable[[], KeyRing], register: Remembered, tmp_path: Path) -> None:
    register.keys[BUCKET] = RegisteredKey(None)
    with pytest.raises(KeyMissing):
        ring().make(BUCKET)
    (tmp_path / f"{BUCKET}.key").write_bytes(os.urandom(KEY_BYTES))
    assert ring().key(BUCKET)


def test_what_is_not_a_bucket_is_no_bucket(ring: Callable[[], KeyRing], register: Remembered) -> None:
    register.keys |= {name: RegisteredKey(b"") for name in (JOURNAL, "django", BUCKET)}
    assert ring().buckets() == [BUCKET]


def test_without_a_register_nothing_is_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(NoKey):
        KeyRing(tmp_path, NoRegister()).key(BUCKET)


def test_a_check_value_tells_keys_apart_and_nothing_of_them() -> None:
    one, other = b"\1" * KEY_BYTES, b"\2" * KEY_BYTES
    assert check_value(one) == check_value(one) != check_value(other)
    assert len(check_value(one)) == 8
    assert check_value(one) not in one


@pytest.mark.parametrize("length", [0, 16, KEY_BYTES, 64, 65, 200])
def test_a_hasher_gives_what_the_standard_says_for_each_of_many_texts(length: int) -> None:
    key = bytes(range(length))
    hasher = Hasher(key)
    for text in (b"", b"a", "张三".encode(), b"b" * 1000, b"a"):
        assert hasher.hash(text) == hmac.digest(key, text, "sha256")[:16]
    assert hasher.value("phone", "+86138") == hmac.digest(key, b"phone\x1f+86138", "sha256")[:16]


def test_what_was_made_ready_goes_with_a_destroyed_key(ring: Callable[[], KeyRing]) -> None:
    own = ring()
    own.make(BUCKET)
    own.cipher(BUCKET)
    own.hasher(BUCKET, "anything")
    own.destroy(BUCKET)
    for use in (own.cipher, lambda name: own.hasher(name, "anything")):
        with pytest.raises(KeyGone):
            use(BUCKET)
