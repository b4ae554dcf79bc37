"""The fold does not care how submissions arrive: any order, twice, in parts, the facts are the same."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.kernel.values import Value
from fangxian.programmes.facts import FactState, FactSubmission, extend, extends, fold, known_answers, told_by
from fangxian.programmes.load import load
from fangxian.programmes.types import Programme

from .conftest import PERMISSIONS
from .forms_for_tests import STEADY, Row, as_markdown, sheets_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = dt.datetime(2020, 3, 1, 4, tzinfo=dt.UTC)  # noon in Shanghai

FACTS = {
    "temperature": ("number", ""),
    "pulse": ("number", ""),
    "signs": ("list", ""),
    "ill": ("boolean", ""),
    "note_taken": ("boolean", ""),
    "place": ("text", ""),
    "seen_at": ("datetime", ""),
    "last_bad": (
        "datetime",
        'last_when = [{ of = "temperature", test = ">= 37.3" }, { of = "signs", test = \'"cough"\' }]',
    ),
    "first_bad": ("datetime", 'first_when = [{ of = "temperature", test = ">= 37.3" }, { of = "ill", test = "true" }]'),
    "ill_since": ("datetime", 'since = { of = "ill", test = "true" }'),
    "fever_days": ("integer", 'days_in_a_row = { of = "temperature", test = ">= 37.3" }'),
    "checks": ("integer", 'count = { form = "check" }'),
    "arrived": ("datetime", 'keep = "greatest"\nsettled_by = ["visit"]'),
    "origin": ("text", 'told_with = "arrived"'),
    "onset": ("number", 'keep = "least"'),
    "outcome": ("text", ""),
    "contacts": ("integer", ""),
}
CHECK: list[Row] = [
    {"type": "decimal", "name": "t", "privacy": "sensitive", "fact": "temperature", "cleared": "yes"},
    {"type": "integer", "name": "p", "privacy": "sensitive", "fact": "pulse"},
    {"type": "select_multiple signs", "name": "s", "privacy": "sensitive", "fact": "signs"},
    {"type": "select_one answers", "name": "i", "privacy": "sensitive", "fact": "ill", "cleared": "yes"},
    {"type": "acknowledge", "name": "n", "privacy": "sensitive", "fact": "note_taken"},
    {"type": "text", "name": "w", "privacy": "sensitive", "fact": "place"},
    {"type": "calculate", "name": "at", "privacy": "sensitive", "calculation": "happened_at()", "fact": "seen_at"},
    {"type": "dateTime", "name": "arr", "privacy": "sensitive", "fact": "arrived"},
    {"type": "text", "name": "org", "privacy": "sensitive", "fact": "origin"},
    {"type": "decimal", "name": "low", "privacy": "sensitive", "fact": "onset", "cleared": "yes"},
    {"type": "select_one outcomes", "name": "out", "privacy": "sensitive", "fact": "outcome"},
    {"type": "integer", "name": "met", "privacy": "sensitive", "fact": "contacts"},
]
VISIT: list[Row] = [
    {"type": "text", "name": "where", "privacy": "sensitive", "fact": "place"},
    {"type": "dateTime", "name": "seen", "privacy": "sensitive", "fact": "arrived"},
]
CHOICES = [
    {"list_name": "answers", "name": "yes"},
    {"list_name": "answers", "name": "no"},
    {"list_name": "answers", "name": "unknown"},
    {"list_name": "signs", "name": "none"},
    {"list_name": "signs", "name": "cough"},
    {"list_name": "outcomes", "name": "home"},
    {"list_name": "outcomes", "name": "moved"},
]


@cache
def programme() -> Programme:
    head = 'id = "p"\nversion = "1"\ntitle = { en = "P", zh = "专项" }\nsubject = "person"\nretention_months = 1\n'
    facts = "".join(
        f'[[fact]]\nname = "{name}"\ntype = "{kind}"\nlabel = {{ en = "x", zh = "某" }}\n'
        f'privacy = "sensitive"\n{rule}\n'
        for name, (kind, rule) in FACTS.items()
    )
    forms = {
        name: as_markdown(sheets_of(rows, CHOICES, {"form_id": name}))
        for name, rows in (("check", CHECK), ("visit", VISIT))
    }
    files = {f"forms/{name}.md": data for name, data in forms.items()}
    files |= {"programme.toml": (head + facts).encode(), "permissions.csv": PERMISSIONS.encode()}
    loaded, findings = load(files)
    assert loaded is not None, [str(found) for found in findings]
    return loaded


def submission(number: int, hours: float, form: str = "check", **answers: Any) -> FactSubmission:
    return FactSubmission(UUID(int=number), form, START + dt.timedelta(hours=hours), answers)


def folded(*submissions: FactSubmission, **gone: Any) -> FactState:
    return fold(programme(), submissions, tz=SHANGHAI, **gone)


def values(*submissions: FactSubmission, **gone: Any) -> Mapping[str, Value]:
    return folded(*submissions, **gone).values


def at(hours: float) -> dt.datetime:
    return START + dt.timedelta(hours=hours)


def test_the_latest_answer_of_each_fact_wins() -> None:
    assert values(submission(1, 5, t=38.0), submission(2, 1, t=36.5, p=70)) == {
        "temperature": 38.0,
        "pulse": 70.0,
        "checks": 2,
        "fever_days": 1,
        "last_bad": at(5),
        "first_bad": at(5),
    }


def test_a_tie_goes_to_the_higher_id() -> None:
    assert values(submission(2, 1, w="b"), submission(1, 1, w="a"))["place"] == "b"


def test_an_empty_answer_says_nothing_unless_it_is_cleared() -> None:
    known = submission(1, 1, t=36.5, w="home")
    assert values(known, submission(2, 2))["temperature"] == 36.5
    later = values(known, submission(2, 2, t=None, w=None))
    assert "temperature" not in later, "its question takes back"
    assert later["place"] == "home", "this one does not"


def test_facts_have_their_own_types() -> None:
    found = values(submission(1, 1, i="yes", p=70, n=True, at=at(1), s=("cough",)))
    assert (found["ill"], found["pulse"], found["note_taken"]) == (True, 70.0, True)
    assert type(found["pulse"]) is float
    assert found["seen_at"] == at(1)
    assert values(submission(1, 1, i="no"))["ill"] is False


def test_unknown_as_a_choice_is_like_an_empty_answer() -> None:
    assert "ill" not in values(submission(1, 1, i="unknown"))
    assert "ill" not in values(submission(1, 1, i="yes"), submission(2, 2, i="unknown")), "cleared"


def test_withdrawn_and_replaced_do_not_count() -> None:
    first, second, third = submission(1, 1, t=36.5), submission(2, 2, t=38.0), submission(3, 2, t=36.8)
    assert values(first, second, third, replaced={second.id}) == values(first, third)
    assert values(first, second, withdrawn={second.id}) == values(first)
    assert folded(first, withdrawn={first.id}) == folded()


def test_last_and_first_when_remember_what_passed() -> None:
    found = values(
        submission(1, 1, t=38.0), submission(2, 2, t=36.5), submission(3, 3, s=("cough",)), submission(4, 4, t=36.0)
    )
    assert (found["first_bad"], found["last_bad"]) == (at(1), at(3))


def test_since_is_the_beginning_of_the_unbroken_run() -> None:
    yes, no = {"i": "yes"}, {"i": "no"}
    assert values(submission(1, 1, **yes), submission(2, 2), submission(3, 3, **yes))["ill_since"] == at(1)
    assert values(submission(1, 1, **yes), submission(2, 2, **no), submission(3, 3, **yes))["ill_since"] == at(3)
    assert "ill_since" not in values(submission(1, 1, **yes), submission(2, 2, **no))
    taken_back = submission(2, 2, i="unknown")
    assert values(submission(1, 1, **yes), taken_back, submission(3, 3, **yes))["ill_since"] == at(3)


DAYS: list[tuple[list[tuple[float, float]], int]] = [
    ([(0, 36.5)], 0),
    ([(0, 37.3)], 1),
    ([(0, 38), (24, 38), (48, 38)], 3),
    ([(0, 38), (24, 38), (48, 36)], 0),
    ([(0, 38), (24, 38), (48, 36), (49, 38)], 3),  # one reading of the day is enough
    ([(0, 38), (24, 38), (48, 38), (49, 36)], 3),  # a normal one later the same day does not take it back
    ([(0, 38), (48, 38)], 1),  # a day without a reading ends the row
    ([(0, 38), (11, 38), (13, 38)], 2),  # midnight in Shanghai is 12 hours after the start
    ([(0, 38), (24, 36), (48, 38), (72, 38)], 2),
]


@pytest.mark.parametrize(("readings", "days"), DAYS)
def test_days_in_a_row(readings: list[tuple[float, float]], days: int) -> None:
    submissions = [submission(number, hours, t=degrees) for number, (hours, degrees) in enumerate(readings)]
    assert values(*submissions)["fever_days"] == days


def test_days_are_those_of_the_place() -> None:
    two = [submission(1, 11, t=38.0), submission(2, 13, t=38.0)]
    assert fold(programme(), two, tz=SHANGHAI).values["fever_days"] == 2
    assert fold(programme(), two, tz=ZoneInfo("UTC")).values["fever_days"] == 1


def test_other_forms_count_for_nothing_but_set_their_facts() -> None:
    assert values(submission(1, 1, form="visit", where="x"), submission(2, 2, form="gone", t=40)) == {
        "place": "x",
        "checks": 0,
    }


def test_before_the_first_submission() -> None:
    assert folded() == FactState({"checks": 0}, {}, None)


def test_an_earlier_submission_does_not_extend() -> None:
    state = folded(submission(5, 5))
    assert extends(state, submission(6, 5))
    assert not extends(state, submission(5, 5)), "the same again"
    assert not extends(state, submission(4, 5))
    assert not extends(state, submission(9, 4))
    with pytest.raises(ValueError, match="fold anew"):
        extend(programme(), state, submission(1, 1), tz=SHANGHAI)


def test_extending_leaves_the_old_state_alone() -> None:
    state = folded(submission(1, 1, t=38.0, i="yes"))
    before = state.copy()
    extend(programme(), state, submission(2, 30, t=None, i="no"), tz=SHANGHAI)
    assert state == before


def test_what_a_form_can_already_show() -> None:
    form = programme().forms["check"]
    facts = values(submission(1, 1, t=36.6, i="no", s=("cough",), at=at(1)))
    assert known_answers(form, facts) == {"t": 36.6, "i": "no", "s": ("cough",)}


def test_a_form_shows_the_choice_that_reads_as_the_fact_and_no_guess() -> None:
    form = programme().forms["check"]
    told = values(submission(1, 1, out="moved", n=True, met=3))
    assert (told["outcome"], told["note_taken"], told["contacts"]) == ("moved", True, 3)
    assert type(told["contacts"]) is int
    assert known_answers(form, told) == {"out": "moved", "n": True, "met": 3}
    assert known_answers(form, {"ill": True, "checks": 4, "outcome": None}) == {"i": "yes"}


def test_a_truth_that_no_choice_says_is_not_shown() -> None:
    [asked] = [one for one in programme().forms["check"].questions if one.name == "i"]
    shown = replace(asked, choices=tuple(one for one in asked.choices if one.name != "no"))
    form = replace(programme().forms["check"], questions=(shown,))
    assert known_answers(form, {"ill": False}) == {}
    assert known_answers(form, {"ill": True}) == {"i": "yes"}


@pytest.mark.parametrize(("form", "facts"), [
    ("visit", {"place", "arrived", "checks"}),
    ("check", FACTS.keys()),
    ("gone", {"checks"}),
])
def test_a_form_can_change_what_it_tells_and_what_is_derived_from_that(form: str, facts: set[str]) -> None:
    assert told_by(programme(), form) == facts


def test_a_submission_counts_on_the_day_of_its_own_place() -> None:
    evening, night = (submission(number, hours, t=38.0)._replace(zone=SHANGHAI) for number, hours in ((1, 11), (2, 13)))
    state = fold(programme(), [evening], tz=dt.UTC)
    assert extend(programme(), state, night, tz=dt.UTC).values["fever_days"] == 2
    assert extend(programme(), state, night, tz=dt.UTC) == fold(programme(), [evening, night], tz=dt.UTC)
    nowhere = night._replace(zone=None)
    assert extend(programme(), folded(submission(1, 11, t=38.0)), nowhere, tz=SHANGHAI).values["fever_days"] == 2


def test_of_whom_nothing_was_folded_the_first_submission_begins_the_count() -> None:
    assert extend(programme(), FactState(), submission(1, 1), tz=SHANGHAI).values == {"checks": 1}
    assert extend(programme(), FactState(), submission(1, 1, form="visit"), tz=SHANGHAI).values == {"checks": 0}


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "t": st.one_of(st.none(), st.sampled_from([36.0, 37.3, 39.5])),
        "p": st.integers(40, 200),
        "s": st.sampled_from([("none",), ("cough",), ("none", "cough")]),
        "i": st.one_of(st.none(), st.sampled_from(["yes", "no", "unknown"])),
        "n": st.booleans(),
        "w": st.one_of(st.none(), st.sampled_from("abc")),
        "where": st.sampled_from("xyz"),
        "arr": st.one_of(st.none(), st.sampled_from([at(-50), at(0), at(7)])),
        "seen": st.one_of(st.none(), st.sampled_from([at(-20), at(3)])),
        "org": st.one_of(st.none(), st.sampled_from("IJK")),
        "low": st.one_of(st.none(), st.sampled_from([1.0, 2.0, 3.0])),
    },
)
SUBMISSIONS = st.builds(
    FactSubmission,
    id=st.integers(1, 40).map(lambda number: UUID(int=number)),
    form=st.sampled_from(["check", "check", "visit"]),
    happened_at=st.integers(0, 120).map(at),
    answers=ANSWERS,
)
HISTORIES = st.lists(SUBMISSIONS, max_size=14, unique_by=lambda one: one.id)


@STEADY
@given(HISTORIES, st.randoms(use_true_random=False), st.sets(st.integers(1, 40).map(lambda number: UUID(int=number))))
def test_any_order_and_repetition(history: list[FactSubmission], chance: random.Random, gone: set[UUID]) -> None:
    expected = folded(*history, withdrawn=gone)
    shuffled = history + chance.sample(history, len(history) // 2)
    chance.shuffle(shuffled)
    assert folded(*shuffled, withdrawn=gone) == expected
    assert folded(*(one for one in history if one.id not in gone)) == expected


@STEADY
@given(HISTORIES, st.integers(0, 14))
def test_in_parts_or_at_once(history: list[FactSubmission], cut: int) -> None:
    """Arriving in order, one after the other, through what is stored in between: the same state."""
    ordered = sorted(history, key=lambda one: (one.happened_at, one.id))
    state = folded(*ordered[:cut])
    for late in ordered[cut:]:
        stored = json.loads(json.dumps(state.memo))
        columns: list[tuple[str, Value | None]] = [(name, state.values.get(name)) for name in FACTS]
        state = extend(programme(), FactState.restored(columns, stored, state.last), late, tz=SHANGHAI)
    assert state == folded(*history)


@STEADY
@given(HISTORIES, HISTORIES)
def test_extends_tells_when_that_is_right(history: list[FactSubmission], others: list[FactSubmission]) -> None:
    known = {one.id for one in history}
    state = folded(*history)
    for late in others:
        if late.id not in known and extends(state, late):
            assert extend(programme(), state, late, tz=SHANGHAI) == folded(*history, late)


def reference(history: list[FactSubmission], fact: str, question: str, form: str) -> object:
    """The latest answer by plain search."""
    given_ = [one for one in history if one.form == form and one.answers.get(question) is not None]
    return max(given_, key=lambda one: (one.happened_at, one.id)).answers[question] if given_ else None


def is_bad(answers: dict[str, Any]) -> bool:
    return (answers.get("t") or 0) >= 37.3 or "cough" in (answers.get("s") or ())


@STEADY
@given(HISTORIES)
def test_against_a_plain_search(history: list[FactSubmission]) -> None:
    found = values(*history)
    pulse = reference(history, "pulse", "p", "check")
    assert found.get("pulse") == pulse
    bad = [one.happened_at for one in history if one.form == "check" and is_bad(dict(one.answers))]
    assert found.get("last_bad") == (max(bad) if bad else None)
    assert found["checks"] == sum(one.form == "check" for one in history)

