"""A round knows who filed what last, which of it is out, and reads each version once; without a database."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from fangxian.journal.types import NOBODY, Actor, Filed, Flag, Receipt, Recorded, Refused, Submission
from fangxian.journal.work import Work
from fangxian.kernel import errors
from fangxian.kernel.clock import Calendar
from fangxian.kernel.keys import KeyRing
from fangxian.programmes.types import Programme
from tests.decide.test_rules import entry

MORNING = dt.datetime(2020, 3, 20, 1, tzinfo=dt.UTC)
ONE, TWO = uuid.UUID(int=1), uuid.UUID(int=2)
IMPORTER, WORKER, LEAD = Actor("0"), Actor("01", user=1), Actor("02", user=2)


def round_of(*filed: Filed) -> Work:
    work = Work(entry(), IMPORTER, MORNING, 1, ring=cast("KeyRing", None))
    work.filed = list(filed)
    return work


def filed(number: int, subject: uuid.UUID, form: str = "daily_check", by: Actor | None = None,
          flag: Flag = Flag.NONE) -> Filed:
    one = Submission(uuid.UUID(int=100 + number), "entry", form, subject, MORNING, {}, by=by)
    return Filed(number, one, entry().version, flag, {}, {}, b"")


def test_the_last_of_each_form_counts_and_what_is_of_the_future_does_not() -> None:
    work = round_of(filed(0, ONE), filed(1, ONE), filed(2, ONE, flag=Flag.FUTURE), filed(3, ONE, "visit"),
                    filed(4, TWO, flag=Flag.FUTURE))
    found = work.by_subject()
    assert {form: one.submission.id.int - 100 for form, one in found[ONE].items()} == {"daily_check": 1, "visit": 3}
    assert TWO not in found
    assert work.by_subject() is found, "built once"


def test_a_decision_is_of_who_filed_last_else_of_the_batch() -> None:
    work = round_of(filed(0, ONE, by=WORKER), filed(1, ONE, by=LEAD), filed(2, ONE), filed(3, TWO))
    assert work.writer(ONE) == LEAD
    assert work.writer(TWO) == IMPORTER


def test_what_is_turned_away_is_answered_and_out_of_the_round() -> None:
    work = round_of(filed(0, ONE), filed(1, TWO))
    work.answers[0] = Recorded(ONE, ONE, 1)
    work.turn_away({})
    assert [one.number for one in work.filed] == [0, 1]
    refused = Refused.of(TWO, errors.NOT_FOUND)
    work.turn_away({1: refused})
    assert [one.number for one in work.filed] == [0]
    assert work.answers == {0: Recorded(ONE, ONE, 1), 1: refused}
    assert refused.faults[0][0] == ""


def test_a_version_is_read_once_and_the_rounds_own_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def version(programme: str, number: str) -> Programme:
        asked.append((programme, number))
        return entry()

    monkeypatch.setattr("fangxian.programmes.queries.version", version)
    work = round_of()
    assert work.version(entry().version) is entry()
    assert asked == []
    assert [work.version("2019.1") for _ in range(2)] == [entry(), entry()]
    assert asked == [("entry", "2019.1")]


def test_the_calendars_of_a_round_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[set[str]] = []

    def calendars(paths: Any) -> dict[str, Calendar]:
        asked.append(set(paths))
        return {path: Calendar(ZoneInfo("Asia/Urumqi" if path == "01" else "Asia/Shanghai")) for path in paths}

    monkeypatch.setattr("fangxian.areas.queries.calendars", calendars)
    work = round_of()
    work.know_calendars(["0", "02"])
    work.know_calendars(["0", "01"])
    work.know_calendars(["0"])
    assert asked == [{"0", "02"}, {"01"}]
    assert work.zone(filed(0, ONE, by=WORKER).submission).key == "Asia/Urumqi"
    assert work.zone(filed(0, ONE).submission).key == "Asia/Shanghai"
    assert work.calendar("03").zone.key == "Asia/Shanghai"
    assert work.calendar("03").zone.key == "Asia/Shanghai"
    assert asked == [{"0", "02"}, {"01"}, {"03"}]


def test_a_receipt_parts_what_was_recorded_from_what_was_not() -> None:
    recorded, refused = Recorded(ONE, ONE, 1), Refused.of(TWO, errors.NOT_FOUND)
    receipt = Receipt([refused, recorded])
    assert (receipt.recorded, receipt.refused) == ([recorded], [refused])


def test_nobody_is_nobody_in_particular() -> None:
    assert (NOBODY.id.int, NOBODY.drill, NOBODY.programmes) == (0, False, ())
