"""The closed vocabularies of a programme folder."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from fangxian.kernel.identity_parts import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,47}\Z")
"""Programme ids, facts, inputs, links, task kinds: they also name database columns."""
QUESTION_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")
CHOICE_NAME: Final = re.compile(r"[^\s'\"]{1,64}\Z")

POSTS: Final = (
    "grid_worker",
    "community_lead",
    "township_duty",
    "county_duty",
    "port_officer",
    "clinician",
    "inspector",
    "auditor",
    "administrator",
    "epidemiologist",
)
ACTIONS: Final = (
    "see",
    "identity",
    "trace",
    "fill",
    "import",
    "place",
    "pass_on",
    "reassign",
    "acknowledge",
    "sign_off",
    "export",
    "correct",
    "withdraw",
    "drill",
    "audit",
)
FORM_ACTIONS: Final = frozenset({"fill", "correct", "import"})
TIERS: Final = ("grid", "community", "township", "county", "city", "province")
OUTCOMES: Final = ("not_home", "refused", "phone_off", "in_hospital", "moved")
EFFECTS: Final = ("escalate", "keep", "excuse")
IDENTITY_PARTS: Final = tuple(PARTS)
SHARED_IDENTITY: Final = frozenset(name for name, part in PARTS.items() if part.shared)
"""Parts that rules need as well, so they may be sensitive answers that set a fact."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name somebody most likely meant."""
    found = get_close_matches(name.casefold(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None
