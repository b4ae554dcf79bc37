"""Where things stand in each size of zone, and the check digit they share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FILLER: Final = "<"
_VALUES: Final = {FILLER: 0, **{character: int(character, 36) for character in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}}
ALIEN: Final = re.compile(r"[^A-Z0-9<]")


class Format(StrEnum):
    """Sizes of the zone; ``MRV_A`` and ``MRV_B`` are visas."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV-A"
    MRV_B = "MRV-B"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are in the lines put together. ``composite_over`` lists what the last check digit covers."""

    format: Format
    width: int
    lines: int
    names: slice
    number: int
    nationality: int
    birth: int
    sex: int
    expiry: int
    optional: slice
    optional_2: slice
    optional_check: int | None = None
    composite: int | None = None
    composite_over: tuple[slice, ...] = ()
    overflows: bool = False

    @property
    def size(self) -> int:
        return self.width * self.lines


def _two_lines(
    form: Format, width: int, optional_end: int, optional_check: int | None, composite: int | None, *, overflows: bool,
) -> Layout:
    """Layout of part 4, 6 and 7, whose lower lines begin alike."""
    at = width
    covered = (slice(at, at + 10), slice(at + 13, at + 20), slice(at + 21, at + (composite or 0)))
    return Layout(
        form, width, 2, names=slice(5, width), number=at, nationality=at + 10, birth=at + 13, sex=at + 20,
        expiry=at + 21, optional=slice(at + 28, at + optional_end), optional_2=slice(0, 0),
        optional_check=None if optional_check is None else at + optional_check,
        composite=None if composite is None else at + composite,
        composite_over=() if composite is None else covered, overflows=overflows)


TD1: Final = Layout(
    Format.TD1, 30, 3, names=slice(60, 90), number=5, nationality=45, birth=30, sex=37, expiry=38,
    optional=slice(15, 30), optional_2=slice(48, 59), composite=59,
    composite_over=(slice(5, 30), slice(30, 37), slice(38, 45), slice(48, 59)), overflows=True)
TD2: Final = _two_lines(Format.TD2, 36, 35, None, 35, overflows=True)
TD3: Final = _two_lines(Format.TD3, 44, 42, 42, 43, overflows=False)
MRV_A: Final = _two_lines(Format.MRV_A, 44, 44, None, None, overflows=False)
MRV_B: Final = _two_lines(Format.MRV_B, 36, 36, None, None, overflows=False)
LAYOUTS: Final = {layout.format: layout for layout in (TD1, TD2, TD3, MRV_A, MRV_B)}


def check_digit(field: str) -> str:
    """Doc 9303 part 3, 4.9: weights 7, 3, 1, modulo 10; a character that cannot stand in a zone counts as 0."""
    return str(sum(_VALUES.get(character, 0) * (7, 3, 1)[place % 3] for place, character in enumerate(field)) % 10)
