"""Search: one box for people, areas and tasks; finds only what the post may see, and shows names masked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from fangxian.accounts import actions as accounts
from fangxian.accounts import attempts
from fangxian.accounts.pace import Counted
from fangxian.accounts.requests import acting
from fangxian.accounts.signin import wait_in_words
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.capture import queries as capture
from fangxian.console import part_search
from fangxian.console.asking import asks_for_part, for_posts_that, say, seen, subject_url
from fangxian.decide import reasons
from fangxian.kernel import clock
from fangxian.kernel.keys import NoKey
from fangxian.programmes.types import Programme
from fangxian.subjects import queries as subjects
from fangxian.subjects.queries import SubjectIdentity
from fangxian.tasks import worklist

LONGEST: Final = 120
BY_PART: Final = "part"
SEARCHING: Final = "search"
"""The purpose that the access log names."""
AREAS: Final = 20
KINDS: Final = {
    "document": gettext_lazy("same document"),
    "phone": gettext_lazy("same phone"),
    "name": gettext_lazy("same name"),
    "pinyin": gettext_lazy("same pinyin"),
}


@for_posts_that(Action.SEE)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """People by document, phone, whole name, pinyin or external id, and those the post has to do with by any part of
    them; areas by name or code; a task by its id. While somebody types, the part of the page with what was found.
    """
    by = acting(request)
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    shown = seen(by)
    places = _areas(by, text)
    groups = [_people(by, text, shown, also=bool(places["rows"])), places, _by_id(by, text, shown)] if text else []
    template = "found" if asks_for_part(request) else "page"
    return render(request, f"console/search/{template}.html", {
        "q": text, "groups": [group for group in groups if group["rows"]],
        "notes": [group["note"] for group in groups if group.get("note")]})


def _people(by: Acting, text: str, shown: dict[str, Programme], *, also: bool) -> dict[str, Any]:
    """Those whom a whole value finds stay masked; those found by a part are named, and the look is logged. What finds
    nobody is counted, unless it is a place as well (``also``)."""
    user, counted = by.user or 0, Counted.LOOKED_UP if subjects.is_number(text) else Counted.CALLED
    left = attempts.until_looked_up(user, text, clock.now(), counted)
    if left:
        many = _("Too many were looked up who are nobody here.")
        return {"rows": [], "note": f"{many} {wait_in_words(left)}"}
    lists = {one.name for one in capture.sources(by)}
    try:
        hits = subjects.find(text, by.range, [*shown, *sorted(lists)])
    except NoKey as why:  # nobody can be found by name or number then, and nobody may be taken for unknown
        return {"rows": [], "note": say(why.sentence)}
    parts = part_search.find(text, by, shown)
    if not hits and (counted == Counted.LOOKED_UP or not (parts.people or also)):
        attempts.found_nobody(user, text, clock.now(), counted)
    by_part = {subject: person for subject, person in parts.people.items() if person.path in by.range}
    _log(by, by_part)
    rows = _rows(by, {hit.subject: hit.kind for hit in hits} | dict.fromkeys(by_part, BY_PART), shown, by_part)
    note = _("Too many people are in your area to look for parts of a name: type it whole.") if parts.too_many else ""
    return {"title": pgettext("found", "People"), "icon": "person", "rows": rows, "note": "" if rows else note}


def _log(by: Acting, found: Mapping[uuid.UUID, SubjectIdentity]) -> None:
    for programme in sorted({name for person in found.values() for name in person.programmes}):
        told = {subject: person.path for subject, person in found.items() if programme in person.programmes}
        accounts.log_access(
            by=by, action=Action.IDENTITY, purpose=SEARCHING, at=clock.now(), programme=programme, subjects=told)


def _rows(
    by: Acting, found: Mapping[uuid.UUID, str], shown: dict[str, Programme], named: Mapping[uuid.UUID, SubjectIdentity]
) -> list[dict[str, Any]]:
    people = subjects.identities(found, by.range)
    nodes = areas.nodes({person.path for person in people.values()})
    current = reasons.current(people, list(shown)) if people else {}
    rows = []
    for subject, person in people.items():
        measures = [_measure(one.measure, shown[one.programme]) for one in current.values() if one.subject == subject]
        place = nodes[person.path].name if person.path in nodes else ""
        by_part = subject in named
        note = person.address if by_part else str(KINDS.get(found[subject], _("same id") if found[subject] else ""))
        rows.append(
            {
                "title": (person.name if by_part else person.masked_name) or _("Name not known"),
                "url": subject_url(subject),
                "detail": " · ".join(part for part in (place, note, *measures) if part),
            }
        )
    return sorted(rows, key=lambda row: str(row["title"]))


def _measure(measure: str | None, programme: Programme) -> str:
    known = programme.measures.get(measure or "")
    return say(known.label) if known else ""


def _areas(by: Acting, text: str) -> dict[str, Any]:
    found = areas.find(text, within=by.range, limit=AREAS) if text else []
    ways = areas.lineages(node.path for node in found)
    rows = [
        {
            "title": node.name,
            "url": _area_url(node.code),
            "detail": " › ".join(one.name for one in ways[node.path][-4:-1]),
        }
        for node in found
    ]
    return {"title": _("Areas"), "icon": "area", "rows": rows}


def _area_url(code: str) -> str:
    for given in ([code], []):
        try:
            return reverse("area", args=given)
        except NoReverseMatch:
            continue
    return ""


def _by_id(by: Acting, text: str, shown: dict[str, Programme]) -> dict[str, Any]:
    """A task, or a person, by the whole id that stands in an address or a message."""
    try:
        wanted = uuid.UUID(text)
    except ValueError:
        return {"title": "", "icon": "", "rows": []}
    task = worklist.by_ids([wanted], by.range).get(wanted)
    if task is None or task.programme not in shown:
        return {"title": pgettext("found", "People"), "icon": "person", "rows": _rows(by, {wanted: ""}, shown, {})}
    kind = shown[task.programme].tasks.get(task.kind)
    person = subjects.identities([task.subject], by.range).get(task.subject)
    return {
        "title": _("Tasks"),
        "icon": "day",
        "rows": [
            {
                "title": say(kind.label) if kind else task.kind,
                "url": subject_url(task.subject),
                "detail": person.masked_name if person else "",
                "due": task.due,
            }
        ],
    }


urlpatterns = [path("search/", search, name="search")]
