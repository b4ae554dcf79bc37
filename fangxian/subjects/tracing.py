"""Cases and their contacts: who was reported by a form that tells whose contact somebody is, and whom it names.

A report of one's own opens nobody to oneself, or whoever may report could open anybody.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Final

from django.db import connection

from fangxian.areas.types import EVERYWHERE
from fangxian.journal.types import STANDS as ENTRY_STANDS
from fangxian.programmes.types import Programme

from . import queries
from .queries import STANDS

_LINKED: Final = f"""
SELECT e.programme, e.subject FROM journal_entry e
WHERE e.subject = ANY(%(subjects)s) AND e.programme || '/' || e.form = ANY(%(forms)s) AND e.kind = 'submission'
  AND {ENTRY_STANDS} AND e."user" IS DISTINCT FROM %(by)s
UNION SELECT l.programme, l.other FROM unnest(%(subjects)s::uuid[]) AS near (id)
JOIN subjects_link l ON l.other = near.id JOIN journal_entry e ON e.id = l.entry
JOIN subjects_subject n ON n.id = near.id AND n.drill = e.drill
WHERE l.programme || '/' || l.kind = ANY(%(direct)s) AND l.ended_at IS NULL
  AND {STANDS} AND e."user" IS DISTINCT FROM %(by)s
"""  # noqa: S608 - constants


def linked(
    programmes: Sequence[Programme], subjects: Collection[uuid.UUID], by: int | None
) -> set[tuple[str, uuid.UUID]]:
    """Programme and subject of those in sight who are cases or contacts in it and for somebody (a user) to follow."""
    if not programmes or not subjects:
        return set()
    links = {(one.id, name): link for one in programmes for name, link in one.links.items() if link.to == one.subject}
    asked = {
        "subjects": list(subjects), "by": by,
        "direct": [f"{programme}/{name}" for programme, name in links],
        "single": [f"{programme}/{name}" for (programme, name), link in links.items() if link.single],
        "forms": [f"{one.id}/{form}" for one in programmes for form in reporting(one)]}
    with connection.cursor() as cursor:
        cursor.execute(_LINKED, asked)
        found: set[tuple[str, uuid.UUID]] = set(cursor.fetchall())
    in_sight = queries.identities({subject for _, subject in found}, EVERYWHERE)
    return {one for one in found if one[1] in in_sight}


def reporting(programme: Programme) -> frozenset[str]:
    """The forms that report a case or contact: they name another of the same kind, or follow for those around one."""
    named = {
        form.id for form in programme.forms.values() for question in form.questions
        if question.link and programme.links[question.link].to == programme.subject}
    return frozenset(named | {one.form for one in programme.consequences})
