"""Why somebody is away lies behind the wall of the place they work at; when they are is read for the roster."""

from django.db import migrations

from fangxian.accounts.protection import in_scope, protected

# Of the whole county, for whoever looks for somebody on duty: without the reason.
_ROSTER = """
CREATE FUNCTION accounts_absences() RETURNS TABLE (post_id bigint, begins timestamptz, ends timestamptz, substitute_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
SET fangxian.lo = '' SET fangxian.hi = '~' AS
'SELECT post_id, begins, ends, substitute_id FROM public.accounts_absence ORDER BY begins';
REVOKE EXECUTE ON FUNCTION accounts_absences() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_absences() TO fangxian_app;
"""
_WHERE_THEY_WORK = (
    "EXISTS (SELECT FROM accounts_post p WHERE p.id = accounts_absence.post_id"
    f" AND {in_scope('p', programme=None)})"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_second_person")]
    operations = [
        protected("accounts_absence", using=_WHERE_THEY_WORK),
        migrations.RunSQL(_ROSTER, "DROP FUNCTION accounts_absences()"),
    ]
