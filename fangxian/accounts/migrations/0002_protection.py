from django.db import migrations

from fangxian.accounts.protection import append_only, protected

_REFUSE = """
CREATE OR REPLACE FUNCTION fangxian_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'table % only grows', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$;
INSERT INTO accounts_rosterrevision (id, number) VALUES (1, 0) ON CONFLICT DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(_REFUSE, "DROP FUNCTION fangxian_refuse_change()"),
        append_only("accounts_access"),
        protected("accounts_access", programme=None),
    ]
