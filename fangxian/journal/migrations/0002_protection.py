from django.db import migrations

from fangxian.accounts.protection import append_only, in_scope, protected, sees

_CHAIN = """
CREATE SEQUENCE IF NOT EXISTS journal_entry_seq AS bigint;
CREATE SEQUENCE IF NOT EXISTS journal_batch_id AS bigint;
CREATE TABLE journal_chain_head (single boolean PRIMARY KEY DEFAULT true CHECK (single), position bigint NOT NULL, link bytea NOT NULL);
INSERT INTO journal_chain_head VALUES (true, 0, sha256('fangxian'));
GRANT SELECT, UPDATE ON journal_chain_head TO fangxian_app;
REVOKE INSERT, DELETE ON journal_chain_head FROM fangxian_app;
GRANT USAGE ON SEQUENCE journal_entry_seq, journal_batch_id TO fangxian_app;
"""

# Visible where it was recorded, and wherever its subject is now (the subject's own policy decides that).
_EITHER = (
    f"({in_scope('journal_entry')}) OR (subject IS NOT NULL AND EXISTS "
    "(SELECT 1 FROM subjects_subject s WHERE s.id = journal_entry.subject) "
    f"AND {sees('journal_entry.programme')})"
)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial"), ("subjects", "0002_protection"), ("accounts", "0002_protection")]
    operations = [
        migrations.RunSQL(_CHAIN, "DROP TABLE journal_chain_head; DROP SEQUENCE journal_entry_seq; DROP SEQUENCE journal_batch_id"),
        append_only("journal_entry"),
        append_only("journal_batch"),
        protected("journal_entry", using=_EITHER),
    ]
