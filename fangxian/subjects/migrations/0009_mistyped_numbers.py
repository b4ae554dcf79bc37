"""Whose resident id is mistyped is found by the right one, and everybody by their name and the birth date it tells."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.db import migrations

from fangxian.areas.types import EVERYWHERE
from fangxian.kernel.keys import KeyRing, NoKey, NoRegister, unseal
from fangxian.subjects import vault

_KINDS: Final = ("near_document", "name_birth")
_SCOPE: Final = (
    "SELECT set_config('fangxian.lo', %s, true), set_config('fangxian.hi', %s, true),"
    " set_config('fangxian.programmes', '{*}', true)")
_KNOWN: Final = """
SELECT s.id, s.path, s.bucket, s.wrapped_key, i.sealed
FROM subjects_subject s JOIN subjects_identity i ON i.subject = s.id
WHERE s.id > %s ORDER BY s.id LIMIT 5000
"""
_ADD: Final = (
    "INSERT INTO subjects_lookup (hash, kind, subject, path, programme) VALUES (%s, %s, %s, %s, %s)"
    " ON CONFLICT DO NOTHING")


def add(apps: Any, schema_editor: Any) -> None:
    """Add the look-ups of everybody whose key is still there."""
    keys = KeyRing(settings.KEYS, NoRegister())
    last = uuid.UUID(int=0)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_SCOPE, [EVERYWHERE.lo, EVERYWHERE.hi])
        while True:
            cursor.execute(_KNOWN, [last])
            rows = cursor.fetchall()
            if not rows:
                return
            cursor.executemany(_ADD, [look_up for row in rows for look_up in _look_ups(keys, *row)])
            last = rows[-1][0]


def _look_ups(
    keys: KeyRing, subject: uuid.UUID, path: str, bucket: str, wrapped: Any, sealed: Any,
) -> Iterator[tuple[Any, ...]]:
    try:
        parts = vault.open_parts(unseal(keys.key(bucket), bytes(wrapped), subject.bytes), bytes(sealed), subject)
    except NoKey:
        return
    if "document_number" not in parts:
        return
    for programme in {name for told_there in parts.values() for name in told_there}:
        identity = vault.values(vault.told_in(parts, {programme}))
        asked = [one for one in vault.look_ups(identity) if one[0] in _KINDS]
        for mark, kind in vault.hashes(keys, bucket, asked):
            yield mark, kind, subject, path, programme


class Migration(migrations.Migration):
    dependencies = [("subjects", "0008_found_by_number")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
