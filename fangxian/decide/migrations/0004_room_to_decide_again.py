"""A decision that comes out otherwise, or from another version, is written where it stands, mostly without touching the
indexes: for that its page needs room (PostgreSQL manual, 66.7).
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("decide", "0003_counted_from_the_index")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE decide_current SET (fillfactor = 75)", "ALTER TABLE decide_current RESET (fillfactor)"),
    ]
