"""A version in force acts on everybody it concerns; a clock that came late leaves a trace; no day is there twice."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR
from fangxian.areas import planting
from fangxian.journal import actions as journal
from fangxian.programmes import actions as programmes
from fangxian.programmes import queries as published
from fangxian.programmes.folder import read_folder
from fangxian.programmes.types import Programme
from fangxian.tasks import clock, publications, queries, rebuild, rules
from tests import county as world
from tests.county import MORNING, ROOT, County
from tests.journal.test_record import ARRIVAL, HOUR, rows
from tests.owner import behind_its_back

from .test_deadlines import SHANGHAI, TODAY, local

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("the_owner_signs_in")]
DAY: Final = dt.timedelta(days=1)


@pytest.fixture
def county() -> Iterator[County]:
    made = world.build()
    clock.run_due(MORNING - HOUR)
    publications._reached.clear()
    yield made
    publications._reached.clear()


def publish_shorter(at: dt.datetime, called: str = "s2020") -> None:
    """Seven days of isolation instead of fourteen."""
    files = dict(read_folder(ROOT / "programmes" / "entry"))
    name = "tables/measure.csv"
    files[name] = files[name].replace(b"counted_from + duration(\"\"P14D\"\")", b"counted_from + duration(\"\"P7D\"\")")
    text = files["programme.toml"].decode()
    files["programme.toml"] = text.replace('version = "2020', f'version = "{called}', 1).encode()
    files = {path: data for path, data in files.items() if not path.startswith("cases/measure")}
    with working_in(SYSTEM):
        programmes.publish(files, by=OPERATOR, at=at)


def test_a_published_version_acts_on_everybody_at_the_next_turns_of_the_clock(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [county.arrive(MORNING) for _ in range(3)]
    monkeypatch.setattr(publications, "CHUNK", 1)
    monkeypatch.setattr(publications, "AT_ONCE", 2)
    before = {row[0] for row in rows("SELECT until FROM decide_current WHERE subject = ANY(%s)", people)}
    publish_shorter(MORNING + HOUR)
    with working_in(SYSTEM):
        entry = published.in_force("entry")
    left = []
    for minutes in range(1, 4):
        left.append(publications.left(entry))
        clock.run_due(MORNING + HOUR + dt.timedelta(minutes=minutes))
    assert left == [3, 1, 0]
    after = {row[0] for row in rows("SELECT until FROM decide_current WHERE subject = ANY(%s)", people)}
    assert {one - 7 * DAY for one in before} == after
    with working_in(SYSTEM):
        assert rebuild.check().same


def test_days_the_clock_stood_still_are_told_once(county: County) -> None:
    county.arrive(MORNING)
    for minutes in range(2):
        clock.run_due(MORNING + 3 * DAY + dt.timedelta(minutes=minutes))
    gaps = rows("SELECT day, tier, count FROM tasks_alert WHERE cause = 'gap' AND programme = 'entry' ORDER BY day")
    assert gaps == [(TODAY + DAY, "county", 1), (TODAY + 2 * DAY, "county", 1)]
    with working_in(SYSTEM):
        begun = queries.begun_at(county.paths["341023100001"], TODAY + DAY)
        assert queries.begun_at(county.paths["341023"], TODAY) is None  # the first day there was
    assert begun == MORNING + 3 * DAY


def test_a_clock_that_runs_tells_of_no_gap(county: County) -> None:
    for days in range(1, 4):
        clock.run_due(MORNING + days * DAY)
    assert rows("SELECT FROM tasks_alert WHERE cause = 'gap'") == []


@pytest.mark.parametrize(("begun", "kinds"), [
    (local(20, day=TODAY - DAY), set()),
    (local(9), set()),
    (local(10), {"temperature_am"}),
    (local(17, 30), {"temperature_am", "temperature_pm"}),
    (local(19), {"temperature_am", "temperature_pm", "needs", "sample", "sample_here", "sample_contact"}),
])
def test_which_windows_were_never_asked_for(county: County, begun: dt.datetime, kinds: set[str]) -> None:
    with working_in(SYSTEM):
        tasks = published.in_force("entry").tasks
    assert {kind.kind for kind in rules.never_asked(tasks.values(), SHANGHAI, TODAY, begun)} == kinds
    assert len(rules.never_asked(tasks.values(), SHANGHAI, TODAY, local(20))) == len(tasks)


def test_a_cut_off_moved_to_an_earlier_hour_begins_no_day_beside_the_present_one(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE areas_area SET cutoff = '18:00' WHERE code = '341023'")
        planting.changed("load", {}, by=None, at=local(17))
    twice = "SELECT kind FROM tasks_task WHERE state = 'open' AND subject = %s GROUP BY kind HAVING count(*) > 1"
    for hour in (18, 19):
        clock.run_due(local(hour, 30))
        assert rows(twice, subject) == []
        assert rows("SELECT max(day) FROM tasks_turn") == [(TODAY,)]
    clock.run_due(local(20))
    assert rows(twice, subject) == []
    assert rows("SELECT max(day) FROM tasks_turn") == [(TODAY + DAY,)]
    assert rows("SELECT DISTINCT closes FROM tasks_task WHERE state = 'open' AND kind = 'verify'") == [
        (local(18, day=TODAY + DAY),)]


def test_who_was_never_decided_about_is_decided_about(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a programme that only kept facts begins to decide."""
    people = [county.arrive(MORNING) for _ in range(3)]
    monkeypatch.setattr(publications, "CHUNK", 2)
    with behind_its_back() as cursor:
        cursor.execute("DELETE FROM decide_current WHERE subject = ANY(%s)", [people])
    clock.run_due(MORNING + HOUR)
    assert {row[0] for row in rows("SELECT measure FROM decide_current WHERE subject = ANY(%s)", people)} == {
        "central isolation"}


def test_of_whom_the_tables_say_nothing_nobody_waits(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are looked at once, not at every turn of the clock, and whoever comes after them is decided about."""
    files = dict(read_folder(ROOT / "programmes" / "linelist"))
    status = files["tables/status.csv"].decode()
    files["tables/status.csv"] = status[:status.index("3,unknown")].encode()
    files["programme.toml"] = files["programme.toml"].replace(b'version = "1"', b'version = "2"')
    with working_in(SYSTEM):
        programmes.publish(
            {name: data for name, data in files.items() if "cases/" not in name}, by=OPERATOR, at=MORNING)
    told = {name: uuid.uuid4() for name in "12345"}
    for name, subject in told.items():
        more = {"outcome": "alive"} if name == "5" else {}
        county.send("case", subject, {"external_id": name, **more}, MORNING, programme="linelist")
    with behind_its_back() as cursor:
        cursor.execute("DELETE FROM decide_current WHERE subject = %s", [told["5"]])
    monkeypatch.setattr(publications, "CHUNK", 1)
    looked: list[Any] = []
    monkeypatch.setattr(journal, "revisit", looking(journal.revisit, looked))
    for minutes in range(4):
        publications.catch_up(MORNING + HOUR + dt.timedelta(minutes=minutes))
    assert sorted(looked) == sorted(told.values())
    assert rows("SELECT measure FROM decide_current WHERE programme = 'linelist'") == [("follow up",)]


def looking(revisit: Callable[..., None], looked: list[Any]) -> Callable[..., None]:
    """The same, noting whom it decides about."""
    def noted(programme: Programme, subjects: set[Any], **more: Any) -> None:
        looked.extend(subjects)
        revisit(programme, subjects, **more)
    return noted


ENTRY, RESIDENTS = ROOT / "programmes" / "entry", ROOT / "programmes" / "residents"
TAKEN: Final = {"specimen": "throat", "tube": "YX1", "result": "pending"}
BEARING: Final = "SELECT number, awaited FROM subjects_numberedentry"


def reply_section() -> str:
    text = (ENTRY / "programme.toml").read_text()
    found: str = text[text.index("[[reply]]"):text.index("[[consequence]]")]
    return found


def deciding(version: str, *, reply: bool) -> dict[str, bytes]:
    files = dict(read_folder(ENTRY))
    text = files["programme.toml"].decode().replace('version = "2020', f'version = "{version}', 1)
    return {**files, "programme.toml": (text if reply else text.replace(reply_section(), "")).encode()}


def keeping_facts(version: str, *, reply: bool) -> dict[str, bytes]:
    """The register of residents, of whom samples are taken as well."""
    files = dict(read_folder(RESIDENTS))
    text = files["programme.toml"].decode().replace('version = "1"', f'version = "{version}"')
    asked = {f"forms/{name}.md": (ENTRY / "forms" / f"{name}.md").read_bytes() for name in ("sample", "sample_result")}
    forms = {name: re.sub(rb"\| last_sample_\w+ \|", b"|  |", told) for name, told in asked.items()}
    return {**files, **forms, "programme.toml": (text + (reply_section() if reply else "")).encode()}


@pytest.mark.parametrize(("programme", "named", "made"), [
    ("entry", "listed", deciding), ("residents", "resident", keeping_facts)])
def test_what_newly_awaits_a_reply_is_found_by_its_number_and_what_does_no_more_is_not(
    county: County, programme: str, named: str, made: Callable[..., dict[str, bytes]],
) -> None:
    def publish(version: str, at: dt.datetime, *, reply: bool) -> None:
        with working_in(SYSTEM):
            programmes.publish(made(version, reply=reply), by=OPERATOR, at=at)

    somebody, place = uuid.uuid4(), county.paths["34102310000101"]
    told = {"name": "张三", "grid": "34102310000101"}
    publish("7", MORNING, reply=False)
    assert not county.send(named, somebody, told, MORNING, programme=programme, path=place).refused
    assert not county.send("sample", somebody, TAKEN, MORNING, programme=programme).refused
    clock.run_due(MORNING)
    assert rows(BEARING) == []
    publish("8", MORNING + HOUR, reply=True)
    county.send(named, somebody, {**told, "birth_date": "1980-01-02"}, MORNING + HOUR, programme=programme)
    clock.run_due(MORNING + HOUR)
    assert rows(BEARING) == [("YX1", True)]
    publish("9", MORNING + 2 * HOUR, reply=False)
    clock.run_due(MORNING + 2 * HOUR)
    assert rows(BEARING) == []
    publish("8", MORNING + 3 * HOUR, reply=True)
    clock.run_due(MORNING + 3 * HOUR)
    assert rows(BEARING) == [("YX1", True)]
    assert not published.to_fold()
