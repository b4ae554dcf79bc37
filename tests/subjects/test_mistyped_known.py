"""Whoever was known before wrong numbers led anywhere is found by the right one too."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import pytest
from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.kernel.identifiers import resident_id
from fangxian.subjects.matching import search
from tests.county import MORNING, build

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
RIGHT, WRONG = "11010519491231002X", "11010519491231003X"
MIGRATION = importlib.import_module("fangxian.subjects.migrations.0009_mistyped_numbers")


def test_who_is_known_by_a_wrong_number_is_found_after_the_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(resident_id, "one_slip_from", lambda _: ())
        before.setattr(resident_id, "born_in", lambda _: None)
        subject = build().arrive(
            MORNING, name="胡丽", document_type="resident_id", document_number=WRONG, birth_date="1949-12-30")
    near = search.traits_of({"name": "胡丽", "document_number": RIGHT, "birth_date": "1949-12-29"}, None)
    born = search.traits_of({"name": "胡丽", "birth_date": "1949-12-31"}, None)
    with working_in(SYSTEM):
        assert [one.candidates for one in search.match([near, born])] == [(), ()]
        monkeypatch.setattr(MIGRATION, "_SCOPE", "SELECT %s, %s")  # the owner needs no signature, the application does
        MIGRATION.add(None, SimpleNamespace(connection=connection))
        assert [[known for known, _ in one.candidates] for one in search.match([near, born])] == [[subject], [subject]]
