"""One small demo for all tests of this folder, rolled back at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from fangxian import demo
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.programmes.folder import read_folder
from fangxian.programmes.load import load
from fangxian.subjects import tables

AT = dt.datetime(2020, 3, 20, 8, 10, tzinfo=dt.UTC)  # 16:10 in the county
AHEAD = -dt.timedelta(hours=7)  # loaded at 23:10
SCALE = 0.02


@pytest.fixture(scope="module")
def small_demo(django_db_setup: None, django_db_blocker: Any,
               tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demo county at two hundredths; gives the folder it wrote its files to."""
    before = settings.VAR, settings.KEYS
    settings.VAR = tmp_path_factory.mktemp("var")
    settings.KEYS = settings.VAR / "keys"
    with django_db_blocker.unblock():
        programme, _ = load(read_folder(settings.PROGRAMMES / "residents"))
        assert programme is not None
        tables.ensure(programme)
        with transaction.atomic(using="default"):
            with running_on(SimulatedClock(AT - AHEAD)):
                assert demo.load(scale=SCALE, progress=lambda line: None) == (AT, AHEAD)
            yield settings.VAR / "demo"
            transaction.set_rollback(True, using="default")
    settings.VAR, settings.KEYS = before
