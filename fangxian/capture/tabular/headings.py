"""Which field a heading names: exactly, with decoration, in part, or not at all because it names something else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import Final

from .concepts import LEFT_OUT, concepts, named
from .spellings import GENERIC, Spelling, spelling
from .types import Target

BETWEEN_ROWS: Final = " · "
"""Joins the headings of one column in several header rows."""

_BRACKETED: Final = re.compile(r"[(\[{【〔《<]([^()\[\]{}【】〔〕《》<>]*)[)\]}】〕》>]")
_HAN_RUN: Final = re.compile(r"[㐀-鿿々〇][㐀-鿿々〇()（）0-9]*")
_SLASHED: Final = re.compile(r"[/／|、\n\r]+")
_NUMBERED: Final = re.compile(r"^(?:[(（]?\d{1,3}[)）.、:：]\s*|[A-Z]?\d{1,3}[.:]\s+|[A-Z][.)]\s+)")
_NEUTRAL_BRACKET: Final = re.compile(
    r"\s*([日月年/\-.]{3,8}|日期|时间|datum|uhrzeit|date|time|fecha|hora|heure|必填"
    r"|选填|可选|可不填|必須|任意|格式.*|精确到.*|北京时间|当地时间|如[:：]?.*|例[:：]?.*|按证件.*|required|optional|mandatory"
    r"|obligatoire|obligatorio|obrigatório|pflichtfeld|local time|24 ?h|e\.?g\.?.*|[dmyjtgaшгмд./\- ]{4,14}|[hm:s]{2,8}"
    r"|°?c|℃|years?|in years|岁|周岁|歳|세|лет|jahre|ans|años|anos|m/f|f/m|h/f|h/m|m/w|m/w/d|w/m|男/女|м/ж|남/여"
    r"|是/否|yes/no|y/n|中文|汉字|漢字|한글|地区|國家|国家|country|code|名称|手机|mobile|s|n|n°|\*|\d{1,3})\s*",
    re.IGNORECASE)
"""How to fill a column in, or its unit: says nothing of whom or what it is about."""
_WHOSE: Final = re.compile(
    r"^(?:本人|旅客|乘客|患者|病人|病例|人员|入境人员|隔离人员|客人|住客|报告病例|patient'?s?|case'?s?|passenger'?s?|travell?er'?s?|guest'?s?"
    r"|person'?s?|pax|client'?s?|patient|환자|본인|пациента)[\s_の的]+|^(?:本人|旅客|乘客|患者|病人|人员|入境人员|客人|住客)"
    r"|\s(?:des patienten|der person|du patient|du passager|du cas|del paciente|del pasajero|del caso|do paciente"
    r"|do passageiro|do caso|пациента|больного|пассажира|of (?:the )?(?:patient|case|passenger|traveller|person))$",
    re.IGNORECASE)
"""Words for the one whom the line is about, before or after what is told of them."""
_SOMEBODY_ELSE: Final = re.compile(
    r"家长|订票|购票|付款|接待|房主|户主"
    r"|联系人|联络人|家属|亲属|父|母|监护|紧急|填报|填表|报告人|报告单位|采样|医生|医师|陪同|同行|密接|接触|责任|户籍|户口|单位|负责|经办|登记|审核|签发"
    r"|源|上代|前一|代办|法人|房东|雇主|院校|contact|emergency|guardian|parent|mother|father|kin|spouse|report|interview"
    r"|physician|doctor|clinician|provider|informant|relative|companion|household|collector|investigator|employer|school"
    r"|hospital|facility|laborator|source|sender|owner|responsible|officer|issu|expir|birth\s?place|birth\s?country"
    r"|registr|permanent|previous|former|agent|driver|host|landlord|arzt|ärzt|melde|mutter|vater|kontakt|gesundheitsamt"
    r"|médecin|medecin|déclar|mère|père|personne|médico|medico|notific|madre|padre|contacto|responsable|mãe|pai\b|respons"
    r"|врач|контакт|мать|отец|родств|прописк|регистрац|مخالط|اتصال|طبيب|مبلغ|父母|保護者|保护者|医師|緊急|勤務|接触者|보호자|의사|비상|직장|신고",
    re.IGNORECASE)
"""Words for others: what they are called or where they live is never the person's own."""
_GROUP_WORDS: Final = re.compile(
    r"(基本|个人|人员|旅客|乘客|患者|病例|身份|证件|航班|行程|入境|抵达|到达|住址|地址|住宿|健康|其他|信息|情况|资料|部分|登记表|一览表|所乘|交通|工具"
    r"|本人|相关|personal|passenger|travell?er|patient|case|person|document|passport|flight|travel|journey|arrival|stay"
    r"|address|accommodation|demographics?|basic|identity|details?|information|info|data|section|part|general|clinical"
    r"|angaben|daten|person|patient|reise|données|datos|dados|данные|сведения|пациент|基本情報|患者情報|인적사항|기본정보|[\s_\-/:：.\d()（）一二三四五六七八九十、]"
    r"|of|the|and|zur|du|del|do|des|der|и)+", re.IGNORECASE)
"""A group heading over several columns that only says: about the person, the document, the journey."""
_STEM: Final = 4
"""Letters that two words must share from the beginning to be taken for one."""
_EXACT: Final = 0.9
_BY_BEGINNING: Final = 0.7
_VAGUE: Final = frozenset({
    *GENERIC, "date", "time", "from", "to", "status", "source", "code", "place", "country", "destination", "number",
})


class Rank(IntEnum):
    """How a heading names a field, from the surest."""

    LABEL = 4
    ALIAS = 3
    CONCEPT = 2
    """Lists of some country or agency call it so."""
    VAGUE = 1
    """The field's alias, but a word that may mean anything."""


@dataclass(frozen=True, slots=True)
class Naming:
    """``exact``: the fields a heading names, all of it accounted for. ``elsewhere``: it is known to be something else,
    or about somebody else. ``concepts``: what it names beside the fields of the form.
    """

    exact: Mapping[str, Rank] = field(default_factory=dict)
    elsewhere: bool = False
    concepts: frozenset[str] = frozenset()


class Vocabulary:
    """What the targets are called, and how much each word of it says: one that many targets share says little."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self._names = {target.name: _own_names(target) for target in targets}
        self._ranks: dict[str, dict[str, Rank]] = {}
        for target in targets:
            self._add(target)
        self._near = {
            target: frozenset(word[:_STEM] for name in names for word in name.words)
            for target, names in self._names.items()
        }
        self._shared: dict[str, int] = {}
        for names in self._names.values():
            for word in {word for name in names for word in name.words}:
                self._shared[word] = self._shared.get(word, 0) + 1
        self.naming = lru_cache(maxsize=4096)(self._naming)

    def _add(self, target: Target) -> None:
        by_rank: list[tuple[Rank, Iterable[str]]] = [(Rank.CONCEPT, concepts().get(concept_of(target), ()))]
        by_rank += [(Rank.ALIAS, [spelling(alias).key for alias in target.aliases])]
        by_rank += [(Rank.LABEL, [spelling(label).key for label in (target.name, *target.labels) if label])]
        by_rank += [(Rank.CONCEPT, [turned for name in _own_names(target) if (turned := name.turned)])]
        for rank, keys in by_rank:
            for key in keys:
                ranks = self._ranks.setdefault(key, {})
                ranks[target.name] = max(rank, ranks.get(target.name, rank))

    def knows(self, heading: str) -> bool:
        """Whether lists call something that, decoration aside: a row of such texts is a row of headings."""
        found = self.naming(heading)
        return bool(found.exact) or bool(found.concepts - LEFT_OUT)

    def _naming(self, heading: str) -> Naming:
        parts = heading.split(BETWEEN_ROWS.strip())
        whole = self._whole(" ".join(parts) if len(parts) > 1 else heading)
        if whole.exact or whole.concepts or whole.elsewhere:
            return whole
        if len(parts) > 1:
            return self._in_rows([part.strip() for part in parts])
        pieces = _pieces(heading)
        if len(pieces) > 1:
            return self._agreed([self._whole(piece) for piece in pieces], pieces)
        return Naming(elsewhere=_SOMEBODY_ELSE.search(heading) is not None)

    def _whole(self, text: str) -> Naming:
        """By the whole text, then without what only decorates it, then without whose it is."""
        for form in _forms(text):
            found = self._called(spelling(form))
            if found.exact or found.concepts:
                return found
        return Naming()

    def _called(self, words: Spelling) -> Naming:
        known = named(words.key)
        ranks = self._ranks.get(words.key) or (self._ranks.get(words.turned) if words.turned else None) or {}
        vague = _VAGUE.issuperset(words.words)
        exact = {target: Rank.VAGUE if vague else rank for target, rank in ranks.items()}
        return Naming(exact, not exact and bool(known & LEFT_OUT), known)

    def _in_rows(self, parts: list[str]) -> Naming:
        """Headings in several rows: two languages, or a group over several columns."""
        found = [self.naming(part) for part in parts]
        if _SOMEBODY_ELSE.search(" ".join(parts[:-1])) or any(each.elsewhere for each in found):
            return Naming(elsewhere=True)
        if all(each.exact for each in found):
            return self._agreed(found, parts)
        leaf = found[-1]
        if all(_GROUP_WORDS.fullmatch(part) for part in parts[:-1]):
            return leaf
        return Naming(concepts=leaf.concepts)

    def _agreed(self, found: list[Naming], pieces: Sequence[str]) -> Naming:
        """What all pieces that name something name; a piece about others, or about something else, bars it."""
        unknown = [piece for each, piece in zip(found, pieces, strict=True) if not each.exact and not each.concepts]
        if any(each.elsewhere for each in found) or any(_SOMEBODY_ELSE.search(piece) for piece in unknown):
            return Naming(elsewhere=True)
        exact = [each.exact for each in found if each.exact]
        if not exact:
            return Naming()
        common = set.intersection(*(set(each) for each in exact))
        return Naming({target: min(each[target] for each in exact) for target in common})

    def likeness(self, heading: str, target: Target) -> float:
        """From 0 to 1, how much of the words of the heading and of one of the target's names is common."""
        own = self.naming(heading)
        if own.elsewhere or (own.concepts and target.name not in own.exact):
            return 0
        best = 0.0
        near = self._near[target.name]
        for piece in dict.fromkeys([heading, *_pieces(heading), *_forms(heading)]):
            words = spelling(piece)
            if not near.isdisjoint(word[:_STEM] for word in words.words):
                best = max(best, *(self._alike(words, name) for name in self._names[target.name]))
        return best

    def _alike(self, one: Spelling, other: Spelling) -> float:
        if not one.words or not other.words:
            return 0
        if one.key == other.key:
            return 1
        common, rest = _common(one.words, other.words)
        if GENERIC.issuperset(common):
            return 0
        shared = sum(self._weight(word) for word in common)
        total = 2 * shared + sum(self._weight(word) for word in rest)
        near = _EXACT if set(common) <= set(one.words) else _BY_BEGINNING
        return near * 2 * shared / total

    def _weight(self, word: str) -> float:
        return 1 / self._shared.get(word, 1)


def concept_of(target: Target) -> str:
    """The concept a target belongs to: stated, by its name, its kind, or what it is labelled."""
    there = concepts()
    for name in (target.concept, target.name, target.kind):
        if name in there and name not in LEFT_OUT:
            return name
    found = [named(spelling(label).key) - LEFT_OUT for label in target.labels]
    return next((min(each) for each in found if len(each) == 1), "")


def _own_names(target: Target) -> tuple[Spelling, ...]:
    names = (target.name, *target.labels, *target.aliases)
    return tuple(dict.fromkeys(spelling(name) for name in names if name))


@lru_cache(maxsize=8192)
def _forms(heading: str) -> tuple[str, ...]:
    """The heading, bare of numbering, of brackets that say how to fill it in, and of the one it is about."""
    narrow = unicodedata.normalize("NFKC", heading[:200])
    bare = _NUMBERED.sub("", narrow.strip(" *※:：.。")).strip(" *※:：.。")
    neutral = _without_hints(bare).strip(" *:：.")
    forms = dict.fromkeys(form for form in (heading, bare, neutral) if form)
    own = _WHOSE.sub("", neutral).strip()
    if own and not _VAGUE.issuperset(spelling(own).words):
        forms[own] = None
    return tuple(forms)


@lru_cache(maxsize=8192)
def _pieces(heading: str) -> tuple[str, ...]:
    """Texts in two languages, or several names with a slash between, apart."""
    narrow = unicodedata.normalize("NFKC", heading[:200])
    bare = _without_hints(narrow)
    han = " ".join(_HAN_RUN.findall(bare)).strip(" ()")
    other = _HAN_RUN.sub(" ", bare).strip(" ()*:.-")
    if han and re.search("[A-Za-z]{2}", other):
        return (han, other)
    return tuple(part.strip() for part in _SLASHED.split(bare) if part.strip())


def _without_hints(text: str) -> str:
    return _BRACKETED.sub(lambda found: " " if _NEUTRAL_BRACKET.fullmatch(found[1]) else found[0], text)


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Words of both, and words of either only; a word counts for a longer one that begins with it."""
    left = list(other)
    common, rest = [], []
    for word in one:
        found = next((candidate for candidate in left if _same(word, candidate)), None)
        if found is None:
            rest.append(word)
        else:
            left.remove(found)
            common.append(found)
    return common, rest + left


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    if one[0] != other[0]:  # of most words, at once: a long heading is held against all names of all targets
        return False
    short, long = sorted((one, other), key=len)
    return len(short) >= _STEM and long.startswith(short)
