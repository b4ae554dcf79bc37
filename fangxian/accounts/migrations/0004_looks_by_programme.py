"""A line of the access log is for those who may see who looks at people in its programme, and is written under one."""

from django.db import migrations

from fangxian.accounts.protection import audited, in_scope, sees

# Where it happened, and wherever the subject is now (the subject's own policy decides that).
_EITHER = (
    f"({in_scope('accounts_access', programme=None)} OR (subject IS NOT NULL AND EXISTS "
    "(SELECT 1 FROM subjects_subject s WHERE s.id = accounts_access.subject)))"
)
_POLICIES = (
    "DROP POLICY scope ON accounts_access;"
    f"CREATE POLICY scope ON accounts_access FOR SELECT USING ({audited('accounts_access.programme')} AND {_EITHER});"
    "CREATE POLICY scope_written ON accounts_access FOR INSERT WITH CHECK "
    f"((programme = '' OR {sees('accounts_access.programme')}) AND {_EITHER});"
)
_AWAY = (
    "DROP POLICY scope_written ON accounts_access; DROP POLICY scope ON accounts_access;"
    f"CREATE POLICY scope ON accounts_access USING ({_EITHER}) WITH CHECK ({_EITHER})"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_one_time_passwords")]
    operations = [migrations.RunSQL(_POLICIES, _AWAY)]
