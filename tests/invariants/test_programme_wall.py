"""Who is known only in programmes one may not see is not there: every kind of post, through SQL and every door."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
import pytest
from django.db import connection
from django.test import Client
from psycopg import sql

from fangxian.accounts import actions as accounts
from fangxian.accounts import queries as posts
from fangxian.accounts.models import User
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import OPERATOR, POST_KINDS, Acting, Action, NewPost, PostKind
from fangxian.areas.types import EVERYWHERE, Tier
from fangxian.capture import actions as capture
from fangxian.capture import queries as lists
from fangxian.capture import store
from fangxian.capture.models import Import
from fangxian.capture.types import Tab
from fangxian.intake import actions as intake
from fangxian.journal.actions import record
from fangxian.journal.types import Refused
from fangxian.kernel import ids
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.programmes import actions as programmes
from fangxian.programmes import queries as published
from fangxian.programmes.folder import read_folder
from fangxian.subjects import queries as subjects
from fangxian.subjects.steps.links import external_subject
from fangxian.subjects.vault import ring
from tests import county as world
from tests.county import MORNING, ROOT, County

from .filing import (
    ARRIVAL,
    GRID,
    HOUR,
    NEXT_GRID,
    TOWNSHIP,
    WELL,
    everything_follows_from_the_journal,
    filled,
    place,
    rows,
)

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOON: Final = MORNING + 4 * HOUR
AT: Final = {Tier.GRID: GRID, Tier.COMMUNITY: "341023100001", Tier.TOWNSHIP: TOWNSHIP, Tier.COUNTY: "341023"}
SETS: Final = (("residents",), ("entry",), ("linelist",), ("entry", "residents"), ("entry", "linelist"))
OWN_PHONE: Final = "13987654321"  # which the register alone tells of whoever is also in another programme
TABLES: Final = (
    "subjects_subject", "subjects_identity", "subjects_lookup", "subjects_link", "journal_entry", "accounts_access")
COLUMN: Final = {"subjects_subject": "id"}


@dataclass
class World:
    """A subject for each set of programmes it is known in, all of one grid, and somebody of every kind of post."""

    county: County
    known: Mapping[tuple[str, ...], uuid.UUID]
    users: Mapping[PostKind, int]

    def acting(self, kind: PostKind) -> Acting:
        [found] = posts.posts_of(self.users[kind], NOON)
        return found

    def client(self, kind: PostKind) -> Client:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(User.objects.get(pk=self.users[kind]))
        return client


def document(programmes: tuple[str, ...]) -> str:
    return f"E9000000{SETS.index(programmes)}"


def called(programmes: tuple[str, ...]) -> str:
    return f"王{'甲乙丙丁戊'[SETS.index(programmes)]}"


def told(programmes: tuple[str, ...], name: str) -> dict[str, Any]:
    """What a programme is told of somebody: the register has another phone."""
    who = {"name": called(programmes), "document_type": "passport",
           "document_number": document(programmes)}
    if name == "residents":
        return {**who, "phone": OWN_PHONE, "household": f"H{SETS.index(programmes)}", "grid": GRID}
    if name == "linelist":
        return {"source": "ward", "external_id": f"K{SETS.index(programmes)}", "reported": "2020-03-19"}
    return {**ARRIVAL, **who, "household": f"H{SETS.index(programmes)}"}


FORMS: Final = {"residents": "resident", "entry": "arrival", "linelist": "case"}


@pytest.fixture
def place_of_all() -> Iterator[World]:
    with running_on(SimulatedClock(NOON)):
        county = world.build()
        with working_in(SYSTEM):
            programmes.publish(read_folder(ROOT / "programmes" / "residents"), by=OPERATOR, at=MORNING)
            users = {}
            for kind in PostKind:
                user = User.objects.create(username=f"{kind}-by-kind", display_name=kind)
                accounts.give_posts(
                    posts=[NewPost(user.pk, kind, AT[POST_KINDS[kind].tier], MORNING)], by=OPERATOR, at=MORNING)
                users[kind] = user.pk
        known = {}
        for number, among in enumerate(SETS):
            subject = ids.uuid7(MORNING)
            for name in among:
                one = filled(FORMS[name], subject, told(among, name), MORNING + number * HOUR / 10, programme=name,
                             path=county.paths[GRID])
                receipt = county.record([one], MORNING + HOUR)
                assert not receipt.refused, receipt.refused
            known[among] = subject
        made = World(county, known, users)
        for kind in (PostKind.COUNTY_DUTY, PostKind.CLINICIAN):
            look(made, kind)
        yield made


def look(made: World, kind: PostKind) -> None:
    """Everybody whom they may open is looked at, so that there is an access log."""
    client = made.client(kind)
    for subject in made.known.values():
        client.post(f"/subjects/{subject}/identity/", {"purpose": "care"})
        client.get(f"/subjects/{subject}/")


def seen(by: Acting, among: tuple[str, ...]) -> bool:
    return not set(by.programmes).isdisjoint(among)


def found(table: str, subject: uuid.UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT FROM {} WHERE {} = %s").format(
            sql.Identifier(table), sql.Identifier(COLUMN.get(table, "subject"))), [subject])
        return int(cursor.rowcount)


@pytest.mark.parametrize("kind", list(PostKind))
def test_raw_sql_under_a_post_finds_nothing_of_them(place_of_all: World, kind: PostKind) -> None:
    by = place_of_all.acting(kind)
    for among, subject in place_of_all.known.items():
        with working_in(Scope.of(by)):
            counts = {table: found(table, subject) for table in TABLES}
            identity = subjects.identities([subject], EVERYWHERE)
        if seen(by, among):
            assert counts["subjects_subject"] == counts["subjects_identity"] == len(identity) == 1, among
            assert counts["journal_entry"] >= len(set(by.programmes) & set(among))
            assert set(identity[subject].programmes) == set(by.programmes) & set(among)
        else:
            assert {**counts, "accounts_access": 0} == dict.fromkeys(TABLES, 0), among
            assert identity == {}
        readable = {name for name in among if any(
            by.permissions.may(kind, action, name) for action in (Action.AUDIT, Action.IDENTITY))}
        whole = by.permissions.may(kind, Action.AUDIT)
        looks = rows("SELECT programme FROM accounts_access WHERE subject = %s", subject)
        assert counts["accounts_access"] == sum(whole or name in readable for name, in looks)


def doors(client: Client, subject: uuid.UUID, among: tuple[str, ...]) -> dict[str, Any]:
    """What each door answers about somebody."""
    filled_form = {"id": str(ids.uuid7(NOON)), "programme": "entry", "form": "daily_check", "subject": str(subject),
                   "happened_at": NOON.isoformat(), "answers": WELL}
    return {
        "page": client.get(f"/subjects/{subject}/"),
        "why": client.get(f"/subjects/{subject}/why/"),
        "identity": client.post(f"/subjects/{subject}/identity/", {"purpose": "care"}),
        "fill": client.get(f"/fill/entry/arrival/?subject={subject}"),
        "fill_xml": client.get(f"/fill/entry/arrival/form.xml?subject={subject}"),
        "pass_on": client.post(f"/subjects/{subject}/pass-on/", {"programme": "entry", "to": TOWNSHIP}),
        "api": client.get(f"/api/v1/subjects/{subject}"),
        "timeline": client.get(f"/api/v1/subjects/{subject}/timeline"),
        "search": client.get("/search/", {"q": document(among)}),
        "search_by_id": client.get("/search/", {"q": str(subject)}),
        "at_the_door": client.post("/register/", {"name": "王某", "document_number": document(among), "go": "read"}),
        "submissions": client.post(
            "/api/v1/submissions", orjson.dumps([filled_form]), content_type="application/json"),
    }


@pytest.mark.parametrize("kind", list(PostKind))
def test_no_door_tells_of_them(place_of_all: World, kind: PostKind) -> None:
    by, client = place_of_all.acting(kind), place_of_all.client(kind)
    before = rows("SELECT count(*) FROM journal_entry")
    for among, subject in place_of_all.known.items():
        if seen(by, among):
            assert client.get(f"/subjects/{subject}/").status_code == 200, among
            continue
        answers = doors(client, subject, among)
        for door, answer in answers.items():
            text = answer.content.decode()
            assert f'href="/subjects/{subject}' not in text, (door, among)
            assert called(among) not in text, (door, among)
            if door in ("page", "why", "identity", "fill", "fill_xml", "pass_on", "api", "timeline"):
                assert answer.status_code in (403, 404), (door, among, answer.status_code)
        if answers["submissions"].status_code == 200:
            [answer] = answers["submissions"].json()["answers"]
            assert (answer["outcome"], answer["subject"]) == ("refused", None)
            assert answer["code"] in ("not_found", "not_allowed")
    assert rows("SELECT count(*) FROM journal_entry") == before


@pytest.mark.parametrize("kind", list(PostKind))
def test_an_identity_opens_under_a_programme_that_allows_it_and_the_log_names_it(
    place_of_all: World, kind: PostKind
) -> None:
    by, client = place_of_all.acting(kind), place_of_all.client(kind)
    for among, subject in place_of_all.known.items():
        allowed = {name for name in among if name in by.programmes and by.permissions.may(kind, Action.IDENTITY, name)}
        before = rows("SELECT count(*) FROM accounts_access WHERE subject = %s", subject)[0][0]
        asked = client.post(f"/subjects/{subject}/identity/", {"purpose": "care"})
        assert (asked.status_code == 302) == bool(allowed), among
        page = client.get(f"/subjects/{subject}/")
        lines = rows("SELECT programme FROM accounts_access WHERE subject = %s ORDER BY id OFFSET %s", subject, before)
        assert len(lines) == bool(allowed)
        assert {name for name, in lines} <= allowed
        shown = called(among) in page.content.decode()
        assert shown == bool(allowed), among


def test_what_only_the_register_tells_stays_with_those_who_see_the_register(place_of_all: World) -> None:
    subject = place_of_all.known["entry", "residents"]
    for kind, phone in ((PostKind.PORT_OFFICER, ARRIVAL["phone"]), (PostKind.CLINICIAN, ARRIVAL["phone"])):
        by = place_of_all.acting(kind)
        with working_in(Scope.of(by)):
            assert subjects.identities([subject], by.range)[subject].phone == phone
            assert subject not in {hit.subject for hit in subjects.find(OWN_PHONE, by.range)}
            assert subject in {hit.subject for hit in subjects.find(document(("entry", "residents")), by.range)}
    duty = place_of_all.acting(PostKind.COUNTY_DUTY)
    with working_in(Scope.of(duty)):
        assert subject in {hit.subject for hit in subjects.find(OWN_PHONE, duty.range)}


def test_a_household_is_known_in_the_programme_of_those_who_live_there(place_of_all: World) -> None:
    for name, among in (("residents", ("residents",)), ("entry", ("entry",))):
        household = external_subject(ring(), name, "household", f"H{SETS.index(among)}")
        assert rows("SELECT kind, programmes FROM subjects_subject WHERE id = %s", household) == [("household", [name])]
        for kind in PostKind:
            client, sees = place_of_all.client(kind), name in place_of_all.acting(kind).programmes
            assert (client.get(f"/subjects/{household}/").status_code == 200) == sees, (kind, name)
            assert (client.get(f"/api/v1/subjects/{household}").status_code == 200) == sees, (kind, name)


def test_whoever_nothing_was_recorded_about_is_seen_by_those_alone_who_see_all(place_of_all: World) -> None:
    subject = place_of_all.known["entry",]
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_subject SET programmes = '{}' WHERE id = %s", [subject])
    for kind in PostKind:
        with working_in(Scope.of(place_of_all.acting(kind))):
            assert found("subjects_subject", subject) == 0, kind
    with working_in(SYSTEM):
        assert found("subjects_subject", subject) == 1


def test_nobody_files_about_somebody_out_of_sight(place_of_all: World) -> None:
    by = place_of_all.acting(PostKind.PORT_OFFICER)
    subject = place_of_all.known["residents",]
    with working_in(Scope.of(by)):
        receipt = record([filled("daily_check", subject, WELL, NOON)], by=place_of_all.county.importer, at=NOON)
    [answer] = receipt.results
    assert isinstance(answer, Refused)
    assert answer.code == "not_found"
    assert rows("SELECT programmes FROM subjects_subject WHERE id = %s", subject) == [(["residents"],)]


def test_who_moves_moves_in_every_programme(place_of_all: World) -> None:
    """By somebody who sees one of them: nothing of a person stays behind where it lived."""
    subject, county = place_of_all.known["entry", "residents"], place_of_all.county
    with working_in(Scope(place_of_all.acting(PostKind.TOWNSHIP_DUTY).range, ("entry",))):
        moved = filled("place", subject, {"grid": NEXT_GRID}, NOON)
        receipt = record([moved], by=county.actor("township_duty", TOWNSHIP), at=NOON)
    assert not receipt.refused, receipt.refused
    there = county.paths[NEXT_GRID]
    assert place(subject) == there
    for table in ("subjects_identity", "subjects_lookup", "subjects_link", "facts_entry", "facts_residents"):
        lying = rows(f"SELECT DISTINCT path FROM {table} WHERE subject = %s", subject)
        assert lying == [(there,)], table


def test_a_list_of_another_programme_finds_them_and_tells_nothing(place_of_all: World) -> None:
    """They are not made twice; the preview names nobody, and what is opened afterwards is what the list said."""
    by, subject = place_of_all.acting(PostKind.PORT_OFFICER), place_of_all.known["residents",]
    number = document(("residents",))
    data = ("旅客编号,姓名,证件类型,护照号,出生日期,电话,抵达时间,出发地,目的地址\n"
            f"1,王甲,护照,{number},1985-04-05,,2020-03-20 08:00,IT,郭门1号\n")
    with working_in(Scope.of(by)):
        held = capture.receive(data=data.encode(), file_name="list.csv", programme="entry", form="listed",
                               source="机场", by=by, at=NOON)
        assert isinstance(held, Import)
        capture.preview(held=held.pk, by=by, at=NOON)
        [line] = store.lines(held, lists.form_of(held))
    assert line.tab is Tab.KNOWN
    preview = place_of_all.client(PostKind.PORT_OFFICER).get(f"/imports/{held.pk}/?tab=known").content.decode()
    assert str(subject) not in preview
    assert OWN_PHONE not in preview
    with working_in(Scope.of(by)):
        assert subjects.identities([subject], by.range) == {}
        capture.confirm(held=held.pk, seen=0, by=by, at=NOON)
        known = subjects.identities([subject], by.range)[subject]
    assert known.programmes == ("entry",)
    assert known.phone == ""
    assert rows("SELECT programmes FROM subjects_subject WHERE id = %s", subject) == [(["entry", "residents"],)]


def test_at_the_door_it_is_said_that_somebody_is_known_and_no_more(place_of_all: World) -> None:
    by, subject = place_of_all.acting(PostKind.PORT_OFFICER), place_of_all.known["residents",]
    identity = {"document_number": document(("residents",))}
    programme = published.in_force("entry")
    with working_in(Scope.of(by)):
        likes = intake.look(identity, programme, frozenset(), by=by, at=NOON)
        assert (likes.asked, list(likes.hidden)) == ((), [subject])
        nobody = intake.look({"document_number": "E00000001"}, programme, frozenset(), by=by, at=NOON)
        assert (nobody.asked, nobody.hidden) == ((), {})
    looked = rows("SELECT programme, purpose FROM accounts_access WHERE subject = %s ORDER BY id DESC LIMIT 1", subject)
    assert looked == [("residents", "walk_in")]


def test_where_everybody_is_known_follows_from_the_journal(place_of_all: World) -> None:
    everything_follows_from_the_journal()
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_subject SET programmes = '{entry}' WHERE id = %s", [
            place_of_all.known["residents",]])
    with pytest.raises(AssertionError):
        everything_follows_from_the_journal()
