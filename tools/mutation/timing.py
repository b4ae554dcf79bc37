"""A pytest plugin that writes how long each test took with what it sets up, beside what was measured before."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path

import pytest

_taken: defaultdict[str, float] = defaultdict(float)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _taken[report.nodeid] += report.duration


def pytest_sessionfinish() -> None:
    path = Path(os.environ["MUTATION_TIMES"])
    before = json.loads(path.read_text("utf-8")) if path.exists() else {}
    path.write_text(json.dumps(before | _taken), "utf-8")
