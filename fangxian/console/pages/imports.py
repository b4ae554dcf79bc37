"""Import: a list as it comes, in three steps on one page; its history, its result file, and undoing it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangxian.accounts import actions as accounts
from fangxian.accounts.requests import acting
from fangxian.accounts.types import Acting, Action
from fangxian.capture import actions, events, handling, jobs, queries, results, store, undoing
from fangxian.capture.tabular.pasted import as_table
from fangxian.capture.tabular.types import Refusal
from fangxian.capture.types import KEEP_DAYS, NEW, OFF, SAME, TABS, UPLOAD_LIMIT, ImportState, Tab
from fangxian.console import list_lines
from fangxian.console.asking import as_uuid, for_posts_that, say, whole_number
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text
from fangxian.programmes import queries as programmes

if TYPE_CHECKING:
    from fangxian.capture.models import Import

READ_AT_ONCE: Final = 1_000
"""Lists of up to so many lines are read within the request; longer ones by a job with progress."""
_PHASES: Final = {
    "waiting": Text("Waiting for its turn", "等待处理"), "reading": Text("Reading the file", "读取文件"),
    "checking": Text("Checking the lines", "核对各行"), "matching": Text("Looking for who is known", "查找已知人员"),
    "recording": Text("Recording", "录入中"), "finishing": Text("Writing the result", "生成结果"),
    "done": Text("Done", "已完成"),
}
_UNSAID: Final = "?"
_TABS: Final = frozenset(tab.value for tab in Tab)
_AT_WORK: Final = (ImportState.PREVIEWING, ImportState.RECORDING)
_DONE: Final = (ImportState.RECORDED, ImportState.UNDONE)


@for_posts_that(Action.IMPORT)
@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """Step 1, and what was imported before."""
    return _start(request, acting(request))


def _start(request: HttpRequest, by: Acting, *, wrong: str = "", status: int = 200) -> HttpResponse:
    before = request.GET.get("before")
    found = queries.history(by, before=as_uuid(before) if before else None)
    more = f"?{urlencode({'before': found[-1].pk})}" if len(found) == queries.PAGE else ""
    return render(request, "console/imports/start.html", {
        "steps": _steps(), "lists": _lists(by), "sources": sorted({one.name for one in queries.sources(by)}),
        "wrong": wrong, "said": request.POST or request.GET, "columns": _history_columns(),
        "rows": list_lines.history(found), "more": more, "limit": UPLOAD_LIMIT // 1024 // 1024, "keep": KEEP_DAYS},
        status=status)


@for_posts_that(Action.IMPORT)
@require_POST
def import_new(request: HttpRequest) -> HttpResponse:
    """Take the file in; what can't be read is said on the same page, and nothing is kept."""
    by = acting(request)
    programme, _sign, form = request.POST.get("list", "").partition("/")
    given = _given(request)
    if given is None:
        return _start(request, by, wrong=_("Choose a file, or paste the lines."), status=422)
    name, data = given
    held = actions.receive(
        data=data, file_name=name, programme=programme, form=form, source=request.POST.get("source", ""), by=by,
        at=clock.now())
    if isinstance(held, Refusal):
        return _start(request, by, wrong=say(held.finding.message), status=422)
    return _to("import_columns", held.pk)


def _given(request: HttpRequest) -> tuple[str, bytes] | None:
    upload = request.FILES.get("file")
    if upload is not None:
        if (upload.size or 0) > UPLOAD_LIMIT:
            raise Problem(errors.TOO_MUCH, limit=f"{UPLOAD_LIMIT // 1024 // 1024} MB")
        return upload.name or "list", upload.read()
    pasted = request.POST.get("pasted", "")
    return (_("pasted") + ".tsv", as_table(pasted).encode()) if pasted.strip() else None


@for_posts_that(Action.IMPORT)
@require_http_methods(["GET", "POST"])
def import_columns(request: HttpRequest, held: uuid.UUID) -> HttpResponse:
    """Step 2: how the columns were understood; a POST corrects them and goes on, or only reads them again."""
    by = acting(request)
    one = queries.one(held, by)
    if request.method == "POST":
        return _columns_said(request, one, by)
    read = queries.columns(one)
    state = ImportState(one.state)
    if read is None or state not in (ImportState.UNDERSTOOD, ImportState.PREVIEWED, ImportState.FAILED):
        return _to("import_preview", held)
    form = queries.form_of(one)
    return render(request, "console/imports/columns.html", {
        "steps": _steps(), "held": one, "columns": list_lines.columns(read, form),
        "meanings": list_lines.meanings(form),
        "notes": [{"level": level, "text": say(Text(en, zh))} for level, en, zh in read["notes"]],
        "remarks": [*filter(None, [list_lines.unread(read, form)]),
                    *(say(Text(en, zh)) for level, en, zh in read["notes"] if level != "error")],
        "read": read, "orders": list_lines.ORDERS, **list_lines.handled(one, by)})


def _columns_said(request: HttpRequest, one: Import, by: Acting) -> HttpResponse:
    read = queries.columns(one) or {"columns": [], "sheet": None}
    sheet = request.POST.get("sheet") or None
    said = {int(column): meaning for column, meaning in one.corrections.items()}
    for column in read["columns"]:
        told = _meaning(request, column["index"])
        if told is not None and (told != column["meaning"] or column["asked"]):
            said[column["index"]] = told or None
    other_sheet = sheet if sheet != read["sheet"] else None
    if said != {int(column): meaning for column, meaning in one.corrections.items()} or other_sheet:
        found = actions.correct_columns(held=one.pk, meanings=said, sheet=other_sheet, by=by, at=clock.now())
        if isinstance(found, Refusal):
            messages.error(request, say(found.finding.message))
            return _to("import_columns", one.pk)
    if request.POST.get("then") != "preview" or other_sheet:
        return _to("import_columns", one.pk)
    return _preview_now(request, one, by)


def _meaning(request: HttpRequest, index: int) -> str | None:
    """As the form says; None where it says nothing about the column."""
    said = request.POST.get(f"m{index}")
    return None if said in (None, _UNSAID) else list_lines.joined(said, request.POST.get(f"o{index}", ""))


def _preview_now(request: HttpRequest, one: Import, by: Acting) -> HttpResponse:
    """Read the lines now, or let a job do it when there are many. Not before every column's meaning is sure or said."""
    if unsaid := list_lines.unsaid(queries.columns(one)):
        messages.error(request, unsaid)
        return _to("import_columns", one.pk)
    if one.lines > READ_AT_ONCE:
        actions.mark(held=one.pk, state=ImportState.PREVIEWING, by=by, at=clock.now())
        jobs.preview_list.defer(held=str(one.pk))
        return _to("import_preview", one.pk)
    refusal = actions.preview(held=one.pk, by=by, at=clock.now())
    if refusal is not None:
        messages.error(request, say(refusal.finding.message))
        return _to("import_columns", one.pk)
    return _to("import_preview", one.pk)


@for_posts_that(Action.IMPORT)
@require_GET
def import_preview(request: HttpRequest, held: uuid.UUID) -> HttpResponse:
    """Step 3: what will be recorded, line by line; after that, what was."""
    by = acting(request)
    one = queries.one(held, by)
    state, latest = ImportState(one.state), events.latest(one)
    if state in _AT_WORK:
        return render(request, "console/imports/working.html", {
            "steps": _steps(), "held": one, "latest": latest, "progress": _progress(one),
            "asked": reverse("import_progress", args=[held]),
            "stalled": queries.stalled(one, clock.now()),
            "again": reverse("import_confirm" if state is ImportState.RECORDING else "import_columns", args=[held])})
    if state is ImportState.UNDERSTOOD:
        return _to("import_columns", held)
    tab = _tab(request, one)
    form = queries.form_of(one)
    after = request.GET.get("after", "0")
    only = request.GET.get("only", "") if request.GET.get("only") in (store.REMARKED, store.CHANGED) else ""
    text = request.GET.get("q", "").strip()[:100]
    page = queries.page(one, tab, after=whole_number(after) or 0, only=only, text=text)
    _log(one, by, len(page.lines))
    asked = {"tab": tab.value} | ({"only": only} if only else {}) | ({"q": text} if text else {})
    more = f"?{urlencode(asked | {'after': str(page.after)})}" if page.after else ""
    context = {
        "steps": _steps(done=state in _DONE), "held": one, "latest": latest,
        "tab": tab.value, "tabs": list_lines.tabs(one, tab), "more": more, "only": only, "q": text,
        **_to_look_at(one, tab), "later_text": _later_text(one, by), **list_lines.handled(one, by),
        "lines": list_lines.lines(
            one, page.lines, programmes.in_force(one.programme), form, by.calendar.zone)}
    context |= _done(one, by) if state in _DONE else _to_confirm(one, by)
    return render(request, "console/imports/preview.html", context)


def _to_look_at(one: Import, tab: Tab) -> dict[str, Any]:
    """What was noted: in this tab, and of what changed meanwhile in which tab it stands now."""
    told = queries.to_look_at(one)
    changed = [{"label": say(TABS[each]), "count": count, "url": f"?tab={each.value}&only={store.CHANGED}"}
               for each in Tab if (count := told.get(f"{store.CHANGED}/{each.value}"))]
    return {"remarked": told.get(f"{store.REMARKED}/{tab.value}", 0), "unplaced": told.get(store.UNPLACED, 0),
            "changed": told.get(store.CHANGED, 0), "changed_tabs": changed}


def _later_text(one: Import, by: Acting) -> str:
    """How many lines are for the next day or later, because of the cut-off; nothing where none is."""
    count = queries.to_look_at(one).get(store.TOMORROW, 0)
    if not count:
        return ""
    return ngettext(
        "%(count)d of these lines counts for tomorrow or later: it arrives after the cut-off at %(time)s.",
        "%(count)d of these lines count for tomorrow or later: they arrive after the cut-off at %(time)s.", count,
    ) % {"count": count, "time": f"{by.calendar.cutoff:%H:%M}"}


def _to_confirm(one: Import, by: Acting) -> dict[str, Any]:
    doubts, filed = queries.open_doubts(one), queries.to_look_at(one).get(store.FILED, 0)
    return {
        "doubts": doubts, "removals": queries.open_removals(one), "filed": filed,
        "failed": one.state == ImportState.FAILED,
        "earlier": queries.earlier_versions(one), "confirm_text": ngettext(
            "Record %(count)d line", "Record %(count)d lines", filed) % {"count": filed}}


def _done(one: Import, by: Acting) -> dict[str, Any]:
    why_not = undoing.why_not(one, by) if one.state == ImportState.RECORDED else None
    return {
        "done": True, "undone": one.state == ImportState.UNDONE, "outcome": list_lines.outcome(one),
        "may_undo": one.state == ImportState.RECORDED and why_not is None, "why_not": say(why_not) if why_not else "",
        "filed": queries.decided_since(one),
        "doubts": queries.open_doubts(one) if one.results.get("open") else 0}


def _tab(request: HttpRequest, one: Import) -> Tab:
    asked = request.GET.get("tab", "")
    if asked in _TABS:
        return Tab(asked)
    first = (Tab.DOUBTFUL, Tab.NEW, Tab.REROUTED, Tab.KNOWN, Tab.REFUSED, Tab.REMOVED, Tab.UNCHANGED)
    return next((tab for tab in first if one.counts.get(tab.value)), Tab.NEW)


@for_posts_that(Action.IMPORT)
@require_GET
def import_progress(request: HttpRequest, held: uuid.UUID) -> HttpResponse:
    """How far the job is, asked each second; when it is over the page is loaded anew."""
    one = queries.one(held, acting(request))
    if ImportState(one.state) not in _AT_WORK:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "console/components/progress.html", {
        **_progress(one), "url": reverse("import_progress", args=[held])})


def _progress(one: Import) -> dict[str, Any]:
    told = queries.progress(one)
    phase = told.phase if told and told.at >= one.state_at else "waiting"
    return {"text": say(_PHASES[phase]), "percent": told.percent if told and phase != "waiting" else None}


@for_posts_that(Action.IMPORT)
@require_POST
def import_decide(request: HttpRequest, held: uuid.UUID) -> HttpResponse:
    """Answer the doubt about one line, or about all that are open."""
    by = acting(request)
    one = queries.one(held, by)
    choice, _sign, subject = request.POST.get("choice", "").partition(":")
    line = request.POST.get("line", "")
    try:
        count = actions.decide(
            held=held, choice=choice, line=whole_number(line),
            subject=as_uuid(subject) if subject else None, by=by, at=clock.now())
    except Problem as problem:
        if problem.kind is not errors.LINE_TAKEN:
            raise
        messages.warning(request, say(problem.sentence))
        return _answered(held, choice, line, request.POST.get("after", "0"))
    _tell_what_is_left(request, choice, count, 0 if line or choice == OFF else queries.open_doubts(one))
    return _answered(held, choice, line, request.POST.get("after", "0"))


def _tell_what_is_left(request: HttpRequest, choice: str, count: int, left: int) -> None:
    """Say of an answer to all lines which of them it left open."""
    if left and choice == NEW:
        messages.info(request, ngettext(
            "%(n)d line is left: it bears the number of somebody known, or nearly. Answer it itself.",
            "%(n)d lines are left: they bear the numbers of people known, or nearly. Answer each.",
            left) % {"n": left})
    elif left:
        messages.info(request, ngettext(
            "%(n)d line is left: it fits several people or one whom another line is already, or changes who somebody is"
            " or a measure. Answer it itself.",
            "%(n)d lines are left: they fit several people or one whom another line is already, or change who somebody"
            " is or a measure. Answer each.",
            left) % {"n": left})
    elif not count and choice == SAME:
        messages.warning(request, _("These lines fit more than one person. Choose line by line."))


def _answered(held: uuid.UUID, choice: str, line: str, after: str) -> HttpResponse:
    """Back to the questions, where the answered one stood."""
    return HttpResponseRedirect(
        reverse("import_preview", args=[held])
        + f"?{urlencode({'tab': (Tab.REMOVED if choice == OFF else Tab.DOUBTFUL).value, 'after': after})}#line-{line}")


@for_posts_that(Action.IMPORT)
@require_POST
def import_leave_out(request: HttpRequest, held: uuid.UUID) -> HttpResponse:
    """Leave a line out of what is recorded, or take it in again."""
    line = whole_number(request.POST.get("line", ""))
    if line is None:
        raise Problem(errors.NOT_FOUND)
    actions.leave_out(held=held, line=line, out=request.POST.get("out") == "1", by=acting(request), at=clock.now())
    return _to_line(request, held, line)


def _to_line(request: HttpRequest, held: uuid.UUID, line: int) -> HttpResponse:
    asked = {name: value for name in ("tab", "only", "q", "after") if (value := request.POST.get(name))}
    return HttpResponseRedirect(f"{reverse('import_preview', args=[held])}?{urlencode(asked)}#line-{line}")


@for_posts_that(Action.IMPORT)
@require_http_methods(["GET", "POST"])
def import_line(request: HttpRequest, held: uuid.UUID, line: int) -> HttpResponse:
    """The cells of one line, to be written over; then the list is read again."""
    by = acting(request)
    one = queries.one(held, by)
    cells = queries.cells(one, line)
    if request.method == "POST":
        told = {column: request.POST[f"c{column}"] for column, _text in cells if f"c{column}" in request.POST}
        actions.edit(held=held, line=line, cells=told, by=by, at=clock.now())
        return _preview_now(request, one, by)
    if ImportState(one.state) not in (ImportState.PREVIEWED, ImportState.FAILED) or handling.barred(one, by):
        return _to("import_preview", held)
    _log(one, by, 1)
    read = {column["index"]: column for column in (queries.columns(one) or {"columns": []})["columns"]}
    return render(request, "console/imports/line.html", {
        "held": one, "line": line, "tab": request.GET.get("tab", ""),
        "cells": [{"name": f"c{column}", "value": text, "heading": read[column]["heading"] or read[column]["letter"]}
                  for column, text in cells if column in read]})


@for_posts_that(Action.IMPORT)
@require_POST
def import_version(request: HttpRequest, held: uuid.UUID) -> HttpResponse:
    """Say of which list this is a later version, and read it again."""
    by = acting(request)
    one = queries.one(held, by)
    said = request.POST.get("of", "")
    actions.say_version(held=held, of=as_uuid(said) if said else None, by=by, at=clock.now())
    return _preview_now(request, one, by)


@for_posts_that(Action.IMPORT)
@require_POST
def import_confirm(request: HttpRequest, held: uuid.UUID) -> HttpResponse:
    """Record it: at once when it is short, else by a job. Field: ``seen``, how far the page shown goes."""
    by = acting(request)
    try:
        state = actions.confirm(
            held=held, seen=whole_number(request.POST.get("seen", "")) or 0, by=by, at=clock.now())
    except Problem as problem:
        if problem.kind is not errors.CHANGED_MEANWHILE:
            raise
        messages.warning(request, _("Nothing was recorded: somebody else worked on this list after you opened the "
                                    "page. What they did stands above the lines. Look at it, then confirm again."))
        return _to("import_preview", held)
    if state is ImportState.RECORDING:
        jobs.record_list.defer(held=str(held))
    elif not queries.to_look_at(queries.one(held, by)).get(store.CHANGED):
        messages.success(request, _("Recorded. The result file is below."))
    return _to("import_preview", held)


@for_posts_that(Action.IMPORT)
@require_GET
def import_result(request: HttpRequest, held: uuid.UUID) -> HttpResponse:
    """The result file, or its refused lines only."""
    by = acting(request)
    one = queries.one(held, by)
    kind, only = request.GET.get("kind", "xlsx"), request.GET.get("only", "")
    data = results.result_file(
        one, kind=kind, language=get_language() or "en", only=Tab(only) if only in _TABS else None,
        remarked="remarked" in request.GET)
    accounts.log_access(by=by, action=Action.EXPORT, purpose="import_result", at=clock.now(), programme=one.programme,
                        count=one.lines)
    stem = one.file_name.rpartition(".")[0] or one.file_name
    part = only or _("result")
    name = f"{stem}-{part}.{kind}"
    return HttpResponse(data, content_type=results.TYPES[kind], headers={
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment"})


@for_posts_that(Action.IMPORT)
@require_POST
def import_undo(request: HttpRequest, held: uuid.UUID) -> HttpResponse:
    """Take everything of it back, while nothing else has built on it."""
    count = actions.undo(held=held, by=acting(request), at=clock.now())
    messages.success(request, ngettext(
        "Undone: %(count)d entry was withdrawn.", "Undone: %(count)d entries were withdrawn.", count,
    ) % {"count": count})
    return _to("import_preview", held)


@for_posts_that(Action.IMPORT)
@require_POST
def import_drop(request: HttpRequest, held: uuid.UUID) -> HttpResponse:
    """Give a list up that was not recorded."""
    actions.mark(held=held, state=ImportState.DROPPED, by=acting(request), at=clock.now())
    messages.success(request, _("The list was given up; nothing of it is recorded."))
    return HttpResponseRedirect(reverse("imports"))


def _log(one: Import, by: Acting, count: int) -> None:
    if count:
        accounts.log_access(by=by, action=Action.IMPORT, purpose="import_preview", at=clock.now(),
                            programme=one.programme, count=count)


def _lists(by: Acting) -> list[dict[str, str]]:
    return [
        {"value": f"{programme.id}/{name}", "label": f"{say(programme.title)} — {say(form.title)}"}
        for programme, forms in queries.lists_for(by) for name, form in forms.items()]


def _history_columns() -> list[dict[str, str]]:
    return [{"label": _("List")}, {"label": _("Received"), "kind": "time"}, {"label": _("Lines"), "kind": "number"},
            {"label": _("State"), "kind": "chip"}, {"label": _("Outcome")}]


def _steps(*, done: bool = False) -> list[str]:
    return [_("The file"), _("The columns"), _("The result") if done else _("The result, before it is written")]


def _to(route: str, held: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse(route, args=[held]))


urlpatterns = [
    path("imports/", imports, name="imports"),
    path("imports/new/", import_new, name="import_new"),
    path("imports/<uuid:held>/", import_preview, name="import_preview"),
    path("imports/<uuid:held>/columns/", import_columns, name="import_columns"),
    path("imports/<uuid:held>/decide/", import_decide, name="import_decide"),
    path("imports/<uuid:held>/leave-out/", import_leave_out, name="import_leave_out"),
    path("imports/<uuid:held>/line/<int:line>/", import_line, name="import_line"),
    path("imports/<uuid:held>/version/", import_version, name="import_version"),
    path("imports/<uuid:held>/confirm/", import_confirm, name="import_confirm"),
    path("imports/<uuid:held>/progress/", import_progress, name="import_progress"),
    path("imports/<uuid:held>/result/", import_result, name="import_result"),
    path("imports/<uuid:held>/undo/", import_undo, name="import_undo"),
    path("imports/<uuid:held>/drop/", import_drop, name="import_drop"),
]
