"""The journal only grows, and whoever changes it behind its back is found out."""

from __future__ import annotations

import uuid
from typing import Final

import pytest
from django.db import DatabaseError, connection, connections, transaction

from fangxian.accounts.scope import SYSTEM, apply, working_in
from fangxian.journal import verify
from tests.county import MORNING, County
from tests.owner import behind_its_back

from .filing import ARRIVAL, HOUR, WELL, rows

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("the_owner_signs_in")]
CHANGES: Final = (
    "UPDATE journal_entry SET body = '{}'", "DELETE FROM journal_entry", "TRUNCATE journal_entry",
    "UPDATE journal_batch SET entries = 0", "DELETE FROM journal_batch", "TRUNCATE journal_batch",
)


@pytest.fixture
def told(county: County) -> uuid.UUID:
    """Somebody about whom several batches were recorded."""
    subject = county.arrive(MORNING)
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    county.send("daily_check", subject, WELL, MORNING + 2 * HOUR)
    with working_in(SYSTEM):
        assert verify.verify()[1] == []
    return subject


@pytest.mark.parametrize("statement", CHANGES)
def test_the_application_can_change_nothing_in_it(told: uuid.UUID, statement: str) -> None:
    before = rows("SELECT count(*), max(seq) FROM journal_entry")
    apply(SYSTEM)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert rows("SELECT count(*), max(seq) FROM journal_entry") == before


@pytest.mark.parametrize("statement", CHANGES)
def test_neither_can_the_owner_of_its_tables(statement: str) -> None:
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(using="owner"), \
            connections["owner"].cursor() as cursor:
        cursor.execute(statement)


LAST: Final = "(SELECT id FROM journal_entry WHERE kind = 'submission' ORDER BY seq DESC LIMIT 1)"
MIDDLE: Final = "(SELECT id FROM journal_batch WHERE position = (SELECT max(position) - 1 FROM journal_batch))"
NEWEST: Final = "(SELECT id FROM journal_batch WHERE position = (SELECT position FROM journal_chain_head))"
FORGERIES: Final = {
    "a changed body": f"UPDATE journal_entry SET body = replace(body, '36.5', '36.6') WHERE id = {LAST}",
    "a changed ciphertext": "UPDATE journal_entry SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)"
                            " WHERE sealed IS NOT NULL",
    "another time": f"UPDATE journal_entry SET happened_at = happened_at - interval '1 hour' WHERE id = {LAST}",
    "another author": f"UPDATE journal_entry SET post = post + 1 WHERE id = {LAST}",
    "another subject": f"UPDATE journal_entry SET subject = gen_random_uuid() WHERE id = {LAST}",
    "a deleted row": f"DELETE FROM journal_entry WHERE id = {LAST}",
    "a deleted batch": (
        f"DELETE FROM journal_entry WHERE batch = {MIDDLE}; DELETE FROM journal_batch WHERE id = {MIDDLE}"),
    "a deleted last batch": (
        f"DELETE FROM journal_entry WHERE batch = {NEWEST}; DELETE FROM journal_batch WHERE id = {NEWEST}"),
    "a row without a link": (
        "INSERT INTO journal_entry SELECT gen_random_uuid(), seq + 100000, batch + 100000, kind, programme, form,"
        " form_version, subject, path, \"user\", post, source, device, happened_at, received_at, day, replaces, task,"
        f" flag, drill, body, sealed, content FROM journal_entry WHERE id = {LAST}"),
    "a swapped link": "UPDATE journal_batch b SET link = o.link FROM journal_batch o"
                      f" WHERE b.id = {MIDDLE} AND o.position = b.position + 1",
    "a link over other rows": f"UPDATE journal_batch SET digest = sha256('x') WHERE id = {MIDDLE}",
    "rows swapped": "UPDATE journal_entry e SET body = o.body FROM journal_entry o WHERE e.kind = 'submission'"
                    " AND o.kind = 'submission' AND o.form <> e.form",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_was_changed_behind_its_back_is_found(county: County, told: uuid.UUID, forgery: str) -> None:
    with behind_its_back() as cursor:
        for statement in FORGERIES[forgery].split("; "):
            cursor.execute(statement)
            assert cursor.rowcount > 0
    with working_in(SYSTEM):
        _, broken = verify.verify()
    assert broken
