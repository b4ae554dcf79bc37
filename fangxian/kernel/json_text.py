"""JSON that somebody sent (RFC 8259): no NaN, no half characters, and no deeper than anything of ours."""

from __future__ import annotations

from typing import Any, Final

import orjson

MOST_DEEP: Final = 32
"""Values inside each other. Deeper ones can be read, and fail whoever walks or writes them."""


def from_json(told: str | bytes) -> Any:
    """The value; ValueError for what is not JSON, or deeper than ``MOST_DEEP``."""
    found = orjson.loads(told)
    level = [found]
    for _ in range(MOST_DEEP):
        level = [inner for one in level if isinstance(one, dict | list) for inner in _inside(one)]
        if not level:
            return found
    raise ValueError("JSON that is too deep")


def _inside(one: dict[str, Any] | list[Any]) -> list[Any]:
    return list(one.values()) if isinstance(one, dict) else one
