"""Lists and their lines as the import pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fangxian.capture import events, handling, listing
from fangxian.capture.tabular.types import Target
from fangxian.capture.types import OFF, RESULTS, STATES, TABS, Effect, ImportState, Prepared, Tab
from fangxian.capture.verdicts import as_new
from fangxian.kernel.identifiers import phones
from fangxian.kernel.text import Text
from fangxian.kernel.values import ValueType
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme

from .asking import listed, say

if TYPE_CHECKING:
    from fangxian.accounts.types import Acting
    from fangxian.capture.models import Import

DATES: Final = (ValueType.DATE, ValueType.DATETIME)
ORDERS: Final = ("dmy", "mdy", "ymd")
CHIPS: Final[Mapping[ImportState, str]] = {
    ImportState.UNDERSTOOD: "waiting", ImportState.PREVIEWED: "waiting", ImportState.PREVIEWING: "waiting",
    ImportState.RECORDING: "waiting", ImportState.RECORDED: "done", ImportState.FAILED: "late",
    ImportState.UNDONE: "excused", ImportState.DROPPED: "excused",
}
Rows = tuple[tuple[str, ...], ...]
_BETWEEN: Final = " · "
_SURE: Final = 0.8
_LIKELY: Final = 0.5
_WHO: Final = (("external_id", "name", "name_latin"), ("document_number", "birth_date", "phone"))
_WHERE: Final = (
    ("transport_number", "seat", "arrived", "origin"), ("address",), ("infected_by", "onset"), ("hospital",))
"""What is shown of a line, by the row it stands in."""


def meanings(form: Form) -> list[dict[str, str]]:
    """What a column can be said to mean, in the form's order, parts of names and moments included."""
    return [option for target in listing.fields(form) for option in _options(target)]


def _options(target: Target) -> Iterator[dict[str, str]]:
    label = say(target.title)
    yield {"value": target.name, "label": label}
    parts: dict[str, str] = {}
    if target.kind in ("name", "name_latin"):
        parts = {"surname": _("surname only"), "surname2": _("second surname"), "given": _("given name only"),
                 "middle": _("middle name or patronymic")}
    elif target.type is ValueType.DATETIME:
        parts = {"date": _("date only"), "time": _("time only")}
    elif target.kind == "age":
        parts = {"unit": _("its unit")}
    for part, said in parts.items():
        yield {"value": f"{target.name}:{part}", "label": f"{label} — {said}"}


_WANTED: Final = (("name", "name_latin"), ("document_number",), ("phone",), ("address",))
"""Parts of an identity a list is of little use without; of those together one is enough."""


def columns(read: Mapping[str, Any], form: Form) -> list[dict[str, Any]]:
    """One row a column: what stands in it, what it is taken to mean, how sure that is and why."""
    types = {target.name: target.type for target in listing.fields(form)}
    labels = {one["value"]: one["label"] for one in meanings(form)}
    return [_column(column, types, labels) for column in read["columns"]]


def _column(column: Mapping[str, Any], types: Mapping[str, ValueType], labels: Mapping[str, str]) -> dict[str, Any]:
    target, part, order = split(column["meaning"])
    taken = f"{target}:{part}" if part else target
    return {
        **column, "meaning": taken, "order": order, "dated": types.get(target) in DATES and part != "time",
        "percent": round(column["confidence"] * 100), "sure": sureness(column), "why": say(Text(*column["why"])),
        "offers": [{"value": said, "label": labels.get(said) or labels.get(split(said)[0], said)}
                   for said, _ in column["alternatives"]],
        "also": "" if column["asked"] else listed(
            labels.get(split(said)[0], said) for said, sure in column["alternatives"] if sure >= _LIKELY),
    }


def unread(read: Mapping[str, Any], form: Form) -> str:
    """A remark about what people are found, reached and placed by and no column is read as; nothing when all is."""
    there = {split(column["meaning"])[0] for column in read["columns"]}
    labels = {target.name: say(target.title) for target in listing.fields(form)}
    lacking = []
    for parts in _WANTED:
        asked = [name for part in parts if (name := listing.asked_for(form, part))]
        if asked and there.isdisjoint(asked):
            lacking.append(labels.get(asked[0], asked[0]))
    if not lacking:
        return ""
    return _("No column is read as: %(what)s. If the list has it, say below in which column.") % {
        "what": listed(lacking)}


def unsaid(read: Mapping[str, Any] | None) -> str:
    """What has to be said before anybody may see the result; nothing when all is."""
    columns = [column["heading"] for column in (read or {}).get("columns", ())
               if column.get("asked") or column.get("unordered")]
    if not columns:
        return ""
    return _("Say first what these columns mean, or that they are not used: %(columns)s.") % {
        "columns": listed(columns)}


def split(meaning: str) -> tuple[str, str, str]:
    """Target, part (surname, given, date, time) and order of dates of a meaning as columns have it."""
    target, _sign, rest = meaning.partition(":")
    parts = rest.split(".") if rest else []
    order = next((each for each in parts if each in ORDERS), "")
    return target, ".".join(each for each in parts if each not in ORDERS), order


def joined(meaning: str, order: str) -> str:
    """The meaning with the order of its dates."""
    if not order or not meaning:
        return meaning
    return f"{meaning}.{order}" if ":" in meaning else f"{meaning}:{order}"


def sureness(column: Mapping[str, Any]) -> str:
    """done, waiting, late or excused: the chip that goes with how sure a meaning is."""
    if column["asked"] or column["unordered"]:
        return "late"
    if not column["meaning"]:
        return "excused"
    return "done" if column["confidence"] >= _SURE else "waiting" if column["confidence"] >= _LIKELY else "late"


def lines(
    held: Import, found: Sequence[Prepared], programme: Programme, form: Form, zone: ZoneInfo,
) -> list[dict[str, Any]]:
    """One row a line: who, where, why it stands here, what was done to it and can be; once recorded, what became of it.
    """
    done = events.on_lines(held, found)
    reply = programme.reply_by(form.id)
    who, where = (((reply.number, reply.result),), ((reply.at or "",),)) if reply else (_WHO, _WHERE)
    return [_line(line, form, zone, who, where,
                  may_be_new=line.tab is Tab.DOUBTFUL and bool(
                      as_new(line, programme, form, held.source.name, held.received_at)))
            | {"result": _result(line, programme), "done": [say(text) for text in done.get(line.number, ())]}
            for line in found]


def _result(line: Prepared, programme: Programme) -> str:
    if not line.result:
        return ""
    measure = programme.measures.get(line.measure)
    said = [say(RESULTS[line.result]), say(measure.label) if measure else line.measure]
    if line.until:
        last = date_format(dt.date.fromisoformat(line.until), "DATE_FORMAT")
        said.append(_("up to and including %(day)s") % {"day": last})
    return " · ".join(part for part in said if part)


def _line(
    line: Prepared, form: Form, zone: ZoneInfo, who: Rows, where: Rows, *, may_be_new: bool,
) -> dict[str, Any]:
    return {
        "number": line.number, "gone": line.tab is Tab.REMOVED, "who": _who(line.answers, form, who, zone),
        "where": _told(line.answers, form, where, zone), "reason": say(line.reason) if line.reason else "",
        "notes": [{"text": say(note.text), "error": note.level == "error"} for note in line.notes],
        "changes": [*(_change(line, name, form, zone) for name in line.changed), *map(_effect, line.effects)],
        "candidates": _candidates(line), "may_be_new": may_be_new,
        "decision": line.decision, "chosen": str(line.subject), "out": line.left_out,
        "may_leave": not (line.settled or line.stays_on) and line.tab not in (Tab.REFUSED, Tab.UNCHANGED),
        "asks_removal": line.asks_removal and not line.settled, "off": line.decision == OFF,
        "may_edit": line.tab is not Tab.REMOVED,
        "open": line.tab is Tab.DOUBTFUL and line.result in ("", "open"),
    }


def _candidates(line: Prepared) -> list[dict[str, Any]]:
    return [{"subject": str(one.subject), "shown": one.shown, "why": say(one.why), "elsewhere": one.elsewhere,
             "changes": [_effect(effect) for effect in one.effects]}
            for one in line.candidates]


def _change(line: Prepared, name: str, form: Form, zone: ZoneInfo) -> dict[str, str]:
    question = form.question(name)
    return {"label": say(question.label) if question and question.label else name,
            "before": shown(line.before.get(name), name, form, zone),
            "after": shown(line.answers.get(name), name, form, zone)}


def _effect(one: Effect) -> dict[str, Any]:
    """``whole``: there is no before to it, as with whom a result is of."""
    return {"label": say(one.label), "before": say(one.before), "after": say(one.after), "whole": not say(one.before)}


def _told(answers: Mapping[str, Any], form: Form, order: Iterable[Iterable[str]], zone: ZoneInfo) -> list[str]:
    rows = (_BETWEEN.join(filter(None, (shown(answers.get(name), name, form, zone) for name in row))) for row in order)
    return [row for row in rows if row]


def _who(answers: Mapping[str, Any], form: Form, order: Rows, zone: ZoneInfo) -> list[str]:
    """The first row, then the others part by part: a narrow column breaks between them and in none of them."""
    told = _told(answers, form, order, zone)
    return [*told[:1], *(part for row in told[1:] for part in row.split(_BETWEEN))]


def shown(value: Any, name: str, form: Form, zone: ZoneInfo) -> str:
    """An answer as people write it."""
    if value is None or value == "":
        return ""
    question = form.question(name)
    if question is not None and question.identity == "phone":
        return phones.display(str(value), region=settings.COUNTRY)
    if isinstance(value, dt.datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if question is not None and question.choices:
        labels = {choice.name: choice.label for choice in question.choices}
        said = value if isinstance(value, list | tuple) else [value]
        return "、".join(say(labels[one]) if one in labels else str(one) for one in said)
    return str(value)


def tabs(held: Import, active: Tab) -> list[dict[str, Any]]:
    """The four tabs, and those of a later version where it is one."""
    always = (Tab.NEW, Tab.KNOWN, Tab.DOUBTFUL, Tab.REFUSED)
    return [
        {"label": say(TABS[tab]), "count": held.counts.get(tab.value, 0), "active": tab is active,
         "url": f"{reverse('import_preview', args=[held.pk])}?tab={tab.value}"}
        for tab in Tab if tab in always or held.counts.get(tab.value)]


def handled(held: Import, by: Acting) -> dict[str, Any]:
    """Who did what to a list, why the work on it stopped, and why one may only look at it."""
    stopped, barred = events.stopped(held), handling.barred(held, by)
    return {"handled": [say(text) for text in events.summary(held)], "stopped": say(stopped) if stopped else "",
            "barred": say(barred) if barred else ""}


def history(found: Iterable[Import]) -> list[dict[str, Any]]:
    """Earlier imports as rows of a table."""
    return [{"cells": [
        {"text": one.file_name, "url": reverse("import_preview", args=[one.pk]), "note": one.source.name},
        {"at": one.received_at}, {"text": one.lines},
        {"text": say(STATES[ImportState(one.state)]), "state": CHIPS.get(ImportState(one.state), "waiting")},
        {"text": outcome(one)}]} for one in found]


def outcome(held: Import) -> str:
    """The counts of an import in words."""
    if held.results and held.state == ImportState.RECORDED:
        return " · ".join(f"{say(RESULTS[name])} {count}" for name in RESULTS if (count := held.results.get(name)))
    return " · ".join(f"{say(TABS[tab])} {held.counts[tab]}" for tab in Tab if held.counts.get(tab))
