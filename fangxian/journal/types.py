"""What goes into the journal and what comes back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

from fangxian.kernel.errors import Kind
from fangxian.kernel.keys import Cipher, KeyRing, unseal
from fangxian.kernel.text import Text

FUTURE_TOLERANCE: Final = dt.timedelta(minutes=10)
YEARS: Final = range(1990, 2201)
"""Of what is said to have happened; anything else is a broken clock or a typing error."""
BATCH_LIMIT: Final = 50_000
WITHDRAWN: Final = (
    "EXISTS (SELECT FROM journal_entry w WHERE w.replaces = e.id AND w.kind = 'command' AND w.form = 'withdraw')")
"""In SQL, whether the entry ``e`` was taken back."""
REPLACED: Final = "EXISTS (SELECT FROM journal_correction k WHERE k.replaced = e.id)"
"""In SQL, whether a correction that counts stands in the place of the entry ``e``."""
STANDS: Final = f"NOT {WITHDRAWN} AND NOT {REPLACED}"
"""In SQL, whether the entry ``e`` counts. Nothing else says so: facts, pages, identity and tasks ask this."""


class EntryKind(StrEnum):
    SUBMISSION = "submission"
    DECISION = "decision"
    COMMAND = "command"
    TICK = "tick"


class Flag(StrEnum):
    """``future``: the device said a time that has not come yet; kept, shown, and never folded."""

    NONE = ""
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes: a user acting as a post, or the system itself. ``path`` is where they stand."""

    path: str
    user: int | None = None
    post: int | None = None
    source: str = "console"
    device: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """One filled form about one subject, as it comes in.

    ``id`` is the client's and makes the same submission the same record however often it is sent. A ``subject`` nobody
    knows yet comes into being at ``path``. ``answers`` are by question name, typed or as text. ``by``: who filed this
    one, where a batch holds the work of many; no request may say it, or anybody could write in another's name.
    """

    id: uuid.UUID
    programme: str
    form: str
    subject: uuid.UUID
    happened_at: dt.datetime
    answers: Mapping[str, Any]
    path: str = ""
    form_version: str = ""
    task: uuid.UUID | None = None
    replaces: uuid.UUID | None = None
    drill: bool = False
    by: Actor | None = None


LeftOut = tuple[tuple[str, Text], ...]


class Recorded(NamedTuple):
    """It is in the journal; ``repeated`` when it was there before.

    ``left_out``: questions whose answers were not kept, for the others make them irrelevant, with their labels.
    ``future``: it is dated ahead of its time, is shown, and never counts.
    """

    id: uuid.UUID
    subject: uuid.UUID
    seq: int
    repeated: bool = False
    left_out: LeftOut = ()
    future: bool = False


class Refused(NamedTuple):
    """It is not in the journal, and why: by question, or as a whole (question ``''``)."""

    id: uuid.UUID
    code: str
    faults: tuple[tuple[str, Text], ...]

    @classmethod
    def of(cls, entry: uuid.UUID, kind: Kind, **values: object) -> Refused:
        """Refused as a whole, with the sentence of the catalogue."""
        return cls(entry, kind.code, (("", kind.sentence.filled(**values)),))


Answer = Recorded | Refused


class EntryRow(NamedTuple):
    """A row of the journal, in the order of its columns."""

    id: uuid.UUID
    seq: int
    batch: int
    kind: str
    programme: str
    form: str
    form_version: str
    subject: uuid.UUID | None
    path: str
    user: int | None
    post: int | None
    source: str
    device: str
    happened_at: dt.datetime
    received_at: dt.datetime
    day: dt.date
    replaces: uuid.UUID | None
    task: uuid.UUID | None
    flag: str
    drill: bool
    body: str
    sealed: bytes | None
    content: bytes


SUBJECT: Final = "id, kind, path, bucket, wrapped_key, drill, programmes"
"""The columns ``subject_row`` reads."""


@dataclass(slots=True, eq=False)
class SubjectRow:
    """A subject under lock. ``programmes`` have recorded something about it; ``key`` is unwrapped when first needed."""

    id: uuid.UUID
    kind: str
    path: str
    bucket: str
    wrapped_key: bytes
    drill: bool
    programmes: tuple[str, ...]
    fresh: bool = False
    key: Cipher | None = None

    def open_key(self, ring: KeyRing) -> Cipher:
        """The subject's key, unwrapped under its bucket's and ready to seal. KeyGone when retention has ended."""
        if self.key is None:
            self.key = Cipher(unseal(ring.cipher(self.bucket), self.wrapped_key, self.id.bytes))
        return self.key


def subject_row(row: Sequence[Any]) -> SubjectRow:
    """From the columns of ``SUBJECT``."""
    subject, kind, path, bucket, wrapped_key, drill, programmes = row
    return SubjectRow(subject, kind, path, bucket, bytes(wrapped_key), drill, tuple(programmes))


NOBODY: Final = SubjectRow(uuid.UUID(int=0), "", "", "", b"", drill=False, programmes=())
"""Whom a submission is about as long as nobody of that id is known to the round."""


@dataclass(slots=True)
class Filed:
    """A submission on its way through one round: checked, typed, and its answers parted by privacy.

    ``about``: the subject under lock; NOBODY until it is there.
    """

    number: int
    submission: Submission
    version: str
    flag: Flag
    plain: dict[str, Any]
    personal: dict[str, Any]
    content: bytes
    left_out: LeftOut = ()
    seq: int = 0
    path: str = ""
    day: dt.date = dt.date.min
    about: SubjectRow = NOBODY


@dataclass(frozen=True, slots=True)
class Order:
    """A command: something a person ordered that is no form (pass on, acknowledge, sign off, withdraw, publish …).

    ``replaces`` is the entry it takes back. ``by``: who ordered this one, where a batch holds the orders of many.
    """

    name: str
    path: str
    args: Mapping[str, Any]
    programme: str = "*"
    subject: uuid.UUID | None = None
    id: uuid.UUID | None = None
    replaces: uuid.UUID | None = None
    by: Actor | None = None


class LightensError(Exception):
    """A measure would become lighter by what was to be recorded without a question: of ``people``, by programme."""

    def __init__(self, people: Set[tuple[str, uuid.UUID]]) -> None:
        super().__init__()
        self.people = people


@dataclass(slots=True)
class Receipt:
    """The answers in the order of the submissions; ``lightened``: by programme, of whom they made a measure lighter."""

    results: list[Answer] = field(default_factory=list)
    lightened: Set[tuple[str, uuid.UUID]] = frozenset()

    @property
    def refused(self) -> list[Refused]:
        return [answer for answer in self.results if isinstance(answer, Refused)]

    @property
    def recorded(self) -> list[Recorded]:
        return [answer for answer in self.results if isinstance(answer, Recorded)]
