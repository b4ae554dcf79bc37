"""What people did to a list on its way, and as which post: the table of it only grows."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Max

from fangxian.accounts import queries as accounts
from fangxian.accounts.types import POST_KINDS, PostKind
from fangxian.areas import queries as areas
from fangxian.kernel.dates.words import in_words
from fangxian.kernel.text import Text, both

from .models import Import, ListEvent
from .types import Prepared, Tab

if TYPE_CHECKING:
    import datetime as dt

    from fangxian.accounts.types import Acting


class Did(StrEnum):
    """What somebody did; the first five are done to a line."""

    EDITED = "edited"
    LEFT_OUT = "left_out"
    TAKEN_IN = "taken_in"
    ANSWERED = "answered"
    TAKEN_OFF = "taken_off"
    BROUGHT = "brought"
    COLUMNS = "columns"
    VERSION = "version"
    PREVIEW = "preview"
    CONFIRMED = "confirmed"
    UNDONE = "undone"
    DROPPED = "dropped"
    STOPPED = "stopped"


_SAID: Final[Mapping[Did, Text]] = {
    Did.EDITED: Text("Changed by {who}, {at}.", "由{who}修改，{at}。"),
    Did.LEFT_OUT: Text("Left out by {who}, {at}.", "由{who}略去，{at}。"),
    Did.TAKEN_IN: Text("Taken in again by {who}, {at}.", "由{who}重新纳入，{at}。"),
    Did.ANSWERED: Text("Answered by {who}, {at}.", "由{who}答复，{at}。"),
    Did.TAKEN_OFF: Text("To be taken off the list: decided by {who}, {at}.", "移出名单：由{who}决定，{at}。"),
    Did.BROUGHT: Text("Brought by {who}, {at}.", "由{who}导入，{at}。"),
    Did.COLUMNS: Text("Columns changed by {who}, {at}.", "列的含义由{who}更改，{at}。"),
    Did.VERSION: Text("Which version it is was said by {who}, {at}.", "是否更新版由{who}指明，{at}。"),
    Did.PREVIEW: Text("Preview asked for by {who}, {at}.", "由{who}要求预览，{at}。"),
    Did.CONFIRMED: Text("Confirmed by {who}, {at}.", "由{who}确认，{at}。"),
    Did.UNDONE: Text("Undone by {who}, {at}.", "由{who}撤销，{at}。"),
    Did.DROPPED: Text("Given up by {who}, {at}.", "由{who}放弃，{at}。"),
    Did.STOPPED: Text(
        "Stopped, nothing was recorded: the post of {who} has ended or may not do this any more ({at}). "
        "Whoever may can start it again.",
        "已停止，未录入任何内容：{who}的岗位已结束或已无此权限（{at}）。可由有权的岗位重新开始。"),
}
_LINES: Final = Text("{said} Lines: {count}.", "{said}行数：{count}。")
_WHO: Final = Text("{name} ({post})", "{name}（{post}）")
_WHEN: Final = Text("{day}, {time}", "{day} {time}")
_NOBODY: Final = Text("nobody on record", "未记录的人员")


def note(
    held: Import, did: Did, *, by: Acting, at: dt.datetime, lines: Iterable[Prepared | int] | None = None,
) -> None:
    """Keep what somebody did to a list, or to some of its lines."""
    put(held, did, user=by.user, post=by.post, at=at, lines=lines)


def put(
    held: Import, did: Did, *, user: int | None, post: int | None, at: dt.datetime,
    lines: Iterable[Prepared | int] | None = None,
) -> None:
    """Who is no longer on a list is kept by who they are: their lines have other numbers in the next preview."""
    ListEvent.objects.bulk_create([
        ListEvent(of=held, path=held.path, programme=held.programme, what=did, line=line, subject=subject, user=user,
                  post=post, at=at)
        for line, subject in ([(None, None)] if lines is None else map(_key, lines))], batch_size=1000)


def last(held: Import, did: Did) -> ListEvent | None:
    """The last time somebody did it: whoever asked for the job that does the work."""
    return ListEvent.objects.filter(of=held, what=did).order_by("-id").first()


def latest(held: Import) -> int:
    """How far what was done to a list goes: what somebody saw of it is compared with what was done since."""
    return ListEvent.objects.filter(of=held).aggregate(last=Max("id"))["last"] or 0


def by_others_since(held: Import, seen: int, user: int | None) -> bool:
    """Whether anybody but this user did something to a list after what was then the ``latest``."""
    return ListEvent.objects.filter(of=held, id__gt=seen).exclude(user=user).exists()


def stopped(held: Import) -> Text | None:
    """That the rights of whoever asked for the work ended before it was done, while nobody did anything since."""
    found = ListEvent.objects.filter(of=held).order_by("-id").first()
    return _told(held, [found])[0] if found is not None and found.what == Did.STOPPED else None


def summary(held: Import) -> list[Text]:
    """Who brought a list and what was done to it, by whom and when last; with the number of lines where it was done to
    lines."""
    brought = ListEvent(what=Did.BROUGHT, user=held.user, post=held.post, at=held.received_at)
    done = ListEvent.objects.filter(of=held).values("what", "user", "post").annotate(
        lines=Count("line", distinct=True), gone=Count("subject", distinct=True), latest=Max("at"), last=Max("id"))
    found = [(brought, 0), *((ListEvent(what=one["what"], user=one["user"], post=one["post"], at=one["latest"]),
              one["lines"] + one["gone"]) for one in done.order_by("last"))]
    told = _told(held, [event for event, _ in found])
    return [_LINES.filled(said=said, count=count) if count else said
            for said, (_, count) in zip(told, found, strict=True)]


def on_lines(held: Import, lines: Collection[Prepared]) -> Mapping[int, Sequence[Text]]:
    """What was done to some lines, by the line's number, in order."""
    numbers = {_key(line): line.number for line in lines}
    about = ListEvent.objects.filter(of=held)
    known = about.filter(line__in=[line for line, _ in numbers if line is not None]) | about.filter(
        subject__in=[subject for _, subject in numbers if subject is not None])
    found: dict[int, list[Text]] = defaultdict(list)
    events = list(known.order_by("id"))
    for event, said in zip(events, _told(held, events), strict=True):
        found[numbers[event.line, event.subject]].append(said)
    return found


def _key(line: Prepared | int) -> tuple[int | None, uuid.UUID | None]:
    if isinstance(line, int):
        return line, None
    return (None, line.subject) if line.tab is Tab.REMOVED else (line.number, None)


def _told(held: Import, events: Sequence[ListEvent]) -> list[Text]:
    """Each event in words, in their order."""
    if not events:
        return []
    names = accounts.users({event.user for event in events if event.user is not None})
    posts, zone = accounts.roster().posts, areas.calendars([held.path])[held.path].zone
    found = []
    for event in events:
        person, post = names.get(event.user or 0), posts.get(event.post or 0)
        who = _WHO.filled(name=both(person.name), post=POST_KINDS[PostKind(post.kind)].label) if person and post \
            else _NOBODY
        local = event.at.astimezone(zone)
        at = _WHEN.filled(day=in_words(local.date()), time=f"{local:%H:%M}")
        found.append(_SAID[Did(event.what)].filled(who=who, at=at))
    return found
