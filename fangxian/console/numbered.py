"""What was taken of somebody under a number, and what came of it, as their page shows it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from fangxian.accounts.rules import may
from fangxian.accounts.types import Acting, Action
from fangxian.console.asking import say
from fangxian.journal import queries as journal
from fangxian.journal.queries import AnswerView, EntryLine
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
    row: NumberedForm, replied: Mapping[uuid.UUID, EntryLine], programme: Programme, reply: Reply, *, fills: bool,
) -> dict[str, Any]:
    line = replied.get(row.reply) if row.reply else None
    said = next((say(one.text) for one in line.answers if one.name == reply.result), "") if line else ""
    query = urlencode({"subject": row.subject, "of": row.entry})
    url = f"{reverse('fill', args=[programme.id, reply.form])}?{query}" if fills and row.awaited else ""
    return {"number": row.number, "at": row.happened_at, "said": said, "said_at": row.replied_at,
            "awaited": row.awaited, "url": url}


def last_of_each(by: Acting, subject: uuid.UUID, programme: Programme, form: str) -> list[dict[str, Any]]:
    """What was last taken of somebody, and its result, for whoever decides about them: beside every form but those that
    are asked again and again, which say what they were told the last time."""
    if any(kind.form == form and kind.window is not None for kind in programme.tasks.values()):
        return []
    return [{**one, **one["rows"][0]} for one in numbered(by, subject, {programme.id: programme})]


def with_results(lines: Iterable[EntryLine], programmes: Mapping[str, Programme]) -> dict[uuid.UUID, EntryLine]:
    """Lines by their id; one that was replied to says the result it has had since, and no longer that it awaits one."""
    told = {line.id: line for line in lines}
    asked = {one.id: reply for one in told.values() if (reply := _reply_to(one, programmes)) is not None}
    rows = [row for row in numbers.of_entries(asked) if row.reply] if asked else []
    replied = journal.entries([row.reply for row in rows if row.reply]) if rows else {}
    for row in rows:
        line, reply = replied.get(row.reply) if row.reply else None, asked[row.entry]
        result = next((one for one in line.answers if one.name == reply.result), None) if line else None
        if result is not None:
            told[row.entry] = _with_result(told[row.entry], reply, result)
    return told


def _reply_to(line: EntryLine, programmes: Mapping[str, Programme]) -> Reply | None:
    programme = programmes.get(line.programme)
    return programme.reply_to(line.form) if programme is not None else None


def _with_result(line: EntryLine, reply: Reply, result: AnswerView) -> EntryLine:
    """In the place of the answer that said there was none yet, else last."""
    awaited = set(reply.awaited or {})
    before = [one for one in line.answers if one.name not in awaited]
    return replace(line, answers=(*before, result))
