"""The benchmarks measure what the system does; here it is only tried that each of their programs begins."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("module", ["served", "singles", "pages", "recording", "importing", "turn", "areas", "full"])
def test_a_program_of_a_benchmark_begins(module: str) -> None:
    """Each in a process of its own, as it is run: what is imported first differs from here."""
    done = subprocess.run([sys.executable, "-c", f"import bench.{module}"], cwd=ROOT, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
