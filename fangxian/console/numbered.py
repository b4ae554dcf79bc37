"""What was taken of somebody under a number, and what came of it, as their page shows it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from fangxian.accounts.rules import may
from fangxian.accounts.types import Acting, Action
from fangxian.console.asking import say
from fangxian.journal import queries as journal
from fangxian.journal.queries import Line
from fangxian.programmes.types import Programme, Reply
from fangxian.subjects import numbers
from fangxian.subjects.steps.numbers import NumberedForm

NUMBERED: Final = 10  # of a kind


def numbered(by: Acting, subject: uuid.UUID, shown: Mapping[str, Programme]) -> list[dict[str, Any]]:
    """What was taken of somebody under a number and what came of it, the latest first, by what replies to it."""
    rows = numbers.of_subjects([subject], list(shown))
    if not rows:
        return []
    replied = journal.entries([row.reply for row in rows if row.reply])
    found = []
    for programme in shown.values():
        for reply in programme.replies:
            own = [row for row in rows if (row.programme, row.form) == (programme.id, reply.to)]
            if own:
                fills = may(by, Action.FILL, programme.id, reply.form)
                found.append({"title": say(reply.label), "rows": [
                    _numbered(row, replied, programme, reply, fills=fills) for row in own[:NUMBERED]]})
    return found


def _numbered(
    row: NumberedForm, replied: Mapping[uuid.UUID, Line], programme: Programme, reply: Reply, *, fills: bool,
) -> dict[str, Any]:
    line = replied.get(row.reply) if row.reply else None
    said = next((say(one.text) for one in line.answers if one.name == reply.result), "") if line else ""
    query = urlencode({"subject": row.subject, "of": row.entry})
    url = f"{reverse('fill', args=[programme.id, reply.form])}?{query}" if fills and row.awaited else ""
    return {"number": row.number, "at": row.happened_at, "said": said, "said_at": row.replied_at,
            "awaited": row.awaited, "url": url}
