"""A late result of an earlier tube is no longer the last one: everybody is folded anew by the versions in force."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("programmes", "0004_temporary_names_last")]
    operations = [
        migrations.RunSQL(
            "UPDATE programmes_version SET folded = false WHERE in_force", migrations.RunSQL.noop, elidable=True),
    ]
