"""What runs with the owner's rights looks for no name among temporary ones first: unsaid, PostgreSQL does, for types too."""

from django.db import migrations

_LAST = "ALTER FUNCTION areas_aliases(text, text) SET search_path = pg_catalog, public, pg_temp"


class Migration(migrations.Migration):
    dependencies = [("areas", "0005_within_calendar")]
    operations = [migrations.RunSQL(_LAST, migrations.RunSQL.noop)]
