import django.db.models.deletion
from django.db import migrations, models

import fangxian.areas.fields
from fangxian.accounts.protection import append_only, protected


class Migration(migrations.Migration):
    dependencies = [("capture", "0003_versions_seen"), ("accounts", "0002_protection")]
    operations = [
        migrations.CreateModel(
            name="ListEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("path", fangxian.areas.fields.PathField()),
                ("programme", models.CharField(db_collation="C", max_length=40)),
                ("what", models.CharField(max_length=10)),
                ("line", models.IntegerField(null=True)),
                ("subject", models.UUIDField(null=True)),
                ("user", models.BigIntegerField(null=True)),
                ("post", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("of", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="capture.import")),
            ],
        ),
        protected("capture_listevent"),
        append_only("capture_listevent"),
    ]
