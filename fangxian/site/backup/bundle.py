"""What a backup consists of: a folder with the database, one with the keys, and in each what it says of itself."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from fangxian.kernel.sealed_files import is_sealed, open_file, seal_file
from fangxian.kernel.text import Text

DUMP: Final = "database.dump"
KEYS: Final = "keys.tar"
MANIFEST: Final = "backup.json"
_KEPT: Final = ("*.key", "*.secret", "*.destroyed")


class NotDone(Exception):
    """Nothing was made or brought back; the sentence says why and what to do."""

    def __init__(self, sentence: Text, **values: object) -> None:
        self.sentence = sentence.filled(**values)
        super().__init__(self.sentence.en)


CHANGED: Final = Text(
    "{file} is not the file that was backed up. Use another backup.", "{file} 不是当初备份的文件。请使用其他备份。")
UNFINISHED: Final = Text(
    "{folder} holds no finished backup: {name} is missing.", "{folder} 中没有完整的备份：缺少 {name}。")
SEALED: Final = Text(
    "The backup is sealed: set FANGXIAN_BACKUP_PASSPHRASE.", "备份已加密：请设置 FANGXIAN_BACKUP_PASSPHRASE。")
KEY_DIFFERS: Final = Text(
    "{file} is in the folder of keys already and is another key. Move the folder away, or use the backup that belongs"
    " to it.",
    "密钥目录中已有 {file}，且内容不同。请移走该目录，或使用与其对应的备份。")


class Manifest(NamedTuple):
    """Both halves say the same, so that two that do not belong together are noticed. Nothing secret is in it."""

    at: str
    position: int
    link: str
    database: str  # SHA-256 of the file
    keys: str

    def write(self, folder: Path) -> None:
        aside = folder / f".{MANIFEST}"
        aside.write_text(json.dumps(self._asdict(), indent=1) + "\n")
        with aside.open("rb") as written:
            os.fsync(written.fileno())
        aside.rename(folder / MANIFEST)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        try:
            return cls(**json.loads((folder / MANIFEST).read_text()))
        except (OSError, ValueError, TypeError):
            raise NotDone(UNFINISHED, folder=folder, name=MANIFEST) from None


def digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def put(plain: Path, target: Path, passphrase: str) -> None:
    """Move a file to its place, sealed where there is a passphrase; on the disk when it returns."""
    with plain.open("rb") as source, open(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:  # noqa: PTH123
        if passphrase:
            seal_file(source, out, passphrase)
        else:
            while piece := source.read(1024 * 1024):
                out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    plain.unlink()


@contextmanager
def taken(file: Path, expected: str, passphrase: str, aside: Path) -> Iterator[Path]:
    """A file of a backup, plain: itself, or opened beside ``aside`` for as long as it is used."""
    if not file.exists() or digest(file) != expected:
        raise NotDone(CHANGED, file=file)
    with file.open("rb") as content:
        if not is_sealed(content.read(64)):
            yield file
            return
        if not passphrase:
            raise NotDone(SEALED)
        content.seek(0)
        plain = aside / f"{file.name}.open"
        with open(os.open(plain, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:  # noqa: PTH123
            open_file(content, out, passphrase)
    try:
        yield plain
    finally:
        plain.unlink()


def pack_keys(folder: Path, target: Path) -> None:
    """All keys, the secret, and the marks of keys that were destroyed."""
    with tarfile.open(target, "w") as out:
        for file in sorted(one for kind in _KEPT for one in folder.glob(kind)):
            out.add(file, file.name, recursive=False)


def unpack_keys(tar: Path, folder: Path) -> list[str]:
    """Put keys back; gives those that were not, because they were destroyed meanwhile. One that is there stays."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    left = []
    for name, content in _packed(tar):
        target = folder / name
        if target.suffix == ".key" and target.with_suffix(".destroyed").exists():
            left.append(name)
        elif target.suffix == ".key" and target.exists() and target.read_bytes() != content:
            raise NotDone(KEY_DIFFERS, file=name)
        else:
            _write(target, content)
    return left


def _packed(tar: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(tar) as packed:
        for one in packed.getmembers():
            content = packed.extractfile(one) if one.isfile() and Path(one.name).name == one.name else None
            if content is not None:
                yield one.name, content.read()


def _write(target: Path, content: bytes) -> None:
    aside = target.with_name(f".{target.name}.back")
    aside.unlink(missing_ok=True)
    with open(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:  # noqa: PTH123
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    aside.rename(target)
