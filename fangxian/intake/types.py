"""What is sent to the door, and what became of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fangxian.journal.types import Answer
from fangxian.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Filing:
    """One filled form as somebody sends it; its ``id`` is the sender's and is kept for every repetition.

    A ``subject`` nobody knows is registered by a form that says who it is. When the door answers that it may be
    somebody known, ``same_as`` says whom of them it is, ``other_than`` that it is none of these. When it answers that
    something recorded would change, ``changes`` names the questions of which that is meant.
    """

    id: uuid.UUID
    programme: str
    form: str
    subject: uuid.UUID
    happened_at: dt.datetime
    answers: Mapping[str, Any] = field(repr=False)
    form_version: str = ""
    task: uuid.UUID | None = None
    replaces: uuid.UUID | None = None
    same_as: uuid.UUID | None = None
    other_than: frozenset[uuid.UUID] = frozenset()
    changes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Somebody in sight who may be the one about to be registered; ``identity`` is masked, by part.

    ``certain``: it is the same document, or the same number of a list, under no other name. Nobody is registered beside
    that one.
    """

    subject: uuid.UUID
    why: Text
    certain: bool
    path: str
    identity: Mapping[str, str] = field(repr=False)

    @property
    def name(self) -> str:
        """The masked name, else the number of a list; empty when nothing was told."""
        told = (self.identity.get(part) for part in ("name", "name_latin", "external_id"))
        return next(filter(None, told), "")


@dataclass(frozen=True, slots=True)
class FilingResult:
    """What a filing became.

    Refused as known already it comes with the ``candidates``, those in sight. Whether a document is somebody's whom the
    sender may not see stands nowhere in it: the county is told. ``received_at``: where it was recorded together with
    others', the moment that they and all that follows from them bear. ``asks``: it told who somebody is, so that its
    answer says whether that is known, and of which ``document``. ``new``: it brought somebody into being.
    """

    answer: Answer
    candidates: tuple[Lookalike, ...] = ()
    received_at: dt.datetime | None = None
    asks: bool = False
    new: bool = False
    document: str = field(default="", repr=False)
