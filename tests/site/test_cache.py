"""The cache reads back what this installation put there, and nothing else that stands in its table."""

from __future__ import annotations

import ast
import base64
import datetime as dt
import pickle
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection

from fangxian.kernel.text import Text
from fangxian.report.types import Span, TimedStep

pytestmark = pytest.mark.django_db
RUN: Final[list[str]] = []
MEANT: Final = {"fangxian/programmes/expressions/compile.py": "eval", "fangxian/dmn/few/program.py": "exec"}
"""Generated from a syntax tree of our own, never from a text: of what a county writes, names and values enter as
``repr`` has them."""
RUNS_WHAT_IT_READS: Final = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "yaml", "jsonpickle"}


def run(what: str) -> str:
    RUN.append(what)
    return what


class Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return run, ("ran",)


def put(key: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO site_cache (cache_key, value, expires) VALUES (%s, %s, now() + interval '1 hour')"
            " ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value", [f":1:{key}", value])


def kept(key: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM site_cache WHERE cache_key = %s", [f":1:{key}"])
        return str(cursor.fetchone()[0])


def test_a_pickle_in_the_table_is_not_run_and_reads_as_absent() -> None:
    RUN.clear()
    put("k", base64.b64encode(pickle.dumps(Bomb())).decode())
    assert cache.get("k") is None
    assert cache.get("k", 7) == 7
    assert RUN == []


@pytest.mark.parametrize("value", ["", "x", "[" * 5_000, '["x"]', "WzFd", "WzFd:1tAAAA:x", ".eJw:1tAAAA:x"])
def test_nor_is_anything_else_that_is_not_signed(value: str) -> None:
    put("k", value)
    assert cache.get("k") is None


def test_what_was_kept_under_one_key_says_nothing_under_another() -> None:
    cache.set("one", [1.0, 2.0])
    put("another", kept("one"))
    assert cache.get_many(["one", "another"]) == {"one": [1.0, 2.0]}


def test_it_keeps_as_a_cache_does() -> None:
    assert cache.get("k") is None
    assert cache.add("k", True, 60)
    assert not cache.add("k", False, 60)
    assert cache.get("k") is True
    cache.set("k", {"a": [1, "张"]}, 60)
    assert cache.get("k") == {"a": [1, "张"]}
    assert cache.touch("k", 90)
    cache.set("k", 1, -1)
    assert cache.get("k") is None
    assert not cache.touch("k", 90)
    assert cache.add("k", 2, None), "what is over is no more in the way"
    assert cache.incr("k") == 3
    assert cache.delete("k")
    assert cache.get("k") is None


def test_no_more_is_kept_than_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches["default"], "_max_entries", 5)
    for number in range(20):
        cache.set(f"k{number:02}", number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM site_cache")
        assert cursor.fetchone()[0] <= 6
    assert cache.get("k19") == 19


def test_the_times_of_a_step_come_back_as_they_were() -> None:
    spans = {dt.date(2020, 3, 20): Span(12.5, None, 3, 4)}
    step = TimedStep("isolated", Text("a", "甲"), Text("b", "乙"), spans)
    cache.set("k", [step.as_json()])
    assert [TimedStep.of_json(one) for one in cache.get("k")] == [step]


def test_nothing_in_the_tree_runs_what_it_reads() -> None:
    found = {}
    for path in sorted((Path(settings.ROOT) / "fangxian").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if _runs(node):
                found[str(path.relative_to(settings.ROOT))] = _runs(node)
    assert found == MEANT


def _runs(node: ast.AST) -> str:
    """The name by which something would run what it reads, or nothing."""
    if isinstance(node, ast.Import):
        named = {one.name.partition(".")[0] for one in node.names}
    elif isinstance(node, ast.ImportFrom):
        named = {(node.module or "").partition(".")[0]}
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id if node.func.id in {"eval", "exec"} else ""
    else:
        return ""
    return " ".join(named & RUNS_WHAT_IT_READS)
