"""Whom nothing followed for, because only another programme knows with whom they live: the levels are told how many.

A consequence is filed about those who share a link of its own programme. A family that only the register of residents
knows is not among them, and no wall between programmes is crossed by filing about it; but nobody is left out unseen.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Final

from fangxian.accounts.scope import everywhere
from fangxian.journal import append
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Consequence
from fangxian.tasks import alerts
from fangxian.tasks.alerts import Unreached

_LEFT_OUT: Final = """
SELECT l.subject, count(DISTINCT o.subject)
FROM subjects_link l JOIN subjects_link o ON o.other = l.other AND o.kind = l.kind AND o.programme = l.programme
JOIN subjects_subject a ON a.id = l.subject JOIN subjects_subject b ON b.id = o.subject AND b.drill = a.drill
WHERE l.subject = ANY(%(subjects)s::uuid[]) AND l.kind = %(kind)s AND l.programme = ANY(%(others)s::varchar[])
  AND l.ended_at IS NULL AND o.ended_at IS NULL AND o.subject <> l.subject
  AND NOT EXISTS (
    SELECT FROM subjects_link p JOIN subjects_link q ON q.other = p.other AND q.kind = p.kind
      AND q.programme = p.programme
    WHERE p.subject = l.subject AND q.subject = o.subject AND p.kind = l.kind AND p.programme = %(programme)s
      AND p.ended_at IS NULL AND q.ended_at IS NULL)
GROUP BY l.subject
"""


def tell_unreached(work: Work) -> None:
    """The step of the flow that tells the levels how many share a household with somebody of whom something follows by
    what another programme knows, and had nothing filed about them."""
    for number, consequence in enumerate(work.programme.consequences):
        begun = {one.subject: one.entry or one.subject for one in work.decided.values()
                 if number in one.new_consequences}
        others = _others(work, consequence) if begun else []
        if others:
            alerts.raise_unreached(work.programme.id, [
                Unreached(consequence.form, begun[subject], subject, work.subjects[subject].path,
                          work.subjects[subject].drill, _day(work, subject), people)
                for subject, people in _left_out(work, consequence, begun.keys(), others)], work.at)


def _others(work: Work, consequence: Consequence) -> list[str]:
    """The other programmes in force that have the same kind of link to the same kind of subject, about the same kind.
    """
    own = work.programme.links[consequence.link]
    return [one.id for one in programmes.all_in_force()
            if one.id != work.programme.id and one.subject == work.programme.subject
            and (link := one.links.get(own.kind)) is not None and link.to == own.to]


def _left_out(
    work: Work, consequence: Consequence, begun: Iterable[uuid.UUID], others: list[str],
) -> list[tuple[uuid.UUID, int]]:
    with everywhere():
        return [(subject, people) for subject, people in append.fetch(_LEFT_OUT, {
            "subjects": array_text(begun), "kind": consequence.link, "others": array_text(others),
            "programme": work.programme.id})]


def _day(work: Work, subject: uuid.UUID) -> dt.date:
    return work.calendar(work.subjects[subject].path).operational_day(work.at)
