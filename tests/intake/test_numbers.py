"""A number is judged as it will be kept, however whoever sends it writes it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from fangxian.kernel.clock import SimulatedClock, running_on
from tests import county as world
from tests.county import MORNING, County

from .doors import NOON, Api, Sent

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LABORATORY = ("clinician", "341023")


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        yield world.build()


def sample(subject: uuid.UUID, tube: Any) -> Sent:
    return Sent("sample", {"specimen": "throat", "tube": tube, "result": "pending"}, subject, by=LABORATORY)


def result(subject: uuid.UUID, tube: Any) -> Sent:
    return Sent("sample_result", {"tube": tube, "result": "negative"}, subject, by=LABORATORY)


@pytest.mark.parametrize("tube", [0, 0.0, "\u3000\u2002", "\u00ad", 7.0, 7.5])
def test_a_result_of_no_tube_is_not_recorded(county: County, tube: Any) -> None:
    here = county.arrive(MORNING, name="张三")
    assert Api(county).file(result(here, tube)) in ("number_unknown", "form_faults")


@pytest.mark.parametrize(("one", "same"), [
    ("0", 0), ("7", 7), ("7", 7.0), (7.0, "7"), ("7.5", 7.5), (" 7\u3000", "７")])
def test_a_number_in_use_is_taken_however_it_is_written(county: County, one: Any, same: Any) -> None:
    here, there = county.arrive(MORNING, name="张三"), county.arrive(MORNING, name="李四")
    door = Api(county)
    assert door.file(sample(here, one)) == "recorded"
    assert door.file(sample(there, same)) == "number_taken"
    assert door.file(result(here, same)) == "recorded"
