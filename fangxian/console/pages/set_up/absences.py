"""Somebody falls ill: the absence, who stands in, and their open tasks to whoever is there, in one step."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _

from fangxian.accounts import approvals, checks
from fangxian.accounts import queries as accounts
from fangxian.accounts.rules import RosterPost, answers_for
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import OUTSIDE, Acting
from fangxian.areas.types import parent_path
from fangxian.console import handing
from fangxian.programmes import queries as programmes
from fangxian.tasks import actions as tasks
from fangxian.tasks import relocation, worklist
from fangxian.tasks.worklist import TaskView

from .frame import LOCAL, actor, local_now, names_of
from .rows import kind_of

_MOST: Final = 500
_OFFERED: Final = 100


class AbsenceForm(forms.Form):
    """From when to when, and who stands in."""

    def __init__(self, data: Any, *, choices: list[tuple[str, str]], at: dt.datetime) -> None:
        ends = local_now(at + dt.timedelta(days=7))
        super().__init__(data, initial={"begins": local_now(at), "ends": ends, "hand_over": True})
        self.fields["begins"] = forms.DateTimeField(label=_("From"), widget=forms.DateTimeInput(attrs=LOCAL))
        self.fields["ends"] = forms.DateTimeField(label=_("Until"), widget=forms.DateTimeInput(attrs=LOCAL))
        self.fields["substitute"] = forms.TypedChoiceField(
            label=_("Who stands in"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", _("Nobody")), *choices],
            help_text=_("Nobody: the tasks go to others on duty here, else to the area above."),
        )
        self.fields["reason"] = forms.CharField(label=_("Reason, if it may be known"), required=False, max_length=200)
        self.fields["hand_over"] = forms.BooleanField(
            label=_("Give the open tasks to whoever is there now"), required=False
        )


def stand_ins(held: RosterPost, by: Acting, at: dt.datetime) -> list[tuple[str, str]]:
    """Whom one may choose: the same kind of post, nearest first, and the posts of the area above."""
    near = parent_path(held.path)
    fit = [
        post
        for post in accounts.roster().posts.values()
        if post.id != held.id
        and post.present(at)
        and post.path in by.range
        and answers_for(held, post)
    ]
    ordered = sorted(fit, key=lambda post: (parent_path(post.path) != near, post.path != near, post.path, post.id))
    chosen = ordered[:_OFFERED]
    reasons = checks.stand_ins(held, chosen, by, at)
    people = accounts.people(post.id for post in chosen)
    names = names_of(post.path for post in chosen)
    second = _(" · needs a second person")
    return [
        (
            str(post.id),
            f"{people[post.id].name} · {kind_of(post)} · {names[post.path]}{second if reasons[post.id] else ''}",
        )
        for post in chosen
        if post.id in reasons
    ]


def absence_rows(held: RosterPost, at: dt.datetime) -> list[dict[str, Any]]:
    """The absences of a post that have not ended, with who stands in."""
    own = accounts.absences_of(held.id, at)
    people = accounts.people(away.substitute for _, away in own if away.substitute is not None)
    return [
        {"id": pk, "away": away, "substitute": people.get(away.substitute or 0), "begun": away.begins <= at}
        for pk, away in own
    ]


@transaction.atomic
def record(held: RosterPost, asked: dict[str, Any], by: Acting, at: dt.datetime) -> str:
    """The absence, and the tasks if asked; a sentence about both."""
    whole = approvals.let_be_away(
        post=held.id,
        begins=asked["begins"],
        ends=asked["ends"],
        substitute=asked["substitute"],
        reason=asked["reason"],
        by=by,
        at=at,
    )
    told = (
        _("The absence is recorded.")
        if whole
        else _("The absence is recorded. Who stands in waits for a second person, under Requests.")
    )
    told = " ".join(filter(None, (told, handing.left_alone(held, asked["begins"], asked["ends"], by))))
    return f"{told} {give_open_tasks(held, by, at)}" if asked["hand_over"] else told


def open_tasks(held: RosterPost, by: Acting) -> list[TaskView]:
    """Open tasks of a post, to count them and say who has them; an administrator is told nothing of whom they are
    about, and so they are those of every programme: a post that is away is away in all of them.
    """
    with working_in(_everything(by)):
        return worklist.of_posts([held.id], [one.id for one in programmes.all_in_force()], limit=_MOST)


def give_open_tasks(held: RosterPost, by: Acting, at: dt.datetime) -> str:
    """Spread a post's open tasks over who is there; says who has them now.

    An administrator may do so without seeing them: the right was checked, and the scope is widened for this alone.
    """
    before = open_tasks(held, by)
    if not before:
        return _("There are no open tasks to give away.")
    with working_in(_everything(by)):
        tasks.spread(post=held.id, by=actor(by), at=at)
        return _went_to([task.id for task in before], by)


def off_duty(posts: Sequence[int], by: Acting, at: dt.datetime, *, hand_over: bool) -> tuple[str, str]:
    """What becomes of open tasks that posts with new hours are not on duty for: to whom they went, or who still has
    them; two sentences, of which at most one is said."""
    with working_in(_everything(by)):
        left = relocation.unattended(posts, at)
        if not left:
            return "", ""
        if hand_over:
            for post in sorted(left):
                tasks.spread(post=post, by=actor(by), at=at, unattended=True)
            return _went_to([task.id for own in left.values() for task in own], by), ""
    people = accounts.people(left)
    who = ", ".join(f"{people[post].name} {len(own)}" for post, own in sorted(left.items()))
    return "", _("Nobody is on duty in time for open tasks of: %(who)s. Give them away, on the page of the post.") % {
        "who": who}


def _went_to(given: Sequence[uuid.UUID], by: Acting) -> str:
    """Who has some tasks now; within a scope that sees them."""
    now = worklist.by_ids(given, by.range)
    holders = Counter(task.post for task in now.values())
    people = accounts.people(post for post in holders if post is not None)
    nobody = _("nobody yet")
    who = [f"{people[post].name if post in people else nobody} {count}" for post, count in holders.most_common()]
    return _("Open tasks went to: %(who)s.") % {"who": ", ".join(who)}


def _everything(by: Acting) -> Scope:
    return Scope(by.range, (OUTSIDE,))
