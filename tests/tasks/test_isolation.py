"""A programme that fails stops nobody else: in the clock, in recording, on the pages; it is told by its name."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any, Final

import pytest
from django.db import OperationalError, ProgrammingError

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR
from fangxian.decide import engine
from fangxian.journal import isolation
from fangxian.journal.types import Recorded, Refused, Submission
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.ids import uuid7
from fangxian.kernel.values import ValueType
from fangxian.programmes import actions as programmes
from fangxian.programmes import queries
from fangxian.programmes.folder import read_folder
from fangxian.programmes.load import load
from fangxian.programmes.types import Programme
from fangxian.tasks import clock, failures
from tests import county as world
from tests.county import MORNING, ROOT, County
from tests.journal.test_record import ARRIVAL, HOUR, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY: Final = dt.timedelta(days=1)
UNREAD: Final = """
[[input]]
name = "days_since_onset_unread"
type = "integer"
label = { en = "Nobody reads it", zh = "无人读取" }
days_since = "last_contact_date"
"""


@pytest.fixture
def county() -> County:
    made = world.build()
    clock.run_due(MORNING - HOUR)
    return made


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> str:
    """The line lists fail wherever they are decided."""
    say = engine.say

    def fail(programme: Programme, *given: Any) -> Any:
        if programme.id == "linelist":
            raise ValueError("of 张三, who told it")
        return say(programme, *given)

    monkeypatch.setattr(engine, "say", fail)
    return "linelist"


def case(county: County, at: dt.datetime) -> Submission:
    return Submission(uuid7(at), "linelist", "case", uuid.uuid5(uuid.NAMESPACE_OID, str(at)), at,
                      {"external_id": "A-1", "age": 40}, path=county.paths["34102310000101"])


def test_what_nobody_reads_is_no_part_of_what_runs(county: County) -> None:
    files = dict(read_folder(ROOT / "programmes" / "entry"))
    text = files["programme.toml"].decode().replace('version = "2020', 'version = "x2020', 1)
    files["programme.toml"] = (text + UNREAD).encode()
    with working_in(SYSTEM):
        programmes.publish(files, by=OPERATOR, at=MORNING)
    subject = county.arrive(MORNING)
    assert rows("SELECT measure FROM decide_current WHERE subject = %s", subject) == [("central isolation",)]


def test_the_check_builds_and_runs_what_will_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: Any) -> Any:
        raise KeyError("onset")

    monkeypatch.setattr(engine, "chain", fail)
    files = {**read_folder(ROOT / "programmes" / "entry"), "NOTE.md": b"so that it is looked at anew"}
    programme, found = load(files)
    assert (programme, [one.code for one in found if one.code == "does_not_run"]) == (None, ["does_not_run"])


def test_what_fails_is_refused_and_the_other_programme_records(county: County, broken: str) -> None:
    subject = county.arrive(MORNING)
    arrival = Submission(uuid7(MORNING), "entry", "arrival", subject, MORNING + HOUR, ARRIVAL)
    receipt = county.record([case(county, MORNING), arrival], MORNING + HOUR)
    refused, recorded = receipt.results
    assert isinstance(refused, Refused)
    assert refused.code == errors.DOES_NOT_RUN.code
    assert isinstance(recorded, Recorded)
    assert rows("SELECT count(*) FROM journal_entry WHERE programme = 'linelist'") == [(0,)]
    assert [(one.programme, one.what.split()[0]) for one in failures.standing()] == [(broken, "ValueError")]
    assert rows("SELECT cause, programme, tier FROM tasks_alert WHERE cause = 'broken'") == [
        ("broken", broken, "county")]


def test_the_day_turns_for_everybody_else(
    county: County, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    subject = county.arrive(MORNING)
    for programme in ("linelist", "entry"):
        rows("UPDATE decide_current SET programme = %s WHERE subject = %s RETURNING id", programme, subject)
        if programme == "linelist":
            clock.run_due(MORNING + DAY)
            assert [one.programme for one in failures.standing()] == [broken]
    other = county.arrive(MORNING + DAY)
    clock.run_due(MORNING + 2 * DAY)
    assert rows("SELECT state FROM tasks_task WHERE subject = %s ORDER BY day", other)[0] == ("missed",)
    assert rows("SELECT count(*) FROM tasks_turn") > [(2,)]
    assert "linelist" in caplog.text
    assert "张三" not in caplog.text
    assert "张三" not in str(rows("SELECT what FROM tasks_failure"))


def test_what_is_told_is_told_once_a_day(county: County) -> None:
    with working_in(SYSTEM):
        for minutes in range(3):
            isolation.tell("entry", ValueError("x"), MORNING + minutes * dt.timedelta(minutes=1))
        isolation.tell("entry", ValueError("x"), MORNING + DAY)
    assert rows("SELECT day, count FROM tasks_alert WHERE cause = 'broken' ORDER BY day") == [
        (MORNING.date(), 1), ((MORNING + DAY).date(), 1)]
    (one,) = failures.standing()
    assert (one.first_at, one.last_at) == (MORNING, MORNING + DAY)


@pytest.mark.parametrize(("error", "own"), [
    (ValueError("x"), True), (ProgrammingError("no such column"), True), (OperationalError("gone"), False),
    (Problem(errors.NOT_FOUND), False), (Problem(errors.DOES_NOT_RUN, programme="p"), True)])
def test_whose_failure_it_is(error: Exception, *, own: bool) -> None:
    assert isolation.is_its_own(error) is own


def test_a_published_version_that_no_longer_loads_is_left_out(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = queries._loaded

    def fail(programme: str, *given: str) -> Programme:
        if programme == "linelist":
            raise Problem(errors.DOES_NOT_RUN, programme=programme)
        return loaded(programme, *given)

    monkeypatch.setattr(queries, "_loaded", fail)
    assert [one.id for one in queries.all_in_force()] == ["entry"]
    receipt = county.record([case(county, MORNING)], MORNING)
    assert [one.code for one in receipt.refused] == [errors.DOES_NOT_RUN.code]


@pytest.mark.parametrize(("old", "new", "code"), [
    ('subject = "person"', 'subject = "site"', "changed_subject"),
    ('name = "frail"\ntype = "boolean"', 'name = "frail"\ntype = "text"', "changed_type"),
    ('to = "person"\nmake = false', 'to = "persn"\nmake = false', "unknown_kind"),
])
def test_what_cannot_follow_on_what_is_published_is_refused_before_anything_is_done(
    county: County, old: str, new: str, code: str
) -> None:
    found, findings = load(read_folder(ROOT / "programmes" / "entry"))
    assert found is not None, findings
    text = (ROOT / "programmes" / "entry" / "programme.toml").read_text("utf-8")
    assert old in text
    changed, _ = load({**read_folder(ROOT / "programmes" / "entry"), "programme.toml": text.replace(old, new).encode()},
                      published=True)
    assert changed is not None or code == "changed_type"
    if changed is None:
        changed = _with_text_fact(found)
    with working_in(SYSTEM):
        refused = programmes.against_what_stands(changed)
        assert programmes.against_what_stands(found) == []
    assert code in [one.code for one in refused]


def _with_text_fact(found: Programme) -> Programme:
    return replace(found, facts={**found.facts, "frail": replace(found.facts["frail"], type=ValueType.TEXT)})
