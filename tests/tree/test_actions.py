"""Every write decides whether it may, or makes sure that its caller did."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import getmembers, getsource, isfunction, signature, unwrap
from pathlib import Path
from textwrap import dedent
from typing import Any, Final, cast

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCES: Final = sorted(path.relative_to(ROOT) for path in (ROOT / "fangxian").rglob("*.py"))
OF_THE_MACHINE: Final = {
    "fangxian.journal.actions.run": "a step of record(), which is guarded",
    "fangxian.journal.actions.add_lines": "a step of record(), which is guarded",
    "fangxian.journal.actions.entry_of": "makes a value, writes nothing",
    "fangxian.journal.actions.tick": "the clock",
    "fangxian.report.actions.compact": "a job that sums up",
    "fangxian.capture.actions.fail": "a job that died gives up",
    "fangxian.programmes.actions.on_publication": "packages register themselves when they start",
    "fangxian.subjects.actions.hold": "takes a lock, writes nothing",
    "fangxian.capture.actions.awaits": "takes a lock and reads, writes nothing",
    "fangxian.programmes.actions.against_what_stands": "reads, writes nothing",
    "fangxian.intake.actions.look": "judges, writes nothing but the look",
    "fangxian.intake.actions.submit": "judges each filing by itself; record(), which writes, is guarded",
    "fangxian.accounts.actions.log_access": "a look is kept whatever was decided",
}


def modules() -> list[str]:
    accounts = ROOT / "fangxian" / "accounts"
    found = [*(ROOT / "fangxian").rglob("actions.py"), accounts / "approvals.py", accounts / "reshaping.py"]
    return sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in found)


def public(module: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, deed in getmembers(import_module(module), isfunction):
        if not name.startswith("_") and deed.__module__ == module:
            yield f"{module}.{name}", deed


ACTIONS: Final = [one for module in modules() for one in public(module)]


def test_there_are_actions_to_look_at() -> None:
    assert len(ACTIONS) > 40
    assert set(OF_THE_MACHINE) <= {name for name, _ in ACTIONS}, "what is excused is there"


@pytest.mark.parametrize(("name", "deed"), ACTIONS, ids=[name for name, _ in ACTIONS])
def test_every_action_is_decided(name: str, deed: Callable[..., Any]) -> None:
    guarded = hasattr(deed, "asks")
    assert guarded != (name in OF_THE_MACHINE), "kernel.decisions: @decides where it asks itself, else @decided_before"
    if guarded and deed.asks is None:  # type: ignore[attr-defined]
        assert signature(deed).parameters["by"].annotation == "Acting", "only who acts can be asked what they may"


OF_ONESELF: Final = {
    "fangxian.accounts.actions.set_own_phone", "fangxian.accounts.actions.end_own_sessions",
    "fangxian.accounts.factors.actions.add_app", "fangxian.accounts.factors.actions.add_passkey",
    "fangxian.accounts.factors.actions.new_codes", "fangxian.accounts.factors.actions.remove",
    "fangxian.accounts.factors.actions.tell_of_code"}
THROUGH_ANOTHER: Final = {
    "fangxian.accounts.actions.make_user": "make_users",
    "fangxian.accounts.actions.give_post": "give_posts"}
WHO_MAY_DO_WHAT: Final = [
    (name, deed) for name, deed in ACTIONS if name.startswith("fangxian.accounts.") and name not in OF_THE_MACHINE]


@pytest.mark.parametrize(("name", "deed"), WHO_MAY_DO_WHAT, ids=[name for name, _ in WHO_MAY_DO_WHAT])
def test_who_changes_who_may_do_what_waits_for_the_others_first(name: str, deed: Callable[..., Any]) -> None:
    """Of two sent at once the second is judged by what the first did; only what is one's own needs no turn."""
    written = cast(ast.FunctionDef, ast.parse(dedent(getsource(unwrap(deed)))).body[0])
    done = [ast.unparse(one) for one in written.body[1:]]
    if name in THROUGH_ANOTHER:
        assert f" {THROUGH_ANOTHER[name]}(" in done[0]
    else:
        assert ("by = checks.in_turn(by, at)" in done) == (name not in OF_ONESELF)
        assert name in OF_ONESELF or done[0] == "by = checks.in_turn(by, at)"


def loops_of_questions(tree: ast.AST) -> Iterator[int]:
    """Loops that do nothing but ask for a right: one without a turn asks for none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and all(
                isinstance(line, ast.Expr) and isinstance(line.value, ast.Call)
                and ast.unparse(line.value.func).split(".")[-1] in {"require", "require_place"} for line in node.body):
            yield node.lineno


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_no_right_is_asked_for_in_a_loop(path: Path) -> None:
    if path != Path("fangxian/accounts/rules.py"):
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert list(loops_of_questions(tree)) == [], "rules.require_each refuses none"


def test_such_a_loop_is_found() -> None:
    assert list(loops_of_questions(ast.parse("for one in found:\n    rules.require(by, SEE, one)")))
    assert not list(loops_of_questions(ast.parse("for one in found:\n    require(by, SEE, one)\n    show(one)")))


@pytest.mark.parametrize("path", [one for one in SOURCES if one.parts[1] == "console" or one.parts[2:3] == ("api",)],
                         ids=str)
def test_no_page_acts_as_the_operator(path: Path) -> None:
    names = {node.id for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))) if isinstance(node, ast.Name)}
    assert "OPERATOR" not in names, "a request has the rights of its post and no others"
