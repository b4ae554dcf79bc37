"""The duty posts are told again of whom they know already when something heavier is found, once."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from fangxian.decide import rules
from fangxian.programmes.types import DecisionRoles
from tests.county import MORNING, County
from tests.journal.test_record import HOUR, rows

from .test_filling import FEVER, TO_HOSPITAL, registered
from .test_filling import county as county

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
POSITIVE = {"specimen": "throat", "result": "positive"}


def told(subject: uuid.UUID) -> list[tuple[Any, ...]]:
    """By kind the tiers told, and whether there is anything to be done."""
    return rows("SELECT kind, string_agg(tier, ' ' ORDER BY path), bool_and(act_by IS NOT NULL) FROM tasks_alert"
                " WHERE subject = %s AND cause = 'urgent' GROUP BY kind, raised_at ORDER BY raised_at", subject)


LEVELS = "county township community"


def test_a_positive_sample_and_a_confirmation_are_each_told_once(county: County) -> None:
    subject = registered(county)
    confirmed = {"case_result": "confirmed", "date": "2020-03-20"}
    deeds: tuple[tuple[str, dict[str, Any]], ...] = (
        ("daily_check", FEVER), ("transfer", TO_HOSPITAL), ("sample", POSITIVE), ("sample", POSITIVE),
        ("daily_check", {**FEVER, "temperature": 40.1}), ("result", confirmed), ("sample", POSITIVE))
    for hours, (form, answers) in enumerate(deeds, start=2):
        assert not county.send(form, subject, answers, MORNING + hours * HOUR).refused
    assert told(subject) == [("suspected", LEVELS, True), ("positive", LEVELS, False), ("confirmed", LEVELS, False)]


def test_who_is_suspected_by_a_positive_sample_is_told_of_once(county: County) -> None:
    subject = registered(county)
    county.send("sample", subject, POSITIVE, MORNING + 2 * HOUR)
    county.send("daily_check", subject, FEVER, MORNING + 3 * HOUR)
    assert told(subject) == [("positive", LEVELS, True)]
    county.send("result", subject, {"case_result": "ruled_out", "date": "2020-03-20"}, MORNING + 4 * HOUR)
    county.send("daily_check", subject, FEVER, MORNING + 5 * HOUR)
    assert told(subject)[1:] == [("suspected", LEVELS, True)]


@pytest.mark.parametrize(("before", "now", "alarm"), [
    (None, {"ill": True, "grave": False}, "ill"),
    (None, {"ill": True, "grave": True}, "grave"),
    (None, {"ill": False, "grave": False}, ""),
    ({"ill": True, "grave": False}, {"ill": True, "grave": True}, "grave"),
    ({"ill": True, "grave": True}, {"ill": True, "grave": True}, ""),
    ({"ill": True, "grave": True}, {"ill": True, "grave": False}, ""),
    ({"ill": None, "grave": None}, {"ill": True, "grave": None}, "ill"),
    ({"ill": True}, {"ill": True, "grave": True}, ""),  # decided by a version that did not ask
    ({}, {"ill": True, "grave": True}, "ill"),
])
def test_the_heaviest_that_turned_true_raises_the_alert(
    before: dict[str, Any] | None, now: dict[str, Any], alarm: str
) -> None:
    assert rules.alarm(DecisionRoles("measure", "until", None, "ill", ("grave",)), now, before) == alarm


def test_where_nothing_is_urgent_nothing_is_told() -> None:
    assert rules.alarm(DecisionRoles("measure", "until"), {"ill": True}, None) == ""
