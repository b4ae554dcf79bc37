"""Who is no longer on a later version of a list: taken off by whoever may fill the removal form, and asked about where
they are under a measure.

Judged in the preview, and once more under the lock when the list is recorded.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from django.db import connection

from fangxian.accounts.rules import may
from fangxian.accounts.types import POST_KINDS, Action
from fangxian.journal.types import STANDS
from fangxian.kernel.arrays import array_text
from fangxian.kernel.text import Text, both

from . import effects, listing
from .types import STAYS_ON, Effect, Note, Prepared
from .verdicts import ListContext, in_sight

GONE: Final = Text("No longer on this version of the list.", "新版名单中已无此人。")
_UNDER_MEASURE: Final = Text(
    "No longer on this version of the list, but under a measure. Without an answer they stay on the list.",
    "新版名单中已无此人，但其正在管控中。未答复则仍保留在名单上。")
_ON_ANOTHER: Final = Text(
    "No longer on this version of the list, but on another one. Without an answer they stay on the list.",
    "新版名单中已无此人，但其在另一份名单上。未答复则仍保留在名单上。")
_ALSO_ON: Final = Text("Also on the list", "另在名单")
_ELSEWHERE_LISTED: Final = f"""
SELECT DISTINCT e.subject, e.body::jsonb ->> %s FROM journal_entry e
WHERE e.subject = ANY(%s::uuid[]) AND e.programme = %s AND e.form = %s AND e.kind = 'submission' AND e.flag = ''
  AND e.body::jsonb ->> %s <> %s AND {STANDS}
ORDER BY 1, 2
"""  # noqa: S608 - a constant
_FOR_OTHERS: Final = Text(
    "They stay on the list: your post may not take anybody off. Who may: {posts}.",
    "仍保留在名单上：您的岗位不能将人移出名单。可办理的岗位：{posts}。")
_NOBODY: Final = Text("nobody", "无")


class Removal(NamedTuple):
    """What taking somebody off would change, and whether it is asked about; ``barred`` says why it may not be done,
    ``elsewhere`` that another list tells of them."""

    effects: tuple[Effect, ...] = ()
    asked: bool = False
    barred: Text | None = None
    elsewhere: bool = False


def look(gone: Sequence[Prepared], context: ListContext) -> None:
    """Say of each line what taking somebody off would change, and whether the importer may."""
    for line, found in zip(gone, _removals(gone, context), strict=True):
        _set(line, found)


def look_again(gone: Sequence[Prepared], context: ListContext) -> list[Prepared]:
    """The same of what was previewed; gives the lines of which something else would now be recorded, unanswered."""
    changed = []
    for line, found in zip(gone, _removals(gone, context), strict=True):
        if (line.effects, line.asks_removal, line.stays_on) == (found.effects, found.asked, bool(found.barred)):
            continue
        would = line.to_record
        _set(line, found)
        if would or line.to_record:
            changed.append(line)
    return changed


def _removals(gone: Sequence[Prepared], context: ListContext) -> list[Removal]:
    removal = listing.removal(context.programme)
    if removal is None or not gone:
        return [Removal()] * len(gone)
    name, told = removal
    if not may(context.by, Action.FILL, context.programme.id, name):
        return [Removal(barred=_for_others(context, name))] * len(gone)
    filed = [Prepared(line.number, dict(told), subject=line.subject) for line in gone]
    found = effects.of_removal(filed, replace(context, form=context.programme.forms[name]))
    sight = in_sight((line.subject for line in gone if line.subject), context.by)
    others = _other_lists([line.subject for line in gone if line.subject], context)
    removals = []
    for line, one in zip(gone, found, strict=True):
        also = tuple(Effect(_ALSO_ON, both(""), both(name)) for name in others.get(line.subject, ()))
        shown = (*one.effects, *also) if line.subject in sight else ()
        removals.append(Removal(shown, one.managed or bool(also), elsewhere=bool(also) and not one.managed))
    return removals


def _other_lists(people: Sequence[uuid.UUID], context: ListContext) -> dict[uuid.UUID | None, list[str]]:
    """The other sources by which some are listed: their lists have not taken them off by this one."""
    found: dict[uuid.UUID | None, list[str]] = defaultdict(list)
    if people and context.form.question(listing.SOURCE):
        with connection.cursor() as cursor:
            cursor.execute(_ELSEWHERE_LISTED, [listing.SOURCE, array_text(people), context.programme.id,
                                               context.form.id, listing.SOURCE, context.source])
            for subject, source in cursor.fetchall():
                found[subject].append(source)
    return found


def _for_others(context: ListContext, form: str) -> Text:
    table = context.by.permissions
    labels = [kind.label for name, kind in POST_KINDS.items()
              if table.may(name, Action.FILL, context.programme.id, form)] or [_NOBODY]
    return _FOR_OTHERS.filled(posts=Text(
        ", ".join(label.en for label in labels), "、".join(label.zh for label in labels)))


def _set(line: Prepared, found: Removal) -> None:
    """What was decided before about the line is forgotten."""
    line.notes[:] = [note for note in line.notes if note.code != STAYS_ON]
    line.effects, line.decision = found.effects, ""
    line.weighty = frozenset({line.subject}) if found.asked and line.subject else frozenset()
    line.reason = _ON_ANOTHER if found.elsewhere else _UNDER_MEASURE if found.asked else GONE
    if found.barred:
        line.notes.append(Note(STAYS_ON, "warning", found.barred))
