"""Reads of subjects for others: who they are, what is known, what they are tied to, and how to find them."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.translation import get_language

from fangxian.accounts.protection import lent
from fangxian.accounts.scope import PROGRAMMES, SYSTEM, among, working_in
from fangxian.areas.types import Range
from fangxian.journal.types import STANDS as ENTRY_STANDS
from fangxian.kernel import dates, identity_parts
from fangxian.kernel.arrays import array_text
from fangxian.kernel.identifiers import names, phones
from fangxian.kernel.identifiers.spelling import compact
from fangxian.kernel.keys import KeyGone, KeyRing, NoKey, unseal
from fangxian.kernel.text import Text, both
from fangxian.kernel.values import Privacy
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.programmes.types import Fact, Programme

from . import vault
from .steps.facts import read_states
from .steps.identity import number_kind

FOUND: Final = 50
DRILL: Final = Text("Drill", "演练")
NOT_KNOWN: Final = Text("not known", "不详")
NAME: Final = ("name", "name_latin")
_DOCUMENT: Final = re.compile(r"(?=.*\d)[0-9A-Za-z()（）\- ]{5,24}")
_SUBJECTS: Final = f"""
SELECT s.id, s.kind, s.path, s.bucket, s.wrapped_key, s.drill, s.programmes, i.sealed, {PROGRAMMES}
FROM subjects_subject s LEFT JOIN subjects_identity i ON i.subject = s.id
WHERE s.id = ANY(%s) AND (s.path >= %s AND s.path < %s OR {lent('s.id')})
"""  # noqa: S608 - a constant
_FOUND: Final = f"""
SELECT DISTINCT ON (l.subject) l.subject, l.kind FROM subjects_lookup l
JOIN subjects_subject s ON s.id = l.subject AND (NOT s.drill OR EXISTS (
  SELECT FROM journal_entry e WHERE e.subject = s.id AND e.kind = 'submission' AND {ENTRY_STANDS}))
WHERE l.hash = ANY(%s) AND l.path >= %s AND l.path < %s ORDER BY l.subject, l.kind LIMIT %s
"""  # noqa: S608 - a constant
_BEARING: Final = """
SELECT DISTINCT l.subject FROM subjects_lookup l JOIN subjects_subject s ON s.id = l.subject AND s.drill = %s
WHERE l.hash = ANY(%s) AND l.path >= %s AND l.path < %s ORDER BY l.subject LIMIT %s
"""
# Of a kind that is single, what was told last: one link, or the several of one list.
STANDS: Final = """(l.programme || '/' || l.kind <> ALL(%(single)s) OR NOT EXISTS (
  SELECT FROM subjects_link n WHERE n.subject = l.subject AND n.programme = l.programme AND n.kind = l.kind
  AND n.ended_at IS NULL AND n.happened_at > l.happened_at))
"""
_LINKS: Final = f"""
SELECT l.programme, l.kind, l.other, o.subject, o.happened_at, false AS back
FROM subjects_link l JOIN subjects_link o ON o.programme = l.programme AND o.kind = l.kind AND o.other = l.other
JOIN subjects_subject s ON s.id = l.subject JOIN subjects_subject n ON n.id = o.subject AND n.drill = s.drill
WHERE l.subject = %(subject)s AND l.ended_at IS NULL AND o.ended_at IS NULL AND o.subject <> l.subject
AND l.programme || '/' || l.kind <> ALL(%(direct)s)
UNION SELECT l.programme, l.kind, l.other, l.other, l.happened_at, false
FROM subjects_link l JOIN subjects_subject s ON s.id = l.subject
JOIN subjects_subject n ON n.id = l.other AND n.drill = s.drill
WHERE l.subject = %(subject)s AND l.ended_at IS NULL AND l.programme || '/' || l.kind = ANY(%(direct)s)
AND {STANDS}
UNION SELECT l.programme, l.kind, NULL, l.subject, l.happened_at, true FROM subjects_link l
JOIN subjects_subject s ON s.id = l.subject JOIN subjects_subject n ON n.id = l.other AND n.drill = s.drill
WHERE l.other = %(subject)s AND l.ended_at IS NULL AND {STANDS}
ORDER BY 1, 2, 6, 5 LIMIT 200
"""  # noqa: S608 - two constants
_TOGETHER: Final = """
SELECT l.subject, l.other FROM unnest(%s::uuid[]) AS near (id) JOIN subjects_link l ON l.subject = near.id
JOIN subjects_subject s ON s.id = near.id AND NOT s.drill
WHERE l.programme = %s AND l.kind = %s AND l.ended_at IS NULL ORDER BY l.happened_at, l.entry
"""


@dataclass(frozen=True, slots=True)
class SubjectIdentity:
    """A subject and what it is called, by what the ``programmes`` in scope were told.

    ``closed``: why its key can't be used, shown in place of a name.
    """

    id: uuid.UUID
    kind: str
    path: str
    drill: bool
    parts: Mapping[str, Any] = field(repr=False)
    key: bytes | None = field(repr=False)
    programmes: tuple[str, ...] = ()
    closed: NoKey | None = None

    @property
    def gone(self) -> bool:
        """Whether the key was destroyed at the end of its retention."""
        return isinstance(self.closed, KeyGone)

    @property
    def name(self) -> str:
        """The name, else the one in Latin letters, else the external id; empty when nothing was told."""
        if self.closed is not None:
            return self.closed.label.said_in(get_language() or "en")
        parts = self.parts
        return self._marked(str(parts.get("name") or parts.get("name_latin") or parts.get("external_id") or ""))

    @property
    def masked_name(self) -> str:
        """The name for those who need not know it; an external id means nothing to strangers and stays."""
        masked = next((names.mask(str(self.parts[part])) for part in NAME if self.parts.get(part)), "")
        return self._marked(masked) if masked else self.name

    def _marked(self, name: str) -> str:
        """Whoever was made up for a drill is called so wherever their name stands."""
        return f"{DRILL.said_in(get_language() or 'en')} · {name}" if self.drill else name

    @property
    def phone(self) -> str:
        return str(self.parts.get("phone") or "")

    @property
    def address(self) -> str:
        return str(self.parts.get("address") or "")


class Tie(NamedTuple):
    """Another subject tied to one: by sharing a household or journey (``through``), or directly; ``back`` when it is
    the other one that says so.
    """

    programme: str
    kind: str
    through: uuid.UUID | None
    subject: uuid.UUID
    happened_at: dt.datetime
    back: bool


class Hit(NamedTuple):
    """A subject that was found, and by what kind of value."""

    subject: uuid.UUID
    kind: str


class FactView(NamedTuple):
    """A fact as it is read."""

    fact: Fact
    text: Text
    value: Any


def identities(subjects: Iterable[uuid.UUID], area: Range) -> dict[uuid.UUID, SubjectIdentity]:
    """Who they are, opened in one go; those outside the area or the scope are left out. What only programmes out of
    scope were told of them is not there either.

    Whoever shows what is in it logs the look, unless it is masked.
    """
    wanted = sorted(set(subjects))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SUBJECTS, [wanted, area.lo, area.hi])
        rows = cursor.fetchall()
    ring = vault.ring()
    buckets = {bucket: _bucket_key(bucket, ring) for bucket in {row[3] for row in rows}}
    return {row[0]: _opened(row, buckets[row[3]]) for row in rows}


def masked(identity: SubjectIdentity) -> dict[str, str]:
    """Every part for those who need not know it, by part of the identity; what is not known how to mask is hidden."""
    return {part: identity_parts.masked(part, str(value)) for part, value in identity.parts.items() if value}


def find(text: str, area: Range, sources: Sequence[str] = (), limit: int = FOUND) -> list[Hit]:
    """Subjects by document, phone, whole name, pinyin or external id (of one of the sources), in an area.

    Nothing but keyed hashes is compared: parts of a name or number find nobody. Whoever was made up for a drill is
    found while it goes on.
    """
    return _by_hashes(_look_ups(text, sources), area, limit)


def is_number(text: str) -> bool:
    """Whether ``find`` takes a text for a document or a phone number."""
    return any(kind in ("document", "phone") for kind, _ in _look_ups(text, ()))


def same_document(person: SubjectIdentity, area: Range, limit: int = FOUND) -> set[uuid.UUID]:
    """Other subjects that bear the document of one: those who are real, or of drills as that one is."""
    hashes = _hashes(found for found in vault.look_ups(person.parts) if found[0] == "document")
    if not hashes:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_BEARING, [person.drill, hashes, area.lo, area.hi, limit])
        return {subject for subject, in cursor.fetchall()} - {person.id}


def links(subject: uuid.UUID, programmes: Sequence[Programme]) -> list[Tie]:
    """Who shares a household or journey with a subject, and whom it is linked to directly, either way round."""
    kinds = [(f"{one.id}/{link.kind}", link.to == one.subject, link.single)
             for one in programmes for link in one.links.values()]
    asked: dict[str, Any] = {"subject": subject, "direct": [name for name, direct, _ in kinds if direct],
                             "single": [name for name, _, single in kinds if single]}
    with connection.cursor() as cursor:
        cursor.execute(_LINKS, asked)
        return [Tie(*row) for row in cursor.fetchall()]


def together(programme: str, kind: str, subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """What each subject was last linked to: its household, say."""
    with connection.cursor() as cursor:
        cursor.execute(_TOGETHER, [list(subjects), programme, kind])
        return dict(cursor.fetchall())


def standing_at(paths: Sequence[str]) -> int:
    """How many subjects stand at some areas, whoever knows them: a number, for who decides about the areas."""
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM subjects_subject WHERE path = ANY(%s::varchar[]) AND merged_into IS NULL",
            [array_text(paths)])
        return int(cursor.fetchone()[0])


def facts(programme: Programme, subject: uuid.UUID) -> dict[str, Any]:
    """Current facts; empty when there are none or they are out of scope."""
    state = read_states(programme, [subject]).get(subject)
    return {} if state is None else {name: value for name, value in state.values.items() if value is not None}


def labelled(
    programme: Programme, values: Mapping[str, Any], *, sensitive: bool = True, opened: bool = True
) -> list[FactView]:
    """Facts in the programme's order, in words where a form's choices have them.

    Unless ``opened``, facts that tell a part of the identity are masked as that part is.
    """
    labels = _choice_labels(programme)
    parts = {} if opened else _parts_told(programme)
    shown = (programme.facts[name] for name in programme.facts if values.get(name) is not None)
    return [
        _known(fact, values[fact.name], labels.get(fact.name, {}), parts.get(fact.name, ""))
        for fact in shown
        if sensitive or fact.privacy is Privacy.PLAIN
    ]


def recorded_as(programme: Programme, names: Iterable[str], values: Mapping[str, Any]) -> Text:
    """Some facts with what is known of each, in words."""
    found = {one.fact.name: one.text for one in labelled(programme, values)}
    said = [Text("{fact}: {value}", "{fact}：{value}").filled(
        fact=programme.facts[name].label, value=found.get(name, NOT_KNOWN)) for name in names]
    return Text("; ".join(one.en for one in said), "；".join(one.zh for one in said))


def _known(fact: Fact, value: Any, labels: Mapping[str, Text], part: str) -> FactView:
    words = _in_words(fact, value, labels)
    if not part:
        return FactView(fact, words, value)
    hidden = Text(identity_parts.masked(part, words.en), identity_parts.masked(part, words.zh))
    return FactView(fact, hidden, hidden.en if hidden != words else value)


@lru_cache(maxsize=32)
def _parts_told(programme: Programme) -> Mapping[str, str]:
    """The part of the identity that a fact tells, by fact, for those whose question feeds both."""
    questions = (question for form in programme.forms.values() for question in form.questions)
    return {question.fact: question.identity for question in questions if question.fact and question.identity}


def _opened(row: Sequence[Any], bucket_key: bytes | NoKey) -> SubjectIdentity:
    subject, kind, path, _, wrapped, drill, programmes, sealed, seen = row
    known = among(seen, programmes)
    if isinstance(bucket_key, NoKey):
        return SubjectIdentity(subject, kind, path, drill, {}, None, known, closed=bucket_key)
    key = unseal(bucket_key, bytes(wrapped), subject.bytes)
    told = vault.open_parts(key, bytes(sealed) if sealed else None, subject)
    return SubjectIdentity(subject, kind, path, drill, vault.values(vault.told_in(told, known)), key, known)


def _bucket_key(bucket: str, ring: KeyRing) -> bytes | NoKey:
    try:
        return ring.key(bucket)
    except NoKey as closed:
        return closed


def _look_ups(text: str, sources: Sequence[str]) -> set[tuple[str, str]]:
    whole = text.strip()
    found: set[tuple[str, str]] = {("name", key) for key in names.lookup_keys(whole)}
    found |= {("pinyin", key) for key in names.pinyin_keys(whole).whole}
    found |= {(number_kind("", source), spelled_alike(whole)) for source in sources}
    if _DOCUMENT.fullmatch(whole):
        found.add(("document", compact(whole).upper()))
    phone = phones.parse(whole, region=settings.COUNTRY).e164 if any(map(str.isdigit, whole)) else None
    return found | ({("phone", phone)} if phone else set())


def _by_hashes(wanted: set[tuple[str, str]], area: Range, limit: int) -> list[Hit]:
    hashes = _hashes(wanted)
    if not hashes:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [hashes, area.lo, area.hi, limit])
        return [Hit(*row) for row in cursor.fetchall()]


def _hashes(wanted: Iterable[tuple[str, str]]) -> list[bytes]:
    asked = sorted(wanted)
    return [mark for mark, *_ in vault.hashes_everywhere(asked)] if asked else []


@lru_cache(maxsize=32)
def _choice_labels(programme: Programme) -> Mapping[str, Mapping[str, Text]]:
    found: dict[str, dict[str, Text]] = {}
    for form in programme.forms.values():
        for question in form.questions:
            if question.fact and question.choices:
                found.setdefault(question.fact, {}).update({one.name: one.label for one in question.choices})
    return found


def _in_words(fact: Fact, value: Any, labels: Mapping[str, Text]) -> Text:
    if isinstance(value, bool):
        return Text("Yes", "是") if value else Text("No", "否")
    if isinstance(value, tuple | list):
        chosen = [labels.get(one, both(str(one))) for one in value]
        return Text(", ".join(one.en for one in chosen), "、".join(one.zh for one in chosen))
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dates.in_words(value)
    plain = f"{value:g}" if isinstance(value, float) else str(value)
    return labels.get(plain, both(f"{plain} {fact.unit}" if fact.unit else plain))
