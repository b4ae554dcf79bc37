"""A request keeps what lay at its place when it was asked, and an approved password is given out once."""

import django.db.models.deletion
from django.db import migrations, models

_KNOWN = """
ALTER TABLE accounts_rightsrequest NO FORCE ROW LEVEL SECURITY;
UPDATE accounts_rightsrequest r SET area_id = a.id, place = a.name, level = l.code || ' ' || l.tier
  FROM areas_area a JOIN areas_level l ON l.code = a.level_id WHERE a.path = r.path;
UPDATE accounts_rightsrequest r SET state = 'used' FROM accounts_user u
  WHERE u.id = r.user_id AND r.what = 'password' AND r.state = 'approved' AND r.decided_at <= u.issued_at;
ALTER TABLE accounts_rightsrequest FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_lent_for_as_long"), ("areas", "0005_within_calendar")]
    operations = [
        migrations.AddField(
            model_name="rightsrequest",
            name="area",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="areas.area"),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="level",
            field=models.CharField(blank=True, db_default="", max_length=60),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="place",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE;" + _KNOWN, migrations.RunSQL.noop),
    ]
