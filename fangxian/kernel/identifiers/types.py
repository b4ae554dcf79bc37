"""What a document number says once it is read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from ..faults import Fault

Sex: TypeAlias = Literal["male", "female"]

LARGEST_INPUT: Final = 400
"""Characters of a cell that are looked at; no identifier, name or list of countries is longer."""


class DocumentKind(StrEnum):
    """Stable codes; stored and exchanged."""

    RESIDENT_ID = "resident_id"
    PASSPORT = "passport"
    HK_MACAU_PERMIT = "hk_macau_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    HMT_RESIDENCE_PERMIT = "hmt_residence_permit"
    FOREIGNER_PERMANENT_ID = "foreigner_permanent_id"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class IdentityDocument:
    """A document number as read. ``number`` is normalised (upper case, no separators) and kept even when it has
    faults. ``country`` is the holder's, as in ``countries``. ``certain`` is true when the kind can be nothing else,
    or was stated and fits, and nothing is wrong with the number.
    """

    kind: DocumentKind
    number: str
    country: str | None = None
    birth_date: dt.date | None = None
    sex: Sex | None = None
    faults: tuple[Fault, ...] = ()
    certain: bool = False
