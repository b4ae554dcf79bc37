from django.db import migrations, models

# Of several corrections of one entry that an earlier version let in side by side, each takes the place of the one
# before it, so that the last one counts.
_FOLLOW = """
CREATE FUNCTION journal_keep_corrections() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.kind = 'submission' THEN
    INSERT INTO journal_correction (replaced, entry) VALUES (NEW.replaces, NEW.id);
  ELSE
    UPDATE journal_correction k SET entry = later.entry FROM journal_correction later
    WHERE k.entry = NEW.replaces AND later.replaced = NEW.replaces;
    IF NOT FOUND THEN
      DELETE FROM journal_correction WHERE entry = NEW.replaces;
    END IF;
  END IF;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION journal_keep_corrections() FROM PUBLIC;
CREATE TRIGGER keep_corrections AFTER INSERT ON journal_entry FOR EACH ROW
WHEN (NEW.replaces IS NOT NULL AND ((NEW.kind = 'submission' AND NEW.flag = '')
  OR (NEW.kind = 'command' AND NEW.form = 'withdraw')))
EXECUTE FUNCTION journal_keep_corrections();
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON journal_correction FROM fangxian_app;
"""
_KNOWN = """
ALTER TABLE journal_entry NO FORCE ROW LEVEL SECURITY;
INSERT INTO journal_correction (replaced, entry)
SELECT coalesce(lag(e.id) OVER (PARTITION BY e.replaces ORDER BY e.seq), e.replaces), e.id FROM journal_entry e
WHERE e.kind = 'submission' AND e.flag = '' AND e.replaces IS NOT NULL AND NOT EXISTS (
  SELECT FROM journal_entry w WHERE w.replaces = e.id AND w.kind = 'command' AND w.form = 'withdraw')
ON CONFLICT DO NOTHING;
ALTER TABLE journal_entry FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_protection")]
    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("replaced", models.UUIDField(primary_key=True, serialize=False)),
                ("entry", models.UUIDField(db_index=True)),
            ],
        ),
        migrations.RunSQL(
            _FOLLOW, "DROP TRIGGER keep_corrections ON journal_entry; DROP FUNCTION journal_keep_corrections()"),
        migrations.RunSQL(_KNOWN, migrations.RunSQL.noop),
    ]
