"""What is broken: the pure rules and the steps whole; everywhere else only rights, locks and the filters of drills."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .faults import Fault, sites

RULES: Final = (
    "fangxian/*/rules.py", "fangxian/*/rules/*.py", "fangxian/*/steps.py", "fangxian/*/steps/*.py",
    "fangxian/accounts/actions.py", "fangxian/accounts/queries.py", "fangxian/accounts/requests.py",
    "fangxian/accounts/reshaping.py",
    "fangxian/areas/standing.py",
    "fangxian/capture/matching/*.py", "fangxian/capture/versions.py", "fangxian/capture/undoing.py",
    "fangxian/decide/*.py",
    "fangxian/intake/*.py",
    "fangxian/journal/*.py",
    "fangxian/programmes/facts.py", "fangxian/programmes/forms/answers.py",
    "fangxian/report/queries/*.py",
    "fangxian/subjects/actions.py", "fangxian/subjects/vault.py",
    "fangxian/tasks/*.py",
)
NEVER: Final = ("models.py", "apps.py", "errors.py", "__init__.py", "/migrations/", "/management/", "/demo/",
                "/site/reference/", "listing.py")
EVERYWHERE: Final = frozenset({"right", "lock", "drill"})


def all_faults(root: Path) -> Iterator[Fault]:
    """Every fault that a full run tries, in the order of the files."""
    ruled = {path for pattern in RULES for path in root.glob(pattern)}
    for path in sorted((root / "fangxian").rglob("*.py")):
        file = path.relative_to(root).as_posix()
        if any(part in f"/{file}" for part in NEVER):
            continue
        for site in sites(ast.parse(path.read_text("utf-8")), file):
            if path in ruled or site.fault.kind in EVERYWHERE:
                yield site.fault
