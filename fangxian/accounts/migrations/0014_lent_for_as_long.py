"""Who gives tasks away lends what they have to who stands in, and no longer than they have it themselves."""

import django.db.models.deletion
from django.db import migrations, models

_ROSTER = """
DROP FUNCTION accounts_absences();
CREATE FUNCTION accounts_absences()
RETURNS TABLE (post_id bigint, begins timestamptz, ends timestamptz, substitute_id bigint, until timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  lo text := coalesce(current_setting('fangxian.lo', true), '');
  hi text := coalesce(current_setting('fangxian.hi', true), '');
BEGIN
  PERFORM set_config('fangxian.lo', '', true), set_config('fangxian.hi', '~', true);
  RETURN QUERY SELECT a.post_id, a.begins, a.ends, a.substitute_id, g.valid_to FROM public.accounts_absence a
    LEFT JOIN public.accounts_post g ON g.id = a.given_as_id ORDER BY a.begins;
  PERFORM set_config('fangxian.lo', lo, true), set_config('fangxian.hi', hi, true);
END $$;
REVOKE EXECUTE ON FUNCTION accounts_absences() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_absences() TO fangxian_app;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_temporary_names_last")]
    operations = [
        migrations.AddField(
            model_name="absence",
            name="given_as",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="accounts.post"),
        ),
        migrations.RunSQL(_ROSTER, migrations.RunSQL.noop),
    ]
