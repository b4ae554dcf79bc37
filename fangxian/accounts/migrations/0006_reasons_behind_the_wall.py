"""Why somebody is away lies behind the wall of the place they work at; when they are is read for the roster."""

from django.db import migrations

from fangxian.accounts.protection import in_scope, protected

# Of the whole county, for whoever looks for somebody on duty: without the reason. The scope is set in the body and put
# back: a function that has it in its definition can be made, or brought back from a dump, by a superuser only.
ROSTER = """
CREATE OR REPLACE FUNCTION accounts_absences()
RETURNS TABLE (post_id bigint, begins timestamptz, ends timestamptz, substitute_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  lo text := coalesce(current_setting('fangxian.lo', true), '');
  hi text := coalesce(current_setting('fangxian.hi', true), '');
BEGIN
  PERFORM set_config('fangxian.lo', '', true), set_config('fangxian.hi', '~', true);
  RETURN QUERY SELECT a.post_id, a.begins, a.ends, a.substitute_id FROM public.accounts_absence a ORDER BY a.begins;
  PERFORM set_config('fangxian.lo', lo, true), set_config('fangxian.hi', hi, true);
END $$;
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
        migrations.RunSQL(ROSTER, "DROP FUNCTION accounts_absences()"),
    ]
