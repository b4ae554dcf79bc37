"""What people write where their address goes lies behind the wall of the area it stands for.

A county's index of addresses is one for all who place people there, so it is read through one function.
"""

from django.db import migrations

_WALL = """
ALTER TABLE areas_alias ENABLE ROW LEVEL SECURITY;
ALTER TABLE areas_alias FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON areas_alias USING (EXISTS (SELECT FROM areas_area a WHERE a.id = areas_alias.area_id
  AND a.path >= current_setting('fangxian.lo', true) AND a.path < current_setting('fangxian.hi', true)));
"""
# The scope is set in the body and put back: a function that has it in its definition can be made, or brought back from a
# dump, by a superuser only.
ALIASES = """
CREATE OR REPLACE FUNCTION areas_aliases(_lo text, _hi text) RETURNS TABLE (path text, text text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  lo text := coalesce(current_setting('fangxian.lo', true), '');
  hi text := coalesce(current_setting('fangxian.hi', true), '');
BEGIN
  PERFORM set_config('fangxian.lo', '', true), set_config('fangxian.hi', '~', true);
  RETURN QUERY SELECT a.path::text, s.text::text FROM public.areas_alias s JOIN public.areas_area a ON a.id = s.area_id
    WHERE a.path >= _lo AND a.path < _hi AND a.valid_to IS NULL;
  PERFORM set_config('fangxian.lo', lo, true), set_config('fangxian.hi', hi, true);
END $$;
REVOKE EXECUTE ON FUNCTION areas_aliases(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION areas_aliases(text, text) TO fangxian_app;
"""
_AWAY = """
DROP FUNCTION areas_aliases(text, text);
DROP POLICY scope ON areas_alias;
ALTER TABLE areas_alias DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("areas", "0002_counts_and_changes")]
    operations = [migrations.RunSQL(_WALL + ALIASES, _AWAY)]
