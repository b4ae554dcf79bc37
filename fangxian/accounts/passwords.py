"""One-time passwords: handed over once, good for a few days, to be changed at the first sign-in."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Final

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _

LASTS: Final = dt.timedelta(days=7)
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: they are read aloud and copied by hand
_GROUPS: Final = 3
_GROUP: Final = 4


def new() -> str:
    """Twelve characters in three groups, 59 bits (OWASP ASVS 5.0, 6.4.1)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def expired(until: dt.datetime | None, at: dt.datetime) -> bool:
    """Whether a one-time password was not used in time; one of the user's own never expires."""
    return until is not None and at >= until


class LongEnough(MinimumLengthValidator):
    """Django's own, whose sentence is not translated."""

    def get_error_message(self) -> str:
        return _("This password is too short. Take at least %(count)d characters.") % {"count": self.min_length}
