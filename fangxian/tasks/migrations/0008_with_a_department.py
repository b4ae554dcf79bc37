"""A department that accepted somebody is found by the few rows of its own; why a task is whose it is names it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0007_urgent_first")]

    operations = [
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                fields=["subject"],
                name="handover_to_department",
                condition=models.Q(("state__in", ("asked", "accepted")), models.Q(("department", ""), _negated=True)),
            ),
        ),
        migrations.AlterField("task", "why_post", models.CharField(max_length=60)),
    ]
