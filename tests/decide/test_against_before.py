"""What is new about a decision: held against the one before, without a database."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any, Final

import pytest

from fangxian.decide.rules import instant
from fangxian.decide.steps import PreviousDecision, _against
from fangxian.decide.types import Verdict
from fangxian.kernel.canonical import dumps
from tests.decide.test_rules import SHANGHAI, entry

SOMEBODY: Final = uuid.UUID(int=1)
SUSPECTED: Final = {"measure": "home isolation", "suspected": True}
WELL: Final = {"measure": "home isolation", "suspected": False}


def verdict(outputs: dict[str, Any], **more: Any) -> Verdict:
    found = Verdict(outputs.get("measure"), None, None, bool(outputs.get("suspected")), True, True, False, outputs, {},
                    (), None, None, False, outputs_text=dumps(outputs), rows_text="{}")
    return replace(found, **more)


def before(outputs: dict[str, Any] = WELL, **more: Any) -> PreviousDecision:
    known = PreviousDecision(dumps(outputs), "{}", bool(outputs.get("suspected")), None, entry().version, "", "")
    return known._replace(**more)


def test_nothing_is_decided_of_whom_no_table_says_anything() -> None:
    nothing = _against(SOMEBODY, verdict({"measure": None}), None, entry())
    assert (nothing.changed, nothing.required_tasks_changed, nothing.new_consequences) == (False, False, ())
    some = _against(SOMEBODY, verdict({"measure": None, "stage": "expected"}), None, entry())
    assert (some.changed, some.alarm) == (True, "")
    first = _against(SOMEBODY, verdict(SUSPECTED, asks=("visit",), consequences=(0,)), None, entry())
    assert (first.changed, first.alarm, first.required_tasks_changed) == (True, "suspected", True)
    assert (first.new_consequences, first.clock_moved, first.asked_before) == ((0,), False, frozenset())


@pytest.mark.parametrize(("known", "changed"), [
    (before(), False),
    (before(SUSPECTED), True),
    (before(rows='{"measure": 2}'), True),
    (before(version="2019.1"), True),
    (before(next_change=dt.date(2020, 4, 1), asks="visit", entails="0"), False),
])
def test_another_decision_has_other_outputs_rows_or_tables(known: PreviousDecision, changed: bool) -> None:
    assert _against(SOMEBODY, verdict(WELL), known, entry()).changed is changed


@pytest.mark.parametrize(("known", "tasks", "moved"), [
    (before(asks="visit check"), False, True),  # the same in another order
    (before(asks="check visit"), False, False),
    (before(asks="check"), True, True),
    (before(asks="check visit", next_change=dt.date(2020, 4, 1)), False, True),
    (before(asks="check visit", entails="1"), False, True),
])
def test_a_decision_that_stays_may_ask_or_change_otherwise(known: PreviousDecision, tasks: bool, moved: bool) -> None:
    asked = verdict(WELL, asks=("check", "visit"), asks_text="check visit")
    found = _against(SOMEBODY, asked, known, entry())
    assert (found.required_tasks_changed, found.clock_moved) == (tasks, moved)
    assert found.asked_before == set(known.asks.split())


@pytest.mark.parametrize(("entailed", "new"), [("", (0, 1)), ("0", (1,)), ("1 0", ()), ("10", (0, 1))])
def test_a_consequence_is_new_where_it_did_not_follow_before(entailed: str, new: tuple[int, ...]) -> None:
    found = _against(SOMEBODY, verdict(SUSPECTED, consequences=(0, 1)), before(SUSPECTED, entails=entailed), entry())
    assert found.new_consequences == new


@pytest.mark.parametrize(("now", "known", "alarm"), [
    (SUSPECTED, before(), "suspected"),
    (SUSPECTED, before(SUSPECTED), ""),
    (SUSPECTED, before({**SUSPECTED, "measure": "hospital"}), ""),
    (WELL, before(SUSPECTED), ""),
    (WELL, None, ""),
    (SUSPECTED, None, "suspected"),
])
def test_an_alarm_is_raised_when_it_turns_true(now: dict[str, Any], known: PreviousDecision | None, alarm: str) -> None:
    assert _against(SOMEBODY, verdict(now), known, entry()).alarm == alarm


def test_an_end_told_as_a_moment_or_not_at_all_stays_what_it_is() -> None:
    moment = dt.datetime(2020, 4, 2, 12, 30, tzinfo=dt.UTC)
    assert instant(moment, SHANGHAI) == moment
    assert instant(dt.date(2020, 4, 3), SHANGHAI) == dt.datetime(2020, 4, 2, 16, tzinfo=dt.UTC)
    assert instant(None, SHANGHAI) is None
