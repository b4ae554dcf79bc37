"""Reads of imports for a request; every one carries the range of the post."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.db.models import Q

from fangxian.accounts.rules import may
from fangxian.accounts.types import Acting, Action
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries as programmes
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme

from . import listing, preparing, store, versions
from .models import Import, Progress, Source
from .progress import alone
from .tabular.cells import shown
from .tabular.types import Refusal
from .types import ImportState, Prepared, Tab

PAGE: Final = 50
_ONLY: Final[Mapping[str, Callable[[Prepared], bool]]] = {
    store.REMARKED: store.is_remarked, store.CHANGED: store.is_changed}
STALLED_AFTER: Final = dt.timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """Lines of one tab; ``after`` is the number to go on from, None at the end."""

    lines: list[Prepared]
    after: int | None


def one(held: uuid.UUID, by: Acting) -> Import:
    """An import the post may see; Problem NOT_FOUND otherwise."""
    found = Import.objects.select_related("source").filter(
        pk=held, path__gte=by.range.lo, path__lt=by.range.hi).first()
    if found is None or not may(by, Action.IMPORT, found.programme, found.form):
        raise Problem(errors.NOT_FOUND)
    return found


def history(by: Acting, *, before: uuid.UUID | None = None, limit: int = PAGE) -> list[Import]:
    """The imports of the post's area, the latest first; pages by id, which sorts by time."""
    allowed = Q(pk__in=())
    for programme, forms in lists_for(by):
        allowed |= Q(programme=programme.id, form__in=list(forms))
    found = Import.objects.select_related("source").filter(
        allowed, path__gte=by.range.lo, path__lt=by.range.hi).exclude(state=ImportState.DROPPED)
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found.order_by("-id")[:limit])


def lists_for(by: Acting) -> list[tuple[Programme, dict[str, Form]]]:
    """The programmes the post may import into, with their forms that lists fill."""
    found = ((programme, {name: form for name, form in listing.importable(programme).items()
                          if may(by, Action.IMPORT, programme.id, name)}) for programme in programmes.all_in_force())
    return [(programme, forms) for programme, forms in found if forms]


def sources(by: Acting) -> list[Source]:
    """The sources lists came from before, by name."""
    return list(Source.objects.filter(path__gte=by.range.lo, path__lt=by.range.hi).order_by("name", "id")[:200])


def posts_of(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int | None]:
    """The posts that brought some lists, those in the scope in force."""
    return dict(Import.objects.filter(pk__in=list(ids)).values_list("pk", "post"))


def columns(held: Import) -> dict[str, Any] | None:
    """What the page of the columns shows; None when it was dropped."""
    plain = store.get(held, store.COLUMNS)
    return None if plain is None else orjson.loads(plain)


def page(
    held: Import, tab: Tab, *, after: int = 0, limit: int = PAGE, only: str = "", text: str = "",
) -> PreviewPage:
    """Lines of a tab by number, or only those store.REMARKED or store.CHANGED, or with a text in one of their answers;
    opens only the sealed parts it needs.
    """
    form, holds, wanted = form_of(held), _ONLY.get(only, _every), text.casefold().split()
    found: list[Prepared] = []
    for line in _of_tab(held, form, tab):
        if line.number > after and holds(line) and _has(line, wanted):
            found.append(line)
        if len(found) > limit:
            break
    return PreviewPage(found[:limit], found[limit - 1].number if len(found) > limit else None)


def _has(line: Prepared, words: Sequence[str]) -> bool:
    told = " ".join(map(str, line.answers.values())).casefold() if words else ""
    return all(word in told for word in words)


def cells(held: Import, line: int) -> list[tuple[int, str]]:
    """Column from 0 and text of each cell of a line as it is read; Problem NOT_FOUND where there is no such line."""
    sheet = preparing.opened(held)
    if isinstance(sheet, Refusal) or line not in sheet.numbers:
        raise Problem(errors.NOT_FOUND)
    return [(column, shown(cell)) for column, cell in enumerate(sheet.rows[sheet.numbers.index(line)])]


def _every(_line: Prepared) -> bool:
    return True


def _of_tab(held: Import, form: Form, tab: Tab) -> Iterator[Prepared]:
    for _, part in store.parts(held, form, tab=tab):
        yield from (line for line in part if line.tab is tab)


def to_look_at(held: Import) -> Mapping[str, int]:
    """Of the lines to be recorded: those with something to check (``remarked``), those that fit no grid
    (``unplaced``), those that changed since they were previewed (``changed``); of the latter two also by tab.
    """
    return store.told(held)


def open_doubts(held: Import) -> int:
    """Doubtful lines nobody has decided yet."""
    return sum(not line.decision for line in _of_tab(held, form_of(held), Tab.DOUBTFUL))


def open_removals(held: Import) -> int:
    """People under a measure who are no longer on the list, of whom nobody has said that they are taken off."""
    return sum(line.asks_removal and not line.decision for line in _of_tab(held, form_of(held), Tab.REMOVED))


def form_of(held: Import) -> Form:
    """The form its lines fill."""
    return programmes.in_force(held.programme).forms[held.form]


def earlier_versions(held: Import) -> list[Import]:
    """The recorded lists of the same source it may be a later version of."""
    return versions.earlier(held)


def progress(held: Import) -> Progress | None:
    """How far the job is; None before it began."""
    return Progress.objects.filter(pk=held.pk).first()




def decided_since(held: Import) -> int:
    """Doubtful lines that were decided after the list was recorded and wait for being recorded too."""
    if not held.results.get("open"):
        return 0
    return sum(bool(line.decision) and line.result == "open" for line in _of_tab(held, form_of(held), Tab.DOUBTFUL))


def stalled(held: Import, at: dt.datetime) -> bool:
    """Whether a job has given no sign for a while and nobody is at work on it: it died and may be asked for again."""
    told = progress(held)
    last = max(held.state_at, told.at) if told else held.state_at
    return at - last > STALLED_AFTER and alone(held.pk)
