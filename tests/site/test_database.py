"""Fangxian works under a role that row-level security binds."""

import pytest
from django.db import connection


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_application_role_can_not_bypass_row_level_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("fangxian_app", False, False)
