"""Who is where: the list, giving a post, one post with its hours, absences and end."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fangxian.accounts import actions, approvals
from fangxian.accounts import queries as accounts
from fangxian.accounts.rules import RosterPost, require_place
from fangxian.accounts.types import POST_KINDS, Acting, NewPost, PostKind
from fangxian.areas import queries as areas
from fangxian.areas.types import Range, Tier, parent_path, subtree
from fangxian.console.asking import whole_number
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem

from . import rows
from .absences import AbsenceForm, absence_rows, give_open_tasks, off_duty, open_tasks, record, stand_ins
from .finding import AreaField, UserField, one_user
from .frame import LOCAL, PAGE, address, carried_out, for_set_up, names_of, say, shown
from .hours import HoursForm, said


class PostFilter(forms.Form):
    """What narrows the list down."""

    def __init__(self, data: Any, by: Acting) -> None:
        super().__init__(data)
        self.fields["q"] = forms.CharField(label=_("Name or username"), required=False)
        self.fields["area"] = AreaField(label=_("Area"), required=False, by=by)
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind of post"), required=False, choices=[("", _("Every kind")), *_kinds()]
        )
        self.fields["ended"] = forms.BooleanField(label=_("Only at areas that have ended"), required=False)


class GiveForm(forms.Form):
    """A post to be given."""

    def __init__(self, by: Acting, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["user"] = UserField(label=_("Who"), by=by, help_text=_("Username or name."))
        self.fields["kind"] = forms.ChoiceField(label=_("Kind of post"), choices=_kinds())
        self.fields["area"] = AreaField(
            label=_("Area"), by=by, tier=self._usual_tier, help_text=_("Name or code.")
        )
        self.fields["department"] = forms.CharField(
            label=_("Department, if any"),
            required=False,
            max_length=40,
            help_text=_("People can be passed on to it. Write the name alike for all its posts."),
        )
        self.fields["valid_from"] = forms.DateTimeField(
            label=_("From (empty: now)"), required=False, widget=forms.DateTimeInput(attrs=LOCAL)
        )
        self.fields["valid_to"] = forms.DateTimeField(
            label=_("Until (empty: open end)"), required=False, widget=forms.DateTimeInput(attrs=LOCAL)
        )

    def _usual_tier(self) -> Tier | None:
        """Where the kind of post that was chosen works; it is cleaned before the area."""
        kind = self.cleaned_data.get("kind")
        return POST_KINDS[PostKind(kind)].tier if kind else None


class PostButton(forms.Form):
    """A button alone."""

    what = forms.CharField(widget=forms.HiddenInput, required=False, label=gettext_lazy("What"))


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, say(named.label)) for kind, named in POST_KINDS.items()]


@for_set_up
def listed(request: HttpRequest, by: Acting) -> HttpResponse:
    """The posts of one's area in force or to come, by area; by key."""
    at, roster = clock.now(), accounts.roster()
    form = PostFilter(request.GET, by)
    found = _found(form, by, at) if form.is_valid() else []
    path, _slash, last = request.GET.get("after", "").rpartition("/")
    page = [post for post in found if (post.path, post.id) > (path, whole_number(last) or 0)][: PAGE + 1]
    more = f"{page[PAGE - 1].path}/{page[PAGE - 1].id}" if len(page) > PAGE else None
    asked = {name: request.GET.get(name, "") for name in ("q", "area", "kind", "ended")}
    return shown(
        request,
        "posts",
        "set_up_posts",
        {
            "form": form,
            "count": len(found),
            "rows": rows.rows(page[:PAGE], roster, at),
            "columns": rows.columns(),
            "next": address("set_up_posts", **asked, after=more) if more else "",
            "narrowed": any(asked.values()),
        },
        wrong=not form.is_valid(),
    )


def _found(form: PostFilter, by: Acting, at: dt.datetime) -> list[RosterPost]:
    asked = form.cleaned_data
    within: Range = subtree(asked["area"].path) if asked["area"] else by.range
    users = {one.user for one in accounts.users_in(by.range, at, text=asked["q"], limit=500)} if asked["q"] else None
    found = [
        post
        for post in accounts.roster().posts.values()
        if post.path in within
        and (post.valid_to is None or at < post.valid_to)
        and (not asked["kind"] or post.kind == asked["kind"])
        and (users is None or post.user in users)
    ]
    return sorted(rows.at_ended(found, at) if asked["ended"] else found, key=lambda post: (post.path, post.id))


@for_set_up
def give(request: HttpRequest, by: Acting) -> HttpResponse:
    """Give somebody a post; ``area`` and ``user`` of the address fill the form in."""
    asked = {name: request.GET.get(name, "") for name in ("area", "user", "kind")}
    form = GiveForm(by, request.POST or None, initial=_meant(asked))
    _named(form, asked, by)
    if request.method == "POST" and carried_out(form, lambda: form.cleaned_data.update(given=_give(form, by))):
        who = {"who": form.cleaned_data["user"].name}
        if not form.cleaned_data["given"]:
            messages.info(request, _("A second person has to approve this post for %(who)s. It is asked for.") % who)
            return HttpResponseRedirect(address("set_up_requests"))
        messages.success(request, _("The post is given. It works from the next page that %(who)s opens.") % who)
        return HttpResponseRedirect(address("set_up_posts", area=form.cleaned_data["area"].code))
    return shown(request, "give", "set_up_posts", {"form": form}, wrong=bool(form.errors))


def _named(form: GiveForm, asked: dict[str, str], by: Acting) -> None:
    """Say by name which area and whom the address fills in by code and by username."""
    node = areas.by_code([asked["area"]]).get(asked["area"])
    if node is not None and node.path in by.range:
        form.fields["area"].help_text = names_of([node.path])[node.path]
    if asked["user"]:
        with suppress(forms.ValidationError):  # nobody, or several: what is typed instead is judged when it is sent
            form.fields["user"].help_text = one_user(asked["user"], by).name


def _meant(asked: dict[str, str]) -> dict[str, str]:
    """With the kind of post that usually works at an area of this tier."""
    node = areas.by_code([asked["area"]]).get(asked["area"]) if asked["area"] else None
    usual = next((kind.value for kind, named in POST_KINDS.items() if node and named.tier == node.tier), "")
    return {**asked, "kind": asked["kind"] or usual}


def _give(form: GiveForm, by: Acting) -> bool:
    asked, at = form.cleaned_data, clock.now()
    post = NewPost(
        asked["user"].user,
        asked["kind"],
        asked["area"].code,
        asked["valid_from"] or at,
        asked["valid_to"],
        asked["department"],
    )
    return approvals.give_or_ask(post=post, by=by, at=at)


@for_set_up
def one(request: HttpRequest, by: Acting, post: int) -> HttpResponse:
    """One post; ``do`` says what is asked of it: hours, absence, back, tasks or end."""
    held = accounts.roster().posts.get(post)
    if held is None:
        raise Problem(errors.NOT_FOUND)
    require_place(by, held.path)
    do, at = request.POST.get("do", ""), clock.now()
    bound: dict[str, forms.Form] = {
        "hours": HoursForm(request.POST if do == "hours" else None, hours=held.hours),
        "absence": AbsenceForm(request.POST if do == "absence" else None, choices=stand_ins(held, by, at), at=at),
    }
    form = bound[do] if do in bound else PostButton(request.POST)
    if request.method == "POST" and carried_out(form, lambda: _do(request, do, held, form, by, at)):
        return HttpResponseRedirect(address("set_up_post", post))
    return shown(
        request,
        "post",
        "set_up_posts",
        _page(held, by, at)
        | {
            "hours_form": bound["hours"],
            "absence_form": bound["absence"],
            "do": do if form.errors else "",
            "faults": form.non_field_errors() if do not in bound and form.errors else (),
        },
        wrong=bool(do and form.errors),
    )


def _page(held: RosterPost, by: Acting, at: dt.datetime) -> dict[str, Any]:
    person = accounts.people([held.id])[held.id]
    tasks = open_tasks(held, by)
    return {
        "held": held,
        "person": person,
        "kind": rows.kind_of(held),
        "where": names_of([held.path])[held.path],
        "now": rows.now(held, accounts.roster(), at),
        "hours": said(held.hours),
        "tasks": len(tasks),
        "absences": absence_rows(held, at),
        "ended": held.valid_to is not None and held.valid_to <= at,
    }


def _do(request: HttpRequest, do: str, held: RosterPost, form: forms.Form, by: Acting, at: dt.datetime) -> None:
    if do == "hours":
        _set_hours(request, held, form.cleaned_data, by, at)
    elif do == "absence":
        messages.success(request, record(held, form.cleaned_data, by, at))
    elif do == "back":
        actions.end_absence(absence=_number(request.POST.get("absence")), by=by, at=at)
        messages.success(request, _("Back on duty. New tasks come here again; those given away stay where they are."))
    elif do == "tasks":
        messages.success(request, give_open_tasks(held, by, at))
    elif do == "end":
        if not approvals.end_or_ask(post=held.id, by=by, at=at):
            messages.info(request, _("Asked for. Another administrator approves it under Requests."))
            return
        told = _("The post has ended.")
        messages.success(request, f"{told} {give_open_tasks(held, by, at)}")
    else:
        raise Problem(errors.NOT_FOUND)


def _set_hours(request: HttpRequest, held: RosterPost, asked: dict[str, Any], by: Acting, at: dt.datetime) -> None:
    posts = _alike(held, by, at) if asked["alike"] else [held.id]
    actions.set_hours(posts=posts, hours=asked["hours"], by=by, at=at)
    given, left = off_duty(posts, by, at, hand_over=asked["hand_over"])
    messages.success(request, " ".join(filter(None, (_("The hours are changed."), given))))
    if left:
        messages.warning(request, left)


def _alike(held: RosterPost, by: Acting, at: dt.datetime) -> list[int]:
    """The post and those of its kind in the same area and the ones beside it."""
    beside = parent_path(held.path)
    return [
        post.id
        for post in accounts.roster().posts.values()
        if post.kind == held.kind and parent_path(post.path) == beside and post.path in by.range and post.in_force(at)
    ]


def _number(text: str | None) -> int:
    found = whole_number(text or "")
    if found is None:
        raise Problem(errors.NOT_FOUND)
    return found
