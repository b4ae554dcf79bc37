"""A demo that is thrown away takes along what would contradict the next one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fangxian import demo
from fangxian.demo import marker
from fangxian.demo.marker import DemoState
from fangxian.journal import checkpoint
from fangxian.kernel.errors import Problem


@pytest.mark.parametrize("state", list(DemoState))
def test_the_checkpoints_of_a_journal_go_with_it_and_with_nothing_else(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, state: DemoState,
) -> None:
    """Signed again over another journal, the last one would say that the first batches are not what they were."""
    settings.VAR, settings.CHECKPOINTS = tmp_path / "var", tmp_path / "checkpoints"
    settings.CHECKPOINTS.mkdir()
    for name in ("2020-03-20.checkpoint", "2020-03-21.refused", "kept.txt"):
        (settings.CHECKPOINTS / name).write_text("signed")
    monkeypatch.setattr(marker, "state", lambda: state)
    monkeypatch.setattr(marker, "wipe", lambda: None)
    is_demo = state in (DemoState.HALF, DemoState.LOADED)
    if is_demo:
        demo.reset()
    else:
        with pytest.raises(Problem):
            demo.reset()
    assert (checkpoint.published() is None, bool(checkpoint.days(9))) == (is_demo, not is_demo)
    assert (settings.CHECKPOINTS / "kept.txt").exists()
