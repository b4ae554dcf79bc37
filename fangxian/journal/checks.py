"""A submission before it is written: is its form known and new enough, do its answers hold, whose words are they."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from fangxian.kernel import errors
from fangxian.kernel.canonical import dumps
from fangxian.kernel.clock import possible
from fangxian.kernel.keys import JOURNAL, Hasher
from fangxian.kernel.text import both
from fangxian.programmes import queries as programmes
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme

from .types import FUTURE_TOLERANCE, NOBODY, YEARS, Filed, Flag, LeftOut, Refused, Submission
from .work import Work


def file(work: Work, submissions: Sequence[Submission]) -> None:
    """Check every submission of a round; what fails is answered, what holds is filed."""
    work.sent = submissions
    hasher = _content_hasher(work)
    versions: dict[str, Programme | None] = {}
    for number, one in enumerate(submissions):
        if not _possible(one):
            work.answers[number] = Refused.of(one.id, errors.IMPOSSIBLE_TIME)
            continue
        version = one.form_version or work.programme.version
        if version not in versions:
            versions[version] = programmes.taken(work.programme, version, work.at)
        programme = versions[version]
        form = programme.forms.get(one.form) if programme else None
        if programme is None or form is None:
            work.answers[number] = _unknown(one, too_old=programme is None)
            continue
        checked = programmes.validated(form, one.answers, happened_at=one.happened_at, tz=work.zone(one))
        if checked.faults:
            work.answers[number] = Refused(
                one.id, errors.FORM_FAULTS.code, tuple((fault.question, fault.message) for fault in checked.faults)
            )
            continue
        plain, personal = _parted(form, checked.answers)
        flag = Flag.FUTURE if one.happened_at > work.at + FUTURE_TOLERANCE else Flag.NONE
        mark, left_out = _mark(hasher, one, checked.answers), _labelled(form, checked.left_out)
        work.filed.append(Filed(number, one, version, flag, plain, personal, mark, left_out))


def _possible(one: Submission) -> bool:
    return one.happened_at.year in YEARS and possible(one.happened_at)


def leave_out_other_kinds(work: Work) -> None:
    """A programme's forms are about subjects of its kind. Of whom nobody knows yet, one of that kind is made."""
    kind = work.programme.subject
    work.turn_away({
        filed.number: Refused.of(filed.submission.id, errors.OTHER_KIND, programme=work.programme.id)
        for filed in work.filed if filed.about is not NOBODY and filed.about.kind != kind})


def mark_under(work: Work, one: Submission, version: str) -> tuple[bytes | None, LeftOut]:
    """What marks the content of a submission checked by a version's form, None when it does not hold there; and what
    was left out."""
    form = work.version(version).forms.get(one.form)
    if form is None or not _possible(one):
        return None, ()
    checked = programmes.validated(form, one.answers, happened_at=one.happened_at, tz=work.zone(one))
    mark = None if checked.faults else _mark(_content_hasher(work), one, checked.answers)
    return mark, _labelled(form, checked.left_out)


def _labelled(form: Form, questions: Sequence[str]) -> LeftOut:
    return tuple((name, form.by_name[name].label or both(name)) for name in questions) if questions else ()


def _content_hasher(work: Work) -> Hasher:
    return work.ring.hasher(JOURNAL, "content")


def _unknown(one: Submission, *, too_old: bool) -> Refused:
    kind = errors.FORM_TOO_OLD if too_old else errors.UNKNOWN_FORM
    return Refused.of(one.id, kind, form=one.form, programme=one.programme)


def _parted(form: Form, answers: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    personal = {name: value for name, value in answers.items() if name in form.personal}
    plain = {name: value for name, value in answers.items() if name not in personal} if personal else answers
    return plain, personal


def _mark(hasher: Hasher, one: Submission, answers: dict[str, Any]) -> bytes:
    moment = one.happened_at.astimezone(dt.UTC)
    told = [one.programme, one.form, one.subject, moment, answers, one.task, one.replaces, one.drill]
    return hasher.hash(dumps(told).encode())
