"""A submission before it is written: is its form known and new enough, do its answers hold, whose words are they."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import orjson

from fangxian.kernel import errors
from fangxian.kernel.keys import JOURNAL, content_mark
from fangxian.kernel.values import Privacy
from fangxian.programmes import queries as programmes
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme

from .types import FUTURE_TOLERANCE, Filed, Flag, Refused, Submission
from .work import Work

_SUPERSEDED_IS_TAKEN_FOR: Final = dt.timedelta(days=30)
_JSON: Final = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def file(work: Work, submissions: Sequence[Submission]) -> None:
    """Check every submission of a round; what fails is answered, what holds is filed."""
    key = work.ring.derived(JOURNAL, "content")
    versions: dict[str, Programme | None] = {}
    zone = work.calendar(work.by.path).zone
    for number, one in enumerate(submissions):
        version = one.form_version or work.programme.version
        if version not in versions:
            versions[version] = _taken(work.programme, version, work.at)
        programme = versions[version]
        form = programme.forms.get(one.form) if programme else None
        if programme is None or form is None:
            work.answers[number] = _unknown(one, too_old=programme is None)
            continue
        checked = form.validate(one.answers, happened_at=one.happened_at, tz=zone)
        if checked.faults:
            work.answers[number] = Refused(
                one.id, errors.FORM_FAULTS.code, tuple((fault.question, fault.message) for fault in checked.faults)
            )
            continue
        plain, personal = _parted(form, checked.answers)
        flag = Flag.FUTURE if one.happened_at > work.at + FUTURE_TOLERANCE else Flag.NONE
        work.filed.append(Filed(number, one, version, flag, plain, personal, _mark(key, one, checked.answers)))


def dumps(value: Any) -> str:
    """Answers as canonical JSON: keys sorted, instants in UTC, lists as arrays."""
    return orjson.dumps(value, default=_other, option=_JSON).decode()


def _taken(programme: Programme, version: str, at: dt.datetime) -> Programme | None:
    if version == programme.version:
        return programme
    return programmes.still_taken(programme.id, version, at - _SUPERSEDED_IS_TAKEN_FOR)


def _unknown(one: Submission, *, too_old: bool) -> Refused:
    kind = errors.FORM_TOO_OLD if too_old else errors.UNKNOWN_FORM
    return Refused(one.id, kind.code, (("", kind.sentence.filled(form=one.form, programme=one.programme)),))


def _parted(form: Form, answers: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    plain: dict[str, Any] = {}
    personal: dict[str, Any] = {}
    for name, value in answers.items():
        (personal if form.by_name[name].privacy is Privacy.PERSONAL else plain)[name] = value
    return plain, personal


def _mark(key: bytes, one: Submission, answers: dict[str, Any]) -> bytes:
    told = [one.programme, one.form, one.subject, one.happened_at, answers, one.task, one.replaces, one.drill]
    return content_mark(key, orjson.dumps(told, default=_other, option=_JSON))


def _other(value: Any) -> Any:
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(type(value).__name__)
