"""Give tasks to somebody, take them back, remind their holders: the same on every list and on a person's page."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fangxian.accounts import queries as accounts
from fangxian.accounts.rules import RosterPost, may, require, require_each
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import lineage
from fangxian.console.asking import as_uuid, say, whole_number
from fangxian.console.shell import label_of
from fangxian.console.viewpoint import actor
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries as programmes
from fangxian.tasks import giving
from fangxian.tasks import queries as tasks

TAKERS: Final = 120
"""Posts to choose from: who works at the place, then whoever is nearest."""
REMIND: Final = "remind"
BACK: Final = "back"
"""Instead of a post: whoever has it by the roster."""


def takers(
    by: Acting, forms: Collection[tuple[str, str]], paths: Iterable[str], at: dt.datetime,
    due: Iterable[dt.datetime | None] = (),
) -> list[dict[str, Any]]:
    """Who can be given any of some tasks, as choices: those of the post's area who are there themselves by the end of
    the day or until the last of them is ``due``, and may fill one of the forms, each with its programme, the nearest to
    the tasks first; nobody where the post may not give tasks of one of the programmes. Which of the tasks are meant is
    chosen beside them."""
    places = sorted(set(paths))
    if not places or not all(may(by, Action.REASSIGN, programme) for programme, _form in forms):
        return []
    permissions, near, roster = accounts.permissions(), set(lineage(places[0])), accounts.roster()
    until = max([by.calendar.day_ends(by.calendar.operational_day(at)), *filter(None, due)])
    able = [post for post in roster.posts.values() if post.path in by.range
            and any(permissions.may(post.kind, Action.FILL, programme, form) for programme, form in forms)
            and roster.first_there(post, at, until) is post]
    able.sort(key=lambda post: (-_shared(post, near), post.path, post.id))
    return [{"id": post, "label": label} for post, label in called([one.id for one in able[:TAKERS]])]


def _shared(post: RosterPost, near: Collection[str]) -> int:
    return sum(step in near for step in lineage(post.path))


def called(posts: Sequence[int]) -> list[tuple[int, str]]:
    """Posts in words: the person, what they are and where."""
    people, held = accounts.people(posts), accounts.roster().posts
    nodes = areas.nodes({held[post].path for post in posts if post in held})
    return [(post, " · ".join(filter(None, (
        people[post].name, label_of(held[post].kind),
        nodes[held[post].path].name if held[post].path in nodes else ""))))
        for post in posts if post in held and post in people]


def tell(request: HttpRequest, by: Acting, chosen: Sequence[str], at: dt.datetime, *, programme: str = "") -> None:
    """Do what the form of a request says with the chosen tasks, and say what came of it; that none was chosen warns."""
    level = messages.SUCCESS if chosen else messages.WARNING
    messages.add_message(request, level, do(by, request.POST, chosen, at, programme=programme))


def do(by: Acting, said: Mapping[str, str], chosen: Sequence[str], at: dt.datetime, *, programme: str = "") -> str:
    """Do with the chosen tasks what a form says (``do`` or ``to``); what came of it, in words.

    Problem CHANGED_MEANWHILE where one of them is not open in sight any more, or is of another programme than asked.
    """
    if programme:
        require(by, Action.REASSIGN, programme)
    wanted = [as_uuid(one) for one in chosen]
    known = tasks.paths_of(wanted)
    owners = {owner for owner, _path in known.values()}
    if set(known) != set(wanted) or not all(path in by.range for _owner, path in known.values()):
        raise Problem(errors.CHANGED_MEANWHILE)
    if programme and owners - {programme}:
        raise Problem(errors.CHANGED_MEANWHILE)
    taker = _taker(by, said)
    if not wanted:
        return _("Choose a task first.")
    require_each(by, Action.REASSIGN, owners)
    return _done(by, said, taker, wanted, at)


def _taker(by: Acting, said: Mapping[str, str]) -> int | None:
    """The post that is to have them; None where none is asked for. Problem NOT_FOUND for one out of sight."""
    if said.get("do") == REMIND or said.get("to") == BACK:
        return None
    post = accounts.roster().posts.get(whole_number(said.get("to", "")) or 0)
    if post is None or post.path not in by.range:
        raise Problem(errors.NOT_FOUND)
    return post.id


def _done(
    by: Acting, said: Mapping[str, str], taker: int | None, wanted: Sequence[uuid.UUID], at: dt.datetime
) -> str:
    if said.get("do") == REMIND:
        count = giving.remind(tasks=wanted, by=actor(by), at=at)
        left = len(wanted) - count
        told = ngettext("%(n)d reminder sent.", "%(n)d reminders sent.", count) % {"n": count}
        more = ngettext("%(n)d was reminded within the hour, or nobody has it.",
                        "%(n)d were reminded within the hour, or nobody has them.", left) % {"n": left}
        return f"{told} {more}" if left else told
    if taker is None:
        count = giving.call_back(tasks=wanted, by=actor(by), at=at)
        return ngettext("%(n)d task taken back.", "%(n)d tasks taken back.", count) % {"n": count}
    given = giving.reassign(tasks=wanted, post=taker, by=actor(by), at=at, those_it_can=bool(said.get("all")))
    who = ", ".join(label for _post, label in called([taker]))
    told = ngettext("%(n)d task given to %(who)s.", "%(n)d tasks given to %(who)s.", given.number) % {
        "n": given.number, "who": who}
    return " ".join(filter(None, (told, _standing_in(given), _left(given.left), _unattended(given.unattended))))


def _standing_in(given: giving.Reassigned) -> str:
    """Who has them in place of the post that was chosen."""
    if not given.standing_in:
        return ""
    people = accounts.people(given.standing_in)
    who = ", ".join(sorted(people[post].name for post in given.standing_in))
    count = sum(given.standing_in.values())
    return ngettext("%(n)d went to who stands in: %(who)s.", "%(n)d went to who stands in: %(who)s.",
                    count) % {"n": count, "who": who}


def _unattended(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(n)d was not: nobody is there in that post while it is due. Give it to somebody else.",
                    "%(n)d were not: nobody is there in that post while they are due. Give them to somebody else.",
                    count) % {"n": count}


def _left(left: Mapping[tuple[str, str], int]) -> str:
    """What was not given, by form, and what to do with it."""
    if not left:
        return ""
    count, known = sum(left.values()), {one.id: one for one in programmes.all_in_force()}
    forms = [(known[programme].forms.get(form) if programme in known else None, form) for programme, form in left]
    names = sorted({say(form.title) if form else name for form, name in forms})
    return ngettext("%(n)d was not: that post may not fill %(forms)s. Give it to somebody else.",
                    "%(n)d were not: that post may not fill %(forms)s. Give them to somebody else.",
                    count) % {"n": count, "forms": ", ".join(names)}


def left_alone(held: RosterPost, begins: dt.datetime, ends: dt.datetime, by: Acting) -> str:
    """A sentence about those for whom a post was to stand in while it is away itself; empty where there is nobody."""
    left = [post for post in accounts.left_alone(held.id, begins, ends) if post.path in by.range]
    if not left:
        return ""
    people = accounts.people(post.id for post in left)
    who = ", ".join(sorted(people[post.id].name for post in left))
    return _("Nobody stands in any more for: %(who)s. Choose somebody else for them.") % {"who": who}
