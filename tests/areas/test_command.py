"""``fangxian areas`` as a county's administrator meets it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from fangxian.areas import queries
from fangxian.site.settings import ROOT
from tests.areas.trees import COUNTY

pytestmark = pytest.mark.django_db


def run(*words: str, language: str = "en") -> str:
    out = io.StringIO()
    with translation.override(language):
        call_command("areas", *words, stdout=out, stderr=out)
    return out.getvalue()


def write(folder: Path, *rows: tuple[str, str, str, str]) -> str:
    file = folder / "areas.csv"
    file.write_text("\n".join(["code,name,level,parent", *map(",".join, rows)]), "utf-8")
    return str(file)


def test_a_first_load_needs_no_confirmation_and_a_second_does_nothing(tmp_path: Path) -> None:
    file = write(tmp_path, *COUNTY)
    assert "13 new, 0 renamed" in run("load", file)
    assert "不变 13" in run("load", file, language="zh-hans")


def test_what_changes_the_tree_is_shown_first_and_waits_for_yes(tmp_path: Path) -> None:
    run("load", write(tmp_path, *COUNTY))
    file = write(tmp_path, *COUNTY[:3], ("370812", "新兖州区", "county", "3708"))
    shown = run("load", file)
    assert "370812 兖州区 → 新兖州区" in shown
    assert "--yes" in shown
    assert queries.by_code(["370812"])["370812"].name == "兖州区"
    run("load", file, "--yes")
    assert queries.by_code(["370812"])["370812"].name == "新兖州区"


def test_a_wrong_file_is_refused_with_row_and_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="Nothing was written"):
        run("load", write(tmp_path, *COUNTY, ("9", "X", "grid", "nowhere")))
    assert queries.children("") == []


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be opened"):
        run("load", str(tmp_path / "missing.csv"))


def test_the_tree_the_documentation_shows_can_be_loaded(tmp_path: Path) -> None:
    [shown] = re.findall(r"^```\n(code,name,.*?)^```", (ROOT / "docs" / "running.md").read_text("utf-8"), re.M | re.S)
    (tmp_path / "areas.csv").write_text(shown, "utf-8")
    assert f"{len(shown.splitlines()) - 1} new" in run("load", str(tmp_path / "areas.csv"))


def test_levels_of_another_country_come_from_a_file(tmp_path: Path) -> None:
    levels = tmp_path / "levels.csv"
    levels.write_text("code,name_en,name_zh,tier\nstate,State,州,county\n", "utf-8")
    assert "1 new" in run("load", write(tmp_path, ("KN", "Kano", "state", "")), "--levels", str(levels))
    assert "State: 1" in run("show")


def test_changes_and_reads_by_code(tmp_path: Path) -> None:
    run("load", write(tmp_path, *COUNTY))
    run("rename", "370811002", "许家庄街道")
    assert "370811002  山东省 / 济宁市 / 任城区 / 许家庄街道" in run("find", "许家庄")
    run("merge", "370811002", "--into", "370811005")
    assert "Community or village: 4" in run("show", "370811")
    run("end", "370811005001")
    assert "Community or village: 3" in run("show", "370811")
    assert run("blind-spots", "370811", "--kind", "grid_worker").splitlines()[0] == "4"
    with pytest.raises(CommandError, match="There is no area 1 in force"):
        run("show", "1")
