"""Reading an area file: ``code,name,level,parent`` and, if it likes, ``time_zone`` and ``cutoff``."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Final

from fangxian.kernel.findings import FilePlace, Finding
from fangxian.kernel.text import Text

from .bulk import unswept
from .levels import CHINA
from .types import AreaRow, LevelSpec, Listing

LARGEST: Final = 512 * 1024 * 1024
NEEDED: Final = ("code", "name", "level", "parent")
_OPTIONAL: Final = ("time_zone", "cutoff")


def listing_of(rows: Iterable[tuple[str, str, str, str]], levels: tuple[LevelSpec, ...] = CHINA,
               file: str = "areas") -> Listing:
    """A listing made in memory from ``(code, name, level, parent)``; parent is empty for a root."""
    return Listing(file, levels, [AreaRow(number, *row) for number, row in enumerate(rows, 1)])


def read_file(path: Path, levels: tuple[LevelSpec, ...] = CHINA) -> tuple[Listing, list[Finding]]:
    """``read_listing`` of a file on disk."""
    return read_listing(path.name, path.read_bytes(), levels)


def read_listing(file: str, data: bytes, levels: tuple[LevelSpec, ...] = CHINA) -> tuple[Listing, list[Finding]]:
    """The rows of a ``.csv`` or ``.csv.gz`` in UTF-8 or GB18030. What cannot be read at all is the only finding;
    whether the rows make a tree is for ``rules.check``.
    """
    listing = Listing(file, levels, [])
    try:
        lines = csv.reader(io.StringIO(_decoded(_unpacked(data)), newline=""))
        header = [cell.strip().lower() for cell in next(lines, [])]
        missing = [name for name in NEEDED if name not in header]
        if missing:
            return listing, [_unreadable(
                file, f"The first row lacks {', '.join(missing)}. It has to name {', '.join(NEEDED)}.",
                f"首行缺少 {'、'.join(missing)}。首行须包含 {'、'.join(NEEDED)}。", row=1)]
        with unswept():
            listing.rows.extend(_rows(lines, header))
    except UnicodeDecodeError:
        return listing, [_unreadable(file, "This is neither UTF-8 nor GB18030 text. Save it as CSV in UTF-8.",
                                     "文件编码既不是 UTF-8 也不是 GB18030。请另存为 UTF-8 编码的 CSV。")]
    except (csv.Error, OSError, EOFError, zlib.error) as broken:
        return listing, [_unreadable(file, f"The file can't be read ({broken}). Save it as CSV again.",
                                     f"文件无法读取（{broken}）。请重新保存为 CSV。")]
    return listing, _size_faults(listing, len(data))


def _rows(lines: Iterable[list[str]], header: list[str]) -> Iterator[AreaRow]:
    width = len(header)
    needed = itemgetter(*(header.index(name) for name in NEEDED))
    optional = [header.index(name) if name in header else None for name in _OPTIONAL]
    plain = not any(place is not None for place in optional)
    for number, line in enumerate(lines, 2):
        if not any(line):
            continue
        cells = [cell.strip() for cell in line] + [""] * (width - len(line))
        extra = () if plain else (cells[place] if place is not None else None for place in optional)
        yield AreaRow(number, *needed(cells), *extra)


def _unpacked(data: bytes) -> bytes:
    if data[:2] != b"\x1f\x8b":
        return data
    with gzip.open(io.BytesIO(data)) as stream:
        unpacked = stream.read(LARGEST + 1)
    if len(unpacked) > LARGEST:
        raise OSError(f"more than {LARGEST // 1024 // 1024} MB")
    return unpacked


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _size_faults(listing: Listing, size: int) -> list[Finding]:
    if listing.rows:
        return []
    return [_unreadable(listing.file, f"The file has no rows ({size} bytes). Choose another one.",
                        f"文件没有数据行（{size} 字节）。请选择其他文件。")]


def _unreadable(file: str, en: str, zh: str, row: int | None = None) -> Finding:
    return Finding("areas.unreadable", FilePlace(file, row=row), Text(en, zh))
