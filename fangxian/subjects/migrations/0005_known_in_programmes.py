"""Whoever is known in programmes out of sight is not there: in which ones is kept on the rows themselves."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

import django.contrib.postgres.fields
import orjson
from django.conf import settings
from django.db import migrations, models

from fangxian.accounts.protection import known_in_scope, protected
from fangxian.areas.types import EVERYWHERE
from fangxian.kernel.keys import KeyRing, NoKey, NoRegister, seal, unseal

_COLUMNS: Final = """
ALTER TABLE subjects_subject ADD COLUMN programmes text[] COLLATE "C" NOT NULL DEFAULT '{}';
ALTER TABLE subjects_identity ADD COLUMN programmes text[] COLLATE "C" NOT NULL DEFAULT '{}';
ALTER TABLE subjects_lookup ADD COLUMN programme varchar(40) COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE subjects_lookup ALTER COLUMN programme DROP DEFAULT;
"""
_AWAY: Final = """
ALTER TABLE subjects_subject DROP COLUMN programmes;
ALTER TABLE subjects_identity DROP COLUMN programmes;
ALTER TABLE subjects_lookup DROP COLUMN programme;
"""
_SCOPE: Final = (
    "SELECT set_config('fangxian.lo', %s, true), set_config('fangxian.hi', %s, true),"
    " set_config('fangxian.programmes', '{*}', true)")
# In whichever something was recorded about them, or somebody was linked to them: a household is made by a link.
_KNOWN_IN: Final = """
UPDATE subjects_subject s SET programmes = k.programmes FROM (
  SELECT subject, array_agg(DISTINCT programme::text COLLATE "C" ORDER BY programme::text COLLATE "C") AS programmes
  FROM (SELECT subject, programme FROM journal_entry WHERE kind = 'submission' AND subject IS NOT NULL
        UNION SELECT other, programme FROM subjects_link WHERE other IS NOT NULL) told
  GROUP BY subject) k
WHERE s.id = k.subject
"""
_IDENTITIES: Final = (
    "UPDATE subjects_identity i SET programmes = s.programmes FROM subjects_subject s WHERE s.id = i.subject")
_FIRST: Final = (
    "UPDATE subjects_lookup l SET programme = s.programmes[1] FROM subjects_subject s"
    " WHERE s.id = l.subject AND s.programmes <> '{}'")
_OTHERS: Final = """
INSERT INTO subjects_lookup (hash, kind, subject, path, programme)
SELECT l.hash, l.kind, l.subject, l.path, p.programme
FROM subjects_lookup l JOIN subjects_subject s ON s.id = l.subject, unnest(s.programmes[2:]) AS p (programme)
ON CONFLICT DO NOTHING
"""
_SEALED: Final = """
SELECT s.id, s.bucket, s.wrapped_key, i.sealed FROM subjects_subject s JOIN subjects_identity i ON i.subject = s.id
WHERE s.id > %s ORDER BY s.id LIMIT 5000
"""
_TOLD_BY: Final = "SELECT id, programme FROM journal_entry WHERE subject = ANY(%s) AND kind = 'submission'"


def fill(apps: Any, schema_editor: Any) -> None:
    """What programmes told is known from the journal; of parts, from the entry that told them."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_SCOPE, [EVERYWHERE.lo, EVERYWHERE.hi])
        for statement in (_KNOWN_IN, _IDENTITIES, _FIRST, _OTHERS):
            cursor.execute(statement)
        _part_identities(cursor)


def _part_identities(cursor: Any) -> None:
    keys, last = KeyRing(settings.KEYS, NoRegister()), uuid.UUID(int=0)
    while True:
        cursor.execute(_SEALED, [last])
        rows = cursor.fetchall()
        if not rows:
            return
        cursor.execute(_TOLD_BY, [[row[0] for row in rows]])
        told_by = {str(entry): programme for entry, programme in cursor.fetchall()}
        parted = [(again, row[0]) for row in rows if (again := _parted(keys, told_by, *row)) is not None]
        cursor.executemany("UPDATE subjects_identity SET sealed = %s WHERE subject = %s", parted)
        last = rows[-1][0]


def _parted(
    keys: KeyRing, told_by: Mapping[str, str], subject: uuid.UUID, bucket: str, wrapped: Any, sealed: Any
) -> bytes | None:
    try:
        key = unseal(keys.key(bucket), bytes(wrapped), subject.bytes)
    except NoKey:
        return None
    told = orjson.loads(unseal(key, bytes(sealed), subject.bytes))
    parts = {part: {told_by.get(one[2], ""): one} for part, one in told.items()}
    return seal(key, orjson.dumps(parts), subject.bytes)


class Migration(migrations.Migration):
    dependencies = [("subjects", "0004_keys_in_use"), ("journal", "0002_protection")]
    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_COLUMNS, _AWAY)],
            [
                migrations.AddField("subject", "programmes", django.contrib.postgres.fields.ArrayField(
                    models.TextField(db_collation="C"), default=list)),
                migrations.AddField("identity", "programmes", django.contrib.postgres.fields.ArrayField(
                    models.TextField(db_collation="C"), default=list)),
                migrations.AddField("lookup", "programme", models.CharField(
                    max_length=40, db_collation="C", default=""), preserve_default=False),
            ],
        ),
        migrations.RemoveConstraint("lookup", "one_look_up_per_value"),
        migrations.AddConstraint("lookup", models.UniqueConstraint(
            fields=["hash", "subject", "programme"], name="one_look_up_per_value")),
        migrations.RunPython(fill, migrations.RunPython.noop),
        protected("subjects_subject", using=known_in_scope("subjects_subject")),
        protected("subjects_identity", using=known_in_scope("subjects_identity")),
        protected("subjects_lookup"),
    ]
