"""What a file is, told by its bytes and not by its name; and whether a zip is safe to open."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from enum import StrEnum
from typing import Final

from fangxian.kernel.findings import FilePlace, Finding

from .sentences import FILE_SENTENCES, KINDS, filled
from .types import Limits

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"RIFF", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"MZ\x90\x00", "program"),
    (b"\x7fELF", "program"),
    (b"SQLite format 3", "database"),
    (b"PAR1", "database"),
)
_OLE: Final = b"\xd0\xcf\x11\xe0"
_OLD_EXCEL_STREAM: Final = re.compile("Workbook|Book\0".encode("utf-16-le"))
_BIFF: Final = re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08]\x00\x00")
_WEB_PAGE: Final = re.compile(rb"\s*(<!doctype html|<html|<head|<meta|<table|<style|mime-version:)", re.IGNORECASE)
_XML: Final = re.compile(rb"\s*<(\?xml|[a-zA-Z][\w:.-]*[\s/>])")
_JSON: Final = re.compile(rb'\s*(\{\s*"|\[\s*[\[{])')
_INSIDE: Final[tuple[tuple[str, str], ...]] = (
    ("ppt/", "slides"),
    ("content.xml", "opendocument"),
)
_SPREADSHEET: Final = b"application/vnd.oasis.opendocument.spreadsheet"


class Container(StrEnum):
    """What a file of several parts is, where it may hold a list."""

    WORKBOOK = "xlsx"
    DOCUMENT = "docx"
    OTHER = "other"
    """A workbook in the old, the binary or the OpenDocument format."""


def refused_kind(data: bytes, file: str) -> Finding | None:
    """Why these bytes are no workbook and no delimited text, or None where they may be either."""
    head = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if not data.strip(b" \t\r\n\0") or head == b"" or not head.strip():
        return refusal("file_empty", file)
    if data.startswith(_OLE):
        return None if is_old_workbook(data) else _ole(data, file)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return refusal("file_kind", file, what=KINDS[kind])
    return refusal("file_old_excel", file) if _BIFF.match(data) else _markup(head, file)


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a zip does, an empty one included."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def open_workbook(data: bytes, file: str, limits: Limits) -> zipfile.ZipFile | Finding:
    """The workbook's zip, once its directory promises no more than ``limits``; nothing is unpacked yet."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return refusal("file_damaged", file)
    members = archive.infolist()
    if len(members) > limits.members or any(_swells(member, limits) for member in members):
        return refusal("file_bomb", file)
    return _not_a_list(archive, file) or archive


def container_of(archive: zipfile.ZipFile) -> Container:
    """What is in the zip, told by its parts."""
    names = archive.namelist()
    if any(name.startswith("word/") for name in names):
        return Container.DOCUMENT
    binary = any(name.startswith("xl/workbook.bin") for name in names)
    return Container.OTHER if binary or "content.xml" in names else Container.WORKBOOK


def is_old_workbook(data: bytes) -> bool:
    """Whether the bytes are an .xls that no password protects."""
    locked = "EncryptedPackage".encode("utf-16-le") in data
    return data.startswith(_OLE) and not locked and _OLD_EXCEL_STREAM.search(data) is not None


def refusal(code: str, file: str, **values: object) -> Finding:
    """The catalogue's sentence as an error about the whole file."""
    return Finding(code, FilePlace(file), filled(FILE_SENTENCES[code], values))


def _swells(member: zipfile.ZipInfo, limits: Limits) -> bool:
    if member.file_size > limits.unpacked_bytes:
        return True
    return member.file_size > limits.unpacked_bytes // 16 and member.file_size > limits.ratio * member.compress_size


def _not_a_list(archive: zipfile.ZipFile, file: str) -> Finding | None:
    names = archive.namelist()
    if any(member.flag_bits & 1 for member in archive.infolist()):
        return refusal("file_locked", file)
    for start, kind in _INSIDE:
        if any(name.startswith(start) for name in names) and not _is_open_spreadsheet(archive):
            return refusal("file_kind", file, what=KINDS[kind])
    if "[Content_Types].xml" in names or _is_open_spreadsheet(archive):
        return None
    inside = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
    return refusal("file_archive", file, inside=inside[:200] or "-")


def _is_open_spreadsheet(archive: zipfile.ZipFile) -> bool:
    """By the part that every OpenDocument file begins with, which says what it is."""
    try:
        with archive.open("mimetype") as stream:
            return stream.read(len(_SPREADSHEET)) == _SPREADSHEET
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        return False


def _ole(data: bytes, file: str) -> Finding:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return refusal("file_locked", file)
    word = "WordDocument".encode("utf-16-le") in data
    return refusal("file_kind", file, what=KINDS["word" if word else "office"])


def _markup(head: bytes, file: str) -> Finding | None:
    if _WEB_PAGE.match(head) or (_XML.match(head) and b"<html" in head.lower()):
        return refusal("file_web_page", file)
    if _XML.match(head):
        return refusal("file_kind", file, what=KINDS["xml"])
    return refusal("file_kind", file, what=KINDS["json"]) if _JSON.match(head) else None
