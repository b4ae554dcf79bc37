"""Small files in the other formats offices send, byte by byte: .xls (MS-XLS, MS-CFB), .xlsb (MS-XLSB), .ods, .docx."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

Rows = Sequence[Sequence[str | int | float | None]]
_SECTOR: Final = 512
_END: Final = 0xFFFFFFFE
_FREE: Final = 0xFFFFFFFF


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def ods(sheets: Mapping[str, Rows], *, kind: str = "spreadsheet") -> bytes:
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items())
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text")))
    content = (f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
               f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>")
    return zipped({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content,
                   "META-INF/manifest.xml": "<manifest/>"})


def _ods_cell(value: str | float | None) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    number = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {number}><text:p>{value}</text:p></table:table-cell>"


def docx(tables: Sequence[Rows], *, before: str = "Dear colleagues") -> bytes:
    def cell(value: str | float | None) -> str:
        return f"<w:tc><w:p><w:r><w:t>{escape('' if value is None else str(value))}</w:t></w:r></w:p></w:tc>"

    body = f"<w:p><w:r><w:t>{before}</w:t></w:r></w:p>" + "".join(
        "<w:tbl>" + "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows) + "</w:tbl>" for rows in tables)
    return docx_of(body)


def docx_of(body: str) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return zipped({
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<?xml version='1.0'?><w:document {space}><w:body>{body}</w:body></w:document>"})


def xls(rows: Rows) -> bytes:
    """One sheet called List in BIFF8, in the one stream of a compound file."""
    sheet = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str):
                sheet += _biff(0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
            elif value is not None:
                sheet += _biff(0x0203, place + struct.pack("<d", value))
    sheet += _biff(0x000A, b"")
    begin = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    bound = struct.pack("<IBB", len(begin) + 4 + 8 + 4 + 4, 0, 0) + struct.pack("<BB", 4, 0) + b"List"
    book = begin + _biff(0x0085, bound) + _biff(0x000A, b"")
    start = len(book)
    book = begin + _biff(0x0085, struct.pack("<I", start) + bound[4:]) + _biff(0x000A, b"") + sheet
    return _compound("Workbook", book)


def _biff(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _compound(name: str, stream: bytes) -> bytes:
    """A compound file with one stream of at least 4096 bytes: header, allocation table, directory, data."""
    data = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    count = len(data) // _SECTOR
    chain = [0xFFFFFFFD, _END, *range(3, count + 2), _END]
    table = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry(name, 2, _FREE, 2, len(data)) + b"\0" * 256
    header = struct.pack(
        "<8s16sHHHHHHIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, 1, 1, 0,
        4096, _END, 0, _END, 0)
    return header + struct.pack("<109I", 0, *[_FREE] * 108) + table + directory + data


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ", written, len(written), kind, 1, _FREE, _FREE, child, b"", 0, 0, 0, start, size)


def xlsb(rows: Rows) -> bytes:
    """One sheet called List with texts and numbers in its cells."""
    name = "List".encode("utf-16-le")
    relation = "rId1".encode("utf-16-le")
    bundle = struct.pack("<II", 0, 1) + struct.pack("<I", 4) + relation + struct.pack("<I", 4) + name
    book = _record(0x83) + _record(0x8F) + _record(0x9C, bundle) + _record(0x90) + _record(0x84)
    width = max(map(len, rows))
    sheet = _record(0x81) + _record(0x94, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1)) + _record(0x91)
    for row, cells in enumerate(rows):
        sheet += _record(0x00, struct.pack("<IIHHBI", row, 0, 300, 0, 0, 0))
        for column, value in enumerate(cells):
            place = struct.pack("<II", column, 0)
            if isinstance(value, str):
                sheet += _record(0x06, place + struct.pack("<I", len(value)) + value.encode("utf-16-le"))
            elif value is not None:
                sheet += _record(0x05, place + struct.pack("<d", value))
    sheet += _record(0x92) + _record(0x82)
    space = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return zipped({
        "[Content_Types].xml": "<Types/>", "xl/workbook.bin": book, "xl/worksheets/sheet1.bin": sheet,
        "_rels/.rels": f'<Relationships {space}><Relationship Id="rId1" Type="{kinds}/officeDocument" '
                       'Target="xl/workbook.bin"/></Relationships>',
        "xl/_rels/workbook.bin.rels": f'<Relationships {space}><Relationship Id="rId1" Type="{kinds}/worksheet" '
                                      'Target="worksheets/sheet1.bin"/></Relationships>'})


def _record(kind: int, data: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 0x80 else bytes([kind, 0x01])
    size = len(data)
    length = bytes([size]) if size < 0x80 else bytes([size & 0x7F | 0x80, size >> 7])
    return number + length + data
