"""What people write to alerts and handovers about somebody is sealed, and ends with what is known of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from django.conf import settings
from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.subjects import vault
from fangxian.tasks import actions, words, worklist
from fangxian.tasks.models import Alert, Handover
from tests import county as world
from tests.console.rounds import registered, rows, signed_in
from tests.county import MORNING, County
from tests.journal.test_record import HOUR
from tests.owner import behind_its_back

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("the_owner_signs_in")]
NOON: Final = MORNING + 3 * HOUR
TOWNSHIP, FAR = "341023100", "341023101"
SAID: Final = "送王小明去县医院，电话 13812345678"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    settings.KEYS = tmp_path / "keys"  # put back after every test
    with running_on(SimulatedClock(NOON)):
        yield world.build()


@pytest.fixture
def alert(county: County) -> Alert:
    """One about somebody with a fever, acknowledged with a note."""
    subject = registered(county, temperature=38.6)
    with working_in(SYSTEM):
        found = Alert.objects.get(subject=subject, cause="urgent", tier="township")
        actions.acknowledge(alert=found.pk, by=county.actor("township_duty", TOWNSHIP), at=NOON, note=SAID)
        found.refresh_from_db()
    return found


def passed_on(county: County, subject: uuid.UUID) -> uuid.UUID:
    with working_in(SYSTEM):
        return actions.pass_on(programme="entry", subject=subject, to_path=county.paths[FAR], note=SAID,
                               by=county.actor("township_duty", TOWNSHIP), at=NOON)


def kept(table: str) -> list[str]:
    return [note for note, in rows(f"SELECT note FROM {table} WHERE note <> ''")]


def test_a_note_is_read_by_those_it_is_for_and_by_nobody_who_reads_the_table(county: County, alert: Alert) -> None:
    [note] = kept("tasks_alert")
    assert note.startswith(f"sealed:{vault.bucket_for(MORNING, 12)}:")
    assert "13812345678" not in note
    page = signed_in(county, "township_duty", TOWNSHIP).get("/alerts/?show=all").content.decode()
    assert SAID in page
    told = signed_in(county, "township_duty", TOWNSHIP).get("/api/v1/alerts?waiting=0").json()
    assert SAID in {one["note"] for one in told["items"]}


def test_so_is_what_is_written_when_somebody_is_passed_on_and_declined(county: County) -> None:
    handover = passed_on(county, registered(county))
    assert SAID in signed_in(county, "township_duty", FAR).get("/alerts/").content.decode()
    with working_in(SYSTEM):
        assert worklist.notes([handover]) == {(handover, "pass_on"): SAID}
        actions.answer_no(handover=handover, note="没有床位", by=county.actor("township_duty", FAR), at=NOON)
        assert worklist.notes([handover]) == {(handover, "decline"): "没有床位"}
    assert all(note.startswith("sealed:") for note in kept("tasks_handover"))


def test_it_ends_with_the_key_of_its_months(county: County, alert: Alert) -> None:
    assert words.opened(alert.note, alert.id) == SAID
    handover = passed_on(county, registered(county))
    vault.ring().destroy(vault.bucket_for(MORNING, 12))
    assert words.opened(alert.note, alert.id) == ""
    with working_in(SYSTEM):
        assert worklist.notes([handover]) == {(handover, "pass_on"): ""}
        later = MORNING.replace(year=MORNING.year + 1)
        fresh = words.sealed("x", of=alert.id, about=alert.subject, programme="entry", at=later)
        assert words.opened(fresh, alert.id) == "x", "what is written of somebody whose key is gone is kept on its own"


def test_what_somebody_wrote_there_otherwise_is_shown_to_nobody(alert: Alert) -> None:
    bucket = vault.bucket_for(MORNING, 12)
    for note in (f"sealed:{bucket}:AAAA", f"sealed:{bucket}:\u00e9", "sealed:9999-01:AAAA", "sealed:x", alert.note):
        assert words.opened(note, uuid.uuid4()) == ""


def test_notes_from_before_are_sealed_by_the_migration(county: County, alert: Alert) -> None:
    subject = alert.subject
    assert subject is not None
    handover = passed_on(county, registered(county))
    with behind_its_back() as cursor:
        cursor.execute("UPDATE tasks_alert SET note = %s WHERE id = %s", [SAID, alert.id])
        cursor.execute("UPDATE tasks_handover SET note = %s", [SAID])
        migration: Any = import_module("fangxian.tasks.migrations.0014_sealed_notes")
        migration.seal_notes(None, SimpleNamespace(connection=connection))
    with working_in(SYSTEM):
        notes = [(Alert.objects.get(pk=alert.pk).note, alert.pk), (Handover.objects.get(pk=handover).note, handover)]
    for note, of in notes:
        assert note.startswith("sealed:")
        assert words.opened(note, of) == SAID


