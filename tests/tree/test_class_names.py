"""One word, one thing: a public class is found by its name alone."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path
from typing import Final

from .test_sources import ROOT, modules, name

_DJANGO_SAYS: Final = {"Command"}
"""What Django wants to find under this name in every module of a kind."""


def classes(path: Path) -> list[str]:
    """The public classes a module holds."""
    tree = ast.parse(path.read_text("utf-8"))
    return [node.name for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]


def test_a_public_class_has_a_name_of_its_own() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for path in modules():
        if path.is_relative_to(ROOT / "fangxian"):
            for one in classes(path):
                found[one].append(name(path))
    several = {one: where for one, where in found.items() if len(where) > 1 and one not in _DJANGO_SAYS}
    assert several == {}, "give the new class a name of its own"
