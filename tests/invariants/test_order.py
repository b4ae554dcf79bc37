"""State is a fold: whatever order, however late, twice or in pieces it arrives, the facts are the same."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal.types import Submission
from fangxian.subjects.actions import withdraw
from tests.county import MORNING, County

from .answers import BY_FORM, a_form, few
from .filing import DAY, GRID, HOUR, everything_follows_from_the_journal, facts, filled, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
SUBJECTS: Final = tuple(uuid.UUID(int=number << 76 | 0x7000 << 64 | 0x8 << 60) for number in (3, 5))
ARRIVES: Final = MORNING + 3 * DAY
EARLIEST: Final = dt.datetime(2020, 3, 20, 16, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Told:
    """Submissions, two ways for them to arrive, and those taken back in the end."""

    submissions: tuple[Submission, ...]
    ways: tuple[tuple[tuple[Submission, ...], ...], ...]
    withdrawn: tuple[uuid.UUID, ...]


@st.composite
def histories(draw: st.DrawFn) -> Told:
    """Some happened at the same instant, some correct others, some have a wrong clock.

    An entry is corrected once, whoever comes first; a correction may be corrected in turn.
    """
    told: list[Submission] = []
    gone: set[uuid.UUID] = set()
    for number in range(draw(st.integers(2, 7))):
        corrected = draw(st.sampled_from([None, None, *(one for one in told if one.id not in gone)]))
        form, answers = (corrected.form, draw(BY_FORM[corrected.form])) if corrected else draw(a_form)
        hours = draw(st.sampled_from([0, 1, 1, 2, 5, 20, 26, 47, 90]))
        told.append(filled(
            form, corrected.subject if corrected else draw(st.sampled_from(SUBJECTS)), answers,
            EARLIEST + hours * HOUR, path="",
            id=uuid.UUID(int=draw(st.integers(1, 2**20)) << 90 | 0x7000 << 64 | number | 0x8 << 60),
            replaces=corrected.id if corrected else None))
        gone |= {corrected.id} if corrected else set()
    seed = draw(st.integers(0, 2**16))
    taken = draw(st.lists(st.sampled_from([one.id for one in told]), max_size=2, unique=True))
    return Told(tuple(told), (pieces(told, random.Random(seed)), pieces(told, random.Random(seed + 1))), tuple(taken))


def pieces(told: Sequence[Submission], chance: random.Random) -> tuple[tuple[Submission, ...], ...]:
    """Shuffled, some sent again, cut into batches; a correction comes after what it corrects, or with it."""
    left, line = [*told, *chance.sample(told, len(told) // 2)], list[Submission]()
    while left:
        there = {None, *(one.id for one in line)}
        line.append(left.pop(left.index(chance.choice([one for one in left if one.replaces in there]))))
    cuts = sorted(chance.sample(range(1, len(line)), min(2, len(line) - 1)))
    return tuple(tuple(chance.sample(line[start:end], end - start))
                 for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True))


@given(histories())
@settings(few, max_examples=20)
def test_the_same_submissions_give_the_same_facts(county: County, told: Told) -> None:
    outcomes = [outcome(county, way, told.withdrawn) for way in told.ways]
    assert outcomes[0] == outcomes[1]


def outcome(county: County, batches: Sequence[Sequence[Submission]], withdrawn: Sequence[uuid.UUID]) -> Any:
    """The facts after everything arrived, and after some was taken back; nothing of it stays."""
    with undone():
        for batch in batches:
            receipt = county.record([placed(county, one) for one in batch], ARRIVES)
            assert not receipt.refused, receipt.refused
        before = [facts(subject) for subject in SUBJECTS]
        everything_follows_from_the_journal()
        with working_in(SYSTEM):
            withdraw(withdrawn, "", by=county.importer, at=ARRIVES + HOUR)
        everything_follows_from_the_journal()
        return before, [facts(subject) for subject in SUBJECTS], flagged()


def placed(county: County, one: Submission) -> Submission:
    return Submission(**{**{name: getattr(one, name) for name in one.__slots__}, "path": county.paths[GRID]})


def flagged() -> list[tuple[Any, ...]]:
    return rows("SELECT id FROM journal_entry WHERE flag = 'future' ORDER BY id")


@contextmanager
def undone() -> Iterator[None]:
    """Leave nothing behind, so that the next example begins where this one did."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_some_of_the_histories_have_a_wrong_clock() -> None:
    assert EARLIEST + 90 * HOUR > ARRIVES


def test_the_future_wins_nothing(county: County) -> None:
    subject = county.arrive(MORNING)
    before = facts(subject)
    receipt = county.send("daily_check", subject, {"temperature": 39.9, "symptoms": "cough"}, MORNING + HOUR,
                          happened_at=MORNING + HOUR + dt.timedelta(minutes=11))
    assert receipt.recorded
    assert rows("SELECT flag FROM journal_entry WHERE id = %s", receipt.recorded[0].id) == [("future",)]
    assert facts(subject) == before
    county.send("daily_check", subject, {"temperature": 36.2, "symptoms": "none"}, MORNING + 3 * HOUR)
    assert rows("SELECT f_temperature FROM facts_entry WHERE subject = %s", subject) == [(36.2,)]
    everything_follows_from_the_journal()


def test_a_clock_that_is_a_little_ahead_counts(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("daily_check", subject, {"temperature": 36.2, "symptoms": "none"}, MORNING + HOUR,
                happened_at=MORNING + HOUR + dt.timedelta(minutes=9))
    assert rows("SELECT f_temperature FROM facts_entry WHERE subject = %s", subject) == [(36.2,)]
