"""A list of 10,000 lines from the file to the tasks, as the pages and jobs do it, with 30,000 people known."""

from __future__ import annotations

import datetime as dt
import io
import time
from collections.abc import Sequence
from typing import Any, Final

from django.db import connection
from openpyxl import Workbook

from bench import world
from fangxian.accounts.queries import acting_as
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.capture import actions, results
from fangxian.capture.models import Import
from fangxian.demo.people import InventedPerson, residents
from fangxian.demo.staff import Staff

KNOWN, LINES, AMONG_KNOWN, WARM = 30_000, 10_000, 1_000, 300
HEADINGS: Final = (
    "序号", "旅客姓名", "性别", "出生日期", "证件种类", "证件号码", "航班号", "座位号", "抵达时间", "来自国家(地区)",
    "目的地详细地址", "联系电话")  # fmt: skip
KINDS: Final = {"passport": "护照", "resident_id": "居民身份证"}
ORIGINS: Final = ("意大利", "韩国", "日本", "法国", "新加坡")


class Phases:
    """Seconds by phase, from what the jobs tell about their progress; ``worked`` are those of this process's CPU."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self.worked: dict[str, float] = {}
        self.now, self.since, self.work = "", time.perf_counter(), time.process_time()

    def tell(self, phase: str) -> None:
        at, work = time.perf_counter(), time.process_time()
        if self.now:
            self.spent[self.now] = self.spent.get(self.now, 0.0) + at - self.since
            self.worked[self.now] = self.worked.get(self.now, 0.0) + work - self.work
        self.now, self.since, self.work = phase, at, work


def main() -> None:
    with world.fresh():
        crew = world.found(world.NOON - dt.timedelta(days=2), world.NOON)
        known = world.register(KNOWN, crew, world.NOON - dt.timedelta(days=1))
        world.analyse()
        strangers = residents(KNOWN + LINES + WARM, world.NOON.date())[KNOWN:]
        by = officer(crew)
        bring(by, "warm", workbook([*strangers[LINES:], *known[-WARM:]]))
        people = [*strangers[: LINES - AMONG_KNOWN], *known[:AMONG_KNOWN]]
        data = workbook(people)
        before = tasks()
        phases = bring(by, "airport", data)
        report(phases, len(data), tasks() - before)


def officer(crew: Staff) -> Acting:
    found = acting_as(crew.users["xian"], crew.posts["xian"], world.NOON)
    assert found is not None
    return found


def workbook(people: Sequence[InventedPerson]) -> bytes:
    """A list as an airport sends it: a title above the headings, those who are not residents with passports."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("入境人员")
    sheet.append(["入境人员名单"])
    sheet.append(HEADINGS)
    for number, person in enumerate(people, 1):
        sheet.append(line(number, person))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def line(number: int, person: InventedPerson) -> list[Any]:
    resident = person.number < KNOWN
    document = person.document if resident else f"E{person.number:08d}"
    return [
        number,
        person.name.full,
        "男" if person.sex == "male" else "女",
        person.born.strftime("%Y年%-m月%-d日"),
        KINDS["resident_id" if resident else "passport"],
        document,
        f"MU{500 + number % 40}",
        f"{1 + number % 60}{'ABCDEF'[number % 6]}",
        "2020-03-20 11:05",
        ORIGINS[number % len(ORIGINS)],
        person.address,
        person.phone,
    ]


def bring(by: Acting, source: str, data: bytes) -> Phases:
    """Upload, preview, confirm, record, fetch the result: each in a transaction of its own, as the pages do."""
    phases, at = Phases(), world.NOON
    phases.tell("upload")
    with working_in(Scope.of(by)):
        held = actions.receive(
            data=data, file_name=f"{source}.xlsx", programme="entry", form="listed", source=source, by=by, at=at
        )
    assert isinstance(held, Import), held
    with working_in(Scope.of(by)):
        refused = actions.preview(held=held.pk, tell=phases.tell, by=by, at=at)
    assert refused is None, refused
    with working_in(Scope.of(by)):
        actions.confirm(held=held.pk, seen=0, by=by, at=at)
        phases.tell("recording")
        actions.record_import(held=held.pk, tell=phases.tell, by=by, at=at)
    phases.tell("result")
    with working_in(Scope.of(by)):
        recorded = Import.objects.select_related("source").get(pk=held.pk)
        result = results.result_file(recorded, kind="xlsx", language="zh-hans")
    phases.tell("")
    assert result
    assert not recorded.results.get("refused"), recorded.results
    return phases


def tasks() -> int:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tasks_task")
        return int(cursor.fetchone()[0])


INCLUDES: Final = {
    "upload": "xlsx read, columns understood, file and what was read of it sealed",
    "reading": "the list as it was read, opened; columns as corrected; every cell interpreted",
    "checking": "every line validated by the form",
    "matching": "compared with earlier lists, placed by address, matched with who is known; the preview sealed",
    "recording": "the preview opened; record(): validation, encryption, identity, fold, decisions, tasks",
    "finishing": "each line's outcome sealed; commit",
    "result": "the result file as xlsx",
}


def report(phases: Phases, size: int, opened: int) -> None:
    for phase, spent in phases.spent.items():
        world.say(
            f"import of 10,000 lines, {phase}", spent, "s", cpu=round(phases.worked[phase], 2), note=INCLUDES[phase]
        )
    whole = sum(phases.spent.values())
    world.say(
        "import of 10,000 lines, from file to tasks",
        LINES / whole,
        "lines/s",
        seconds=round(whole, 1),
        cpu=round(sum(phases.worked.values()), 1),
        tasks=opened,
        bytes=size,
        note="all of the above with 30,000 people known, 1,000 of them on the list; the second list of this process",
    )


if __name__ == "__main__":
    main()
