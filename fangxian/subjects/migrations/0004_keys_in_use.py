"""The keys that are in use already are put down, so that a file that gets lost is missed."""

from __future__ import annotations

from typing import Any, Final

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import migrations

from fangxian.areas.types import EVERYWHERE
from fangxian.kernel.keys import JOURNAL, KeyGone, KeyRing, NoKey, NoRegister, check_value, unseal

_SCOPE: Final = "SELECT set_config('fangxian.lo', %s, true), set_config('fangxian.hi', %s, true)"
_ONE_EACH: Final = "SELECT DISTINCT ON (bucket) bucket, id, wrapped_key FROM subjects_subject ORDER BY bucket, id"
_ENTER: Final = (
    "INSERT INTO journal_keyevent (name, generation, event, check_value, at) VALUES (%s, 1, %s, %s, now())"
    " ON CONFLICT DO NOTHING")


def enter(apps: Any, schema_editor: Any) -> None:
    """A file that opens what it is for gives the check value; of one that is not there, or does not, none is known."""
    keys = KeyRing(settings.KEYS, NoRegister())
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_SCOPE, [EVERYWHERE.lo, EVERYWHERE.hi])
        cursor.execute(_ONE_EACH)
        for bucket, subject, wrapped in cursor.fetchall():
            try:
                key = keys.key(bucket)
                unseal(key, bytes(wrapped), subject.bytes)
                cursor.execute(_ENTER, [bucket, "made", check_value(key)])
            except KeyGone:
                cursor.execute(_ENTER, [bucket, "destroyed", None])
            except (NoKey, InvalidTag):
                cursor.execute(_ENTER, [bucket, "made", None])
        cursor.execute("SELECT EXISTS (SELECT FROM journal_entry WHERE kind = 'submission')")
        if cursor.fetchone()[0]:
            there = (settings.KEYS / f"{JOURNAL}.key").exists()
            cursor.execute(_ENTER, [JOURNAL, "made", check_value(keys.key(JOURNAL)) if there else None])


class Migration(migrations.Migration):
    dependencies = [("subjects", "0003_name_and_birth_date"), ("journal", "0004_keys")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
