"""The load of posts is counted from the index alone. That works where vacuum has been: a day's tasks are made at once,
and a fifth of three million, PostgreSQL's own measure, is a week of them.
"""

from django.db import migrations, models

_OFTEN = """
ALTER TABLE tasks_task SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000,
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)
"""
_SELDOM = """
ALTER TABLE tasks_task RESET (autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_insert_threshold,
    autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0004_lists_at_full_size")]

    operations = [
        migrations.RemoveIndex(model_name="task", name="task_post_open"),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                fields=["post", "due", "id"],
                name="task_post_open",
                condition=models.Q(("state", "open")),
                include=["path", "programme", "drill"],
            ),
        ),
        migrations.RunSQL(_OFTEN, _SELDOM),
    ]
