"""The journal is checked as it is at one moment, whatever others record meanwhile."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import verify
from tests.county import County

from .filing import GRID
from .scratch import scratch as scratch
from .sending import send


def test_what_is_recorded_meanwhile_is_no_break(
        scratch: County, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch) -> None:
    read, numbers = verify._batches, iter(range(1, 10))

    def and_then_somebody_records() -> list[Any]:
        found = read()
        writer = threading.Thread(target=record, args=(next(numbers),))
        writer.start()
        writer.join()
        return found

    def record(number: int) -> None:
        send([uuid.UUID(int=0xC << 96 | 0x7000 << 64 | 0x8 << 60 | number)], scratch.paths[GRID])
        connection.close()

    with django_db_blocker.unblock():
        record(0)
        monkeypatch.setattr(verify, "_batches", and_then_somebody_records)
        with verify.one_snapshot(), working_in(SYSTEM):
            count, broken = verify.verify()
        assert broken == []
        with working_in(SYSTEM):
            more, torn = verify.verify()
        assert more > count
        assert torn, "without a snapshot what was recorded meanwhile looks like a break"
        connection.close()
