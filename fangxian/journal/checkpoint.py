"""The head of the chain, published: a signed checkpoint a day (c2sp.org/tlog-checkpoint), for whoever keeps it outside.

The leaves of the tree are the links of the chain in their order, so that the size is the number of batches.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.kernel import merkle, notes
from fangxian.kernel.keys import CHECKPOINT, make_private

from . import keys

_LINKS: Final = "SELECT link FROM journal_batch ORDER BY position"
_ORIGIN: Final = "fangxian/journal-"
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_SUFFIX: Final = ".checkpoint"
_REFUSED: Final = ".refused"


class Checkpoint(NamedTuple):
    """So many batches with this root; ``origin`` says whose."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


class Shrunk(Exception):
    """The journal does not continue what a checkpoint says; the text says how."""


def read(note: bytes, trusted: notes.Verifier) -> Checkpoint:
    """What a signed checkpoint says. ``notes.NotSigned`` when it is not signed by the trusted key, or says nothing."""
    lines = notes.opened(note, trusted).split("\n")
    try:
        origin, size, root = lines[:3]
        value = base64.b64decode(root, validate=True)
    except (ValueError, binascii.Error):
        raise notes.NotSigned("it is no checkpoint") from None
    if origin != trusted.name or not _SIZE.fullmatch(size) or len(value) != 32:
        raise notes.NotSigned("it is no checkpoint of this journal")
    return Checkpoint(origin, int(size), value)


def verifier() -> notes.Verifier:
    """The public key of this installation's checkpoints, to be kept outside with them."""
    secret = keys.ring().key(CHECKPOINT)
    unnamed = notes.verifier(_ORIGIN, secret)
    return notes.Verifier(f"{_ORIGIN}{unnamed.public[:4].hex()}", unnamed.public)


def taken() -> str:
    """A checkpoint of the journal as it is in the transaction, signed."""
    origin = verifier().name
    links = _links()
    return notes.sign(Checkpoint(origin, len(links), merkle.root(links)).text(), origin, keys.ring().key(CHECKPOINT))


def grown(since: Checkpoint) -> int:
    """How many batches came after a checkpoint. Shrunk when those before it are not what they were."""
    links = _links()
    if len(links) < since.size:
        raise Shrunk(f"the checkpoint covers {since.size} batches, {len(links)} are there: the last ones are gone")
    if merkle.root(islice(links, since.size)) != since.root:
        raise Shrunk(f"the first {since.size} batches are not those the checkpoint was made over")
    return len(links) - since.size


def published() -> Path | None:
    """The newest checkpoint published here."""
    return max(settings.CHECKPOINTS.glob(f"*{_SUFFIX}"), default=None)


def forget() -> None:
    """Remove what was published here, of a journal that is thrown away as a whole: a new one contradicts it."""
    for file in (*settings.CHECKPOINTS.glob(f"*{_SUFFIX}"), *settings.CHECKPOINTS.glob(f"*{_REFUSED}")):
        file.unlink(missing_ok=True)


def days(limit: int) -> list[tuple[str, bool]]:
    """The latest days with a checkpoint, or with the word that none could be signed (true), the last first."""
    found = [*settings.CHECKPOINTS.glob(f"*{_SUFFIX}"), *settings.CHECKPOINTS.glob(f"*{_REFUSED}")]
    return [(one.stem, one.suffix == _REFUSED) for one in sorted(found, reverse=True)[:limit]]


def of_day(day: str) -> Path | None:
    """The checkpoint of a day (``YYYY-MM-DD``); None for a day without, and for what is no day."""
    return next((one for one in settings.CHECKPOINTS.glob(f"*{_SUFFIX}") if one.stem == day), None)


def publish(at: dt.datetime) -> Path | None:
    """Today's checkpoint, once a day; None when there is one, or when the journal does not continue the last.

    Nothing is signed that contradicts what was signed before: in place of the checkpoint stands a file that says why.
    """
    day = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date().isoformat()
    file = settings.CHECKPOINTS / f"{day}{_SUFFIX}"
    if file.exists() or file.with_suffix(_REFUSED).exists():
        return None
    with working_in(SYSTEM):
        last, trusted = published(), verifier()
        try:
            if last is not None:
                grown(read(last.read_bytes(), trusted))
            note = taken()
        except (Shrunk, notes.NotSigned) as why:
            make_private(file.with_suffix(_REFUSED), f"{last}: {why}\n".encode())
            raise
    make_private(file, note.encode())
    file.chmod(0o644)
    return file


def _links() -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(_LINKS)
        return [bytes(row[0]) for row in cursor.fetchall()]
