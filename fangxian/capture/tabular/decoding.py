"""Which characters the bytes of a text file stand for: strict decoding decides, frequencies only where it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from charset_normalizer import from_bytes

_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAMPLE: Final = 20_000
_OTHERS: Final = [
    "gb18030", "big5", "shift_jis", "cp949", "cp1251", "cp1250", "cp1252", "cp1253", "cp1254", "cp1256", "cp874",
]  # fmt: skip
_CERTAIN: Final = ("utf-8", "gb18030")
_MAY_BE_BROKEN: Final = 0.01


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the encoding it was read as, and whether that was certain."""

    text: str
    encoding: str
    certain: bool = True


def decode(data: bytes) -> Decoded | None:
    """The text of these bytes, with � for what is broken; None where they are no text."""
    encoding = _marked(data) or _utf16_without_mark(data)
    if encoding:
        return _text(Decoded(data.decode(encoding, "replace"), encoding.removesuffix("-sig")))
    return _text(_strictly(data) or _guessed(data))


def _marked(data: bytes) -> str | None:
    return next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None)


def _utf16_without_mark(data: bytes) -> str | None:
    """Line feeds and separators are two bytes there, one of them zero, always on the same side."""
    head = data[:_SAMPLE]
    if b"\0" not in head or len(data) % 2:
        return None
    low, high = head[0::2].count(0), head[1::2].count(0)
    if min(low, high) > max(low, high) * 0.1 or max(low, high) < len(head) * 0.05:
        return None
    return "utf-16-le" if high > low else "utf-16-be"


def _strictly(data: bytes) -> Decoded | None:
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return Decoded(text, "gb18030") if _reads_as_chinese(data) else None


def _reads_as_chinese(data: bytes) -> bool:
    """Whether most characters beyond ASCII are among GB 2312's 3,755 frequent ones or its marks.

    Nearly any Western or Big5 text decodes as GB18030 too, into characters nobody uses.
    """
    sample = data[: _SAMPLE * 10]
    frequent = rare = place = 0
    while place < len(sample):
        lead = sample[place]
        if lead < 0x80:
            place += 1
            continue
        trail = sample[place + 1] if place + 1 < len(sample) else 0xA1
        if trail >= 0xA1 and (0xB0 <= lead <= 0xD7 or 0xA1 <= lead <= 0xA3):
            frequent += 1
        else:
            rare += 1
        place += 4 if 0x30 <= trail <= 0x39 else 2
    return frequent >= rare * 2


def _guessed(data: bytes) -> Decoded | None:
    """UTF-8 or GB18030 with a few broken characters, else what the frequencies say."""
    for encoding in _CERTAIN:
        text = data.decode(encoding, "replace")
        foreign = sum(1 for character in text[: _SAMPLE * 10] if character > "\x7f")
        if text.count("\ufffd") <= foreign * _MAY_BE_BROKEN and (encoding == "utf-8" or _reads_as_chinese(data)):
            return Decoded(text, encoding)
    return _by_frequency(data)


def _by_frequency(data: bytes) -> Decoded | None:
    foreign = b"\n".join(line for line in data.splitlines() if not line.isascii())[:_SAMPLE]
    best = from_bytes(foreign, cp_isolation=_OTHERS, enable_fallback=False).best()
    if best is None:
        return None
    return Decoded(data.decode(best.encoding, "replace"), best.encoding, certain=False)


def _text(decoded: Decoded | None) -> Decoded | None:
    """None where control characters show that the bytes are no text."""
    if decoded is None:
        return None
    sample = decoded.text[:_SAMPLE]
    control = sum(1 for character in sample if character < " " and character not in "\t\r\n\f\v\x1a")
    broken = sample.count("\ufffd")
    return None if control * 50 > len(sample) or broken * 5 > len(sample) else decoded
