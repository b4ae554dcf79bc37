"""A small county with two people known, and somebody signed in at its API."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from fangxian.accounts.models import User
from fangxian.kernel.clock import SimulatedClock, running_on
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import ARRIVAL

HOUR = dt.timedelta(hours=1)
NOW = MORNING + 3 * HOUR
GRID, ELSEWHERE = "34102310000101", "34102310120001"


@dataclass
class World:
    """The county, somebody registered in a grid with a fever reported, and somebody expected in another township."""

    county: County
    here: uuid.UUID
    there: uuid.UUID

    def client(self, kind: str, code: str, language: str = "en", **options: Any) -> Client:
        """A signed-in program."""
        client = Client(headers={"accept-language": language}, **options)
        client.force_login(User.objects.get(pk=self.county.users[kind, code]))
        return client


@pytest.fixture
def place() -> World:
    county = world.build()
    here, there = county.arrive(MORNING, GRID), county.arrive(MORNING, ELSEWHERE)
    receipt = county.send("arrival", here, {**ARRIVAL, "household": "郭门1-2-301"}, MORNING + HOUR)
    fever = county.send("daily_check", here, {"temperature": 38.5, "symptoms": "fever"}, MORNING + 2 * HOUR)
    assert not receipt.refused
    assert not fever.refused
    return World(county, here, there)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Requests are made two hours after the county's morning."""
    with running_on(SimulatedClock(NOW)):
        yield


def filled(subject: uuid.UUID, /, **more: Any) -> dict[str, Any]:
    """A daily check as a program sends it."""
    return {
        "id": str(uuid.uuid4()), "programme": "entry", "form": "daily_check", "subject": str(subject),
        "happened_at": NOW.isoformat(), "answers": {"temperature": 36.5, "symptoms": ["none"]}, **more}


def submit(client: Client, *sent: dict[str, Any], **options: Any) -> Any:
    """Post them; the response."""
    return client.post("/api/v1/submissions", list(sent), content_type="application/json", **options)
