"""A link is added by one function that makes it follow from the one before: nobody else sets the head of the chain."""

from django.db import migrations

_LINK = """
CREATE FUNCTION journal_link(_batch bigint, _at timestamptz, _entries integer, _digest bytea) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  head public.journal_chain_head;
  linked bytea;
BEGIN
  SELECT * INTO STRICT head FROM public.journal_chain_head FOR UPDATE;
  linked := sha256(head.link || int8send(head.position + 1) || _digest);
  INSERT INTO public.journal_batch (id, position, recorded_at, entries, digest, previous, link)
  VALUES (_batch, head.position + 1, _at, _entries, _digest, head.link, linked);
  UPDATE public.journal_chain_head SET position = head.position + 1, link = linked;
  RETURN head.position + 1;
END $$;
REVOKE EXECUTE ON FUNCTION journal_link(bigint, timestamptz, integer, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journal_link(bigint, timestamptz, integer, bytea) TO fangxian_app;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_keys")]
    operations = [migrations.RunSQL(_LINK, "DROP FUNCTION journal_link(bigint, timestamptz, integer, bytea)")]
