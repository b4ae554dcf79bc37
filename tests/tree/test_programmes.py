"""Every shipped programme loads, with its worked examples passing and nothing left undecided by mistake."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import pytest

from fangxian.capture import listing
from fangxian.kernel.findings import errors
from fangxian.programmes.folder import read_folder
from fangxian.programmes.load import check, load

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDERS: Final = sorted(file.parent for file in ROOT.glob("programmes/*/programme.toml"))


def test_programmes_are_shipped() -> None:
    assert {"entry", "linelist"} <= {folder.name for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_shipped_programme_has_no_mistakes(folder: Path) -> None:
    assert [str(finding) for finding in errors(check(folder))] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_who_imports_people_may_see_who_they_are(folder: Path) -> None:
    """Or a list of guesses undoes a mask; lists that number their people, and replies, are matched by number alone."""
    programme, _ = load(read_folder(folder))
    assert programme is not None
    by_number = {form.id for form in programme.forms.values()
                 if form.question(listing.EXTERNAL_ID) is not None or programme.reply_by(form.id)}
    named = {form.id for form in programme.forms.values() if any(question.identity for question in form.questions)}
    with (folder / "permissions.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["post"], row["action"], row["on"]) for row in csv.DictReader(file)]
    seeing = {post for post, action, _ in rows if action == "identity"}
    importing = {post for post, action, on in rows if action == "import"
                 and (named if on == "*" else named & {on}) - by_number}
    assert importing <= seeing
