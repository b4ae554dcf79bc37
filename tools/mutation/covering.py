"""Which tests reach which line, and how long each takes: one run of the suite with coverage, kept beside the cache."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import coverage

from .faults import Fault

EXCLUDED: Final = ("tests/browser", "tests/site", "tests/demo", "tests/api/test_schema.py",
                   "tests/invariants/test_kill.py")
_FOREVER: Final = 600.0


class Covering:
    """Looks up the tests for a fault; ``seconds`` are those of the run that was measured."""

    def __init__(self, root: Path, data: Path, times: Path) -> None:
        self.root = root
        self.seconds: dict[str, float] = json.loads(times.read_text("utf-8"))
        self.data = coverage.CoverageData(basename=str(data))
        self.data.read()
        self.lines: dict[str, dict[int, list[str]]] = {}

    def tests(self, fault: Fault, budget: float) -> list[str]:
        """As many as fit into the budget of seconds: of the fault's own package first, one case of each test before
        the second of any, quick ones first.
        """
        by_line = self._by_line(fault.file)
        reached = by_line.get(fault.line) or by_line.get(fault.statement) or []
        if not fault.function:
            reached = [test for tests in by_line.values() for test in tests]
        package = f"tests/{Path(fault.file).parts[1]}/"
        named = {test.split("|", 1)[0] for test in reached} - {""}
        quick = sorted(named, key=lambda test: (self.seconds.get(test, _FOREVER), test))
        seen: Counter[str] = Counter()
        place: dict[str, tuple[bool, int]] = {}
        for test in quick:
            function = test.split("[", 1)[0]
            place[test] = not test.startswith(package), seen[function]
            seen[function] += 1
        return _within(sorted(quick, key=place.__getitem__), self.seconds, budget)

    def _by_line(self, file: str) -> dict[int, list[str]]:
        if file not in self.lines:
            self.lines[file] = self.data.contexts_by_lineno(str(self.root / file))
        return self.lines[file]


def _within(tests: Sequence[str], seconds: dict[str, float], budget: float) -> list[str]:
    chosen: list[str] = []
    spent = 0.0
    for test in tests:
        if test not in seconds or (chosen and spent + seconds[test] > budget):
            continue
        chosen.append(test)
        spent += seconds[test]
    return chosen


def measure(root: Path, folder: Path, tests: Sequence[str]) -> None:
    """Run the suite once and write ``coverage`` and ``times.json`` into the folder; raises when a test fails.

    Folders that are named are added to what is measured already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    added = ["--cov-append"] if tests else []
    left_out = [f"--ignore={name}" for name in EXCLUDED]
    settings = folder / "coverage.ini"
    settings.write_text("[run]\nsource = fangxian\n", "utf-8")
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--cov=fangxian", f"--cov-config={settings}", "--cov-context=test",
         "--cov-report=", "-p", "mutation.timing", *added, *left_out, *tests],
        cwd=root, check=True, env={
            **os.environ, "COVERAGE_FILE": str(folder / "coverage"), "MUTATION_TIMES": str(folder / "times.json"),
            "PYTHONPATH": str(root / "tools")})
