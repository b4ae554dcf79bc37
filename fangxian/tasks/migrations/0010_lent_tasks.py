"""Who was given a task about somebody elsewhere sees that somebody while the task is theirs to do, and no longer."""

from django.db import migrations, models

from fangxian.accounts.protection import in_scope, lent, own_posts, protected, sees, sees_any
from fangxian.areas.fields import PathField

_KEEP = """
CREATE FUNCTION tasks_keep_loans() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE tasks_loan l SET path = c.path, open = (c.state = 'open' AND c.post IS NOT DISTINCT FROM l.post)
  FROM changed c WHERE c.id = l.task;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION tasks_keep_loans() FROM PUBLIC;
CREATE TRIGGER keep_loans AFTER UPDATE ON tasks_task REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION tasks_keep_loans();
"""
_AWAY = "DROP TRIGGER keep_loans ON tasks_task; DROP FUNCTION tasks_keep_loans()"
# Read, never written: what the one who has the task files is recorded where its subject is.
_READ = {
    "subjects_subject": ("id", sees_any("subjects_subject.programmes")),
    "subjects_identity": ("subject", sees_any("subjects_identity.programmes")),
    "subjects_link": ("subject", sees("subjects_link.programme")),
    "subjects_numberedentry": ("subject", sees("subjects_numberedentry.programme")),
    "decide_current": ("subject", sees("decide_current.programme")),
    "tasks_task": ("subject", sees("tasks_task.programme")),
}
_POLICIES = "".join(
    f"CREATE POLICY lent ON {table} FOR SELECT USING ({lent(f'{table}.{key}')} AND {seen});"
    for table, (key, seen) in _READ.items())
_NONE = "".join(f"DROP POLICY lent ON {table};" for table in _READ)
_FACTS = f"""
DO $do$ DECLARE name text;
BEGIN
  FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'facts\\_%'
    AND relnamespace = 'public'::regnamespace
  LOOP
    EXECUTE format($p$CREATE POLICY lent ON %1$I FOR SELECT USING ({lent('subject')} AND {sees('%2$L')})$p$,
                   name, substr(name, 7));
  END LOOP;
END $do$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0009_programmes_that_fail"), ("subjects", "0007_numbered_entries"), ("decide", "0002_protection")]
    operations = [
        migrations.CreateModel(
            name="Loan",
            fields=[
                ("task", models.UUIDField(primary_key=True, serialize=False)),
                ("programme", models.CharField(db_collation="C", max_length=40)),
                ("subject", models.UUIDField(db_index=True)),
                ("path", PathField()),
                ("post", models.BigIntegerField()),
                ("given_at", models.DateTimeField()),
                ("open", models.BooleanField(default=True)),
            ],
            options={"indexes": [
                models.Index(fields=["post"], include=["subject"], name="loan_open", condition=models.Q(open=True))]},
        ),
        protected("tasks_loan", using=f"({in_scope('tasks_loan')}) OR {own_posts('tasks_loan.post')}"),
        migrations.RunSQL(_KEEP, _AWAY),
        migrations.RunSQL(_POLICIES, _NONE),
        migrations.RunSQL(_FACTS, migrations.RunSQL.noop),
    ]
