"""What was written to alerts and handovers about somebody is sealed under the key of that person's months.

What can't be, because it is about nobody or the key is gone, is emptied: it would outlive whom it tells of.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Final

from django.conf import settings
from django.db import migrations, models

from fangxian.areas.types import EVERYWHERE
from fangxian.kernel.keys import KeyRing, NoKey, NoRegister, seal

_SCOPE: Final = (
    "SELECT set_config('fangxian.lo', %s, true), set_config('fangxian.hi', %s, true),"
    " set_config('fangxian.programmes', '{*}', true)")
_WRITTEN: Final = (
    "SELECT n.id, n.note, s.bucket FROM {table} n LEFT JOIN subjects_subject s ON s.id = n.subject WHERE n.note <> ''")
_KEEP: Final = "UPDATE {table} SET note = %s WHERE id = %s"


def seal_notes(apps: Any, schema_editor: Any) -> None:
    keys = KeyRing(settings.KEYS, NoRegister())
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_SCOPE, [EVERYWHERE.lo, EVERYWHERE.hi])
        for table in ("tasks_alert", "tasks_handover"):
            cursor.execute(_WRITTEN.format(table=table))
            kept = [(_sealed(keys, bucket, note, of), of) for of, note, bucket in cursor.fetchall()]
            cursor.executemany(_KEEP.format(table=table), kept)


def _sealed(keys: KeyRing, bucket: str | None, note: str, of: Any) -> str:
    try:
        key = keys.derived(bucket or "", "notes") if bucket else None
    except NoKey:
        return ""
    return f"sealed:{bucket}:{b64encode(seal(key, note.encode(), of.bytes)).decode()}" if key else ""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0013_urgent_alerts_by_time"), ("subjects", "0008_found_by_number")]
    operations = [
        migrations.AlterField("alert", "note", models.TextField(blank=True, db_default="", default="")),
        migrations.AlterField("handover", "note", models.TextField(blank=True)),
        migrations.RunPython(seal_notes, migrations.RunPython.noop),
    ]
