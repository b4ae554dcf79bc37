"""What official lists call things in many languages: ``concepts.csv`` has a line for each concept and language.

A form's question says with its own aliases what it wants; the concept it belongs to adds what other countries and
agencies call the same. A heading that names another concept is known to be something else, however alike it looks.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from typing import Final

from .spellings import spelling

PERSONAL: Final = frozenset({
    "name", "name_latin", "surname", "surname2", "given", "middle",
    "document_number", "phone", "address", "address_part",
    "contact_name", "contact_phone", "wechat", "email",
})
"""What may only be kept where it is sealed."""
LEFT_OUT: Final = frozenset({"row_number", "remarks", "other"})


@lru_cache(maxsize=1)
def concepts() -> dict[str, frozenset[str]]:
    """The spellings of each concept, as ``Spelling.key`` has them."""
    found: dict[str, set[str]] = {}
    text = (files(__package__) / "concepts.csv").read_text(encoding="utf-8")
    for concept, _language, headings in list(csv.reader(text.splitlines()))[1:]:
        found.setdefault(concept, set()).update(spelling(heading).key for heading in headings.split("|"))
    return {concept: frozenset(keys) for concept, keys in found.items()}


@lru_cache(maxsize=1)
def _by_key() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for concept, keys in concepts().items():
        for key in keys:
            found.setdefault(key, set()).add(concept)
    return {key: frozenset(names) for key, names in found.items()}


def named(key: str) -> frozenset[str]:
    """The concepts that a heading with that key names; mostly one or none."""
    return _by_key().get(key, frozenset())
