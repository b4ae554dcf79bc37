"""A version says whether those it concerns have been folded by it; those published so far have."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programmes", "0002_held_while_recorded")]
    operations = [
        migrations.AddField(
            model_name="version", name="folded", field=models.BooleanField(default=True, db_default=True)),
    ]
