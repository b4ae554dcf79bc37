"""``fangxian areas load FILE`` and the rest: the tree from the command line."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language

from fangxian.accounts import coverage
from fangxian.areas import actions, queries
from fangxian.areas.levels import CHINA, read_levels
from fangxian.areas.listing import read_file
from fangxian.areas.types import EVERYWHERE, Difference, LevelSpec, Listing, Node, Range, Summary, subtree
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.findings import Finding
from fangxian.kernel.findings import errors as error_findings
from fangxian.kernel.text import Text

SHOWN: Final = 20
_SUMMARY: Final = Text(
    "{new} new, {renamed} renamed, {adjusted} with another time zone or cut-off, {moved} moved, {ended} ended,"
    " {same} as before.",
    "新增 {new}，更名 {renamed}，调整时区或截止时间 {adjusted}，变更隶属 {moved}，撤销 {ended}，不变 {same}。")
_CONFIRM: Final = Text(
    "Nothing was written. To apply this, run the command again with --yes.",
    "尚未写入。如确认无误，请加上 --yes 再次运行。")
_REFUSED: Final = Text(
    "Nothing was written. Correct the lines above and load the file again.", "尚未写入。请更正以上各行后重新加载。")
_UNREADABLE: Final = Text(
    "{file} can't be opened ({reason}). Check the name.",
    "无法打开 {file}（{reason}）。请核对文件名。")


class Command(BaseCommand):
    help = "Load and change the tree of areas, look into it, and name the areas where nobody holds a post."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        load = what.add_parser("load", help="make the tree as a CSV file has it (code,name,level,parent)")
        load.add_argument("file", type=Path)
        load.add_argument("--levels", type=Path, help="CSV of another country's levels: code,name_en,name_zh,tier")
        load.add_argument("--on", type=dt.date.fromisoformat, help="the day it takes effect (today)")
        load.add_argument("--keep-missing", action="store_true", help="end no area for not being in the file")
        load.add_argument("--yes", action="store_true", help="apply renames, moves and ends without asking")
        self._add_changes(what)
        self._add_reads(what)

    def _add_changes(self, what: Any) -> None:
        rename = what.add_parser("rename", help="call an area something else")
        rename.add_argument("code")
        rename.add_argument("name")
        merge = what.add_parser("merge", help="end areas whose place another takes")
        merge.add_argument("codes", nargs="+")
        merge.add_argument("--into", required=True)
        end = what.add_parser("end", help="end an area and all below it")
        end.add_argument("code")
        end.add_argument("--successors", nargs="*", default=[])
        for change in (rename, merge, end):
            change.add_argument("--on", type=dt.date.fromisoformat, help="the day it takes effect (today)")

    def _add_reads(self, what: Any) -> None:
        show = what.add_parser("show", help="an area, what lies above it and how much below")
        show.add_argument("code", nargs="?")
        find = what.add_parser("find", help="areas by code, name or pinyin initials")
        find.add_argument("text")
        blind = what.add_parser("blind-spots", help="leaf areas without a post")
        blind.add_argument("code", nargs="?", help="within this area")
        blind.add_argument("--kind", help="count only posts of this kind, such as grid_worker")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        try:
            getattr(self, "_" + what.replace("-", "_"))(options)
        except Problem as problem:
            raise CommandError(_said(problem.sentence)) from problem

    def _load(self, options: dict[str, Any]) -> None:
        listing, findings = read_file(_readable(options["file"]), self._levels(options["levels"]))
        if not error_findings(findings):
            preview = queries.preview(listing, end_missing=not options["keep_missing"])
            findings = preview.findings
        self._tell(findings)
        if error_findings(findings) or preview.difference is None:
            raise CommandError(_said(_REFUSED))
        self._describe(preview.difference)
        summary = preview.difference.summary
        if not summary.only_adds and not options["yes"]:
            self.stdout.write(_said(_CONFIRM))
        elif summary.changes:
            self._apply(listing, options, summary)

    def _apply(self, listing: Listing, options: dict[str, Any], summary: Summary) -> None:
        actions.load(
            listing=listing, by=None, at=clock.now(), on=options["on"], end_missing=not options["keep_missing"],
            expected=summary)

    def _levels(self, file: Path | None) -> tuple[LevelSpec, ...]:
        if file is None:
            return CHINA
        levels, findings = read_levels(file.name, _readable(file).read_text("utf-8-sig"))
        self._tell(findings)
        if findings:
            raise CommandError(_said(_REFUSED))
        return levels

    def _tell(self, findings: Iterable[Finding]) -> None:
        for found in findings:
            self.stderr.write(f"{found.place}: {_said(found.message)} [{found.code}]")

    def _describe(self, found: Difference) -> None:
        for mark, pairs in (("→", found.renamed), ("↷", found.moved)):
            for area, row in pairs[:SHOWN]:
                self.stdout.write(f"  {mark} {area.code} {area.name} → {row.name} ({row.parent})")
        for area in found.ended[:SHOWN]:
            self.stdout.write(f"  − {area.code} {area.name}")
        summary = found.summary
        self.stdout.write(_said(_SUMMARY.filled(
            new=summary.new, renamed=summary.renamed, adjusted=summary.adjusted, moved=summary.moved,
            ended=summary.ended, same=summary.same)))

    def _rename(self, options: dict[str, Any]) -> None:
        actions.rename(code=options["code"], name=options["name"], **_when(options))

    def _merge(self, options: dict[str, Any]) -> None:
        actions.merge(codes=options["codes"], into=options["into"], **_when(options))

    def _end(self, options: dict[str, Any]) -> None:
        actions.end(code=options["code"], successors=options["successors"], **_when(options))

    def _show(self, options: dict[str, Any]) -> None:
        path = _node(options["code"]).path if options["code"] else ""
        self._list(queries.nodes([path]).values())
        counts = queries.counts_below([path])[path]
        names = {level.code: _said(Text(level.name_en, level.name_zh)) for level in queries.levels()}
        for level, name in names.items():
            if level in counts:
                self.stdout.write(f"{name}: {counts[level]}")

    def _list(self, found: Iterable[Node]) -> None:
        nodes = list(found)
        above = queries.lineages(node.path for node in nodes)
        for node in nodes:
            self.stdout.write(f"{node.code}  {' / '.join(step.name for step in above[node.path])}")

    def _find(self, options: dict[str, Any]) -> None:
        self._list(queries.find(options["text"]))

    def _blind_spots(self, options: dict[str, Any]) -> None:
        within, at = _range(options["code"]), clock.now()
        self.stdout.write(str(coverage.count_blind_spots(within, kind=options["kind"], at=at)))
        self._list(coverage.blind_spots(within, kind=options["kind"], at=at))


def _said(text: Text) -> str:
    return text.said_in(get_language() or "en")


def _readable(file: Path) -> Path:
    try:
        with file.open("rb"):
            return file
    except OSError as broken:
        raise CommandError(_said(_UNREADABLE.filled(file=file, reason=broken.strerror))) from broken


def _when(options: dict[str, Any]) -> dict[str, Any]:
    at = clock.now()
    return {"on": options["on"] or queries.calendars([""])[""].today(at), "by": None, "at": at}


def _node(code: str) -> Node:
    found = queries.by_code([code])
    if code not in found:
        raise Problem(errors.UNKNOWN_AREA, code=code)
    return found[code]


def _range(code: str | None) -> Range:
    return subtree(_node(code).path) if code else EVERYWHERE
