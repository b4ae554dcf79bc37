"""Where somebody just registered belongs: the grid of whoever registers them, else the one the address names."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fangxian.accounts.types import Acting
from fangxian.areas import queries as areas
from fangxian.areas.types import Tier, subtree
from fangxian.journal.actions import record
from fangxian.journal.types import Actor, Submission
from fangxian.kernel import ids
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme
from fangxian.subjects.steps.place import place_in


@dataclass(frozen=True, slots=True)
class Registered:
    """Somebody a form brought into being, and what it was answered with."""

    entry: uuid.UUID
    subject: uuid.UUID
    happened_at: dt.datetime
    programme: Programme
    form: Form
    answers: Mapping[str, Any]


def place(registered: Iterable[Registered], *, by: Acting, at: dt.datetime) -> None:
    """The system answers the form that asks for nothing but the place, of those whose form named none."""
    asked = [(one, form) for one in registered if not _names_place(one) and (form := placing_form(one.programme))]
    if not asked:
        return
    paths = _grids([_address(one) for one, _ in asked], by.path)
    nodes = areas.nodes(set(paths))
    placed = [
        Submission(
            ids.derived(one.entry, "place"), one.programme.id, form, one.subject, one.happened_at,
            {question: nodes[path].code}, path=path, form_version=one.programme.version)
        for (one, (form, question)), path in zip(asked, paths, strict=True)
        if path in nodes and nodes[path].tier is Tier.GRID]
    if placed:
        record(placed, by=Actor(path=by.path, source="system"), at=at)


def expected(telling: Sequence[Registered], known: Mapping[uuid.UUID, str], by: Acting) -> dict[uuid.UUID, str]:
    """By entry where those told of will be: where the form says, else where they are known to be, else where their
    address fits."""
    codes = {one.entry: code for one in telling if (code := place_in(one.programme, one.form.id, one.answers))}
    named = {code: node.path for code, node in areas.by_code(set(codes.values())).items()} if codes else {}
    found = {entry: named[code] for entry, code in codes.items() if code in named}
    found |= {one.entry: known[one.subject] for one in telling if one.entry not in found and one.subject in known}
    new = [one for one in telling if one.entry not in found]
    return found | dict(zip((one.entry for one in new), _grids([_address(one) for one in new], by.path), strict=True))


def placing_form(programme: Programme) -> tuple[str, str] | None:
    """The form that asks for nothing but the place, and its question."""
    for form in programme.forms.values():
        asked = [question for question in form.questions if question.type.answered]
        if programme.place and len(asked) == 1 and asked[0].fact == programme.place:
            return form.id, asked[0].name
    return None


def _names_place(one: Registered) -> bool:
    place = one.programme.place
    return any(one.answers.get(question.name) for question in one.form.questions if place and question.fact == place)


def _address(one: Registered) -> str:
    asked = (question.name for question in one.form.questions if question.identity == "address")
    return next((str(one.answers[name]) for name in asked if one.answers.get(name)), "")


def _grids(addresses: Sequence[str], path: str) -> list[str]:
    """The narrowest area within the post's own that each address names, else its own."""
    written = sorted({address for address in addresses if address})
    fits = dict(zip(written, areas.fit_addresses(written, areas.county_of(path)), strict=True)) if written else {}
    within = subtree(path)
    return [fit.path if (fit := fits.get(address)) and fit.path and fit.path in within else path
            for address in addresses]
