"""What a decision entails for linked subjects: submissions the system files, in the next round of the same batch."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import Final

from django.db import connection

from fangxian.accounts.scope import everywhere
from fangxian.journal.types import Submission
from fangxian.journal.work import Work
from fangxian.kernel.ids import derived
from fangxian.programmes.types import Programme

# Those who share the other side of a link of that kind: the household, the journey. A drill reaches nobody real.
_NEIGHBOURS: Final = """
SELECT DISTINCT l.subject, o.subject
FROM subjects_link l JOIN subjects_link o ON o.other = l.other AND o.kind = l.kind AND o.programme = l.programme
JOIN subjects_subject s ON s.id = l.subject JOIN subjects_subject n ON n.id = o.subject AND n.drill = s.drill
WHERE l.subject = ANY(%(subjects)s) AND l.kind = %(kind)s AND l.programme = %(programme)s AND l.ended_at IS NULL
  AND o.ended_at IS NULL AND o.subject <> l.subject
"""


def entail(work: Work) -> None:
    """File consequences whose condition began to hold, for every linked subject of the programme's kind."""
    for number, consequence in enumerate(work.programme.consequences):
        begun = {found.subject: found.entry for found in work.decided.values() if number in found.new_consequences}
        if not begun:
            continue
        form = work.programme.forms[consequence.form]
        for subject, neighbours in _linked(work.programme, consequence.link, list(begun)).items():
            for neighbour in sorted(neighbours):
                work.follow_up.append(
                    Submission(
                        id=derived(begun[subject] or derived(subject, work.at), "consequence", number, neighbour),
                        programme=work.programme.id,
                        form=form.id,
                        subject=neighbour,
                        happened_at=work.at,
                        answers=dict(consequence.answers),
                        drill=work.subjects[subject].drill,
                    )
                )


def _linked(programme: Programme, link: str, subjects: list[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Wherever they live: who shares a household or a journey is not bound to the area of whoever files."""
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    with everywhere(), connection.cursor() as cursor:
        cursor.execute(_NEIGHBOURS, {"subjects": subjects, "kind": link, "programme": programme.id})
        for subject, neighbour in cursor.fetchall():
            found[subject].add(neighbour)
    return found
