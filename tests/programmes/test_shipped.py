"""The programmes that come with Fangxian load, and their forms work in the field and here."""

from __future__ import annotations

from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from fangxian.kernel.findings import errors
from fangxian.programmes.folder import read_folder
from fangxian.programmes.forms.xform import to_xform
from fangxian.programmes.load import load

SHIPPED = sorted(path.parent for path in (Path(__file__).resolve().parents[2] / "programmes").glob("*/programme.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_loads_without_a_mistake(path: Path) -> None:
    programme, findings = load(read_folder(path))
    assert [str(found) for found in errors(findings)] == []
    assert programme is not None
    assert programme.id == path.name


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_form_becomes_an_xform(path: Path) -> None:
    programme, _ = load(read_folder(path), published=True)
    assert programme is not None
    for form in programme.forms.values():
        assert fromstring(to_xform(form)) is not None
