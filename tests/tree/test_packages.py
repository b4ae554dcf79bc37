"""Each package says in which order to read it, and names nothing that is not there."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from .test_sources import ROOT, name

_NAMED: Final = re.compile(r"``([a-z_]+)(?:\.[a-z_]+)*``")
_FEWEST: Final = 3
PACKAGES: Final = sorted(path.parent for path in (ROOT / "fangxian").glob("*/__init__.py"))


@pytest.mark.parametrize("package", PACKAGES, ids=name)
def test_a_package_says_in_which_order_to_read_it(package: Path) -> None:
    said = ast.get_docstring(ast.parse((package / "__init__.py").read_text("utf-8"))) or ""
    _, found, order = said.partition("\n\nRead ")
    assert found, "say after the first sentence in which order to read it: Read ``types`` …, then …"
    named = _NAMED.findall(order)
    assert len(set(named)) >= _FEWEST
    packages = {path.name for path in PACKAGES}
    assert [one for one in named if one not in packages
            and not (package / f"{one}.py").exists() and not (package / one).is_dir()] == []


def test_there_are_packages() -> None:
    assert {"journal", "kernel", "site"} <= {path.name for path in PACKAGES}
