"""Who looked at somebody: asked by name, number or record by those who audit, and asking is a look itself."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from fangxian.accounts import actions as accounts
from fangxian.accounts import pace
from fangxian.accounts.models import Post, User
from fangxian.accounts.queries import acting_as
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, Action, NewPost
from fangxian.kernel.clock import SimulatedClock, running_on
from tests import county as world
from tests.county import MORNING, County

from .rounds import FAR_GRID, GRID, HOUR, registered, rows, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
COUNTY, COMMUNITY, OTHER_TOWNSHIP = "341023", "341023100001", "341023101"


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(MORNING + 5 * HOUR)):
        made = world.build()
        for code in (COUNTY, OTHER_TOWNSHIP):
            user = User.objects.create(username=f"auditor-{code}", display_name=f"auditor {code}")
            with working_in(SYSTEM):
                accounts.give_posts(posts=[NewPost(user.pk, "auditor", code, MORNING)], by=OPERATOR, at=MORNING)
            made.users["auditor", code] = user.pk
            made.posts["auditor", code] = Post.objects.get(user=user).pk
        yield made


@pytest.fixture
def looked_at(county: County) -> uuid.UUID:
    """Somebody whose name a community lead opened, and somebody else whom nobody is asked about."""
    subject = registered(county, name="欧阳娜", document_number="E00000077", phone="13912345678")
    other = county.arrive(MORNING, FAR_GRID, name="李四")
    for one, kind, code in ((subject, "community_lead", COMMUNITY), (other, "county_duty", COUNTY)):
        signed_in(county, kind, code).post(f"/subjects/{one}/identity/", {"purpose": "tracing"}, follow=True)
    return subject


def asked(client: Client, about: str) -> str:
    answer = client.get("/access/", {"about": about})
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_belongs_to_no_programme_names_none(county: County, looked_at: uuid.UUID) -> None:
    auditor = signed_in(county, "auditor", COUNTY)
    asked(auditor, "欧阳娜")
    page = auditor.get("/access/").content.decode()
    assert "Asking who looked at somebody" in page
    assert ">*<" not in page


def test_nothing_found_about_a_person_says_how_they_are_found(county: County) -> None:
    auditor = signed_in(county, "auditor", COUNTY)
    assert "compared as a whole" in asked(auditor, "王不存在")
    assert "compared as a whole" not in auditor.get("/access/", {"action": "export"}).content.decode()


def test_the_log_is_no_way_to_find_out_numbers(
    county: County, looked_at: uuid.UUID, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever tries all there are waits, as at the search."""
    monkeypatch.setitem(pace.PACES, pace.Counted.LOOKED_UP, pace.Pace(3, HOUR, HOUR))
    auditor, phone = signed_in(county, "auditor", COUNTY), "13912345678"
    for number in ("13912345671", phone, "13912345672", "13912345673"):
        assert "Wait" not in asked(auditor, number)
    page = asked(auditor, phone)
    assert "Wait 60 minutes and try again." in page
    assert looked_at.hex[-8:] not in page
    assert looked_at.hex[-8:] in asked(auditor, "欧阳娜"), "a name is no number"


@pytest.mark.parametrize("about", ["欧阳娜", "ouyangna", "E00000077", "139 1234 5678", "{record}", "record {record}",
                                   "{whole}", "https://county.example/subjects/{whole}/"])
def test_an_auditor_finds_who_looked_at_somebody(county: County, looked_at: uuid.UUID, about: str) -> None:
    page = asked(signed_in(county, "auditor", COUNTY), about.format(record=looked_at.hex[-8:], whole=looked_at))
    assert f"community_lead {COMMUNITY}" in page
    assert looked_at.hex[-8:] in page
    assert f"county_duty {COUNTY}</td>" not in page
    assert "欧阳娜" not in page.replace('value="欧阳娜"', "")


@pytest.mark.parametrize(("first", "until"), [
    (MORNING + 4 * HOUR, "13:05"), (MORNING.replace(hour=15, minute=57), "21 Mar 2020, 00:02")])
def test_a_run_says_the_day_once_where_it_is_one(county: County, first: dt.datetime, until: str) -> None:
    subject = registered(county)
    by = acting_as(county.users["community_lead", COMMUNITY], county.posts["community_lead", COMMUNITY], first)
    assert by is not None
    for at in (first, first + dt.timedelta(minutes=5)):
        with working_in(SYSTEM):
            accounts.log_access(by=by, programme="entry", action=Action.IDENTITY, purpose="tracing", at=at,
                                subjects={subject: by.path})
    with running_on(SimulatedClock(first + HOUR)):
        page = signed_in(county, "auditor", COUNTY).get("/access/").content.decode()
    assert f">{until}</time></span>" in page


def test_asking_about_somebody_is_logged_about_them(county: County, looked_at: uuid.UUID) -> None:
    asked(signed_in(county, "auditor", COUNTY), "欧阳娜")
    assert rows("SELECT action, purpose, subject FROM accounts_access WHERE post = %s",
                county.posts["auditor", COUNTY]) == [("audit", "audit", looked_at)]


@pytest.mark.parametrize("about", ["欧阳娜", "E00000077", "139 1234 5678"])
def test_who_sees_nobody_finds_nobody_by_the_log(county: County, looked_at: uuid.UUID, about: str) -> None:
    """An administrator reads the log, by a record's number at most."""
    admin = signed_in(county, "administrator", COUNTY)
    page = asked(admin, about)
    assert "looked for by the auditor" in page
    assert looked_at.hex[-8:] not in page
    assert looked_at.hex[-8:] in asked(admin, looked_at.hex[-8:])
    assert rows("SELECT count(*) FROM accounts_access WHERE action = 'audit'") == [(0,)]


@pytest.mark.parametrize("about", ["王五", "00000000", "E00000099", "欧阳"])
def test_about_nobody_there_is_nothing(county: County, looked_at: uuid.UUID, about: str) -> None:
    assert "Nothing found" in asked(signed_in(county, "auditor", COUNTY), about)


@pytest.mark.parametrize("address", [
    "/access/?since=0001-01-01", "/access/?until=9999-12-31", "/access/?since=1899-12-31", "/access/?until=2200-01-01",
    f"/access/rights/?before={'9' * 5_000}", f"/access/rights/?before={'9' * 30}"])
def test_days_and_places_nobody_means_are_answered(county: County, looked_at: uuid.UUID, address: str) -> None:
    shown = signed_in(county, "auditor", COUNTY).get(address)
    assert shown.status_code == 200
    assert ("Ensure this value" in shown.content.decode()) is ("rights" not in address)


def test_an_auditor_of_another_area_learns_nothing(county: County, looked_at: uuid.UUID) -> None:
    client = signed_in(county, "auditor", OTHER_TOWNSHIP)
    for about in ("欧阳娜", "E00000077", looked_at.hex[-8:]):
        assert "Nothing found" in asked(client, about)
    assert rows("SELECT count(*) FROM accounts_access WHERE post = %s", county.posts["auditor", OTHER_TOWNSHIP]) == [
        (0,)]


@pytest.mark.parametrize("address", [
    "/access/?about=欧阳娜", "/access/rights/", "/access/journal/", "/access/journal/2020-03-19/"])
def test_who_does_not_audit_asks_nobody(county: County, looked_at: uuid.UUID, address: str) -> None:
    assert signed_in(county, "grid_worker", GRID).get(address).status_code == 403


def test_who_audits_takes_the_checkpoints_of_the_journal_away(county: County) -> None:
    folder = settings.CHECKPOINTS
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "2020-03-19.checkpoint").write_text("fangxian/x\n7\nhash\n\n— signature\n")
    (folder / "2020-03-20.refused").write_text("the last ones are gone")
    client = signed_in(county, "auditor", COUNTY)
    page = client.get("/access/journal/").content.decode()
    assert "/access/journal/2020-03-19/" in page
    assert "does not continue what was signed before" in page
    assert "the last ones are gone" not in page
    taken = client.get("/access/journal/2020-03-19/")
    assert (taken.content[:11], taken.headers["Content-Disposition"]) == (
        b"fangxian/x\n", 'attachment; filename="2020-03-19.checkpoint"')
    for none in ("2020-03-18", "2020-03-20", "..", "2020-03-1*", "%2e%2e%2fkeys"):
        assert client.get(f"/access/journal/{none}/").status_code == 404, none
    assert signed_in(county, "community_lead", COMMUNITY).get("/access/journal/2020-03-19/").status_code in (403, 404)
    for file in folder.glob("2020-03-*"):
        file.unlink()
