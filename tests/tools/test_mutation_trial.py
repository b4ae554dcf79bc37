"""Trying faults with tests that need no database, of several files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = "def late(due, now):\n    return due < now\n\n\ndef early(due, now):\n    return due > now\n"
FIRST = "import sample\n\n\ndef test_it_is_late():\n    assert sample.late(1, 2)\n"
SECOND = """
import pytest
from things import sample


@pytest.fixture(scope="module")
def now():
    return 3


def test_it_is_not_late(now):
    assert not sample.late(3, now)


def test_it_is_not_early(now):
    assert not sample.early(2, now)
"""
RUN = """
import ast
import sys
from pathlib import Path
import pytest
from mutation.faults import sites
from mutation.trial import Trial

root = Path.cwd()
faults = [site.fault for site in sites(ast.parse((root / "things/sample.py").read_text()), "things/sample.py")]
said = []
plugin = Trial(root, faults, None, {}, lambda fault, outcome, seconds: said.append(f"{fault.function} {outcome}"))
pytest.main(["-q", "-c", "own.ini", "--ds=fangxian.site.settings", "-p", "no:cacheprovider"], plugins=[plugin])
print(", ".join(said))
"""


def test_faults_are_tried_by_pure_tests_of_several_files_without_a_database(tmp_path: Path) -> None:
    (tmp_path / "things").mkdir()
    for name, text in (("things/sample.py", SAMPLE), ("test_first.py", FIRST), ("test_second.py", SECOND),
                       ("own.ini", "")):
        (tmp_path / name).write_text(text, "utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tools'}:{tmp_path}"})
    assert ran.stdout.splitlines()[-1] == "late caught, early survived"
