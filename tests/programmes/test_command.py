"""``fangxian programme``: a broken folder is named with file, row and column; a good one comes into force."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from fangxian.accounts.types import OPERATOR
from fangxian.kernel.errors import Problem
from fangxian.programmes import actions
from fangxian.programmes.folder import read_folder
from fangxian.programmes.models import Version

Broken = tuple[str, str, str, str]
BROKEN: dict[str, Broken] = {
    "toml": ("programme.toml", 'id = "linelist"', 'id = "linelist', "programme.toml row 3: This is not TOML"),
    "question": ("forms/case.md", "| date | onset |", "| dat | onset |", "forms/case.md [survey] row 9 column type: "),
    "cell": ("tables/status.csv", '""died""', '""died', "tables/status.csv row "),
    "post": ("permissions.csv", "county_duty,import", "county_dutty,import", "Did you mean “county_duty”?"),
}


def said(*arguments: str, code: int | None = None) -> str:
    out = io.StringIO()
    if code is None:
        call_command("programme", *arguments, stdout=out)
        return out.getvalue()
    with pytest.raises(SystemExit) as end:
        call_command("programme", *arguments, stdout=out)
    assert end.value.code == code
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(settings.PROGRAMMES / "linelist", tmp_path / "linelist"))


@pytest.mark.django_db
def test_whoever_may_not_publish_brings_nothing_into_force(folder: Path) -> None:
    by = replace(OPERATOR, kind="administrator")
    with pytest.raises(Problem, match="not_allowed"):
        actions.publish(read_folder(folder), by=by, at=dt.datetime(2020, 3, 20, tzinfo=dt.UTC))
    assert not Version.objects.exists()


@pytest.mark.parametrize("name", list(BROKEN))
def test_a_broken_folder_is_named_and_refused(folder: Path, name: str) -> None:
    file, right, wrong, sentence = BROKEN[name]
    text = (folder / file).read_text()
    assert right in text
    (folder / file).write_text(text.replace(right, wrong, 1))
    with translation.override("en"):
        assert sentence in said("check", str(folder), code=1)
    with translation.override("zh-hans"):
        assert "处，请留意" in said("check", str(folder), code=1)


def test_bytes_that_are_no_text_are_named(folder: Path) -> None:
    (folder / "forms/case.md").write_bytes(b"\xff\xfe\x00bad")
    with translation.override("en"):
        assert "forms/case.md row 1: The file is not UTF-8." in said("check", str(folder), code=1)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with translation.override("en"):
        assert "There is no such folder" in said("check", str(tmp_path / "nowhere"), code=1)


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_good_folder_comes_into_force_once(folder: Path) -> None:
    with translation.override("en"):
        assert "can be published" in said("check", str(folder))
        assert said("publish", str(folder)) == "linelist 1 is in force.\n"
        assert said("publish", str(folder)) == "linelist 1 was in force already.\n"
        assert said("list").startswith("* linelist 1  ")
        (folder / "permissions.csv").write_text((folder / "permissions.csv").read_text() + "\n")
        with pytest.raises(CommandError):
            said("publish", str(folder))
