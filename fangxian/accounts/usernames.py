"""Names to sign in with: none that reads like somebody else's, for it is by them that one is told from another.

After Unicode Technical Standard 39 (Unicode Security Mechanisms), section 4: two names are confusable when they have
one skeleton. The letters listed are those of Latin, Cyrillic and Greek that look alike in a sans-serif typeface.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

_ALIKE: Final = {
    "a": "аαɑ", "b": "ьвβ", "c": "сς", "d": "ԁɗ", "e": "еєε", "f": "ƒ", "g": "ɡզ", "h": "һн", "j": "јϳ", "k": "кκ",
    "l": "iіιıӏ1|", "m": "мμ", "n": "ηпռ", "o": "оοσօ0", "p": "рρ", "q": "ԛ", "r": "г", "s": "ѕꜱ", "t": "тτ",
    "u": "υս", "v": "νѵ", "w": "ԝω", "x": "хχ", "y": "уγ", "z": "ᴢζ"}
_SAME: Final = {other: letter for letter, others in _ALIKE.items() for other in others}


def skeleton(name: str) -> str:
    """What of a name is seen at a glance: no capitals, widths and accents, and one letter for those that look alike."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(_SAME.get(letter, letter) for letter in plain if not unicodedata.combining(letter))


def first_alike(names: Iterable[str], taken: Iterable[str]) -> tuple[str, str] | None:
    """The first of some new names that reads like one that is taken, or like another of them; and that one."""
    known = {skeleton(name): name for name in taken}
    for name in names:
        other = known.setdefault(skeleton(name), name)
        if other is not name:
            return name, other
    return None
