"""The tool that puts faults into running code: it finds them, names them, and every reference sees them."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
sys.path.insert(0, str(TOOLS))
from mutation.faults import Fault, sites  # noqa: E402 - the tools are no installed package
from mutation.live import NotThere, break_now  # noqa: E402
from mutation.report import lines  # noqa: E402
from mutation.sql_faults import rewritten  # noqa: E402

SOURCE = '''
_LIST = "SELECT id FROM tasks WHERE NOT drill AND due <= %s FOR UPDATE OF t SKIP LOCKED"
_ALL = _LIST + " ORDER BY id"


def late(due, now, seen):
    """Not 1 of these words is a fault."""
    require(seen)
    if not seen:
        return False
    return due < now and [one for one in seen if one]


class Post:
    def first(self, rows):
        self.require_rows(rows)
        return rows.filter(drill=False).select_for_update()[0]
'''


def faults() -> list[Fault]:
    return [site.fault for site in sites(ast.parse(SOURCE), "fangxian/sample.py")]


@pytest.mark.parametrize(("kind", "what"), [
    ("right", "without: require(seen)"),
    ("call", "without: self.require_rows(rows)"),
    ("guard", "never: if not seen"),
    ("condition", "not seen → seen"),
    ("constant", "False → True"),
    ("comparison", "due < now → due <= now"),
    ("condition", "due < now and [one for one in seen if one] → due < now"),
    ("filter", "without: if one"),
    ("drill", "rows.filter(drill=False) → rows.filter()"),
    ("lock", "rows.filter(drill=False).select_for_update() → rows.filter(drill=False)"),
    ("drill", "NOT drill → true in: "),
    ("lock", "FOR UPDATE OF t SKIP LOCKED → nothing in: "),
    ("sql", "<= → < in: "),
])
def test_a_fault_is_found(kind: str, what: str) -> None:
    assert any(one.kind == kind and one.what.startswith(what) for one in faults())


def test_words_for_people_hold_no_fault() -> None:
    assert not any("words" in one.what for one in faults())
    assert list(rewritten("Choose who is NOT drill <= 3")) == []


def test_the_end_of_a_range_of_paths_is_left_as_it_is() -> None:
    statement = "SELECT id FROM tasks WHERE path >= %s AND path < %s AND due < %s"
    assert {whole for _, _, whole in rewritten(statement)} == {
        "SELECT id FROM tasks WHERE path > %s AND path < %s AND due < %s",
        "SELECT id FROM tasks WHERE path >= %s AND path < %s AND due <= %s"}


def test_keys_tell_faults_apart() -> None:
    keys = [one.key for one in faults()]
    assert len(keys) == len(set(keys))


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[ModuleType]:
    path = tmp_path / "sample.py"
    path.write_text(SOURCE.replace("    require(seen)\n", ""), "utf-8")
    spec = importlib.util.spec_from_file_location("fangxian_sample", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def put(sample: ModuleType, what: str) -> None:
    root = Path(str(sample.__file__)).parent
    tree = ast.parse((root / "sample.py").read_text("utf-8"))
    break_now(root, next(site.fault for site in sites(tree, "sample.py") if site.fault.what.startswith(what)))


def test_every_reference_to_a_function_sees_its_fault(sample: ModuleType) -> None:
    held = sample.late
    assert not held(3, 3, [1])
    put(sample, "due < now → due <= now")
    assert held(3, 3, [1])
    assert sample.late is held


def test_what_is_made_of_a_constant_sees_its_fault(sample: ModuleType) -> None:
    put(sample, "FOR UPDATE")
    assert "FOR UPDATE" not in sample._LIST + sample._ALL
    assert sample._ALL.endswith(" ORDER BY id")


def test_a_fault_in_what_nobody_imported_is_told(tmp_path: Path) -> None:
    (tmp_path / "fangxian").mkdir()
    (tmp_path / "fangxian" / "sample.py").write_text(SOURCE, "utf-8")
    with pytest.raises(NotThere):
        break_now(tmp_path, next(one for one in faults() if one.function == "late"))


def test_who_is_left_is_named_and_who_is_argued_away_is_not() -> None:
    first, second, third = faults()[:3]
    said = "\n".join(lines([(first, "survived"), (second, "caught"), (third, "survived")], {third.key: "the same"}))
    assert first.what in said.split("Nobody noticed:")[1]
    assert third.what not in said.split("Nobody noticed:")[1]
    assert "33.3%" in said
