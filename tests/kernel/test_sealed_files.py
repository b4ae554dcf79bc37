"""Sealed files: the same comes out, and every change is noticed."""

from __future__ import annotations

import io
from unittest import mock

import pytest

from fangxian.kernel import sealed_files
from fangxian.kernel.sealed_files import NotOpened, is_sealed, open_file, seal_file

WORD = "lantern over quiet water"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_files, "PIECE", 16)
    monkeypatch.setattr(sealed_files, "_COST", 2)


def sealed(plain: bytes) -> bytes:
    out = io.BytesIO()
    seal_file(io.BytesIO(plain), out, WORD)
    return out.getvalue()


def opened(data: bytes, word: str = WORD) -> bytes:
    out = io.BytesIO()
    open_file(io.BytesIO(data), out, word)
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 32, 33, 100])
def test_what_goes_in_comes_out(size: int) -> None:
    plain = bytes(range(size))
    data = sealed(plain)
    assert is_sealed(data)
    assert opened(data) == plain
    assert plain == b"" or plain not in data or size < 4


def test_every_piece_cut_off_moved_or_changed_is_noticed() -> None:
    data = sealed(bytes(100))
    head = len(data) - 100 - 7 * 16
    for place in range(len(data)):
        with pytest.raises(NotOpened):
            opened(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    for end in range(len(data)):
        with pytest.raises(NotOpened):
            opened(data[:end])
    first, second = data[head : head + 32], data[head + 32 : head + 64]
    with pytest.raises(NotOpened):
        opened(data[:head] + second + first + data[head + 64 :])
    with pytest.raises(NotOpened):
        opened(data + b"more")


def test_another_passphrase_does_not_open_it() -> None:
    with pytest.raises(NotOpened, match="passphrase"):
        opened(sealed(b"something"), "another")


def test_two_of_the_same_differ() -> None:
    with mock.patch.object(sealed_files, "PIECE", 1024):
        assert sealed(b"same") != sealed(b"same")
