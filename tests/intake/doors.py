"""The doors people file by: each takes the same filing and says in the same words what became of it."""

from __future__ import annotations

import csv
import io
import uuid
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.test import Client

from fangxian.accounts.queries import acting_as
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.capture import actions as capture
from fangxian.capture import queries as lists
from fangxian.capture import store
from fangxian.capture.models import Import
from fangxian.capture.types import NEW, SAME, Tab
from fangxian.console import newcomers
from fangxian.console.newcomers import Newcomer
from tests.console.rounds import rows, signed_in
from tests.county import MORNING, County
from tests.journal.test_record import HOUR

NOON: Final = MORNING + 6 * HOUR
GRID, NEXT_GRID, FAR_GRID = "34102310000101", "34102310000102", "34102310120001"
JSON: Final = {"Accept": "application/json"}


@dataclass(frozen=True)
class Sent:
    """One filing, of a grid worker where nobody else is named. ``new``: somebody on no list; ``told``: what is said
    when it is asked who it is."""

    form: str
    answers: dict[str, Any]
    subject: uuid.UUID = field(default_factory=uuid.uuid4)
    programme: str = "entry"
    happened_at: str = NOON.isoformat()
    version: str = ""
    task: uuid.UUID | None = None
    replaces: uuid.UUID | None = None
    new: bool = False
    told: str = ""
    whom: uuid.UUID | None = None
    changes: tuple[str, ...] = ()
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    by: tuple[str, str] = ("grid_worker", GRID)


def words(*said: str) -> str:
    return ", ".join(filter(None, said))


class Api:
    """``POST /api/v1/submissions``."""

    def __init__(self, county: County) -> None:
        self.county = county

    def file(self, one: Sent) -> str:
        body: dict[str, Any] = {
            "id": str(one.id), "programme": one.programme, "form": one.form, "subject": str(one.subject),
            "happened_at": one.happened_at, "form_version": one.version, "answers": one.answers,
            "task": one.task and str(one.task), "replaces": one.replaces and str(one.replaces)}
        said: dict[str, dict[str, Any]] = {"other": {"other_than": [str(one.whom)]}, "same": {"same_as": str(one.whom)}}
        body |= {**said.get(one.told, {}), "changes": list(one.changes)}
        client: Client = signed_in(self.county, *one.by)
        answer = client.post("/api/v1/submissions", [body], content_type="application/json")
        assert answer.status_code == 200, answer.content
        [result] = answer.json()["answers"]
        if result["outcome"] == "refused":
            assert result["status"] >= 400
            return words(result["code"], asked(result["candidates"]))
        return words(
            "recorded", result["left_out"] and "left out", result["future"] and "does not count")


class Console:
    """``POST /fill/…/send/``; somebody new comes with the token of the page that registers them."""

    def __init__(self, county: County) -> None:
        self.county = county

    def file(self, one: Sent) -> str:
        inside = "".join(f"<{name}>{value}</{name}>" for name, value in one.answers.items())
        fields = {
            "client_id": str(one.id), "happened_at": one.happened_at, "version": one.version,
            "subject": str(one.subject), "task": str(one.task or ""), "corrects": str(one.replaces or ""),
            "xml": f"<data xmlns='http://www.w3.org/2002/xforms' id='{one.form}'>{inside}</data>",
            **({{"other": "other_than", "same": "same_as"}[one.told]: str(one.whom)} if one.told else {}),
            "changes": ",".join(one.changes)}
        new = f"?new={newcomers.token(Newcomer(one.subject, {}), self._acting(), NOON)}" if one.new else ""
        client = signed_in(self.county, *one.by)
        answer = client.post(f"/fill/{one.programme}/{one.form}/send/{new}", fields, headers=JSON)
        body = answer.json()
        if answer.status_code != 200:
            assert body["status"] == answer.status_code
            return words(body["code"], asked(body.get("candidates", [])))
        said = {"Not kept": "left out", "The clock of this device": "does not count"}
        return words("recorded", *(word for part, word in said.items() if part in body["message"]))

    def _acting(self) -> Acting:
        key = ("grid_worker", GRID)
        found = acting_as(self.county.users[key], self.county.posts[key], NOON)
        assert found is not None
        return found


def asked(candidates: list[dict[str, Any]]) -> str:
    if not candidates:
        return ""
    assert not any("张三" in str(one) or "E10000001" in str(one) for one in candidates), "not masked"
    return "certain" if any(one["certain"] for one in candidates) else "asked"


_COLUMNS: Final = {
    "name": "姓名", "document_number": "护照号", "birth_date": "出生日期", "phone": "电话", "arrived": "抵达时间",
    "origin": "出发地", "countries": "14天内旅居史", "address": "目的地址"}
_PLACES: Final = {"CN-SH": "上海", "FR": "法国"}


class Lists:
    """A list of one line, imported by the county and confirmed."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.by = self._acting("county_duty")

    def _acting(self, kind: str) -> Acting:
        key = (kind, "341023")
        found = acting_as(self.county.users[key], self.county.posts[key], NOON)
        assert found is not None
        return found

    def file(self, one: Sent) -> str:
        if one.form == "sample_result":
            return self._take("sample_result", f"Tube,Result\n{one.answers['tube']},{one.answers['result']}\n", one,
                              self._acting("clinician"))
        if one.form == "sample":  # no list has those: it is taken by hand
            return Api(self.county).file(one)
        there = {name: _PLACES.get(one.answers.get(name, ""), "意大利") for name in ("origin", "countries")}
        day = min(one.answers.get("arrived", "")[:10] or "2020-03-20", "2020-03-20")
        told = {**one.answers, "arrived": f"{day} 10:00", **there}
        page = io.StringIO()
        written = csv.writer(page)
        written.writerow(["证件类型", *_COLUMNS.values()])
        written.writerow(["护照", *(told.get(name, "") for name in _COLUMNS)])
        return self._take("listed", page.getvalue(), one, self.by)

    def _take(self, form: str, page: str, one: Sent, by: Acting) -> str:
        with working_in(Scope.of(by)):
            held = capture.receive(
                data=page.encode(), file_name=f"{one.id}.csv", programme="entry", form=form, source="机场", by=by,
                at=NOON)
            assert isinstance(held, Import), held
            capture.preview(held=held.pk, by=by, at=NOON)
            if one.told or one.changes:
                capture.decide(held=held.pk, choice=NEW if one.told == "other" else SAME, line=2, by=by, at=NOON)
            capture.confirm(held=held.pk, seen=0, by=by, at=NOON)
            held = Import.objects.select_related("source").get(pk=held.pk)
            [line] = store.lines(held, lists.form_of(held))
        return "asked" if line.tab is Tab.DOUBTFUL and not line.decision else line.result


def recorded_about(one: Sent) -> uuid.UUID | None:
    """Whom the journal says a filing is about; None when it has it not."""
    found = rows("SELECT subject FROM journal_entry WHERE id = %s", one.id)
    return found[0][0] if found else None


def people() -> set[uuid.UUID]:
    return {row[0] for row in rows("SELECT id FROM subjects_subject WHERE kind = 'person'")}


def again(one: Sent, **change: Any) -> Sent:
    """Another filing like it."""
    return replace(one, id=uuid.uuid4(), **change)


__all__ = ["SYSTEM", "Api", "Console", "Lists", "Sent", "again", "people", "recorded_about"]
