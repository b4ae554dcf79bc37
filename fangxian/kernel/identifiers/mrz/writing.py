"""Writing a zone: for demonstration records and for tests of the reader."""

from __future__ import annotations

import datetime as dt
import re

from ..types import Sex
from .layouts import ALIEN, FILLER, LAYOUTS, Format, Layout, check_digit


def compose(
    *, form: Format, document_type: str, issuer: str, number: str, nationality: str, birth_date: dt.date,
    sex: Sex | None, expiry: dt.date | None, surname: str, given_names: str = "", optional: str = "",
    optional_2: str = "",
) -> str:
    """The lines of a zone, with line feeds between them and all check digits right. Names that do not fit are cut.
    ValueError when the number or the optional data does not fit, or holds characters a zone cannot have.
    """
    layout = LAYOUTS[form]
    zone = [FILLER] * layout.size
    number_field, number_check, optional_field = _number_fields(number.upper(), optional.upper(), layout)
    _put(zone, 0, document_type, 2)
    _put(zone, 2, issuer, 3)
    _put(zone, layout.names.start, _name_field(surname, given_names, _width(layout.names)), _width(layout.names))
    _put(zone, layout.number, number_field + number_check, 10)
    _put(zone, layout.optional.start, optional_field, _width(layout.optional))
    _put(zone, layout.optional_2.start, optional_2.upper(), _width(layout.optional_2))
    _put(zone, layout.nationality, nationality, 3)
    _put_checked(zone, layout.birth, f"{birth_date:%y%m%d}")
    _put(zone, layout.sex, {"male": "M", "female": "F", None: FILLER}[sex], 1)
    _put_checked(zone, layout.expiry, f"{expiry:%y%m%d}" if expiry else FILLER * 6)
    _put_later_checks(zone, layout)
    return "\n".join("".join(zone[start:start + layout.width]) for start in range(0, layout.size, layout.width))


def _number_fields(number: str, optional: str, layout: Layout) -> tuple[str, str, str]:
    if len(number) <= 9:
        field = number.ljust(9, FILLER)
        return field, check_digit(field), optional
    if not layout.overflows:
        raise ValueError(f"{layout.format} holds document numbers of nine characters at most")
    return number[:9], FILLER, number[9:] + check_digit(number) + FILLER + optional


def _put_later_checks(zone: list[str], layout: Layout) -> None:
    whole = "".join(zone)
    if layout.optional_check is not None:
        zone[layout.optional_check] = check_digit(whole[layout.optional])
    whole = "".join(zone)
    if layout.composite is not None:
        zone[layout.composite] = check_digit("".join(whole[part] for part in layout.composite_over))


def _put_checked(zone: list[str], at: int, field: str) -> None:
    _put(zone, at, field + check_digit(field), 7)


def _put(zone: list[str], at: int, field: str, width: int) -> None:
    kept = field.rstrip(FILLER) if len(field) > width else field
    if len(kept) > width or ALIEN.search(kept):
        raise ValueError(f"{field!r} cannot stand in {width} characters of a machine readable zone")
    zone[at:at + len(kept)] = kept


def _width(field: slice) -> int:
    return int(field.stop - field.start)


def _name_field(surname: str, given_names: str, width: int) -> str:
    """Primary and secondary identifier; a long surname leaves room for the first letter of the given names
    (part 3, 4.6; part 4, 4.2.3).
    """
    first, second = _name_part(surname), _name_part(given_names)
    if second and len(first) > width - 3:
        first = first[:width - 3].rstrip(FILLER)
    return (f"{first}<<{second}" if second else first)[:width]


def _name_part(name: str) -> str:
    return FILLER.join(re.sub(r"['’]", "", name.upper()).replace("-", " ").split())
