"""Every shipped programme loads, with its worked examples passing and nothing left undecided by mistake."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from fangxian.kernel.findings import errors
from fangxian.programmes.load import check

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDERS: Final = sorted(file.parent for file in ROOT.glob("programmes/*/programme.toml"))


def test_programmes_are_shipped() -> None:
    assert {"entry", "linelist"} <= {folder.name for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_shipped_programme_has_no_mistakes(folder: Path) -> None:
    assert [str(finding) for finding in errors(check(folder))] == []
