"""What runs with the owner's rights looks for no name among temporary ones first: unsaid, PostgreSQL does, for types too."""

from django.db import migrations

_LAST = """
ALTER FUNCTION journal_link(bigint, timestamptz, integer, bytea) SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION journal_keep_corrections() SET search_path = pg_catalog, public, pg_temp;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0005_link_by_a_function")]
    operations = [migrations.RunSQL(_LAST, migrations.RunSQL.noop)]
