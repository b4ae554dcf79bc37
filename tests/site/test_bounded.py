"""What a page asks of the database ends; what it answers then: tests/console/test_passing.py."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.backends.signals import connection_created

from fangxian.site import bounded


@pytest.mark.django_db
def test_a_connection_of_a_page_is_bounded() -> None:
    def longest() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return str(cursor.fetchone()[0])

    assert longest() == "0"
    bounded.bound_statements()
    try:
        connection_created.send(sender=connection.__class__, connection=connection)
        assert longest() == "20s"
    finally:
        connection_created.disconnect(dispatch_uid="bounded")
