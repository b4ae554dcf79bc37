"""Households and journeys whose keys differ in spaces, capitals or width only are one: links lead to that one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import migrations

from fangxian.areas.types import EVERYWHERE
from fangxian.kernel.ids import derived
from fangxian.kernel.keys import KeyRing, NoKey, NoRegister, unseal
from fangxian.subjects import vault
from fangxian.subjects.steps.links import external_subject, subject_spelled

_SCOPE: Final = (
    "SELECT set_config('fangxian.lo', %s, true), set_config('fangxian.hi', %s, true),"
    " set_config('fangxian.programmes', '{*}', true)")
_LINKS: Final = """
SELECT l.id, l.programme, l.kind, l.entry, o.id, o.kind, s.id, s.drill, s.bucket, s.wrapped_key, e.body, e.sealed
FROM subjects_link l JOIN subjects_subject o ON o.id = l.other JOIN subjects_subject s ON s.id = l.subject
JOIN journal_entry e ON e.id = l.entry
WHERE o.kind <> s.kind AND l.id > %s ORDER BY l.id LIMIT 5000
"""
_LIKE_IT: Final = """
INSERT INTO subjects_subject (id, kind, path, bucket, wrapped_key, drill, merged_into, created_at, programmes)
SELECT %s, kind, path, bucket, %s, drill, merged_into, created_at, programmes FROM subjects_subject WHERE id = %s
ON CONFLICT (id) DO NOTHING
"""
_BUCKET: Final = "SELECT bucket FROM subjects_subject WHERE id = %s"
_LEAD: Final = "UPDATE subjects_link SET id = %s, other = %s WHERE id = %s"
_DROP: Final = """
DELETE FROM subjects_subject s WHERE id = ANY(%s) AND NOT EXISTS (SELECT FROM subjects_link l WHERE l.other = s.id)
AND NOT EXISTS (SELECT FROM journal_entry e WHERE e.subject = s.id)
"""


def lead(apps: Any, schema_editor: Any) -> None:
    """Lead every link whose key is spelled otherwise than it is compared to the one it means."""
    keys = KeyRing(settings.KEYS, NoRegister())
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_SCOPE, [EVERYWHERE.lo, EVERYWHERE.hi])
        moved, last = list[tuple[uuid.UUID, ...]](), uuid.UUID(int=0)
        while True:
            cursor.execute(_LINKS, [last])
            rows = cursor.fetchall()
            if not rows:
                break
            moved += [found for row in rows if (found := _moved(keys, row))]
            last = rows[-1][0]
        for link, new_id, before, after in moved:
            cursor.execute(_BUCKET, [before])
            [(bucket,)] = cursor.fetchall()
            with suppress(NoKey):  # the month has ended with all that was told in it
                cursor.execute(_LIKE_IT, [after, vault.new_key(keys, bucket, after)[1], before])
                cursor.execute(_LEAD, [new_id, after, link])
        cursor.execute(_DROP, [[before for _, _, before, _ in moved]])


def _moved(keys: KeyRing, row: Sequence[Any]) -> tuple[uuid.UUID, ...]:
    """The link, the id it gets, where it leads and where it is to lead; nothing where that is the same."""
    link, programme, kind, entry, before, to, subject, drill, bucket, wrapped, body, sealed = row
    for value in _texts(keys, subject, entry, bucket, wrapped, body, sealed):
        if subject_spelled(keys, programme, to, value, drill=drill) == before:
            after = external_subject(keys, programme, to, value, drill=drill)
            return (link, derived(entry, kind, after), before, after) if after != before else ()
    return ()


def _texts(
    keys: KeyRing, subject: uuid.UUID, entry: uuid.UUID, bucket: str, wrapped: Any, body: Any, sealed: Any,
) -> Iterator[str]:
    """The answers of an entry, first those that are not sealed; of whom the key is gone only these."""
    yield from (str(value) for value in orjson.loads(body).values() if isinstance(value, str | int | float))
    if sealed is None:
        return
    try:
        key = unseal(keys.key(bucket), bytes(wrapped), subject.bytes)
    except NoKey:
        return
    told = orjson.loads(unseal(key, bytes(sealed), entry.bytes))
    yield from (str(value) for value in told.values() if isinstance(value, str | int | float))


class Migration(migrations.Migration):
    dependencies = [("subjects", "0009_mistyped_numbers"), ("journal", "0003_one_correction_an_entry")]
    operations = [migrations.RunPython(lead, migrations.RunPython.noop)]
