"""What is agreed about the text of the tree itself."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
# Put together here, so that this file does not name them either.
_INDEX_HOSTS: Final = re.compile(
    "|".join((r"py" r"pi\.org", r"python" r"hosted\.org", r"registry\.npm" r"js", r"npm" r"mirror",
              r"registry\.yarn" r"pkg", r"(index|registry)[-_]?ur" r"l\s*=\s*\S*//")))
_LONGEST_FILE: Final = 450
_NO_NAMES: Final = {"utils", "helpers", "services", "managers", "util", "helper", "misc", "common"}
_IMPORTS_LATE: Final = ("apps.py", "recorder.py")  # models are loaded only when Django is ready


def tracked() -> list[Path]:
    """Files of the repository: what git knows, else every file that is no build product."""
    asked = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        return [path for folder in ("fangxian", "tests", "tools", "bench", "docs", "programmes", "field/src")
                for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    named = (ROOT / name for name in done.stdout.decode().split("\0") if name)
    return [path for path in named if path.is_file()]


def modules() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py" and "migrations" not in path.parts]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_names_a_package_index() -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "ignore")
        found += [f"{name(path)}: {hit.group()}" for hit in _INDEX_HOSTS.finditer(text)]
    assert found == []


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_module_keeps_the_agreements(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert not list(_imports_inside(tree)) or path.name in _IMPORTS_LATE, "imports stand at the top"
    assert not list(_skips_without_reason(tree)), "a skipped test says why"
    assert path.stem not in _NO_NAMES, "a name that describes nothing"
    assert len(path.read_text("utf-8").splitlines()) <= _LONGEST_FILE, "make it a folder of the same name"


def _imports_inside(tree: ast.AST) -> Iterator[int]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield node.lineno


def _skips_without_reason(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"pytest.mark.skip", "pytest.mark.xfail"}:
            if not _is_called_with_reason(tree, node):
                yield node.lineno
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"pytest.skip", "pytest.mark.skipif"}:
            told = bool(node.args) if ast.unparse(node.func) == "pytest.skip" else False
            if not told and not any(word.arg == "reason" for word in node.keywords):
                yield node.lineno


def _is_called_with_reason(tree: ast.AST, mark: ast.Attribute) -> bool:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.func is mark)
    return any(call.args or call.keywords for call in calls)


@pytest.mark.parametrize("line", ["pytest.mark.skip", "pytest.skip()", "pytest.mark.skipif(True)"])
def test_a_skip_without_a_reason_is_found(line: str) -> None:
    assert list(_skips_without_reason(ast.parse(line)))


@pytest.mark.parametrize("line", ["pytest.skip('no browser here')", "pytest.mark.skipif(True, reason='no data here')"])
def test_a_skip_with_a_reason_is_left_alone(line: str) -> None:
    assert not list(_skips_without_reason(ast.parse(line)))
