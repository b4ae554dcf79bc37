"""An alert that tells of a change names the entry that made it, or the list."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0011_acknowledged_with_a_note")]
    operations = [migrations.AddField(model_name="alert", name="about", field=models.UUIDField(null=True))]
