"""Who those told of in a batch may be, and whether somebody was taken for one they can't be."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import replace

from fangxian.subjects.steps.identity import external_ids, identity_in
from fangxian.subjects.steps.links import named_before

from . import changes, doubles
from .doubles import Likes, Unregistered
from .placing import Registered
from .rules import BatchContext
from .types import Filing, Lookalike


def likes(
    telling: Mapping[int, Registered], said: Mapping[int, Filing], known: BatchContext, at: dt.datetime,
) -> tuple[dict[int, Likes], dict[int, Likes]]:
    """Who those told of may be, and among whom it was chosen who somebody new is, all under the same locks."""
    chosen = {number: replace(telling[number], subject=one.subject) for number, one in said.items()
              if number in telling and one.same_as and not known.is_known(one)}
    unreadable = changes.unreadable({one.subject for one in telling.values() if one.subject in known.visible}, known.by)
    told = {number: one for number, one in telling.items() if one.subject not in unreadable}
    newcomers = [_unregistered(one, said[number], known=one.subject in known.visible) for number, one in told.items()]
    choosing = [replace(_unregistered(one, said[number]), coming=False) for number, one in chosen.items()]
    if not newcomers and not choosing:
        return {}, {}
    named = named_before([(one.programme, one.answers) for one in (*chosen.values(), *told.values())])
    asked_about = [replace(one, named=before) for one, before in zip([*choosing, *newcomers], named, strict=True)]
    found = doubles.judge(asked_about, known.by, at)
    return (dict(zip(told, found[len(choosing):], strict=True)),
            dict(zip(chosen, found[:len(choosing)], strict=True)))


def _unregistered(one: Registered, said: Filing, *, known: bool = False) -> Unregistered:
    external = external_ids(one.programme, one.answers)
    identity = identity_in(one.programme, one.form, one.answers)
    return Unregistered(one.subject, one.programme.subject, identity, external[0] if external else None,
                        said.other_than, known=known)


def wrongly_meant(
    said: Mapping[int, Filing], choices: Mapping[int, Likes], doubts: Mapping[int, Likes], known: BatchContext,
) -> dict[uuid.UUID, tuple[Lookalike, ...]]:
    """Those said to be somebody they can't be, with whom they may be: nobody is taken for another who is not like them.
    """
    found = {}
    for number, one in said.items():
        asked = choices[number].asked if number in choices else doubts[number].asked if number in doubts else ()
        judged = number in choices or one.subject in known.visible
        if judged and one.same_as not in (None, one.subject, *(other.subject for other in asked)):
            found[one.subject] = asked
    return found


def asked(registering: Mapping[int, Registered], likes: Mapping[int, Likes]) -> dict[uuid.UUID, tuple[Lookalike, ...]]:
    """Of whom it is asked who they are, whichever of the batch's forms raised the question."""
    found: dict[uuid.UUID, tuple[Lookalike, ...]] = {}
    for number, one in registering.items():
        if likes[number].asked:
            found.setdefault(one.subject, likes[number].asked)
    return found
