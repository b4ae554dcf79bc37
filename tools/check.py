"""Every check that needs no test run: `make check`. Two at a time, one line each, the words of those that failed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
BIN: Final = Path(sys.executable).parent
DJANGO: Final = (sys.executable, "-W", "ignore", "-m", "fangxian")


class Check(NamedTuple):
    """A command that says nothing is wrong by ending with 0, and how to mend what it finds."""

    name: str
    command: Sequence[str]
    mend: str


CHECKS: Final = (
    Check("types (mypy strict)", (str(BIN / "mypy"), "--no-error-summary"), ""),
    Check("style (ruff)", (str(BIN / "ruff"), "check", "--quiet", "--output-format", "concise", "."),
          "make fix mends much of it"),
    Check("imports (import-linter)", (str(BIN / "lint-imports"),), ""),
    Check("migrations", (*DJANGO, "makemigrations", "--check", "--dry-run"), "fangxian makemigrations"),
    Check("deployment (Django's own)", (*DJANGO, "check", "--fail-level", "WARNING"), ""),
    Check("generated docs", (*DJANGO, "docs", "--check"), "make docs"),
    Check("translations", (sys.executable, "tools/messages.py", "--check"),
          "make fix adds what is missing to fangxian/locale; then translate it"),
)


class Result(NamedTuple):
    check: Check
    passed: bool
    said: str
    seconds: float


def run(check: Check) -> Result:
    begun = time.monotonic()
    done = subprocess.run(
        check.command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "fangxian.site.settings"}, check=False)
    return Result(check, done.returncode == 0, done.stdout.strip(), time.monotonic() - begun)


def show(result: Result) -> None:
    print(f"  {'ok    ' if result.passed else 'FAILED'}  {result.check.name} ({result.seconds:.1f} s)", flush=True)
    if not result.passed:
        print("\n".join(f"      {line}" for line in result.said.splitlines()))
        if result.check.mend:
            print(f"      → {result.check.mend}", flush=True)


def main() -> int:
    failed = 0
    with ThreadPoolExecutor(2) as pool:
        for result in pool.map(run, CHECKS):
            show(result)
            failed += not result.passed
    print("All checks passed." if not failed else f"{failed} of {len(CHECKS)} checks failed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
