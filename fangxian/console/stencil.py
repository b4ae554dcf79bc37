"""A template rendered once for everything that looks alike, and then filled in: a page repeats few shapes many times.

What is kept is the template with marks where a line differs, under all that does not differ: no value of a line, so
nothing of what one post sees reaches another.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_MARKED: Final = re.compile("\ue000([a-z_]+)\ue001")  # private use characters: no label has them


class Shape(NamedTuple):
    """Which template under which name, in which language, what is the same and which values are given."""

    template: str
    name: str
    language: str | None
    same: tuple[tuple[str, Hashable], ...]
    given: frozenset[str]
    empty: frozenset[str]
    more: tuple[tuple[str, Hashable], ...]


def filled(
    template: str,
    name: str,
    same: Mapping[str, Hashable],
    differs: Mapping[str, Any],
    token: str = "",
    **more: Hashable,
) -> SafeString:
    """The template with ``same`` and ``differs`` together as ``name``; ``token`` is the page's against forgery.

    Of what differs a template may ask whether it is empty, and nothing else; ``more`` stands beside ``name``.
    """
    given = frozenset(key for key, value in differs.items() if value)
    shape = Shape(
        template, name, get_language(), tuple(same.items()), given, frozenset(differs) - given, tuple(more.items())
    )
    parts, keys = _cut(shape)
    values = {"csrf": token, **differs}
    texts = {key: conditional_escape(values[key]) for key in set(keys)}
    pieces = [parts[0]]
    for key, part in zip(keys, parts[1:], strict=True):
        pieces += (texts[key], part)
    return mark_safe("".join(pieces))  # noqa: S308 - every value was escaped just above


@lru_cache(maxsize=2048)
def _cut(shape: Shape) -> tuple[list[str], list[str]]:
    """The text between the marks, and the marks."""
    marks = {key: f"\ue000{key}\ue001" for key in shape.given}
    item = {**dict(shape.same), **marks, **dict.fromkeys(shape.empty, "")}
    # Rendered by the backend's own template: a context processor would bring in the request.
    context = {**dict(shape.more), shape.name: item, "csrf_token": "\ue000csrf\ue001"}
    pieces = _MARKED.split(get_template(shape.template).render(context))
    return pieces[::2], pieces[1::2]
