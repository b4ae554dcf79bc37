"""An alert that tells of a change knows who made it: they do not acknowledge it themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0015_lent_where_it_lies")]
    operations = [migrations.AddField(model_name="alert", name="made_by", field=models.BigIntegerField(null=True))]
