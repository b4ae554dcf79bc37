"""An alert that nobody acknowledges at the top is told again on its own line."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0005_counted_from_the_index")]

    operations = [migrations.AddField("alert", "told_at", models.DateTimeField(null=True))]
