"""Numbers that lists know their people by mean the same however they are spelled: whoever was listed is found by each
spelling, and links lead to them.

Where two were listed by two spellings of one number both stay, and what named one of them by its very letters still
does.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import migrations

from fangxian.areas.types import EVERYWHERE
from fangxian.kernel.identity_parts import EXTERNAL_IDS
from fangxian.kernel.ids import derived
from fangxian.kernel.keys import KeyRing, NoKey, NoRegister
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.subjects import vault
from fangxian.subjects.steps.identity import number_kind
from fangxian.subjects.steps.links import external_subject, subject_spelled

_KEYS: Final = import_module("fangxian.subjects.migrations.0010_keys_spelled_alike")
_SCOPE: Final = (
    "SELECT set_config('fangxian.lo', %s, true), set_config('fangxian.hi', %s, true),"
    " set_config('fangxian.programmes', '{*}', true)")
_NUMBERED: Final = """
SELECT e.seq, e.programme, e.body, s.id, s.kind, s.drill, s.bucket
FROM journal_entry e JOIN subjects_subject s ON s.id = e.subject
WHERE e.seq > %s AND e.kind = 'submission' AND (strpos(e.body, '"external_id"') > 0 OR strpos(e.body, '"source_id"') > 0)
ORDER BY e.seq LIMIT 5000
"""
_FOUND_TOO: Final = """
INSERT INTO subjects_lookup (hash, kind, subject, path, programme)
SELECT %s, kind, subject, path, programme FROM subjects_lookup WHERE hash = %s AND subject = %s ON CONFLICT DO NOTHING
"""
_FOUND_NO_MORE: Final = "DELETE FROM subjects_lookup WHERE hash = %s AND subject = %s"
_STANDS_FOR: Final = """
INSERT INTO subjects_subject AS there (id, kind, path, bucket, wrapped_key, drill, merged_into, created_at, programmes)
SELECT %s, kind, path, bucket, %s, drill, id, created_at, '{}' FROM subjects_subject WHERE id = %s
ON CONFLICT (id) DO UPDATE SET merged_into = excluded.merged_into, programmes = '{}'
WHERE there.merged_into IS NULL AND NOT EXISTS (SELECT FROM journal_entry e WHERE e.subject = there.id)
"""
_LINKS: Final = """
SELECT l.id, l.programme, l.kind, l.entry, l.other, s.kind, s.drill, s.id, s.bucket, s.wrapped_key, e.body, e.sealed
FROM subjects_link l JOIN subjects_subject s ON s.id = l.subject JOIN journal_entry e ON e.id = l.entry
WHERE l.id > %s AND NOT EXISTS (SELECT FROM journal_entry o WHERE o.subject = l.other)
  AND NOT EXISTS (SELECT FROM subjects_subject o WHERE o.id = l.other AND o.kind <> s.kind)
ORDER BY l.id LIMIT 5000
"""
_MEANT: Final = "SELECT coalesce(merged_into, id) FROM subjects_subject WHERE id = %s"
_LIKE_IT: Final = """
INSERT INTO subjects_subject (id, kind, path, bucket, wrapped_key, drill, merged_into, created_at, programmes)
SELECT %s, kind, path, bucket, %s, drill, merged_into, created_at, programmes FROM subjects_subject WHERE id = %s
ON CONFLICT (id) DO NOTHING
"""
_BUCKET: Final = "SELECT bucket FROM subjects_subject WHERE id = %s"
_LEAD: Final = "UPDATE subjects_link SET id = %s, other = %s WHERE id = %s"
_DROP: Final = """
DELETE FROM subjects_subject s WHERE id = ANY(%s) AND s.merged_into IS NULL
AND NOT EXISTS (SELECT FROM subjects_link l WHERE l.other = s.id)
AND NOT EXISTS (SELECT FROM journal_entry e WHERE e.subject = s.id)
"""


def respell(apps: Any, schema_editor: Any) -> None:
    """First those who were listed, then what names them."""
    keys = KeyRing(settings.KEYS, NoRegister())
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_SCOPE, [EVERYWHERE.lo, EVERYWHERE.hi])
        for row in _pages(cursor, _NUMBERED, 0):
            with suppress(NoKey):  # the month has ended with all that was told in it
                _find_listed(cursor, keys, *row[1:])
        moved = [found for row in _pages(cursor, _LINKS, uuid.UUID(int=0)) if (found := _other(keys, row))]
        for link, entry, kind, before, after in moved:
            _lead(cursor, keys, link, entry, kind, before, after)
        cursor.execute(_DROP, [[before for *_, before, _ in moved]])


def _pages(cursor: Any, query: str, last: Any) -> Iterator[Sequence[Any]]:
    """Rows by their first column, a page at a time."""
    while True:
        cursor.execute(query, [last])
        rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
        last = rows[-1][0]


def _find_listed(
    cursor: Any, keys: KeyRing, programme: str, body: str, subject: uuid.UUID, kind: str, drill: bool, bucket: str,
) -> None:
    """Let whoever was listed be found by every spelling of the number, and stand for it."""
    told = orjson.loads(body)
    source = str(told.get("source") or "")
    for number in (told[name] for name in EXTERNAL_IDS if told.get(name)):
        if str(number) != spelled_alike(number):
            look_up = number_kind(programme, source)
            [(before, _), (after, _)] = vault.hashes(
                keys, bucket, [(look_up, str(number)), (look_up, spelled_alike(number))])
            cursor.execute(_FOUND_TOO, [after, before, subject])
            cursor.execute(_FOUND_NO_MORE, [before, subject])
    number = told.get("external_id")
    of = keys, programme, kind, number, source
    stands_for = external_subject(*of, drill=drill)
    if number and subject_spelled(*of, drill=drill) == subject != stands_for:
        cursor.execute(_STANDS_FOR, [stands_for, vault.new_key(keys, bucket, stands_for)[1], subject])


def _other(keys: KeyRing, row: Sequence[Any]) -> tuple[Any, ...] | None:
    """The link, its entry and kind, where it leads and where its number leads however it is spelled; None where nobody
    was named by other letters."""
    link, programme, kind, entry, before, to, drill, subject, bucket, wrapped, body, sealed = row
    sources = {"", str(orjson.loads(body).get("source") or "")}
    for number in _KEYS._texts(keys, subject, entry, bucket, wrapped, body, sealed):
        for source in sources:
            of = keys, programme, to, number, source
            after = external_subject(*of, drill=drill)
            if before in (after, subject_spelled(*of, drill=drill)):
                return link, entry, kind, before, after
    return None


def _lead(cursor: Any, keys: KeyRing, link: Any, entry: Any, kind: str, before: uuid.UUID, after: uuid.UUID) -> None:
    cursor.execute(_BUCKET, [before])
    if after != before and (there := cursor.fetchall()):
        with suppress(NoKey):
            cursor.execute(_LIKE_IT, [after, vault.new_key(keys, there[0][0], after)[1], before])
    cursor.execute(_MEANT, [after])
    meant = next((subject for subject, in cursor.fetchall()), after)
    if meant != before:
        cursor.execute(_LEAD, [derived(entry, kind, meant), meant, link])


class Migration(migrations.Migration):
    dependencies = [("subjects", "0010_keys_spelled_alike"), ("journal", "0003_one_correction_an_entry")]
    operations = [migrations.RunPython(respell, migrations.RunPython.noop)]
