from django.db import migrations

from fangxian.accounts.protection import protected

# A statement's old and new rows are grouped and their difference is added once.
_TASKS = """
CREATE FUNCTION report_count_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO report_figurechange (programme, day, path, kind, state, change)
    SELECT programme, day, path, kind, state, count(*) FROM fresh WHERE NOT drill GROUP BY 1, 2, 3, 4, 5;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO report_figurechange (programme, day, path, kind, state, change)
    SELECT programme, day, path, kind, state, -count(*) FROM stale WHERE NOT drill GROUP BY 1, 2, 3, 4, 5;
  ELSE
    INSERT INTO report_figurechange (programme, day, path, kind, state, change)
    SELECT programme, day, path, kind, state, sum(n) FROM (
      SELECT programme, day, path, kind, state, 1 AS n FROM fresh WHERE NOT drill
      UNION ALL SELECT programme, day, path, kind, state, -1 FROM stale WHERE NOT drill) both_sides
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;
"""

_COHORT = """
CREATE FUNCTION report_cohort_state(stage smallint, walk_in boolean) RETURNS text IMMUTABLE LANGUAGE sql AS
$$ SELECT 'stage:' || stage || CASE WHEN walk_in THEN ':walk_in' ELSE '' END $$;
CREATE FUNCTION report_count_cohort() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO report_figurechange (programme, day, path, kind, state, change)
    SELECT programme, day, path, '', report_cohort_state(stage, walk_in), count(*)
    FROM fresh WHERE NOT drill GROUP BY 1, 2, 3, 5;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO report_figurechange (programme, day, path, kind, state, change)
    SELECT programme, day, path, '', report_cohort_state(stage, walk_in), -count(*)
    FROM stale WHERE NOT drill GROUP BY 1, 2, 3, 5;
  ELSE
    INSERT INTO report_figurechange (programme, day, path, kind, state, change)
    SELECT programme, day, path, '', report_cohort_state(stage, walk_in), sum(n) FROM (
      SELECT programme, day, path, stage, walk_in, 1 AS n FROM fresh WHERE NOT drill
      UNION ALL SELECT programme, day, path, stage, walk_in, -1 FROM stale WHERE NOT drill) both_sides
    GROUP BY 1, 2, 3, 5 HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;
"""


def _triggers(table: str, function: str) -> str:
    made = [
        f"CREATE TRIGGER figures_in AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh",
        f"CREATE TRIGGER figures_out AFTER DELETE ON {table} REFERENCING OLD TABLE AS stale",
        f"CREATE TRIGGER figures_change AFTER UPDATE ON {table} REFERENCING OLD TABLE AS stale NEW TABLE AS fresh",
    ]
    return ";".join(f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION {function}()" for trigger in made) + ";"


class Migration(migrations.Migration):
    dependencies = [("report", "0001_initial"), ("tasks", "0002_protection"), ("decide", "0002_protection")]
    operations = [
        migrations.RunSQL(_TASKS, "DROP FUNCTION report_count_tasks() CASCADE"),
        migrations.RunSQL(_triggers("tasks_task", "report_count_tasks"), migrations.RunSQL.noop),
        migrations.RunSQL(_COHORT, "DROP FUNCTION report_count_cohort() CASCADE"),
        migrations.RunSQL(_triggers("decide_cohortmember", "report_count_cohort"), migrations.RunSQL.noop),
        protected("report_figure"),
        protected("report_figurechange"),
        protected("report_signoff"),
    ]
