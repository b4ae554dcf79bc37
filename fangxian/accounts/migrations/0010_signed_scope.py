"""What a signed scope is checked with; the policies that ask for it are made once all tables are there."""

from django.db import migrations

from fangxian.accounts.signing import FUNCTION, TABLE


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_second_factors")]
    operations = [
        migrations.RunSQL(TABLE + FUNCTION, "DROP FUNCTION fangxian_signed() CASCADE; DROP TABLE accounts_scopesecret")]
