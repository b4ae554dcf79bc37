"""What runs with the owner's rights looks for no name among temporary ones first: unsaid, PostgreSQL does, for types too."""

from django.db import migrations

_LAST = "ALTER FUNCTION accounts_absences() SET search_path = pg_catalog, public, pg_temp"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_issued_passwords")]
    operations = [migrations.RunSQL(_LAST, migrations.RunSQL.noop)]
