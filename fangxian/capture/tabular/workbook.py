"""An .xlsx workbook: its parts, its shared texts, the sheet that looks like a list. ECMA-376-1, clauses 12 and 18."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from xml.parsers import expat

from .sheetxml import RawSheet, UnsafeError, feed, new_parser, read_sheet_xml, unescaped
from .styles import Styles, style_of
from .types import Limits

_CHUNK: Final = 256 * 1024
_SAMPLE_ROWS: Final = 60
_SMALL_PART: Final = 16 * 1024 * 1024

DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, ValueError, NotImplementedError, RuntimeError,
    expat.ExpatError,
)  # fmt: skip
"""What reading a damaged workbook raises, from the zip up to the XML."""
UNSAFE: Final = (UnsafeError, MemoryError)


class Element(NamedTuple):
    """An element of a small part, by its local name."""

    name: str
    attributes: dict[str, str]
    parent: str

    def get(self, attribute: str, otherwise: str = "") -> str:
        """The attribute's text."""
        return self.attributes.get(attribute, otherwise)


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet of the workbook and where its XML is."""

    name: str
    path: str
    hidden: bool
    size: int


@dataclass(slots=True)
class Workbook:
    """An open workbook; ``left`` is how many bytes may still be unpacked from it, and ``tags`` how many of them may
    begin a tag.
    """

    archive: zipfile.ZipFile
    limits: Limits
    left: int
    styles: Styles = field(default_factory=Styles)
    parts: tuple[Part, ...] = ()
    strings: list[str] = field(default_factory=list)
    tags: int = field(init=False)

    def __post_init__(self) -> None:
        packed = self.archive.start_dir  # where the directory begins, whatever it claims of the members before it
        self.tags = self.limits.tags + self.limits.tags_a_byte * packed

    def sheet(self, part: Part, *, only_rows: int | None = None) -> RawSheet:
        """The sheet's rows; raises any of DAMAGE and UNSAFE."""
        return read_sheet_xml(chunks(self, part.path), self.strings, self.styles, self.limits, only_rows=only_rows)


def open_parts(archive: zipfile.ZipFile, limits: Limits) -> Workbook:
    """The workbook's sheets, formats and shared texts; raises any of DAMAGE and UNSAFE."""
    book = Workbook(archive, limits, limits.unpacked_bytes)
    main = _targets(book, "", "_rels/.rels").get("officeDocument") or ["xl/workbook.xml"]
    folder = main[0].rpartition("/")[0]
    root = _elements(book, main[0])
    relations = _relations(book, folder, f"{folder}/_rels/{main[0].rpartition('/')[2]}.rels")
    kinds = _by_kind(relations)
    from_1904 = any(element.get("date1904") in ("1", "true") for element in _named(root, "workbookPr"))
    book.styles = _styles(book, kinds.get("styles"), from_1904)
    book.strings = _shared_strings(book, kinds.get("sharedStrings"))
    paths = {identifier: path for identifier, (_, path) in relations.items()}
    book.parts = tuple(_parts(book, root, paths))
    return book


def likeliest_first(book: Workbook) -> list[Part]:
    """Sheets that hold a value, the one that looks most like a list first; hidden ones last."""
    if len(book.parts) == 1:
        return list(book.parts)
    scored = [(_likeliness(book.sheet(part, only_rows=_SAMPLE_ROWS)), part) for part in book.parts]
    held = [(score, part) for score, part in scored if score]
    held.sort(key=lambda pair: (pair[1].hidden, -pair[0], -pair[1].size))
    return [part for _, part in held]


def _likeliness(sample: RawSheet) -> float:
    widths = sorted(sum(cell is not None for cell in row) for row in sample.rows)
    return len(widths) * min(widths[len(widths) // 2], 12) if widths else 0


def _parts(book: Workbook, root: list[Element], paths: dict[str, str]) -> Iterator[Part]:
    sizes = {member.filename: member.file_size for member in book.archive.infolist()}
    for element in _named(root, "sheet"):
        identifier = next((value for key, value in element.attributes.items() if key.endswith(":id")), "")
        path = paths.get(identifier, "")
        if path in sizes and "chartsheet" not in path:
            yield Part(element.get("name", ""), path, element.get("state", "visible") != "visible", sizes[path])


def _styles(book: Workbook, paths: list[str] | None, from_1904: bool) -> Styles:
    if not paths:
        return Styles(from_1904=from_1904)
    root = _elements(book, paths[0])
    codes = {element.get("numFmtId"): element.get("formatCode") for element in _named(root, "numFmt")}
    formats = [xf.get("numFmtId", "0") for xf in _named(root, "xf") if xf.parent == "cellXfs"]
    made = {
        str(index): style_of(int(number) if number.isdecimal() and len(number) < 10 else 0, codes.get(number))
        for index, number in enumerate(formats)
    }
    return Styles({index: style for index, style in made.items() if not style.plain}, from_1904)


def _shared_strings(book: Workbook, paths: list[str] | None) -> list[str]:
    if not paths or paths[0] not in book.archive.namelist():
        return []
    reader = _Strings()
    feed(reader.parser, chunks(book, paths[0], book.limits.shared_bytes))
    return reader.strings


class _Strings:
    """The table of shared texts (clause 18.4.8); phonetic hints are left out."""

    __slots__ = ("_inside", "_phonetic", "_text", "parser", "strings")

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._text: list[str] = []
        self._inside = self._phonetic = False
        self.parser = new_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "t":
            self._inside = not self._phonetic
        elif name == "si":
            self._text = []
        elif name == "rPh":
            self._phonetic = True

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "t":
            self._inside = False
        elif name == "si":
            self.strings.append(unescaped("".join(self._text)))
        elif name == "rPh":
            self._phonetic = False

    def _characters(self, text: str) -> None:
        if self._inside:
            self._text.append(text)


def _relations(book: Workbook, folder: str, path: str) -> dict[str, tuple[str, str]]:
    if path not in book.archive.namelist():
        return {}
    found: dict[str, tuple[str, str]] = {}
    for element in _elements(book, path):
        target = element.get("Target", "")
        full = target.lstrip("/") if target.startswith("/") or not folder else f"{folder}/{target}"
        found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], full)
    return found


def _by_kind(relations: dict[str, tuple[str, str]]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for kind, path in relations.values():
        kinds.setdefault(kind, []).append(path)
    return kinds


def _targets(book: Workbook, folder: str, path: str) -> dict[str, list[str]]:
    return _by_kind(_relations(book, folder, path))


def _named(elements: list[Element], name: str) -> Iterator[Element]:
    return (element for element in elements if element.name == name)


def _elements(book: Workbook, path: str) -> list[Element]:
    """All elements of a small part, in document order."""
    if book.archive.getinfo(path).file_size > _SMALL_PART:
        raise UnsafeError
    found: list[Element] = []
    parents = [""]
    parser = new_parser()

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        found.append(Element(name, attributes, parents[-1]))
        parents.append(name)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: parents.pop()
    feed(parser, chunks(book, path))
    return found


def chunks(book: Workbook, path: str, most: int | None = None) -> Iterator[bytes]:
    """The part's bytes as they unpack, whatever size the zip's directory claims, and however little is made of them;
    UnsafeError where they are more than the workbook has left, or than ``most``."""
    rest = book.left if most is None else most
    with book.archive.open(path) as stream:
        while chunk := stream.read(_CHUNK):
            book.left -= len(chunk)
            rest -= len(chunk)
            book.tags -= chunk.count(b"<")
            if min(book.left, book.tags, rest) < 0:
                raise UnsafeError
            yield chunk
