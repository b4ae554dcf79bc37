"""Who a line means: certain by document, by the list's own number, by phone and birth date; anything less is asked."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, Final

from fangxian.kernel.identifiers import names, phones, resident_id
from fangxian.kernel.identifiers.spelling import compact
from fangxian.kernel.text import Text

_PARTS: Final = frozenset({"document", "near_document", "phone", "phone_birth", "name_birth", "name"})
_TOLD: Final = ("document_number", "phone", "birth_date", "name", "name_latin")
CERTAIN: Final = ("document", "external", "phone_birth")
SAME: Final[Mapping[str, Text]] = {
    "document": Text("The same document is known.", "证件号码已有记录。"),
    "external": Text("The same number of this list is known.", "该来源的同一编号已有记录。"),
    "phone_birth": Text("The same phone and date of birth are known.", "电话和出生日期均与已有记录相同。"),
}
OTHER_NAME: Final[Mapping[str, Text]] = {
    "document": Text(
        "This document is already known under another name. Compare the two and choose.",
        "该证件已以另一姓名登记。请比对后选择。"),
    "external": Text(
        "This number of the list is already known under another name. Compare the two and choose.",
        "该名单编号已以另一姓名登记。请比对后选择。"),
    "phone_birth": Text(
        "Somebody of another name has the same phone and date of birth. Compare the two and choose.",
        "另有不同姓名者的电话和出生日期与此相同。请比对后选择。"),
}
SEVERAL: Final = Text(
    "The line fits more than one person. Choose whom it means.", "此行与多人相符。请选择是哪一位。")
NAME_AND_BIRTH: Final = Text(
    "Somebody of the same name was born on the same day. Is it the same person?",
    "有同名且出生日期相同的人。是同一人吗？")
NAME_AND_PHONE: Final = Text(
    "Somebody of the same name has the same phone. Is it the same person?", "有同名且电话相同的人。是同一人吗？")
NEAR_NUMBER: Final = Text(
    "Somebody of the same name has nearly the same number, and one of the two is mistyped. Is it the same person?",
    "有同名者的证件号码与此几乎相同，其中一个有误。是同一人吗？")
NAME_ALONE: Final = Text(
    "Somebody of the same name is known, and the line says nothing that tells the two apart. Is it the same person?",
    "系统中已有同名者，此行没有可供区分的其他信息。是同一人吗？")
NAME_BARE: Final = Text(
    "Somebody of the same name is known, and nothing recorded tells the two apart. Is it the same person?",
    "系统中已有同名者，现有记录无法区分两人。是同一人吗？")
NOBODY: Final = Text("Not known yet.", "系统中尚无此人。")


@dataclass(frozen=True, slots=True)
class Traits:
    """What a line can be found by, normalised as the vault does. ``external`` is (kind, value)."""

    document: str = ""
    phone: str = ""
    birth: str = ""
    names: tuple[str, ...] = ()
    external: tuple[str, str] | None = None
    spelled: tuple[str, ...] = ()
    """Other keys of the names, as their letters are written elsewhere: compared beside a date of birth."""

    def asked(self) -> Iterable[tuple[str, str]]:
        """(kind, value) of every look-up."""
        if self.document:
            yield "document", self.document
            yield from (("near_document", right) for right in self.may_mean)
        if self.phone:
            yield "phone", self.phone
        if self.phone and self.birth:
            yield "phone_birth", f"{self.phone}|{self.birth}"
        yield from (("name_birth", f"{name}|{day}") for name in (*self.names, *self.spelled) for day in self._days)
        if self.external:
            yield self.external
        if self.by_name_alone:
            yield from (("name", name) for name in self.names)

    @property
    def meant(self) -> tuple[str, ...]:
        """The right resident ids that a wrong one may be meant for."""
        return resident_id.one_slip_from(self.document)

    @property
    def may_mean(self) -> tuple[str, ...]:
        """The same, or the right one itself."""
        return self.meant or ((self.document,) if resident_id.is_right(self.document) else ())

    @property
    def _days(self) -> set[str]:
        """The days of birth that are told, also by the number, right or wrong."""
        return {self.birth, str(resident_id.born_in(self.document) or "")} - {""}

    @property
    def by_name_alone(self) -> bool:
        """Whether neither a document nor a birth date says which of the people of that name it is."""
        return not self.document and not self.birth

    @property
    def tells_apart(self) -> tuple[str, ...]:
        """The kinds of look-up that tell it from a namesake who is found by them too; met by one, both would be one."""
        return (*(["document"] if self.document else []), *(["name_birth"] if self.birth else []))

    def locked(self) -> Iterable[tuple[str, str]]:
        """(kind, value) of everything two writers about one person may have in common."""
        yield from self.asked()
        yield from (("document", right) for right in self.meant)
        yield from (("name", name) for name in self.names)


@dataclass(slots=True)
class Hits:
    """The subjects each kind of look-up led to; a name to a few of those who bear it and whom nothing else of the line
    tells from it.
    """

    document: set[uuid.UUID] = field(default_factory=set)
    external: set[uuid.UUID] = field(default_factory=set)
    phone_birth: set[uuid.UUID] = field(default_factory=set)
    phone: set[uuid.UUID] = field(default_factory=set)
    name_birth: set[uuid.UUID] = field(default_factory=set)
    name: set[uuid.UUID] = field(default_factory=set)
    near_document: set[uuid.UUID] = field(default_factory=set)

    def __or__(self, other: Hits) -> Hits:
        return Hits(*(getattr(self, one.name) | getattr(other, one.name) for one in fields(self)))

    def add(self, kind: str, found: Iterable[uuid.UUID]) -> None:
        """What a kind of look-up led to; whatever is none of the others is a number of some list."""
        getattr(self, kind if kind in _PARTS else "external").update(found)

    def every(self) -> set[uuid.UUID]:
        return self.certain() | self.phone | self.name_birth | self.name | self.near_document

    def certain(self) -> set[uuid.UUID]:
        return self.document | self.external | self.phone_birth

    def to_compare(self) -> set[uuid.UUID]:
        """Those whose names must be looked at before the line is judged."""
        return self.certain() or self.phone | self.name | self.near_document


@dataclass(frozen=True, slots=True)
class MatchVerdict:
    """``subject`` when it is certain; else ``candidates`` with why each; neither for somebody new."""

    subject: uuid.UUID | None
    why: Text
    candidates: tuple[tuple[uuid.UUID, Text], ...] = ()


def traits_of(identity: Mapping[str, Any], external: tuple[str, str] | None, *, country: str) -> Traits:
    """The traits of an identity, by its parts."""
    told = (str(identity.get(part) or "") for part in _TOLD)
    return _traits(*told, external, country)


@lru_cache(maxsize=names.LIST)
def _traits(
    document: str, phone: str, birth: str, name: str, name_latin: str, external: tuple[str, str] | None, country: str,
) -> Traits:
    """Kept, for a list is matched, held against itself, and both once more under the lock."""
    number = phones.parse(phone, region=country).e164 if phone else None
    told = {"name": name, "name_latin": name_latin}
    return Traits(compact(document).upper(), number or "", birth[:10], names_of(told), external, _other_keys(told))


def names_of(identity: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of all names somebody goes by."""
    told = (identity.get("name"), identity.get("name_latin"))
    return tuple(dict.fromkeys(key for name in told if name for key in names.lookup_keys(str(name))))


def known_names(identity: Mapping[str, Any]) -> tuple[str, ...]:
    """The same of somebody known, by whom a line may mean them: also as the letters of Müller are written elsewhere."""
    return (*names_of(identity), *_other_keys(identity))


def _other_keys(identity: Mapping[str, Any]) -> tuple[str, ...]:
    told = (identity.get("name"), identity.get("name_latin"))
    return tuple(dict.fromkeys(key for name in told if name for key in names.other_spellings(str(name))))


def pinyin_of(keys: Iterable[str]) -> frozenset[str]:
    """How names can be spelled in pinyin."""
    return frozenset(spelling for key in keys for spelling in names.pinyin_keys(key).whole)


def judge(traits: Traits, hits: Hits, known: Mapping[uuid.UUID, tuple[str, ...]]) -> MatchVerdict:
    """Who the line means. ``known`` gives the names (``known_names``) of at least those of ``Hits.to_compare``."""
    certain = hits.certain()
    if len(certain) > 1:
        narrowed = {subject for subject in certain if agrees(traits.names, known.get(subject, ()))}
        if len(narrowed) != 1 or not _first(hits) & narrowed or hits.external - narrowed:
            return MatchVerdict(None, SEVERAL, tuple((subject, SEVERAL) for subject in sorted(certain)))
        certain = narrowed
    if certain:
        return _certain(traits, hits, next(iter(certain)), known)
    return _uncertain(traits, hits, known)


def _first(hits: Hits) -> set[uuid.UUID]:
    """Those the surest kind of look-up that led anywhere led to."""
    return hits.document or hits.external or hits.phone_birth


def _certain(
    traits: Traits, hits: Hits, subject: uuid.UUID, known: Mapping[uuid.UUID, tuple[str, ...]],
) -> MatchVerdict:
    kind = next(kind for kind in CERTAIN if subject in getattr(hits, kind))
    if agrees(traits.names, known.get(subject, ())):
        return MatchVerdict(subject, SAME[kind])
    return MatchVerdict(None, OTHER_NAME[kind], ((subject, OTHER_NAME[kind]),))


def _uncertain(traits: Traits, hits: Hits, known: Mapping[uuid.UUID, tuple[str, ...]]) -> MatchVerdict:
    found = dict.fromkeys(hits.name_birth, NAME_AND_BIRTH)
    namesakes = (subject for subject in hits.phone if not set(traits.names).isdisjoint(known.get(subject, ())))
    found |= dict.fromkeys(namesakes, NAME_AND_PHONE)
    found |= {subject: NEAR_NUMBER for subject in hits.near_document
              if agrees(traits.names, known.get(subject, ()))}
    found = dict.fromkeys(hits.name, NAME_ALONE if traits.by_name_alone else NAME_BARE) | found
    return uncertain(found)


def uncertain(found: Mapping[uuid.UUID, Text]) -> MatchVerdict:
    """Those whom a line may mean, each with why; nobody is somebody new."""
    if not found:
        return MatchVerdict(None, NOBODY)
    reason = SEVERAL if len(found) > 1 else next(iter(found.values()))
    return MatchVerdict(None, reason, tuple(sorted(found.items())))


def agrees(told: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """Whether names do not contradict each other: one side has none, they share one, or one spells the other. Two names
    in characters that are not the same are two names, however alike they sound.
    """
    if not told or not known:
        return True
    own, theirs = ({key for key in keys if names.in_characters(key)} for keys in (told, known))
    if own and theirs:
        return not own.isdisjoint(theirs)
    return not set(told).isdisjoint(known) or not pinyin_of(told).isdisjoint(pinyin_of(known))
