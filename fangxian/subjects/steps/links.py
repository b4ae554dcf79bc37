"""Make the links that answers name: to a household, a journey, the person who infected this one."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.db import connection

from fangxian.accounts.scope import current, everywhere
from fangxian.journal.append import fetch
from fangxian.journal.types import NOBODY, STANDS, Filed, Flag, Refused, SubjectRow
from fangxian.journal.work import Work
from fangxian.kernel import errors
from fangxian.kernel.arrays import array_text
from fangxian.kernel.identity_parts import EXTERNAL_IDS
from fangxian.kernel.ids import derived
from fangxian.kernel.keys import KeyRing
from fangxian.programmes.forms import Form
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.programmes.types import LinkKind, Programme
from fangxian.subjects import vault
from fangxian.subjects.steps.locks import fresh, insert
from fangxian.subjects.steps.standing import StandingEntry

_INSERT: Final = (
    "INSERT INTO subjects_link (id, programme, kind, subject, other, path, happened_at, entry)"
    " SELECT * FROM unnest(%s::uuid[], %s::varchar[], %s::varchar[], %s::uuid[], %s::uuid[], %s::varchar[],"
    " %s::timestamptz[], %s::uuid[]) ON CONFLICT (id) DO NOTHING"
)

_SETTLE: Final = f"""
UPDATE subjects_link l SET ended_at = CASE WHEN l.ended_at IS NULL THEN %s::timestamptz END FROM journal_entry e
WHERE l.entry = e.id AND l.subject = ANY(%s::uuid[]) AND l.programme = %s AND (l.ended_at IS NULL) <> ({STANDS})
RETURNING l.id, l.kind, l.subject, l.other, l.ended_at IS NULL
"""  # noqa: S608 - a constant
_HELD: Final = "SELECT id FROM subjects_subject WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE"
_SHARED: Final = """
SELECT l.other, s.drill, l.subject, s.path, s.programmes
FROM subjects_link l JOIN subjects_subject s ON s.id = l.subject
WHERE l.other = ANY(%s::uuid[]) AND l.programme = %s AND l.ended_at IS NULL
"""
_MEANT: Final = "SELECT id, merged_into FROM subjects_subject WHERE id = ANY(%s::uuid[])"
_WHETHER_DRILL: Final = "SELECT id, drill FROM subjects_subject WHERE id = ANY(%s::uuid[])"
_ID_LETTERS: Final = 32
_DRILL: Final = "/"  # no programme is called nothing
EXTERNAL_ID: Final = "external_id"
"""The question of a line list that numbers its people."""

Wanted = tuple[Filed, LinkKind, uuid.UUID]


class NamedSubject(NamedTuple):
    """A subject that an answer names: by its number or key however it is spelled; of the number of a list also by the
    very letters."""

    kind: LinkKind
    other: uuid.UUID
    spelled: uuid.UUID | None = None


def hold_shared(work: Work) -> None:
    """Take the households named along which something follows, before their people: whoever joins one waits for what is
    being decided about those in it, and the other way round."""
    named = {one.other for filed in work.filed for one in _told_by(work, filed, followed(work.programme))}
    if named:
        with everywhere():
            fetch(_HELD, [array_text(named)])


def leave_out_unseen(work: Work) -> None:
    """What is filed about one reaches those who share a household, wherever they live: so nobody is put into one by who
    sees none of its people. One that nobody is in, and one's own, are taken from everybody.

    Of two who are the first in it at the same instant, in two areas, both are in it.
    """
    kinds = {name for name in followed(work.programme) if not work.programme.links[name].anywhere}
    named = [(filed, one.kind, one.other) for filed in work.filed for one in _told_by(work, filed, kinds)]
    if not named:
        return
    scope = current()
    with everywhere():
        found = fetch(_SHARED, [array_text({other for *_, other in named}), work.programme.id])
    sharing: dict[tuple[uuid.UUID, bool], list[tuple[Any, ...]]] = defaultdict(list)
    for other, drill, *member in found:
        sharing[other, drill].append(tuple(member))

    def unseen(filed: Filed, other: uuid.UUID) -> bool:
        own, sees = filed.submission.subject, work.within.get(filed.submission.id, scope)
        members = sharing[other, _of_drill(filed)]  # a drill and those who are real share nothing
        return bool(members) and not any(one == own or sees.shows(path, known) for one, path, known in members)

    work.turn_away({filed.number: Refused.of(filed.submission.id, errors.LINKED_ELSEWHERE, link=kind.label)
                    for filed, kind, other in named if unseen(filed, other)})


def leave_out_made_up(work: Work) -> None:
    """Nobody real is tied to somebody made up for a drill, nor the other way round: whoever names a subject by its id
    names one of the same kind. The numbers and keys of a drill are its own and lead to nobody real."""
    named = [(filed, kind, other) for filed in work.filed for kind, other in _by_id(work, filed)]
    if not named:
        return
    with everywhere():
        found: dict[uuid.UUID, bool] = dict(fetch(_WHETHER_DRILL, [array_text({other for *_, other in named})]))
    work.turn_away({
        filed.number: Refused.of(filed.submission.id, errors.LINKED_TO_DRILL, link=kind.label)
        for filed, kind, other in named if found.get(other, _of_drill(filed)) != _of_drill(filed)})


def _by_id(work: Work, filed: Filed) -> Iterator[tuple[LinkKind, uuid.UUID]]:
    programme = work.version(filed.version)
    for name, link in _link_questions(programme.forms[filed.submission.form]):
        value = str(filed.plain.get(name) or filed.personal.get(name) or "")
        if len(value) >= _ID_LETTERS:
            with suppress(ValueError):
                yield programme.links[link], uuid.UUID(value.strip())


def make_links(work: Work) -> None:
    """One link per answer that names one. The other side is made where its kind may be and nobody bears the id.

    A link is there as long as the entry that made it stands: of what was taken back or corrected it ends, and it is
    there again when that is taken back in turn.
    """
    wanted = _wanted(work)
    if wanted:
        _make_others(work, wanted)
        rows = [_row(work, *found) for found in wanted]
        work.linked = {link: (kind, subject, other) for link, _, kind, subject, other, *_ in rows}
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [array_text(column) for column in zip(*rows, strict=True)])
    _settle(work, work.refold | {
        filed.submission.subject for filed in work.filed
        if filed.submission.replaces or filed.submission.id in work.corrected})


def _settle(work: Work, subjects: Set[uuid.UUID]) -> None:
    """Of whom something was taken back, corrected, or corrected before it came."""
    if not subjects:
        return
    for link, kind, subject, other, stands in fetch(_SETTLE, [work.at, array_text(subjects), work.programme.id]):
        if stands:
            work.linked[link] = kind, subject, other
        elif work.linked.pop(link, None) is None:
            work.unlinked.add(link)


def told(ring: KeyRing, entries: Iterable[StandingEntry]) -> set[tuple[uuid.UUID, uuid.UUID, uuid.UUID]]:
    """Id, subject and other side of every link that entries make."""
    named = [(one, naming) for one in entries if one.flag == Flag.NONE for naming in _named(
        ring, one.programme, one.programme.forms[one.form], one.answers, drill=one.drill)]
    meant = meant_by([(naming.other, naming.spelled) for _, naming in named])
    return {(derived(one.entry, naming.kind.kind, other), one.subject, other)
            for (one, naming), other in zip(named, meant, strict=True)}


def external_subject(
    keys: KeyRing, programme: str, kind: str, external_id: object, source: str = "", *, drill: bool = False,
) -> uuid.UUID:
    """The subject that an external id means, however it is spelled; ids of one programme, kind and source never meet
    those of another, and those told of people made up for a ``drill`` none that is real.
    """
    return subject_spelled(keys, programme, kind, spelled_alike(external_id), source, drill=drill)


def subject_spelled(
    keys: KeyRing, programme: str, kind: str, external_id: object, source: str = "", *, drill: bool = False,
) -> uuid.UUID:
    """The same by its very letters, as the numbers of lists were once told apart."""
    told = "/".join(filter(None, (programme, kind, source)))
    return vault.subject_of(keys, f"{_DRILL}{told}" if drill else told, str(external_id))


@lru_cache(maxsize=64)
def followed(programme: Programme) -> frozenset[str]:
    """The kinds of link along which something follows."""
    return frozenset(one.link for one in programme.consequences)


def links_in(
    programme: Programme, form: Form, answers: Mapping[str, Any], of: Set[str], *, drill: bool,
) -> list[tuple[LinkKind, uuid.UUID]]:
    """The links of some kinds that a form's answers tell."""
    asks = any(link in of for _, link in _link_questions(form))
    found = _named(vault.ring(), programme, form, answers, of, drill=drill) if asks else ()
    return [(one.kind, one.other) for one in found]


@lru_cache(maxsize=256)
def _link_questions(form: Form) -> tuple[tuple[str, str], ...]:
    return tuple((question.name, question.link) for question in form.questions if question.link)


def _wanted(work: Work) -> list[Wanted]:
    named = [(filed, one) for filed in work.filed if filed.flag == Flag.NONE for one in _told_by(work, filed)]
    meant = meant_by([(one.other, one.spelled) for _, one in named])
    return [(filed, one.kind, other) for (filed, one), other in zip(named, meant, strict=True)]


def by_numbers(
    keys: KeyRing, programme: Programme, numbers: Iterable[object], source: str,
) -> list[uuid.UUID]:
    """Whom each number of a source's list means, in order."""
    of = keys, programme.id, programme.subject
    return meant_by([(external_subject(*of, number, source), subject_spelled(*of, number, source))
                     for number in numbers])


def named_before(told: Sequence[tuple[Programme, Mapping[str, Any]]]) -> list[uuid.UUID | None]:
    """Of each that tells the number of a list, to whom it leads who names that number: somebody who infected another
    may be named before anything is filed about them."""
    ring, asked = vault.ring(), list[tuple[uuid.UUID, uuid.UUID | None]]()
    numbers = [next((answers[name] for name in EXTERNAL_IDS if spelled_alike(answers.get(name))), None)
               for _, answers in told]
    for (programme, answers), number in zip(told, numbers, strict=True):
        if number is not None:
            of = ring, programme.id, programme.subject, number, str(answers.get("source") or "")
            asked.append((external_subject(*of), subject_spelled(*of)))
    meant = iter(meant_by(asked))
    return [None if number is None else next(meant) for number in numbers]


def meant_by(named: Sequence[tuple[uuid.UUID, uuid.UUID | None]]) -> list[uuid.UUID]:
    """Who is meant, in order, by the id of every spelling and, of the number of a list, that of the very letters: who
    was listed by these while they were told apart, else who stands for every spelling."""
    asked = {one for pair in named if pair[1] for one in pair}
    there: dict[uuid.UUID | None, uuid.UUID | None] = {}
    if asked:
        with everywhere():
            there = dict(fetch(_MEANT, [array_text(asked)]))
    return [spelled if spelled and spelled in there and spelled != other else there.get(other) or other
            for other, spelled in named]


def _told_by(
    work: Work, filed: Filed, of: Set[str] | None = None,
) -> Iterator[NamedSubject]:
    """The links that a submission tells; ``of``: of these kinds only."""
    programme = work.version(filed.version)
    form = programme.forms[filed.submission.form]
    if not any(of is None or link in of for _, link in _link_questions(form)):
        return iter(())
    return _named(work.ring, programme, form, {**filed.personal, **filed.plain}, of, drill=_of_drill(filed))


def _of_drill(filed: Filed) -> bool:
    """Whether a submission is about somebody made up; of who is not there yet it says so itself."""
    return filed.submission.drill if filed.about is NOBODY else filed.about.drill


def _named(
    ring: KeyRing, programme: Programme, form: Form, answers: Mapping[str, Any], of: Set[str] | None = None,
    *, drill: bool = False,
) -> Iterator[NamedSubject]:
    for name, link in _link_questions(form):
        kind = programme.links[link]
        if spelled_alike(answers.get(name)) and (of is None or link in of):
            by_list = kind.to == programme.subject
            asked = ring, programme.id, kind.to, answers[name], _source(form, answers) if by_list else ""
            other = external_subject(*asked, drill=drill)
            yield NamedSubject(kind, other, subject_spelled(*asked, drill=drill) if by_list else None)


def _source(form: Form, answers: Mapping[str, Any]) -> str:
    """Which list numbers its people so; a household or a journey is called the same in every list."""
    return str(answers.get("source") or "") if form.question(EXTERNAL_ID) is not None else ""


def _make_others(work: Work, wanted: list[Wanted]) -> None:
    asked = {other: (filed, kind) for filed, kind, other in wanted if kind.make and other not in work.subjects}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM subjects_subject WHERE id = ANY(%s::uuid[])", [array_text(asked)])
        there = {row[0] for row in cursor.fetchall()}
    insert(work, [_made(work, other, *asked[other]) for other in sorted(asked.keys() - there)], shared=True)


def _made(work: Work, other: uuid.UUID, filed: Filed, kind: LinkKind) -> SubjectRow:
    return fresh(work, other, kind.to, filed.about.path, drill=filed.about.drill)


def _row(work: Work, filed: Filed, kind: LinkKind, other: uuid.UUID) -> tuple[Any, ...]:
    one = filed.submission
    return (
        derived(one.id, kind.kind, other),
        one.programme,
        kind.kind,
        one.subject,
        other,
        filed.path,
        one.happened_at,
        one.id,
    )
