"""Reading folders within bounds, and packing them the same way every time."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.programmes import folder
from fangxian.programmes.folder import FolderError, digest, pack, read_folder, unpack

from .forms_for_tests import STEADY

NAMES = st.from_regex(r"[a-z]{1,6}(/[a-z]{1,6}\.csv)?", fullmatch=True)
FOLDERS = st.dictionaries(NAMES, st.binary(max_size=50), max_size=6)


@STEADY
@given(FOLDERS)
def test_packing_loses_nothing_and_knows_no_order(files: dict[str, bytes]) -> None:
    backwards = dict(reversed(files.items()))
    assert dict(unpack(pack(files))) == files
    assert pack(files) == pack(backwards)
    assert digest(files) == digest(backwards)


@STEADY
@given(FOLDERS, FOLDERS)
def test_a_digest_tells_folders_apart(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    assert (digest(one) == digest(other)) == (one == other)


def test_reads_what_is_visible(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "a.md").write_bytes(b"x")
    (tmp_path / "forms" / "~$a.xlsx").write_bytes(b"lock")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_bytes(b"hidden")
    assert read_folder(tmp_path) == {"forms/a.md": b"x"}


def test_a_link_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("secret")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").symlink_to(tmp_path / "outside")
    with pytest.raises(FolderError, match="link_out"):
        read_folder(tmp_path / "in")


def test_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MAX_FILE", 10)
    monkeypatch.setattr(folder, "MAX_FILES", 3)
    (tmp_path / "a").write_bytes(b"x" * 10)
    assert len(read_folder(tmp_path)) == 1
    (tmp_path / "a").write_bytes(b"x" * 11)
    with pytest.raises(FolderError, match="file_too_big"):
        read_folder(tmp_path)
    for number in range(4):
        (tmp_path / f"a{number}").write_bytes(b"")
    (tmp_path / "a").unlink()
    with pytest.raises(FolderError, match="folder_too_big"):
        read_folder(tmp_path)


def zipped(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("name", ["../out", "/etc/passwd", "a/../../b", "a\\b", "c:/x", "a//b", "."])
def test_names_that_lead_out_are_refused(name: str) -> None:
    with pytest.raises(FolderError, match="not_a_package"):
        unpack(zipped(**{name: b"x"}))


def test_a_bomb_is_refused() -> None:
    with pytest.raises(FolderError, match="file_too_big"):
        unpack(zipped(bomb=b"\0" * (folder.MAX_FILE + 1)))
    with pytest.raises(FolderError, match="folder_too_big"):
        unpack(zipped(**{f"f{number}": b"" for number in range(folder.MAX_FILES + 1)}))
    many = {f"f{number}": b"\0" * folder.MAX_FILE for number in range(folder.MAX_TOTAL // folder.MAX_FILE + 1)}
    with pytest.raises(FolderError, match="file_too_big"):
        unpack(zipped(**many))


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", zipped(a=b"x" * 100)[:-30]],
                         ids=["empty", "a beginning", "words", "cut off"])
def test_what_is_no_package(data: bytes) -> None:
    with pytest.raises(FolderError, match="not_a_package"):
        unpack(data)
