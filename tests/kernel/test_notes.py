"""Signed notes: the form others read, and what is refused."""

from __future__ import annotations

import pytest

from fangxian.kernel import notes
from fangxian.kernel.notes import NotSigned, Verifier

SECRET = bytes(range(32))
TEXT = "fangxian/test\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
# The example of the library in which notes were first written down, golang.org/x/mod/sumdb/note.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n")


def test_a_published_note_is_opened() -> None:
    trusted = Verifier.read(PUBLISHED_KEY)
    assert str(trusted) == PUBLISHED_KEY
    assert notes.opened(PUBLISHED.encode(), trusted).startswith("If you think")


def test_what_is_signed_is_opened_by_its_key_alone() -> None:
    note = notes.sign(TEXT, "fangxian/test", SECRET)
    trusted = notes.verifier("fangxian/test", SECRET)
    assert notes.opened(note.encode(), trusted) == TEXT
    assert notes.opened(note.encode(), Verifier.read(str(trusted))) == TEXT
    for other in (notes.verifier("fangxian/other", SECRET), notes.verifier("fangxian/test", SECRET[::-1])):
        with pytest.raises(NotSigned, match="not signed by"):
            notes.opened(note.encode(), other)


def test_signatures_of_others_are_passed_over() -> None:
    note = notes.sign(TEXT, "fangxian/test", SECRET)
    witness = notes.sign(TEXT, "witness.example", SECRET[::-1]).rpartition("\n\n")[2]
    text, _, below = note.rpartition("\n\n")
    both = f"{text}\n\n{witness}{below}".encode()
    assert notes.opened(both, notes.verifier("fangxian/test", SECRET)) == TEXT


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("\n7\n", "\n6\n", "changed"),
        ("— ", "- ", "no signature"),
        ("\n\n", "\n", "no signed note"),
        ("fangxian/test\n7", "fangxian/test\t\n7", "no signed note"),
    ],
)
def test_a_changed_note_is_refused(before: str, after: str, why: str) -> None:
    note = notes.sign(TEXT, "fangxian/test", SECRET).replace(before, after, 1)
    with pytest.raises(NotSigned, match=why):
        notes.opened(note.encode(), notes.verifier("fangxian/test", SECRET))


@pytest.mark.parametrize("note", [b"", b"\xff\n\n\n", b"a", b"a\n\n", b"x" * 200_000])
def test_what_is_no_note_is_refused(note: bytes) -> None:
    with pytest.raises(NotSigned):
        notes.opened(note, notes.verifier("fangxian/test", SECRET))


@pytest.mark.parametrize("key", ["", "a+b+c", PUBLISHED_KEY.replace("c74f", "c74e"), PUBLISHED_KEY[:-4],
                                 PUBLISHED_KEY.replace("PeterNeumann", "Peter Neumann")])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"public key|does not belong"):
        Verifier.read(key)
