"""The function over addresses as an owner who is no superuser can make it too, where the one before is there already."""

from importlib import import_module

from django.db import migrations

_BEFORE = import_module("fangxian.areas.migrations.0003_aliases_behind_the_wall")


class Migration(migrations.Migration):
    dependencies = [("areas", "0003_aliases_behind_the_wall")]
    operations = [migrations.RunSQL(_BEFORE.ALIASES, migrations.RunSQL.noop)]
