"""Who somebody is, opened set-wise; found by whole values only; entries taken back one by one or by the hundred."""

from __future__ import annotations

import datetime as dt
import uuid
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import orjson
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.areas.types import EVERYWHERE, subtree
from fangxian.kernel.errors import Problem
from fangxian.kernel.keys import KeyGone, seal, unseal
from fangxian.subjects import actions, queries, vault
from fangxian.tasks import rebuild
from tests import county as world
from tests.county import MORNING, County

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("the_owner_signs_in")]
HOUR = dt.timedelta(hours=1)
FAR = "34102310120001"


@pytest.fixture
def county() -> County:
    return world.build()


def test_identities_are_opened_in_one_query_and_one_about_their_key(county: County) -> None:
    people = [county.arrive(MORNING, name=name, phone="13812345678") for name in ("张三", "李四光", "欧阳娜")]
    with working_in(SYSTEM), CaptureQueriesContext(connection) as asked:
        found = queries.identities(people, EVERYWHERE)
    assert ["journal_keyevent" in one["sql"] for one in asked] == [False, True], "whose key it is"
    assert [found[one].masked_name for one in people] == ["张*", "李**", "欧阳*"]
    assert queries.masked(found[people[0]])["phone"] == "138****5678"


def test_a_destroyed_key_says_so(county: County, tmp_path: Path) -> None:
    settings.KEYS = tmp_path / "keys"  # put back after every test
    subject = county.arrive(MORNING)
    vault.ring().destroy(vault.bucket_for(MORNING, 12))
    with working_in(SYSTEM):
        gone = queries.identities([subject], EVERYWHERE)[subject]
    assert (gone.gone, dict(gone.parts)) == (True, {})
    assert gone.name == gone.masked_name == KeyGone.label.zh


def test_nobody_outside_the_area_is_opened_or_found(county: County) -> None:
    subject = county.arrive(MORNING, name="张三")
    far = subtree(county.paths[FAR])
    with working_in(Scope(far, ("entry",))):
        assert queries.identities([subject], EVERYWHERE) == {}
        assert queries.find("张三", EVERYWHERE) == []
    with working_in(SYSTEM):
        assert queries.identities([subject], far) == {}
        assert queries.find("张三", far) == []
        assert [hit.subject for hit in queries.find("张三", EVERYWHERE)] == [subject]


def test_an_external_id_is_found_under_its_source(county: County) -> None:
    subject = uuid.uuid4()
    told = {"external_id": "K-17", "age": 40, "sex": "female", "onset": "2020-03-01"}
    receipt = county.send("case", subject, told, MORNING, programme="linelist", path=county.paths["341023"])
    assert not receipt.refused, receipt.refused
    with working_in(SYSTEM):
        assert [hit.subject for hit in queries.find("K-17", EVERYWHERE, ["linelist"])] == [subject]
        assert queries.find("K-17", EVERYWHERE, ["entry"]) == []


def test_an_import_is_taken_back_as_a_whole(county: County) -> None:
    people = [county.arrive(MORNING) for _ in range(4)]
    entries = [row[0] for row in rows("SELECT id FROM journal_entry WHERE form = 'listed'")]
    with working_in(SYSTEM):
        assert actions.withdraw(entries, "wrong file", by=county.importer, at=MORNING + HOUR) == 4
        assert actions.withdraw(entries, "wrong file", by=county.importer, at=MORNING + HOUR) == 0
    assert rows("SELECT count(*) FROM tasks_task WHERE state = 'open'") == [(0,)]
    assert rows("SELECT count(*) FROM decide_current WHERE managed OR active") == [(0,)]
    assert rows("SELECT count(*) FROM facts_entry WHERE f_arrival_at IS NOT NULL") == [(0,)]
    assert rows("SELECT count(*) FROM journal_entry WHERE form = 'withdraw'") == [(4,)]
    with working_in(SYSTEM):
        report = rebuild.check()
    assert (report.facts, report.decisions, report.tasks) == ([], [], [])
    assert len(people) == 4


def test_taking_a_correction_back_brings_the_corrected_one_back(county: County) -> None:
    subject = county.arrive(MORNING)
    first = county.send("daily_check", subject, {"temperature": 36.5, "symptoms": "none"}, MORNING + HOUR)
    second = county.send(
        "daily_check", subject, {"temperature": 36.9, "symptoms": "none"}, MORNING + HOUR, replaces=first.recorded[0].id
    )
    assert rows("SELECT f_temperature FROM facts_entry") == [(36.9,)]
    with working_in(SYSTEM):
        actions.withdraw([second.recorded[0].id], "undo", by=county.importer, at=MORNING + 2 * HOUR)
    assert rows("SELECT f_temperature FROM facts_entry") == [(36.5,)]


def test_what_one_cannot_see_is_not_taken_back(county: County) -> None:
    county.arrive(MORNING)
    entry = rows("SELECT id FROM journal_entry WHERE form = 'listed'")[0][0]
    with working_in(Scope(subtree(county.paths[FAR]), ("entry",))), pytest.raises(Problem) as refused:
        actions.withdraw([entry], "no", by=county.actor("grid_worker", FAR), at=MORNING + HOUR)
    assert refused.value.kind.code == "not_found"


def rows(query: str) -> list[tuple]:  # type: ignore[type-arg]
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def test_who_was_known_before_is_known_in_the_programmes_that_recorded_them(county: County) -> None:
    """As the tables were before: one set of parts, and nothing that said which programme knew it."""
    subject = county.arrive(MORNING, name="张三")
    stored = "SELECT programmes FROM subjects_subject", "SELECT programmes FROM subjects_identity", (
        "SELECT hash, kind, subject, path, programme FROM subjects_lookup ORDER BY hash")
    with working_in(SYSTEM), connection.cursor() as cursor:
        before = [rows(one) for one in stored]
        [(bucket, wrapped, sealed)] = rows(
            "SELECT s.bucket, s.wrapped_key, i.sealed FROM subjects_subject s JOIN subjects_identity i"
            " ON i.subject = s.id")
        key = unseal(vault.ring().key(bucket), bytes(wrapped), subject.bytes)
        parts = vault.open_parts(key, bytes(sealed), subject)
        whole = {part: told["entry"] for part, told in parts.items()}
        cursor.execute("SET ROLE NONE")  # a migration is the owner's
        cursor.execute("UPDATE subjects_subject SET programmes = '{}'")
        cursor.execute("UPDATE subjects_identity SET programmes = '{}', sealed = %s", [
            seal(key, orjson.dumps(whole), subject.bytes)])
        cursor.execute("UPDATE subjects_lookup SET programme = ''")
        import_module("fangxian.subjects.migrations.0005_known_in_programmes").fill(
            None, SimpleNamespace(connection=connection))
        cursor.execute("SET ROLE fangxian_app")
        assert [rows(one) for one in stored] == before
        [(again,)] = rows("SELECT sealed FROM subjects_identity")
        assert vault.open_parts(key, bytes(again), subject) == parts
    assert before[0] == before[1] == [(["entry"],)]

