"""The roster's function as an owner who is no superuser can make it too, where the one before is there already."""

from importlib import import_module

from django.db import migrations

_BEFORE = import_module("fangxian.accounts.migrations.0006_reasons_behind_the_wall")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_sign_in_pace")]
    operations = [migrations.RunSQL(_BEFORE.ROSTER, migrations.RunSQL.noop)]
