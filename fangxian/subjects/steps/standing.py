"""What the submissions say that stand, opened: what an identity and the links are folded from."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import orjson

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import append
from fangxian.journal.types import STANDS, SubjectRow
from fangxian.kernel.arrays import array_text
from fangxian.kernel.keys import KeyRing, unseal
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme

_ENTRIES: Final = f"""
SELECT e.subject, e.id, e.programme, e.form_version, e.form, e.happened_at, e.flag, e.body, e.sealed
FROM journal_entry e WHERE e.subject = ANY(%s::uuid[]) AND e.kind = 'submission' AND {STANDS}
"""  # noqa: S608 - a constant


class StandingEntry(NamedTuple):
    """A submission that counts, with the programme version it was filled under and all its answers as JSON has them;
    ``drill``: whether it is about somebody of a drill.
    """

    subject: uuid.UUID
    entry: uuid.UUID
    programme: Programme
    form: str
    happened_at: dt.datetime
    flag: str
    answers: dict[str, Any]
    drill: bool = False


def standing(rows: Mapping[uuid.UUID, SubjectRow], ring: KeyRing) -> Iterator[StandingEntry]:
    """The submissions about some subjects that stand, in any programme. KeyGone for one whose key was destroyed."""
    with working_in(SYSTEM):  # the identity is one, whichever programmes whoever asks may see
        found = append.fetch(_ENTRIES, [array_text(rows)])
    versions = {told: programmes.version(*told) for told in {(row[2], row[3]) for row in found}}
    for subject, entry, name, version, form, happened_at, flag, body, sealed in found:
        answers = orjson.loads(body)
        if sealed is not None:
            answers |= orjson.loads(unseal(rows[subject].open_key(ring), bytes(sealed), entry.bytes))
        drill = rows[subject].drill
        yield StandingEntry(subject, entry, versions[name, version], form, happened_at, flag, answers, drill)
