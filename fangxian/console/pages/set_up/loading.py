"""A file of areas: what it would change is shown first, and only that is done."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fangxian.accounts import queries as accounts
from fangxian.accounts import reshaping
from fangxian.accounts.rules import RosterPost
from fangxian.accounts.types import Acting
from fangxian.areas import listing
from fangxian.areas import queries as areas
from fangxian.areas.levels import CHINA
from fangxian.areas.types import AreaRow, Difference, LevelSpec, Listing, Range, Summary, Tier, parent_path, subtree
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.findings import FilePlace, Finding
from fangxian.kernel.json_text import from_json
from fangxian.kernel.text import Text

from . import rows
from .frame import address, carried_out, for_set_up, names_of, say, shown

LARGEST: Final = 1024 * 1024
_SHOWN: Final = 100
OUTSIDE: Final = Text(
    "{name} ({code}) lies outside your area. Take the line out, or ask the level above.",
    "{name}（{code}）不在您的辖区内。请删除该行，或联系上级。")
OWN: Final = Text(
    "{name} ({code}) would end, and it is not below your area. Add its line to the file, or ask the level above.",
    "{name}（{code}）将被撤销，但它不是您的下级区域。请在文件中补上该行，或请上级办理。")


class FileForm(forms.Form):
    """The file, and whether areas it leaves out end."""

    file = forms.FileField(
        label=gettext_lazy("File of areas (CSV)"), widget=forms.FileInput({"accept": ".csv,.txt"}))
    end_missing = forms.BooleanField(
        label=gettext_lazy("End the areas of mine that are missing in the file"), required=False
    )


class SummaryField(forms.CharField):
    """What was shown, in JSON."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return from_json(super().to_python(value) or "")
        except ValueError:
            raise ValidationError(_("What was sent could not be read. Go back and try again.")) from None

    def prepare_value(self, value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value)


class ConfirmForm(forms.Form):
    """What was shown, to be done as it was shown."""

    name = forms.CharField(widget=forms.HiddenInput)
    text = forms.CharField(widget=forms.HiddenInput, strip=False)
    end_missing = forms.BooleanField(widget=forms.HiddenInput, required=False)
    summary = SummaryField()
    ending = forms.IntegerField(label=gettext_lazy("How many areas end"), required=False, help_text=gettext_lazy(
        "Type the number, to show that you mean it."))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        told = self.initial.get("summary") or {}
        if not self.is_bound and not told.get("ended"):
            del self.fields["ending"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        summary = found.get("summary")
        ended = summary.get("ended") if isinstance(summary, dict) else None
        if ended and found.get("ending") != ended:
            self.add_error("ending", ngettext(
                "%(n)d area would end. Type that number.", "%(n)d areas would end. Type that number.", ended) % {
                    "n": ended} if type(ended) is int else _("What was sent could not be read. Go back and try again."))
        return found


@for_set_up
def load(request: HttpRequest, by: Acting) -> HttpResponse:
    """The file; then the difference; then, confirmed, the change."""
    if request.method != "POST":
        return _asked(request, FileForm())
    if "summary" in request.POST:
        return _confirmed(request, by)
    form = FileForm(request.POST, request.FILES)
    return _previewed(request, form, by) if form.is_valid() else _asked(request, form)


def _asked(request: HttpRequest, form: FileForm, findings: Iterable[Finding] = ()) -> HttpResponse:
    told = [_finding(found) for found in findings]
    return shown(
        request,
        "load",
        "set_up_areas",
        {
            "form": form,
            "findings": told[:_SHOWN],
            "finding_count": len(told),
            "columns": [{"label": _("Where")}, {"label": _("What to do")}],
        },
        wrong=bool(told or form.errors),
    )


def _finding(found: Finding) -> dict[str, Any]:
    where = _("row %(row)s") % {"row": found.place.row} if found.place.row else found.place.file
    return {"cells": [{"text": f"{where} {found.place.column or ''}"}, {"text": say(found.message)}]}


def _previewed(request: HttpRequest, form: FileForm, by: Acting) -> HttpResponse:
    file = form.cleaned_data["file"]
    if file.size > LARGEST:
        raise Problem(errors.TOO_MUCH, limit="1 MB")
    data = file.read()
    read, findings = _read(file.name, data, form.cleaned_data["end_missing"], by)
    if findings:
        return _asked(request, form, findings)
    findings, difference = areas.preview(read, end_missing=form.cleaned_data["end_missing"])
    if difference is None:
        return _asked(request, form, findings)
    outside = _beyond(read, difference, by)
    if outside:
        return _asked(request, form, outside)
    confirm = ConfirmForm(
        initial={
            "name": file.name,
            "text": _text(data),
            "end_missing": form.cleaned_data["end_missing"],
            "summary": asdict(difference.summary),
        }
    )
    return _shown_before(request, confirm, file.name, difference)


def _shown_before(
    request: HttpRequest, form: ConfirmForm, name: str, difference: Difference, *, wrong: bool = False,
) -> HttpResponse:
    left = [_post_said(post) for post in _posts_left(difference, clock.now())]
    told = {"form": form, "file": name, "summary": difference.summary, "groups": list(_groups(difference)),
            "posts": left[:_SHOWN], "post_count": len(left), "posts_left": max(0, len(left) - _SHOWN)}
    return shown(request, "difference", "set_up_areas", told, wrong=wrong)


def _confirmed(request: HttpRequest, by: Acting) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if form.errors.keys() == {"ending"}:
        sent = form.cleaned_data
        read, findings = _read(sent["name"], sent["text"].encode(), sent["end_missing"], by)
        difference = areas.preview(read, end_missing=sent["end_missing"]).difference if not findings else None
        if difference is not None and not _beyond(read, difference, by):
            return _shown_before(request, form, sent["name"], difference, wrong=True)
    if not form.is_valid() or not carried_out(form, lambda: _load(form.cleaned_data, by, clock.now())):
        said = [error for faults in form.errors.values() for error in faults]
        return shown(request, "load", "set_up_areas", {"form": FileForm(), "faults": said}, wrong=True)
    messages.success(request, _("The areas are as the file says."))
    within = (post for post in accounts.roster().posts.values() if post.path in by.range)
    left = len(rows.at_ended(within, clock.now()))
    rows.left_behind(request, left)
    return HttpResponseRedirect(address("set_up_posts", ended="on") if left else address("set_up_areas"))


def _posts_left(found: Difference, at: dt.datetime) -> list[RosterPost]:
    """The posts in force or to come that would stand at areas that end: a post goes along with none that moves."""
    ending = [subtree(area.path) for area in (*found.ended, *(area for area, _row in found.moved))]
    return sorted((post for post in accounts.roster().posts.values()
                   if (post.valid_to is None or at < post.valid_to) and any(post.path in one for one in ending)),
                  key=lambda post: (post.path, post.id))


def _post_said(post: RosterPost) -> dict[str, str]:
    person = accounts.people([post.id]).get(post.id)
    return {"text": f"{person.name if person else ''} · {rows.kind_of(post)} · {names_of([post.path])[post.path]}",
            "url": address("set_up_post", post.id)}


def _load(asked: dict[str, Any], by: Acting, at: dt.datetime) -> None:
    """The same checks once more: what comes back from a browser is not what was shown until it is seen to be."""
    expected = _summary(asked["summary"])
    read, findings = _read(asked["name"], asked["text"].encode(), asked["end_missing"], by)
    difference = areas.preview(read, end_missing=asked["end_missing"]).difference if not findings else None
    if difference is None or _beyond(read, difference, by):
        raise Problem(errors.CHANGED_MEANWHILE)
    reshaping.load(listing=read, end_missing=asked["end_missing"], expected=expected, by=by, at=at)


def _summary(told: Any) -> Summary:
    """What was shown, as the browser gives it back; Problem CHANGED_MEANWHILE for anything else."""
    counts = [told.get(name) for name in Summary.__dataclass_fields__] if isinstance(told, dict) else [None]
    if not all(type(count) is int for count in counts):
        raise Problem(errors.CHANGED_MEANWHILE)
    return Summary(*counts)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _read(name: str, data: bytes, end_missing: bool, by: Acting) -> tuple[Listing, list[Finding]]:
    """The file; where missing areas end, with all that lies outside one's own area added as it stands."""
    read, findings = listing.read_listing(name, data, _levels())
    if findings or not end_missing:
        return read, findings
    given = {row.code for row in read.rows}
    kept = [row for row in _standing_outside(by.range) if row.code not in given]
    return Listing(read.file, read.levels, [*read.rows, *kept]), []


def _levels() -> tuple[LevelSpec, ...]:
    """The levels of the tree there is; those of China before there is one."""
    return tuple(LevelSpec(one.code, Text(one.name_en, one.name_zh), Tier(one.tier)) for one in areas.levels()) or CHINA


def _standing_outside(own: Range) -> Iterator[AreaRow]:
    outside = [*areas.below(Range("", own.lo), limit=None), *areas.below(Range(own.hi, "~"), limit=None)]
    codes = {node.path: node.code for node in outside}
    for node in outside:
        yield AreaRow(0, node.code, node.name, node.level, codes.get(parent_path(node.path), ""))


def _beyond(read: Listing, found: Difference, by: Acting) -> list[Finding]:
    """Lines that would change something outside one's own area: nobody may, whatever the file says. Nor does one's own
    end: those who could approve or undo it would be left without a place, and one person is not enough for that."""
    changed = [*found.renamed, *found.adjusted, *found.moved]
    wrong = [row for area, row in changed if area.path not in by.range]
    parents = {
        node.code: node.path
        for node in areas.by_code({row.parent for row in (*found.new, *(row for _area, row in found.moved))}).values()
    }
    new = {row.code for row in found.new}
    wrong += [
        row
        for row in (*found.new, *(row for _area, row in found.moved))
        if row.parent not in new and parents.get(row.parent, "") not in by.range
    ]
    gone = [area for area in (*found.ended, *(area for area, _row in found.moved))
            if area.path == by.path or area.path not in by.range]
    return [
        *(Finding("areas.outside", FilePlace(read.file, row=row.number), OUTSIDE.filled(name=row.name, code=row.code))
          for row in wrong),
        *(Finding("areas.own", FilePlace(read.file), OWN.filled(name=area.name, code=area.code)) for area in gone),
    ]


def _groups(found: Difference) -> Iterator[dict[str, Any]]:
    """What changes in which way, with the first lines of each."""
    ways: list[tuple[str, list[str]]] = [
        (_("New"), [f"{row.name} · {row.code}" for row in found.new]),
        (_("Renamed"), [f"{area.name} → {row.name} · {row.code}" for area, row in found.renamed]),
        (
            _("Moved below another area"),
            [f"{row.name} · {row.code}: {area.parent} → {row.parent}" for area, row in found.moved],
        ),
        (_("Other time zone or cut-off"), [f"{row.name} · {row.code}" for _area, row in found.adjusted]),
        (_("Ended"), [f"{area.name} · {area.code}" for area in found.ended]),
    ]
    for label, lines in ways:
        if lines:
            yield {"label": label, "count": len(lines), "lines": lines[:_SHOWN], "left": max(0, len(lines) - _SHOWN)}
