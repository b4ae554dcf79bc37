from django.db import migrations, models

from fangxian.accounts.protection import protected
from fangxian.areas.fields import PathField


class Migration(migrations.Migration):
    dependencies = [("subjects", "0006_whole_names")]
    operations = [
        migrations.CreateModel(
            name="NumberedEntry",
            fields=[
                ("entry", models.UUIDField(primary_key=True, serialize=False)),
                ("programme", models.CharField(db_collation="C", max_length=40)),
                ("form", models.CharField(max_length=64)),
                ("number", models.CharField(db_collation="C", max_length=100)),
                ("subject", models.UUIDField(db_index=True)),
                ("path", PathField()),
                ("happened_at", models.DateTimeField()),
                ("awaited", models.BooleanField()),
                ("reply", models.UUIDField(null=True)),
                ("replied_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["programme", "form", "number"], name="entry_by_number"),
                    models.Index(fields=["path", "happened_at", "entry"], name="entry_awaiting",
                                 condition=models.Q(awaited=True)),
                ],
            },
        ),
        protected("subjects_numberedentry"),
    ]
