"""The few urgent tasks are found without looking through what is open."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0006_told_again")]

    operations = [
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                fields=["path"], name="task_urgent_open", condition=models.Q(("state", "open"), ("urgent", True))
            ),
        ),
    ]
