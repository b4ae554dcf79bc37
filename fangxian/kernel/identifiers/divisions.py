"""The provinces, cities and counties of China by name, with those that once were (GB/T 2260)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from stdnum import numdb

from .countries.tables import PROVINCES

_SINCE: Final = re.compile(r"\[[^\]]*\]")
_KIND: Final = re.compile(r"(?:特别行政区|自治[区州县旗]|地区|新区|林区|[省市县区旗盟])$")
_PEOPLES: Final = re.compile(r"^(.{2,}?)(?:[^族]{1,3}族)+(?:各族)?自治[州县旗区]$")
_A_NAME: Final = re.compile(r"(?!市辖)[\u4e00-\u9fff]+(?:县|芒市|[\u4e00-\u9fff][省市区旗盟州])")


class Division(NamedTuple):
    """Six digits and a name that stands or stood for them; a province's end in four zeros, a city's in two."""

    code: str
    name: str

    @property
    def stem(self) -> str:
        """The name without the kind of place it is: 合肥, 延边, 广西. What would be one character stays whole."""
        known = _short_provinces().get(self.name)
        peoples = _PEOPLES.match(self.name)
        stem = known or (peoples[1] if peoples else _KIND.sub("", self.name))
        return stem if len(stem) > 1 else self.name

    @property
    def within(self) -> str:
        """The digits that the codes of all that lies in it begin with."""
        return self.code.removesuffix("0000") if self.code.endswith("0000") else self.code.removesuffix("00")


@cache
def divisions() -> tuple[Division, ...]:
    """All of them, a name that came to stand for another code again."""
    return tuple(dict.fromkeys(_read()))


def _read() -> Iterator[Division]:
    for _, province, _, _, below in numdb.get("cn/loc").prefixes:
        for _, low, _, properties, _ in below:
            for name in _SINCE.sub("", str(properties.get("county", ""))).split(","):
                if _A_NAME.fullmatch(name):
                    yield Division(province + low, name)


@cache
def _short_provinces() -> dict[str, str]:
    return {province.full: province.short for province in PROVINCES}
