"""A template rendered once for everything that looks alike, and then filled in: a page repeats few shapes many times.

What is kept is the template with marks where a line differs, under all that does not differ: no value of a line, so
nothing of what one post sees reaches another.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from functools import lru_cache
from html import escape
from typing import Any, Final, NamedTuple

from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

_MARKED: Final = re.compile("\ue000([a-z_0-9]+)\ue001")  # private use characters: no label has them


class Cut(NamedTuple):
    """The text between the marks, and the marks."""

    parts: list[str]
    keys: list[str]


class Shape(NamedTuple):
    """Which template under which name, in which language, what is the same and which values are given."""

    template: str
    name: str
    language: str | None
    same: tuple[tuple[str, Hashable], ...]
    given: frozenset[str]
    empty: frozenset[str]
    more: tuple[tuple[str, Hashable], ...]


class Stencil:
    """A template that one page fills in many times; ``token`` is the page's against forgery, ``more`` stands beside
    ``name``."""

    def __init__(self, template: str, name: str, token: str = "", **more: Hashable) -> None:
        self._template, self._name, self._token, self._more = template, name, token, more
        self._known: dict[tuple[Hashable, frozenset[str]], Cut] = {}

    def filled(self, key: Hashable, same: Mapping[str, Hashable], differs: Mapping[str, Any]) -> str:
        """The template with ``same`` and ``differs`` together as ``name``, escaped.

        Of what differs a template may ask whether it is empty, and nothing else. Whoever gives the same ``key`` has the
        same ``same``, so that it is looked at only once.
        """
        given = frozenset(name for name, value in differs.items() if value)
        cut = self._known.get((key, given))
        if cut is None:
            cut = self._known[key, given] = _cut(self._shape(same, given, frozenset(differs) - given))
        return _poured(cut, {"csrf": self._token, **differs})

    def _shape(self, same: Mapping[str, Hashable], given: frozenset[str], empty: frozenset[str]) -> Shape:
        more = tuple(self._more.items())
        return Shape(self._template, self._name, get_language(), tuple(same.items()), given, empty, more)


def _poured(cut: Cut, values: Mapping[str, Any]) -> str:
    texts = {key: _escaped(values[key]) for key in set(cut.keys)}
    pieces = [cut.parts[0]]
    for key, part in zip(cut.keys, cut.parts[1:], strict=True):
        pieces += (texts[key], part)
    return "".join(pieces)


def _escaped(value: Any) -> str:
    """What Django's ``conditional_escape`` says, without its way through lazy texts: a page has thousands."""
    return value if isinstance(value, SafeString) else escape(str(value))


@lru_cache(maxsize=2048)
def _cut(shape: Shape) -> Cut:
    marks = {key: f"\ue000{key}\ue001" for key in shape.given}
    item = {**dict(shape.same), **marks, **dict.fromkeys(shape.empty, "")}
    # Rendered by the backend's own template: a context processor would bring in the request.
    context = {**dict(shape.more), shape.name: item, "csrf_token": "\ue000csrf\ue001"}
    pieces = _MARKED.split(get_template(shape.template).render(context))
    if any("\ue000" in text for text in pieces[::2]):
        raise ValueError(f"{shape.template}: a mark that is no name, or changed on its way")
    return Cut(pieces[::2], pieces[1::2])
