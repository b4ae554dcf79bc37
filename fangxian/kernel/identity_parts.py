"""The parts of an identity: the one table of what each is, how a list writes it, and what others see of it.

A new part is a line here, its words in fangxian/console/person.py, and a question of a form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from .identifiers import masks, names

Mask = Callable[[str], str]
HIDDEN: Final = "****"


class IdentityPart(NamedTuple):
    """``read_as``: the kind of value that stands in a list's column ('' where lists have none); ``shared``: rules need
    it as well, so it may be a sensitive answer that sets a fact; ``at_the_door``: somebody new is looked up by it;
    ``who``: it says who somebody is, and is not changed without being asked about; ``reaches``: it is how to reach
    them, and is changed unasked only by who meets them."""

    read_as: str
    mask: Mask
    shared: bool = False
    at_the_door: bool = True
    who: bool = False
    reaches: bool = False


def _hidden(_value: str) -> str:
    return HIDDEN


def _shown(value: str) -> str:
    return value


PARTS: Final = {
    "name": IdentityPart("name", names.mask, who=True),
    "name_latin": IdentityPart("name_latin", names.mask, who=True),
    "document_type": IdentityPart("document_type", _shown, who=True),
    "document_number": IdentityPart("document_number", masks.document, who=True),
    "nationality": IdentityPart("nationality", _shown, shared=True, who=True),
    "birth_date": IdentityPart("birth_date", _hidden, shared=True, who=True),
    "sex": IdentityPart("sex", _shown, shared=True, who=True),
    "phone": IdentityPart("phone", masks.phone, reaches=True),
    "address": IdentityPart("address", masks.address, at_the_door=False, reaches=True),
    "contact_name": IdentityPart("", names.mask, at_the_door=False, reaches=True),
    "contact_phone": IdentityPart("phone", masks.phone, at_the_door=False, reaches=True),
    "wechat": IdentityPart("", _hidden, at_the_door=False, reaches=True),
    "mrz": IdentityPart("", _hidden),
}
EXTERNAL_IDS: Final = ("external_id", "source_id")
"""The questions that ask for the number a list knows somebody by, the surest first."""
PHONES: Final = frozenset({"phone", "contact_phone"})
_BESIDE: Final = {"external_id": _shown}


def masked(part: str, value: str) -> str:
    """A part of an identity for those who need not know it; of what is no part, nothing."""
    known = PARTS.get(part)
    return known.mask(value) if known else _BESIDE.get(part, _hidden)(value)
