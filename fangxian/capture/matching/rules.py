"""Who a line means: certain by document, by the list's own number, by phone and birth date; anything less is asked."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fangxian.kernel.identifiers import names, phones
from fangxian.kernel.identifiers.spelling import compact
from fangxian.kernel.text import Text

CERTAIN: Final = ("document", "external", "phone_birth")
_WHY: Final[Mapping[str, Text]] = {
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
NOBODY: Final = Text("Not known yet.", "系统中尚无此人。")


@dataclass(frozen=True, slots=True)
class Traits:
    """What a line can be found by, normalised as the vault does. ``external`` is (kind, value)."""

    document: str = ""
    phone: str = ""
    birth: str = ""
    names: tuple[str, ...] = ()
    external: tuple[str, str] | None = None

    def asked(self) -> Iterable[tuple[str, str]]:
        """(kind, value) of every look-up."""
        if self.document:
            yield "document", self.document
        if self.phone:
            yield "phone", self.phone
        if self.phone and self.birth:
            yield "phone_birth", f"{self.phone}|{self.birth}"
        for name in self.names:
            yield "name", name
        if self.external:
            yield self.external


@dataclass(frozen=True, slots=True)
class Bearer:
    """What is known of somebody a look-up led to."""

    names: frozenset[str] = frozenset()
    pinyin: frozenset[str] = frozenset()
    birth: str = ""


@dataclass(slots=True)
class Hits:
    """The subjects each kind of look-up led to."""

    document: set[uuid.UUID] = field(default_factory=set)
    external: set[uuid.UUID] = field(default_factory=set)
    phone_birth: set[uuid.UUID] = field(default_factory=set)
    phone: set[uuid.UUID] = field(default_factory=set)
    name: set[uuid.UUID] = field(default_factory=set)

    def certain(self) -> set[uuid.UUID]:
        return self.document | self.external | self.phone_birth

    def to_compare(self, traits: Traits) -> set[uuid.UUID]:
        """Those whose names or birth date must be looked at before the line is judged."""
        certain = self.certain()
        if certain:
            return certain if len(certain) > 1 else certain - self.name
        return self.name if traits.birth else set()


@dataclass(frozen=True, slots=True)
class Verdict:
    """``subject`` when it is certain; else ``candidates`` with why each; neither for somebody new."""

    subject: uuid.UUID | None
    why: Text
    candidates: tuple[tuple[uuid.UUID, Text], ...] = ()


def traits_of(identity: Mapping[str, Any], external: tuple[str, str] | None, *, country: str) -> Traits:
    """The traits of an identity, by its parts."""
    document = compact(str(identity.get("document_number") or "")).upper()
    phone = phones.parse(str(identity["phone"]), region=country).e164 if identity.get("phone") else None
    return Traits(document, phone or "", str(identity.get("birth_date") or "")[:10], names_of(identity), external)


def names_of(identity: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of all names somebody goes by."""
    told = (identity.get("name"), identity.get("name_latin"))
    return tuple(dict.fromkeys(key for name in told if name for key in names.lookup_keys(str(name))))


def pinyin_of(keys: Iterable[str]) -> frozenset[str]:
    """How names can be spelled in pinyin."""
    return frozenset(spelling for key in keys for spelling in names.pinyin_keys(key).whole)


def bearer(identity: Mapping[str, Any]) -> Bearer:
    """What is compared of a known identity."""
    keys = names_of(identity)
    return Bearer(frozenset(keys), pinyin_of(keys), born(identity).birth)


def born(identity: Mapping[str, Any]) -> Bearer:
    """Enough of somebody a name led to: it is the same name, and only the birth date is compared."""
    return Bearer(birth=str(identity.get("birth_date") or "")[:10])


def judge(traits: Traits, hits: Hits, known: Mapping[uuid.UUID, Bearer]) -> Verdict:
    """Who the line means. ``known`` has at least those of ``Hits.to_compare``."""
    certain = hits.certain()
    if len(certain) > 1:
        narrowed = {subject for subject in certain if agrees(traits, known.get(subject))}
        if len(narrowed) != 1 or not _first(hits) & narrowed:
            return Verdict(None, SEVERAL, tuple((subject, SEVERAL) for subject in sorted(certain)))
        certain = narrowed
    if certain:
        return _certain(traits, hits, next(iter(certain)), known)
    return _uncertain(traits, hits, known)


def _first(hits: Hits) -> set[uuid.UUID]:
    """Those the surest kind of look-up that led anywhere led to."""
    return hits.document or hits.external or hits.phone_birth


def _certain(traits: Traits, hits: Hits, subject: uuid.UUID, known: Mapping[uuid.UUID, Bearer]) -> Verdict:
    kind = next(kind for kind in CERTAIN if subject in getattr(hits, kind))
    if subject in hits.name or agrees(traits, known.get(subject)):
        return Verdict(subject, _WHY[kind])
    return Verdict(None, OTHER_NAME[kind], ((subject, OTHER_NAME[kind]),))


def _uncertain(traits: Traits, hits: Hits, known: Mapping[uuid.UUID, Bearer]) -> Verdict:
    found = {subject: NAME_AND_BIRTH for subject in hits.name
             if traits.birth and subject in known and known[subject].birth == traits.birth}
    found |= dict.fromkeys(hits.name & hits.phone, NAME_AND_PHONE)
    if not found:
        return Verdict(None, NOBODY)
    reason = SEVERAL if len(found) > 1 else next(iter(found.values()))
    return Verdict(None, reason, tuple(sorted(found.items())))


def agrees(traits: Traits, bearer: Bearer | None) -> bool:
    """Whether the names do not contradict each other: one is missing, they are the same, or one spells the other."""
    if bearer is None or not traits.names or not bearer.names:
        return True
    if bearer.names & set(traits.names):
        return True
    return bool(bearer.pinyin & pinyin_of(traits.names))
