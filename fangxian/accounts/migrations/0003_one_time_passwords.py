from django.db import migrations, models

from fangxian.accounts.protection import in_scope, protected

# A number once taken never comes back, not even after a rollback: two states of the roster never share one.
_NUMBERS = """
CREATE SEQUENCE IF NOT EXISTS accounts_roster_number AS bigint;
GRANT USAGE ON SEQUENCE accounts_roster_number TO fangxian_app;
"""

# Visible where it happened, and wherever the subject is now (the subject's own policy decides that).
_EITHER = (
    f"({in_scope('accounts_access', programme=None)}) OR (subject IS NOT NULL AND EXISTS "
    "(SELECT 1 FROM subjects_subject s WHERE s.id = accounts_access.subject))"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_protection"), ("subjects", "0002_protection")]
    operations = [
        migrations.AddField("user", "one_time_until", models.DateTimeField(null=True)),
        migrations.RunSQL(_NUMBERS, "DROP SEQUENCE accounts_roster_number"),
        protected("accounts_access", using=_EITHER),
    ]
