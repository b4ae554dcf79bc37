"""Invented names: common surnames and given names of each country, put together by chance."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from pypinyin import lazy_pinyin

from .chance import chosen, fraction


class Nation(NamedTuple):
    """What people of a nation are called; ``script`` gives names in Chinese characters where they bear them."""

    surnames: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    script: tuple[tuple[str, ...], ...] = ()


class InventedName(NamedTuple):
    """``full`` as a list has it; ``parts`` are the surname and the given name, in either script."""

    full: str
    parts: tuple[str, str]

    @property
    def surname(self) -> str:
        """In Latin letters, as in a machine readable zone."""
        return _spelt(self.parts[0])

    @property
    def given(self) -> str:
        """In Latin letters, as in a machine readable zone."""
        return _spelt(self.parts[1])

    @property
    def latin(self) -> str:
        """Both, the surname first."""
        return f"{self.surname} {self.given}"


def _nation(told: dict[str, Any]) -> Nation:
    script = tuple(tuple(words.split()) for words in told.get("script", ()))
    return Nation(tuple(told["surnames"]), tuple(told["men"]), tuple(told["women"]), script)


_TOLD: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_CHINA: Final = _nation(_TOLD.pop("CN"))
SURNAMES: Final = _CHINA.surnames
NATIONS: Final = {nation: _nation(told) for nation, told in _TOLD.items()}
_SHORT_MEN, _SHORT_WOMEN = 17, 14  # given names of one character stand first; two of them make one, too


def chinese(sex: str, *about: object, surname: str = "") -> InventedName:
    """A Chinese name; one surname for a whole family where it is given."""
    first = surname or chosen(SURNAMES, "surname", *about)
    given = chosen(_CHINA.men if sex == "male" else _CHINA.women, "given", *about)
    if len(given) == 1 and fraction("double", *about) < 0.45:
        short = _CHINA.men[:_SHORT_MEN] if sex == "male" else _CHINA.women[:_SHORT_WOMEN]
        given += chosen(short, "second", *about)
    return InventedName(first + given, (first, given))


def foreign(nation: str, sex: str, *about: object, surname: int = -1) -> InventedName:
    """A name of another nation; ``surname`` is the place of a family's surname in its list."""
    found = NATIONS[nation]
    first = surname if surname >= 0 else int(fraction("surname", *about) * len(found.surnames))
    given = found.men if sex == "male" else found.women
    second = int(fraction("given", *about) * len(given))
    latin = found.surnames[first], given[second]
    if not found.script:
        return InventedName(f"{latin[1].title()} {latin[0].title()}", latin)
    return InventedName(found.script[0][first] + found.script[1 if sex == "male" else 2][second], latin)


@lru_cache(maxsize=4096)
def _spelt(part: str) -> str:
    return part if part.isascii() else "".join(lazy_pinyin(part)).upper()
