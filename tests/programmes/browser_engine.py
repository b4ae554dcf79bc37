"""The engine of the form library the pages are built with, asked in one Node process."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

FIELD: Final = Path(__file__).resolve().parents[2] / "field"
NEEDED: Final = ("@getodk/web-forms", "jsdom")


class Judged(NamedTuple):
    """Texts by name of what is relevant, names whose constraint does not hold, and why the form did not open."""

    values: dict[str, str]
    faults: frozenset[str]
    error: str


def judged(zone: str, forms: Sequence[str]) -> list[Judged]:
    """What the engine makes of XForms in a time zone, in their order; skips where it is not built."""
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    missing = [name for name in NEEDED if not (FIELD / "node_modules" / name).is_dir()]
    if node is None or missing:
        pytest.skip(f"the browser's engine is not here: {'no Node' if node is None else ', '.join(missing)}")
    asked = json.dumps({"zone": zone, "forms": list(forms)})
    done = subprocess.run(
        [node, "--no-warnings", "engine/judge.mjs"], cwd=FIELD, input=asked, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [_told(one) for one in json.loads(done.stdout)]


def _told(one: dict[str, Any]) -> Judged:
    return Judged(one.get("values", {}), frozenset(one.get("faults", ())), one.get("error", ""))
