"""The measures of an area are counted from the index alone: it has nobody of a drill, as the figures have not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("decide", "0002_protection")]

    operations = [
        migrations.RemoveIndex(model_name="current", name="decision_by_place"),
        migrations.AddIndex(
            model_name="current",
            index=models.Index(
                fields=["programme", "measure", "path"],
                name="decision_by_place",
                condition=models.Q(("active", True), ("drill", False)),
            ),
        ),
    ]
