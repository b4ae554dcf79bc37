"""A name of mixed scripts is looked up as a whole, no longer by its parts; other names are looked up as before."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.db import migrations

from fangxian.areas.types import EVERYWHERE
from fangxian.kernel.keys import KeyRing, NoKey, NoRegister, unseal
from fangxian.subjects import vault

_NAMES: Final = ("name", "name_birth", "pinyin")
_SCOPE: Final = (
    "SELECT set_config('fangxian.lo', %s, true), set_config('fangxian.hi', %s, true),"
    " set_config('fangxian.programmes', '{*}', true)")
_KNOWN: Final = """
SELECT s.id, s.path, s.bucket, s.wrapped_key, i.sealed
FROM subjects_subject s JOIN subjects_identity i ON i.subject = s.id
WHERE s.id > %s ORDER BY s.id LIMIT 5000
"""
_DROP: Final = "DELETE FROM subjects_lookup WHERE subject = %s AND kind = ANY(%s)"
_ADD: Final = (
    "INSERT INTO subjects_lookup (hash, kind, subject, path, programme) VALUES (%s, %s, %s, %s, %s)"
    " ON CONFLICT DO NOTHING")
_AS_BEFORE: Final = re.compile(r"[\x20-\x7e]*|[\u4e00-\u9fff· ]*")


def add(apps: Any, schema_editor: Any) -> None:
    """Look up anew whose name is neither plain Latin nor plain Chinese, and whose key is still there."""
    keys = KeyRing(settings.KEYS, NoRegister())
    last = uuid.UUID(int=0)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_SCOPE, [EVERYWHERE.lo, EVERYWHERE.hi])
        while True:
            cursor.execute(_KNOWN, [last])
            rows = cursor.fetchall()
            if not rows:
                return
            for row in rows:
                found = list(_look_ups(keys, *row))
                if found:
                    cursor.execute(_DROP, [row[0], list(_NAMES)])
                    cursor.executemany(_ADD, found)
            last = rows[-1][0]


def _look_ups(
    keys: KeyRing, subject: uuid.UUID, path: str, bucket: str, wrapped: Any, sealed: Any,
) -> Iterator[tuple[Any, ...]]:
    try:
        parts = vault.open_parts(unseal(keys.key(bucket), bytes(wrapped), subject.bytes), bytes(sealed), subject)
    except NoKey:
        return
    told = [one[0] for part in ("name", "name_latin") for one in parts.get(part, {}).values()]
    if all(_AS_BEFORE.fullmatch(str(name)) for name in told):
        return
    for programme in {name for told_there in parts.values() for name in told_there}:
        identity = vault.values(vault.told_in(parts, {programme}))
        asked = [one for one in vault.look_ups(identity) if one[0] in _NAMES]
        for mark, kind in vault.hashes(keys, bucket, asked):
            yield mark, kind, subject, path, programme


class Migration(migrations.Migration):
    dependencies = [("subjects", "0005_known_in_programmes")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
