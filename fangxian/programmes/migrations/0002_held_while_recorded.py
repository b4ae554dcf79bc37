"""Whoever records by a version holds it from the moment it looks, last before its commit, whether it is in force."""

from django.db import migrations

_HOLD = """
CREATE FUNCTION programmes_hold(_programme text, _version text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7303, hashtext(_programme));
  RETURN EXISTS (
    SELECT FROM public.programmes_version WHERE programme = _programme AND version = _version AND in_force);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("programmes", "0001_initial")]
    operations = [migrations.RunSQL(_HOLD, "DROP FUNCTION programmes_hold(text, text)")]
