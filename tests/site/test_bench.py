"""The benchmarks measure what the system does; here it is only tried that each of their programs begins."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("module", ["singles", "pages", "recording", "importing", "turn", "areas", "full"])
def test_a_program_of_a_benchmark_begins(module: str) -> None:
    """Each in a process of its own, as it is run: what is imported first differs from here."""
    done = subprocess.run([sys.executable, "-c", f"import bench.{module}"], cwd=ROOT, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr


def test_the_server_of_a_benchmark_begins() -> None:
    """What it serves looks for its database when it is imported; here it is taken for there."""
    there = "import sys, types; sys.modules['fangxian.site.wsgi'] = types.SimpleNamespace(application=None)"
    settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "fangxian.site.settings"}
    done = subprocess.run([sys.executable, "-c", f"{there}; import bench.served"], cwd=ROOT, capture_output=True,
                          text=True, check=False, env=settings)
    assert done.returncode == 0, done.stderr
