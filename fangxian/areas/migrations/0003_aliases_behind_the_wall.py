"""What people write where their address goes lies behind the wall of the area it stands for.

A county's index of addresses is one for all who place people there, so it is read through one function.
"""

from django.db import migrations

_WALL = """
ALTER TABLE areas_alias ENABLE ROW LEVEL SECURITY;
ALTER TABLE areas_alias FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON areas_alias USING (EXISTS (SELECT FROM areas_area a WHERE a.id = areas_alias.area_id
  AND a.path >= current_setting('fangxian.lo', true) AND a.path < current_setting('fangxian.hi', true)));
CREATE FUNCTION areas_aliases(_lo text, _hi text) RETURNS TABLE (path text, text text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
SET fangxian.lo = '' SET fangxian.hi = '~' AS
'SELECT a.path, s.text FROM public.areas_alias s JOIN public.areas_area a ON a.id = s.area_id
 WHERE a.path >= $1 AND a.path < $2 AND a.valid_to IS NULL';
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
    operations = [migrations.RunSQL(_WALL, _AWAY)]
