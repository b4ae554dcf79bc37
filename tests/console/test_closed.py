"""Pages about somebody whose key was destroyed, or whose key file is missing, say so and do not fail."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fangxian.console.person import PURPOSES
from fangxian.journal import keys
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.subjects import vault
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import ARRIVAL

from .rounds import GRID, HOUR, registered, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOON: Final = MORNING + 5 * HOUR
BUCKET: Final = vault.bucket_for(MORNING, 12)
LIST: Final = "姓名,证件类型,护照号,出生日期,抵达时间\n张伟,护照,E12345678,1988-05-06,2020-03-21\n"


def destroyed(_: Path) -> None:
    vault.ring().destroy(BUCKET)


def lost(folder: Path) -> None:
    (folder / f"{BUCKET}.key").unlink()


def exchanged(folder: Path) -> None:
    (folder / f"{BUCKET}.key").write_bytes(os.urandom(32))


Harm = Callable[[Path], None]
LABELS: Final[dict[Harm, str]] = {
    destroyed: "Identity destroyed", lost: f"Key file {BUCKET}.key is missing",
    exchanged: f"Key file {BUCKET}.key is not the right one"}
CODES: Final[dict[Harm, str]] = {destroyed: "key_gone", lost: "key_missing", exchanged: "key_wrong"}
STATUS: Final[dict[Harm, int]] = {destroyed: 410, lost: 503, exchanged: 503}
harms = pytest.mark.parametrize("harm", LABELS, ids=lambda harm: harm.__name__)


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.KEYS = tmp_path / "keys"
    yield tmp_path / "keys"
    keys._agreed.clear()


@pytest.fixture
def county(folder: Path) -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        yield world.build()


@pytest.fixture
def subject(county: County) -> uuid.UUID:
    return registered(county)


@harms
@pytest.mark.parametrize("address", ["/subjects/{subject}/", "/my-day/", "/search/?q={subject}",
                                     "/subjects/{subject}/why/?programme=entry"])
def test_a_page_shows_why_in_place_of_the_name(
        harm: Harm, address: str, county: County, subject: uuid.UUID, folder: Path) -> None:
    worker = signed_in(county, "grid_worker", GRID)
    harm(folder)
    answer = worker.get(address.format(subject=subject))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert LABELS[harm] in text
    assert harm is destroyed or "destroyed" not in text


@harms
def test_asking_who_it_is_shows_the_sentence(harm: Harm, county: County, subject: uuid.UUID, folder: Path) -> None:
    lead = signed_in(county, "community_lead", "341023100001")
    harm(folder)
    answer = lead.post(f"/subjects/{subject}/identity/", {"purpose": next(iter(PURPOSES))}, follow=True)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert ("can read them any more" if harm is destroyed else f"The key file {BUCKET}.key") in text


@harms
@pytest.mark.parametrize("address", ["/fill/entry/arrival/?subject={subject}",
                                     "/fill/entry/arrival/form.xml?subject={subject}"])
def test_a_form_about_an_identity_says_so(
        harm: Harm, address: str, county: County, subject: uuid.UUID, folder: Path) -> None:
    worker = signed_in(county, "grid_worker", GRID)
    harm(folder)
    assert worker.get(address.format(subject=subject)).status_code == STATUS[harm]


@harms
def test_searching_by_name_says_that_not_everybody_can_be_found(
        harm: Harm, county: County, subject: uuid.UUID, folder: Path) -> None:
    worker = signed_in(county, "grid_worker", GRID)
    harm(folder)
    answer = worker.get("/search/?q=张三")
    assert answer.status_code == 200
    assert (f"{BUCKET}.key" in answer.content.decode()) is (harm is not destroyed)


@harms
def test_the_interface_for_programs_says_so(harm: Harm, county: County, subject: uuid.UUID, folder: Path) -> None:
    worker = signed_in(county, "grid_worker", GRID)
    harm(folder)
    told = worker.get(f"/api/v1/subjects/{subject}").json()
    assert told["identity_gone"] is (harm is destroyed)
    assert told["identity_closed"]
    one = {"id": str(uuid.uuid4()), "programme": "entry", "form": "arrival", "subject": str(subject),
           "happened_at": NOON.isoformat(), "answers": ARRIVAL}
    sent = worker.post("/api/v1/submissions", [one], content_type="application/json")
    assert [answer["code"] for answer in sent.json()["answers"]] == [CODES[harm]]


@harms
@pytest.mark.parametrize("recorded", [False, True], ids=["preview", "result"])
def test_an_import_says_so(harm: Harm, recorded: bool, county: County, folder: Path) -> None:
    officer: Client = signed_in(county, "county_duty", "341023")
    sent = officer.post(reverse("import_new"), {
        "list": "entry/listed", "source": "Airport", "file": SimpleUploadedFile("list.csv", LIST.encode())})
    officer.post(sent["location"], {"then": "preview"}, follow=True)
    key = str(sent["location"]).split("/")[2]
    pages = [str(sent["location"]), reverse("import_preview", args=[key])]
    if recorded:
        done = officer.post(reverse("import_confirm", args=[key]), follow=True)
        pages = [done.redirect_chain[-1][0], reverse("import_result", args=[key]) + "?kind=csv"]
    harm(folder)
    for page in pages:
        answer = officer.get(page)
        assert answer.status_code == STATUS[harm], page
        assert b"traceback" not in answer.content.lower()
    assert officer.get(reverse("imports")).status_code == 200


def test_others_are_recorded_while_one_can_not_be(county: County, subject: uuid.UUID, folder: Path) -> None:
    destroyed(folder)
    assert [one.code for one in county.send("arrival", subject, ARRIVAL, NOON).refused] == ["key_gone"]
    assert not county.send("daily_check", subject, {"temperature": 36.5, "symptoms": "none"}, NOON).refused
