"""A programme folder as bytes: reading it from disk, packing a published version, telling two versions apart."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Final

from fangxian.kernel.findings import FilePlace, Finding

from .messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MAX_FILES: Final = 400
MAX_FILE: Final = 4 * 2**20
MAX_TOTAL: Final = 16 * 2**20
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class FolderError(Exception):
    """The folder or the packed version cannot be read at all; ``finding`` says why."""

    def __init__(self, code: str, file: str, **values: object) -> None:
        self.finding = Finding(code, FilePlace(file), MESSAGES[code].filled(**values))
        super().__init__(str(self.finding))


def read_folder(path: Path) -> Mapping[str, bytes]:
    """The files below ``path`` by their relative name with ``/``, in name order; hidden ones are left out.

    Raises FolderError for a missing folder, a link that leads out of it, or more than the bounds above.
    """
    root = path.resolve()
    if not root.is_dir():
        raise FolderError("no_folder", path.name)
    files: dict[str, bytes] = {}
    total = 0
    for name, file in _visible(root):
        data = _read(root, file, name)
        total += len(data)
        files[name] = data
        if len(files) > MAX_FILES or total > MAX_TOTAL:
            raise FolderError("folder_too_big", name, files=MAX_FILES, megabytes=MAX_TOTAL >> 20)
    return files


def _visible(root: Path) -> Iterator[tuple[str, Path]]:
    for count, file in enumerate(sorted(root.rglob("*")), 1):
        if count > 4 * MAX_FILES:
            raise FolderError("folder_too_big", root.name, files=MAX_FILES, megabytes=MAX_TOTAL >> 20)
        relative = file.relative_to(root)
        if not file.is_dir() and not any(part.startswith((".", "~$")) for part in relative.parts):
            yield relative.as_posix(), file


def _read(root: Path, file: Path, name: str) -> bytes:
    if not file.resolve().is_relative_to(root):
        raise FolderError("link_out", name)
    if not file.is_file():
        raise FolderError("not_a_file", name)
    with file.open("rb") as stream:
        data = stream.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise FolderError("file_too_big", name, megabytes=MAX_FILE >> 20)
    return data


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files; the same files give the same bytes whatever their order, date or machine."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return out.getvalue()


def unpack(packed: bytes) -> Mapping[str, bytes]:
    """The files of a packed version; raises FolderError for what ``pack`` cannot have made."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            return dict(_entries(archive))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise FolderError("not_a_package", "zip") from error


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        raise FolderError("folder_too_big", "zip", files=MAX_FILES, megabytes=MAX_TOTAL >> 20)
    left = MAX_TOTAL
    for entry in entries:
        if not _plain(entry.filename):
            raise FolderError("not_a_package", entry.filename)
        with archive.open(entry) as stream:
            data = stream.read(min(MAX_FILE, left) + 1)
        left -= len(data)
        if len(data) > MAX_FILE or left < 0:
            raise FolderError("file_too_big", entry.filename, megabytes=MAX_FILE >> 20)
        yield entry.filename, data


def _plain(name: str) -> bool:
    """A relative name that stays inside its folder."""
    parts = name.split("/")
    return bool(name) and "\\" not in name and ":" not in name and not any(part in ("", ".", "..") for part in parts)


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 in hex over names and contents: equal exactly when the folders are equal."""
    total = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            total.update(len(part).to_bytes(8, "big"))
            total.update(part)
    return total.hexdigest()
