"""What changes whom: which values are one, who hears them at the door, what speaks against an end, who is made up."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from fangxian.intake import rules
from fangxian.intake.rules import Coming
from fangxian.kernel import errors
from fangxian.kernel.errors import Kind
from fangxian.subjects.matching.rules import NEAR_NUMBER, OTHER_NAME, SAME, Hits, Traits
from tests.intake.test_rules import (
    BEFORE,
    ENTRY,
    HERE,
    KNOWN,
    NEW,
    SENT,
    TAKEN,
    THERE,
    UNSEEN,
    acting,
    alike,
    context,
    filing,
    form,
)

RIGHT, SLIPPED = "11010519491231002X", "110105194912310021"


@pytest.mark.parametrize(("one", "other", "part", "same"), [
    ("e 12-3", "E123", "", True),
    ("E123", "E124", "document_number", False),
    ("138 1234 5678", "+86 13812345678", "phone", True),
    ("+86 13812345678", "138 1234 5678", "contact_phone", True),
    ("13812345678", "+8613812345678", "document_number", False),
    ("13812345678", "+86 13812345679", "phone", False),
    ("0559 5523456", "+86 559 5523456", "phone", True),
    ("5523456", "0559 5523456", "phone", True),  # the shortest number that is dialled
    ("523456", "0559 5523456", "phone", False),
    ("none", "13812345678", "phone", False),
    ("None", "NONE", "phone", True),
])
def test_which_values_of_a_part_are_one(one: str, other: str, part: str, *, same: bool) -> None:
    assert rules.same_value(one, other, part) is same
    assert rules.same_value(other, one, part) is same


@pytest.mark.parametrize(("told", "reach", "changed"), [
    ({"phone": "139"}, True, {"phone": "phone"}),
    ({"phone": "139"}, False, {}),
    ({"phone": "1 38"}, True, {}),
    ({"name": "李四"}, True, {"name": "name"}),
    ({"mrz": "P<ITA"}, True, {}),  # neither who they are nor how they are reached
    ({"address": "北街3号"}, True, {}),  # nothing was known
])
def test_how_somebody_is_reached_changes_where_that_is_asked_about(
    told: dict[str, Any], reach: bool, changed: dict[str, str],
) -> None:
    known = {**KNOWN, "mrz": "P<CHN"}
    assert rules.retold(ENTRY.forms["arrival"], told, known, reach=reach) == changed


@pytest.mark.parametrize(("kind", "of", "hears"), [
    ("grid_worker", "daily_check", True),
    ("grid_worker", "listed", True),
    ("community_lead", "arrival", True),
    ("community_lead", "listed", False),  # no task asks for it
    ("township_duty", "verification", True),
    ("township_duty", "contact", False),
    ("county_duty", "arrival", False),
    ("port_officer", "arrival", False),
    ("somebody", "arrival", False),
])
def test_who_hears_at_the_door_how_somebody_is_reached(kind: str, of: str, *, hears: bool) -> None:
    assert rules.hears_it_from_them(kind, ENTRY, of) is hears


@pytest.mark.parametrize(("of", "known", "against"), [
    ("release", {"last_sample_result": "positive"}, ["last_sample_result"]),
    ("release", {"last_sample_result": "pending"}, ["last_sample_result"]),
    ("release", {}, ["last_sample_result"]),
    ("release", {"last_sample_result": "negative"}, []),
    ("daily_check", {"last_sample_result": "positive"}, []),
])
def test_what_speaks_against_the_form_of_a_last_day(of: str, known: dict[str, Any], against: list[str]) -> None:
    assert rules.against_ending(ENTRY, of, known) == against


@pytest.mark.parametrize(("told", "made_up", "refused"), [
    ({"subject": NEW, "same_as": THERE}, {THERE}, errors.OF_A_DRILL),
    ({"subject": HERE, "same_as": THERE}, {HERE}, errors.OF_A_DRILL),
    ({"subject": HERE, "same_as": THERE}, {uuid.UUID(int=99)}, None),
    ({"subject": HERE, "same_as": HERE}, {HERE}, None),
    ({"subject": HERE}, {HERE}, None),
    ({"subject": HERE, "same_as": THERE, "id": TAKEN}, {HERE}, None),  # as it was recorded
])
def test_nobody_real_is_somebody_made_up(told: dict[str, Any], made_up: set[uuid.UUID], refused: Kind | None) -> None:
    assert replace(context(), made_up=made_up).refusal(filing(**told)) == refused


def test_a_correction_of_what_is_sent_with_it_is_of_nothing_that_others_sent_before() -> None:
    known = replace(context(), sent=frozenset([SENT, BEFORE]), own={}, taken=frozenset([BEFORE]))
    assert known.refusal(filing(replaces=BEFORE)) == errors.NOT_FOUND


@pytest.mark.parametrize(("kind", "told", "refused"), [
    ("worker", {}, None),
    ("worker", {"form": "visit", "replaces": BEFORE}, errors.NOT_ALLOWED),
    ("lead", {"replaces": BEFORE}, errors.NOT_ALLOWED),
    ("auditor", {}, errors.NOT_ALLOWED),
    ("worker", {"programme": "hidden"}, errors.NOT_FOUND),
    ("auditor", {"programme": "hidden"}, errors.NOT_FOUND),  # not that it is there
])
def test_what_a_post_may_file_or_correct(kind: str, told: dict[str, Any], refused: Kind | None) -> None:
    assert rules.right(acting(kind), {"entry": ENTRY}, filing(**told)) == refused


def test_which_forms_name_what_something_follows_along() -> None:
    joining = {name for name, one in ENTRY.forms.items() if rules.may_join(ENTRY, one)}
    assert joining == {"arrival", "verification"}
    assert not rules.may_join(ENTRY, form("arrival", "journey", "name"))


def test_a_number_one_slip_from_that_of_another_line_is_asked_about() -> None:
    coming = Coming()
    coming.add(HERE, Traits(document=RIGHT, names=("张三",)))
    hits, _ = coming.look(Traits(document=SLIPPED, names=("张三",)))
    assert hits.near_document == {HERE}
    found = rules.alike({}, Traits(names=("张三",)), Hits(near_document={HERE, THERE}), frozenset(),
                        {HERE: {}, THERE: {}}, {HERE: ("张三",), THERE: ("李四",)})
    assert {subject: (one.why, one.certain) for subject, one in found.items()} == {HERE: (NEAR_NUMBER, False)}


def test_the_first_reason_is_the_one_that_is_told() -> None:
    [(subject, why, certain)] = alike(
        Hits(document={HERE}, phone_birth={HERE}, name_birth={HERE}, near_document={HERE}, phone={HERE}), {}, "张三",
        namesakes=frozenset([HERE]))
    assert (subject, why, certain) == (HERE, SAME["document"].en, True)
    [(subject, why, certain)] = alike(Hits(external={THERE}, name_birth={THERE}), {}, "张三")
    assert (subject, why, certain) == (THERE, OTHER_NAME["external"].en, False)


@pytest.mark.parametrize(("others", "asked"), [(19, 1), (20, 0)])
def test_a_name_that_many_bear_is_no_reason(others: int, asked: int) -> None:
    namesakes = frozenset([HERE, *(uuid.UUID(int=100 + number) for number in range(others))])
    assert len(alike(Hits(), {}, "张三", namesakes=namesakes)) == asked


def test_a_namesake_who_is_told_apart_may_still_be_met_by_the_phone() -> None:
    known = {HERE: {"birth_date": "1980-01-03"}}
    found = alike(Hits(phone={HERE}), {"birth_date": "1980-01-02"}, "张三", namesakes=frozenset([HERE]), known=known)
    assert [subject for subject, _, _ in found] == [HERE]
    assert UNSEEN not in known
