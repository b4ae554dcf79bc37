"""A function that says where it looks for names says that temporary ones come last: unsaid, they come first."""

from django.db import migrations

_LAST = "ALTER FUNCTION programmes_hold(text, text) SET search_path = pg_catalog, public, pg_temp"


class Migration(migrations.Migration):
    dependencies = [("programmes", "0003_to_be_folded")]
    operations = [migrations.RunSQL(_LAST, migrations.RunSQL.noop)]
