"""Fangxian works under a role that row-level security binds."""

import threading
from pathlib import Path

import pytest
from django.db import connection

from fangxian.site.postgres import one_at_a_time


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_application_role_can_not_bypass_row_level_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("fangxian_app", False, False)


def test_who_wants_the_same_waits_until_the_other_is_done(tmp_path: Path) -> None:
    file = tmp_path / "not there yet" / "one.lock"
    told: list[str] = []
    inside = threading.Event()

    def second() -> None:
        inside.wait(10)
        told.append("asks")
        with one_at_a_time(file):
            told.append("second")

    waiting = threading.Thread(target=second)
    waiting.start()
    with one_at_a_time(file):
        inside.set()
        while "asks" not in told:
            waiting.join(0.01)
        waiting.join(0.1)
        told.append("first")
    waiting.join(10)
    assert told == ["asks", "first", "second"]
    assert file.stat().st_mode & 0o777 == 0o600
