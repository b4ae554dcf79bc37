"""`python tools/mutants.py`: puts small faults into the running code, one at a time, and prints what no test noticed.

The first run measures which tests reach which line (as long as the suite takes, twice over); later runs use that until
`--measure` asks for it anew: of the folders that are named, beside what is measured already. `--only`, `--kinds` and
`--sample` make a run short. `--again` tries what is left of the last run once more and adds it to the others; together
with `--by` it tries new tests, which nobody has measured yet.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
from mutation import covering, report, targets, trial
from mutation.faults import Fault

ROOT: Final = Path(__file__).resolve().parents[1]
KEPT: Final = ROOT / ".mutation"
ARGUED: Final = ROOT / "tests" / "argued_faults.toml"


def main(arguments: Sequence[str]) -> int:
    given = _arguments(arguments)
    if given.worker:
        return _work(Path(given.worker), given.budget, given.by)
    if given.measure or not (KEPT / "times.json").exists():
        covering.measure(ROOT, KEPT, given.tests)
    faults = _chosen(given)
    print(f"{len(faults)} faults, seed {given.seed}", flush=True)
    outcomes = _beside(_read(KEPT / "last.jsonl") if given.again else [], _try_all(faults, given))
    (KEPT / "last.jsonl").write_text("\n".join(trial.as_line(*one, 0) for one in outcomes) + "\n", "utf-8")
    print("\n".join([*report.lines(outcomes, report.argued(ARGUED)), *report.other(outcomes)]))
    return 0


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="*", help="files, as a pattern: fangxian/tasks/*")
    parser.add_argument("--kinds", default="", help="kinds of fault, with commas: right,lock,drill,comparison …")
    parser.add_argument("--sample", type=int, default=0, help="so many faults, drawn with the seed")
    parser.add_argument("--seed", type=int, default=20200320)
    parser.add_argument("--budget", type=float, default=60.0, help="seconds of tests a fault")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--again", action="store_true", help="only what the last run left unnoticed")
    parser.add_argument("--by", default="", help="only these files of tests, with commas, measured or not")
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--worker", default="", help=argparse.SUPPRESS)
    parser.add_argument("tests", nargs="*", help="folders of tests to measure; all when none is named")
    return parser.parse_args(arguments)


def _chosen(given: argparse.Namespace) -> list[Fault]:
    kinds = set(given.kinds.split(",")) - {""}
    found = [one for one in targets.all_faults(ROOT)
             if fnmatch.fnmatch(one.file, given.only) and (not kinds or one.kind in kinds)]
    if given.again:
        left = {fault.key for fault, outcome in _read(KEPT / "last.jsonl") if outcome in report.UNNOTICED}
        found = [one for one in found if one.key in left]
    if given.sample and given.sample < len(found):
        found = sorted(random.Random(given.seed).sample(found, given.sample), key=found.index)
    return found


def _beside(before: Sequence[report.Outcome], now: Sequence[report.Outcome]) -> list[report.Outcome]:
    """What was found before, where it was not tried anew."""
    tried = {fault.key for fault, _ in now}
    kept = [one for one in before if one[0].key not in tried]
    return sorted([*kept, *now], key=lambda one: (one[0].file, one[0].line))


def _try_all(faults: Sequence[Fault], given: argparse.Namespace) -> list[report.Outcome]:
    """Shared out among worker processes, each with a database of its own; progress is printed once a minute."""
    parts, workers = [], given.workers
    for number in range(workers):
        part = KEPT / f"part-{number}"
        part.with_suffix(".todo").write_text(
            "\n".join(trial.as_line(fault, "", 0) for fault in faults[number::workers]), "utf-8")
        part.with_suffix(".done").write_text("", "utf-8")
        command = [sys.executable, __file__, "--worker", str(part), "--budget", str(given.budget), "--by", given.by]
        with part.with_suffix(".log").open("w") as log:
            parts.append((part, subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, stdin=subprocess.DEVNULL)))
    begun = told = time.monotonic()
    while any(process.poll() is None for _, process in parts):
        time.sleep(1)
        if time.monotonic() - told > 60:
            told = time.monotonic()
            done = sum(len(_read(part.with_suffix(".done"))) for part, _ in parts)
            print(f"  {done} of {len(faults)} after {(told - begun) / 60:.0f} min", flush=True)
    outcomes = [one for part, _ in parts for one in _read(part.with_suffix(".done"))]
    if len(outcomes) < len(faults):
        print(f"{len(faults) - len(outcomes)} were not tried; see {KEPT}/part-*.log", file=sys.stderr)
    return outcomes


def _read(path: Path) -> list[report.Outcome]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
    return [(Fault(*row[:8]), row[8]) for row in rows]


def _work(part: Path, budget: float, by: str) -> int:
    """One worker: collects the tests once, then forks a process for each of its faults."""
    faults = [fault for fault, _ in _read(part.with_suffix(".todo"))]
    covered = covering.Covering(ROOT, KEPT / "coverage", KEPT / "times.json")
    tests = None if by else [covered.tests(fault, budget) for fault in faults]
    done = part.with_suffix(".done").open("a", buffering=1, encoding="utf-8")

    def said(fault: Fault, outcome: str, seconds: float) -> None:
        done.write(trial.as_line(fault, outcome, seconds) + "\n")

    os.chdir(ROOT)
    named = by.split(",") if by else [f"--ignore={name}" for name in covering.EXCLUDED]
    plugin = trial.Trial(ROOT, faults, tests, covered.seconds, said)
    return int(pytest.main(["-p", "no:cacheprovider", *named], plugins=[plugin]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
