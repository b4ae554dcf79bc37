"""What a decision entails for linked subjects: submissions the system files, in the next round of the same batch."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from fangxian.accounts.scope import everywhere
from fangxian.journal import append
from fangxian.journal.types import Submission
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.kernel.ids import derived
from fangxian.programmes.types import Consequence

# Whoever joins one meanwhile waits, and then sees what was decided; or is waited for, and seen.
_HELD: Final = """
SELECT id FROM subjects_subject WHERE id = ANY(%(others)s::uuid[]) OR id IN (
  SELECT other FROM subjects_link
  WHERE subject = ANY(%(subjects)s::uuid[]) AND kind = %(kind)s AND programme = %(programme)s AND ended_at IS NULL)
ORDER BY id FOR UPDATE
"""
# Those who share the other side of a link of that kind: the household, the journey. Of a drill nothing follows for real
# people, nor of them for it.
_NEIGHBOURS: Final = """
SELECT DISTINCT l.subject, o.subject
FROM unnest(%(subjects)s::uuid[]) AS near (id) JOIN subjects_link l ON l.subject = near.id
JOIN subjects_link o ON o.other = l.other AND o.kind = l.kind AND o.programme = l.programme
JOIN subjects_subject a ON a.id = near.id JOIN subjects_subject b ON b.id = o.subject AND b.drill = a.drill
WHERE l.kind = %(kind)s AND l.programme = %(programme)s
  AND l.ended_at IS NULL AND o.ended_at IS NULL AND o.subject <> l.subject
"""
# Of whom it follows already, and who shares something with them since this round only: whichever of the two joined.
_JOINED: Final = """
WITH made AS (SELECT * FROM unnest(%(links)s::uuid[], %(joined)s::uuid[], %(others)s::uuid[]) AS n (id, subject, other))
SELECT c.subject, l.subject, c.drill, (array_agg(n.id ORDER BY n.id))[1]
FROM made n
JOIN subjects_link x ON x.other = n.other AND x.kind = %(kind)s AND x.programme = %(programme)s AND x.ended_at IS NULL
JOIN subjects_link l ON l.other = n.other AND l.kind = x.kind AND l.programme = x.programme AND l.ended_at IS NULL
  AND l.subject <> x.subject AND n.subject IN (l.subject, x.subject)
JOIN decide_current c ON c.programme = x.programme AND c.subject = x.subject
  AND %(number)s = ANY (string_to_array(c.entails, ' '))
JOIN subjects_subject s ON s.id = l.subject AND s.drill = c.drill
WHERE NOT EXISTS (
  SELECT FROM subjects_link p
  JOIN subjects_link q ON q.other = p.other AND q.kind = p.kind AND q.programme = p.programme
  WHERE p.subject = x.subject AND q.subject = l.subject AND p.kind = x.kind AND p.programme = x.programme
    AND (p.ended_at IS NULL OR p.id = ANY(%(ended)s::uuid[])) AND p.id NOT IN (SELECT id FROM made)
    AND (q.ended_at IS NULL OR q.id = ANY(%(ended)s::uuid[])) AND q.id NOT IN (SELECT id FROM made))
GROUP BY 1, 2, 3
"""


class Following(NamedTuple):
    """What follows for a neighbour of a subject, and what it follows from: the decision, or the link."""

    subject: uuid.UUID
    neighbour: uuid.UUID
    drill: bool
    reason: uuid.UUID


def entail(work: Work) -> None:
    """File consequences for every linked subject of the programme's kind, once, in whichever order it came about: where
    the condition began to hold, and where it holds already of somebody whom a link of the round joins with others."""
    for number, consequence in enumerate(work.programme.consequences):
        begun = {found.subject: found.entry for found in work.decided.values() if number in found.new_consequences}
        made = [(link, subject, other) for link, (kind, subject, other) in work.linked.items()
                if kind == consequence.link]
        if begun or made:
            following = _following(work, number, consequence, begun, made)
            work.follow_up += [_filing(work, number, consequence, one) for one in sorted(following)]


def _following(
    work: Work, number: int, consequence: Consequence, begun: Mapping[uuid.UUID, uuid.UUID | None],
    made: Sequence[tuple[uuid.UUID, uuid.UUID, uuid.UUID]],
) -> list[Following]:
    """Wherever they live: who shares a household or a journey is not bound to the area of whoever files."""
    links, joined, others = zip(*made, strict=True) if made else ((), (), ())
    asked = {
        "programme": work.programme.id, "kind": consequence.link, "number": str(number),
        "subjects": array_text(begun), "links": array_text(links), "joined": array_text(joined),
        "others": array_text(others), "ended": array_text(work.unlinked)}
    with everywhere():
        append.fetch(_HELD, asked)
        sharing = append.fetch(_NEIGHBOURS, asked) if begun else []
        joined_with = [Following(*row) for row in append.fetch(_JOINED, asked)] if made else []
    found = [Following(subject, neighbour, work.subjects[subject].drill, begun[subject] or derived(subject, work.at))
             for subject, neighbour in sharing]
    return found + [one for one in joined_with if one.subject not in begun]


def _filing(work: Work, number: int, consequence: Consequence, one: Following) -> Submission:
    return Submission(
        id=derived(one.reason, "consequence", number, one.neighbour),
        programme=work.programme.id,
        form=consequence.form,
        subject=one.neighbour,
        happened_at=work.at,
        answers=dict(consequence.answers),
        drill=one.drill,
    )
