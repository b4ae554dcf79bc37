"""The numbers by which lists know somebody now, as the submissions tell them that stand."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

import orjson

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import append
from fangxian.journal.types import STANDS
from fangxian.kernel.arrays import array_text
from fangxian.kernel.identity_parts import EXTERNAL_IDS
from fangxian.programmes.forms.numbers import spelled_alike

from .steps.identity import number_kind

_TOLD: Final = f"""
SELECT e.subject, e.programme, e.body FROM journal_entry e
WHERE e.subject = ANY(%s::uuid[]) AND e.kind = 'submission' AND e.flag = '' AND {STANDS}
  AND (strpos(e.body, '"external_id"') > 0 OR strpos(e.body, '"source_id"') > 0)
ORDER BY e.happened_at, e.id
"""  # noqa: S608 - a constant


class ListedNumber(NamedTuple):
    """A number as it was told, and the programme it was told in."""

    told: str
    programme: str


def numbers_of(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, ListedNumber]]:
    """By person and the kind of look-up of a source's numbers, the one told last, in whichever programme: for
    comparing, and shown to who sees that programme only."""
    wanted, found = set(people), defaultdict[uuid.UUID, dict[str, ListedNumber]](dict)
    if not wanted:
        return found
    with working_in(SYSTEM):
        rows = append.fetch(_TOLD, [array_text(wanted)])
    for subject, programme, body in rows:
        answers = orjson.loads(body)
        number = next((answers[name] for name in EXTERNAL_IDS if spelled_alike(answers.get(name))), None)
        if number is not None:
            kind = number_kind(programme, str(answers.get("source") or ""))
            found[subject][kind] = ListedNumber(str(number), programme)
    return found
