"""Who looks up a number does not know whose programme it is of: the index begins with the number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subjects", "0007_numbered_entries")]
    operations = [
        migrations.AddIndex(
            model_name="numberedentry",
            index=models.Index(fields=["number", "programme", "form"], name="entry_bearing_number"),
        ),
        migrations.RemoveIndex(model_name="numberedentry", name="entry_by_number"),
    ]
