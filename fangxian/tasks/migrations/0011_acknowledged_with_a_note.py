"""Whoever acknowledges an alert may say a word to whoever raised it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0010_lent_tasks")]

    operations = [
        migrations.AddField("alert", "note", models.CharField(max_length=200, blank=True, default="", db_default=""))]
