"""Whoever is known is found by name and date of birth together, as whoever is recorded from now on."""

from __future__ import annotations

from typing import Any, Final

import orjson
from django.conf import settings
from django.db import migrations

from fangxian.areas.types import EVERYWHERE
from fangxian.kernel.keys import KeyRing, NoKey, NoRegister, unseal
from fangxian.subjects import vault

KIND: Final = "name_birth"
_SCOPE: Final = "SELECT set_config('fangxian.lo', %s, true), set_config('fangxian.hi', %s, true)"
_KNOWN: Final = """
SELECT s.id, s.path, s.bucket, s.wrapped_key, i.sealed
FROM subjects_subject s JOIN subjects_identity i ON i.subject = s.id
WHERE s.id > %s ORDER BY s.id LIMIT 5000
"""
_ADD: Final = "INSERT INTO subjects_lookup (hash, kind, subject, path) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"


def add(apps: Any, schema_editor: Any) -> None:
    """Add the look-ups of everybody whose key is still there."""
    keys = KeyRing(settings.KEYS, NoRegister())
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_SCOPE, [EVERYWHERE.lo, EVERYWHERE.hi])
        last = "00000000-0000-0000-0000-000000000000"
        while True:
            cursor.execute(_KNOWN, [last])
            rows = cursor.fetchall()
            if not rows:
                return
            cursor.executemany(_ADD, [look_up for row in rows for look_up in _look_ups(keys, *row)])
            last = rows[-1][0]


def _look_ups(keys: KeyRing, subject: Any, path: str, bucket: str, wrapped: Any, sealed: Any) -> list[tuple[Any, ...]]:
    try:
        key = unseal(keys.key(bucket), bytes(wrapped), subject.bytes)
    except NoKey:
        return []
    told = orjson.loads(unseal(key, bytes(sealed), subject.bytes))  # as it was kept then: part → [value, instant, entry]
    known = vault.look_ups({part: one[0] for part, one in told.items()})
    asked = [one for one in known if one[0] == KIND]
    return [(mark, kind, subject, path) for mark, kind in vault.hashes(keys, bucket, asked)]


class Migration(migrations.Migration):
    dependencies = [("subjects", "0002_protection")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
