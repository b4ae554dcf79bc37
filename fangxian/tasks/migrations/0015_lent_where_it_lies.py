"""A loan opens somebody to a post elsewhere, so it is made only of a task that is about them, where both are in scope.

Its own policy saw no more than the path it named itself. A policy could not ask the tasks: theirs asks the loans.
"""

from django.db import migrations

from fangxian.accounts.protection import in_scope, own_posts

_READ = f"({in_scope('tasks_loan')}) OR {own_posts('tasks_loan.post')}"
_LIES = """
CREATE FUNCTION tasks_loan_lies() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
      SELECT FROM public.tasks_task t JOIN public.subjects_subject s ON s.id = t.subject
      WHERE t.id = NEW.task AND t.subject = NEW.subject AND t.programme = NEW.programme AND t.path = NEW.path
        AND s.path >= current_setting('fangxian.lo', true) AND s.path < current_setting('fangxian.hi', true)) THEN
    RAISE EXCEPTION 'new loan violates row-level security: its task and whom that is about lie in scope'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION tasks_loan_lies() FROM PUBLIC;
CREATE TRIGGER made_where_it_lies BEFORE INSERT ON tasks_loan FOR EACH ROW EXECUTE FUNCTION tasks_loan_lies();
CREATE TRIGGER opened_where_it_lies BEFORE UPDATE ON tasks_loan FOR EACH ROW
WHEN (NEW.open AND (NOT OLD.open OR NEW.post <> OLD.post OR NEW.subject <> OLD.subject OR NEW.task <> OLD.task))
EXECUTE FUNCTION tasks_loan_lies();
"""
_AWAY = """
DROP TRIGGER made_where_it_lies ON tasks_loan;
DROP TRIGGER opened_where_it_lies ON tasks_loan;
DROP FUNCTION tasks_loan_lies();
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0014_sealed_notes")]
    operations = [
        migrations.RunSQL(f"ALTER POLICY scope ON tasks_loan WITH CHECK ({in_scope('tasks_loan')})",
                          f"ALTER POLICY scope ON tasks_loan WITH CHECK ({_READ})"),
        migrations.RunSQL(_LIES, _AWAY),
    ]
