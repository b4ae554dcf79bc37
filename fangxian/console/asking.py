"""Who asks, and what they may: what the pages of people and tasks need of every request."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import MAXYEAR, MINYEAR
from functools import lru_cache, wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fangxian.accounts.requests import acting
from fangxian.accounts.rules import may, require_somewhere
from fangxian.accounts.types import Acting, Action
from fangxian.intake import context
from fangxian.journal.types import Actor
from fangxian.kernel import errors
from fangxian.kernel.clock import possible
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text
from fangxian.programmes.types import Programme
from fangxian.subjects import queries as subjects
from fangxian.subjects.queries import SubjectIdentity
from fangxian.tasks import lending
from fangxian.tasks.worklist import TaskView

View = Callable[..., HttpResponse]
MAX_DEVICE: Final = 60
_LONGEST_NUMBER: Final = 18  # digits; with them a bigint holds it
_NOBODY: Final = uuid.UUID(int=0)
seen = context.seen


def for_posts_that(action: Action) -> Callable[[View], View]:
    """Lets in the posts that may do this in some programme; Problem NOT_ALLOWED for the others, whatever they ask."""

    def guarded(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            require_somewhere(acting(request), action)
            return view(request, *given, **named)

        return inner

    return guarded


def actor(by: Acting, request: HttpRequest) -> Actor:
    """The same as the journal names it."""
    return Actor(path=by.path, user=by.user, post=by.post, device=device(request))


def device(request: HttpRequest) -> str:
    """Which device sends it."""
    return request.headers.get("X-Device", "").replace("\0", "")[:MAX_DEVICE]


def fillable(by: Acting, programme: Programme, action: Action = Action.FILL) -> list[str]:
    """The forms of a programme that the post may fill (or correct), in the programme's order."""
    return [form for form in programme.forms if may(by, action, programme.id, form)]


def answers(by: Acting, task: TaskView) -> bool:
    """Whether the post may do a task: its own, or one about somebody whom it can tell from others."""
    return task.post in by.posts or may(by, Action.IDENTITY, task.programme)


def walk_in_forms(by: Acting) -> list[dict[str, str]]:
    """The forms that can begin with somebody on no list."""
    found = []
    for programme in seen(by).values():
        fact = programme.cohort.walk_in if programme.cohort else None
        for name in fillable(by, programme):
            form = programme.forms[name]
            if fact and any(question.fact == fact for question in form.questions):
                label = f"{say(programme.title)} · {say(form.title)}"
                found.append({"value": f"{programme.id}/{name}", "label": label})
    return found


def person_in_sight(by: Acting, subject: uuid.UUID) -> SubjectIdentity:
    """Who somebody is, as far as it is read at all; Problem NOT_FOUND outside the post's area."""
    found = subjects.identities([subject], by.range).get(subject)
    if found is None:
        raise Problem(errors.NOT_FOUND)
    return found


def forms_about(by: Acting, person: SubjectIdentity) -> frozenset[tuple[str, str]] | None:
    """The forms, each with its programme, that may be filled about somebody elsewhere whom a task is about that the
    post was given; None for somebody of its own area, of whom any may.
    """
    if person.path in by.range:
        return None
    found = lending.lent(by.posts).get(person.id)
    return found.forms if found else frozenset()


def known_of(subject: uuid.UUID, shown: Mapping[str, Programme]) -> dict[str, dict[str, Any]]:
    """The facts by programme, of those somebody is known in."""
    found = {programme.id: subjects.facts(programme, subject) for programme in shown.values()}
    return {programme: facts for programme, facts in found.items() if facts}


def asks_for_part(request: HttpRequest) -> bool:
    """Whether a page that is there asks for a part of itself (htmx); opened by itself the part would be no page."""
    return request.headers.get("HX-Request") == "true"


def as_uuid(text: str | None) -> uuid.UUID:
    """An id from an address or a form; Problem NOT_FOUND for what is none."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        raise Problem(errors.NOT_FOUND) from None


def moment(text: str | None, otherwise: dt.datetime) -> dt.datetime:
    """An instant as a device said it; ``otherwise`` when it said none that can be read."""
    try:
        found = parse_datetime(text or "")
    except ValueError:
        return otherwise
    return found if found is not None and MINYEAR < found.year < MAXYEAR and possible(found) else otherwise


def whole_number(text: str) -> int | None:
    """A whole number as an address or a form has it; None for what is none, or too long to be one of ours."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


def happened(request: HttpRequest, at: dt.datetime) -> dt.datetime:
    """When what is sent happened, as the device said; now where it said nothing. Problem IMPOSSIBLE_TIME for what is no
    instant: a guess would be recorded.
    """
    text = request.POST.get("happened_at", "")
    if not text:
        return at
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Problem(errors.IMPOSSIBLE_TIME)
    return found


def subject_url(subject: uuid.UUID) -> str:
    """The address of a person's page: asked for line by line, so it is made up only once."""
    return _subject_pattern().format(subject)


@lru_cache(maxsize=1)
def _subject_pattern() -> str:
    return reverse("subject", args=[_NOBODY]).replace(str(_NOBODY), "{}")


def listed(words: Iterable[str]) -> str:
    """Some words in one line, as the reader's language lists them."""
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(words)


def labelled(label: str, said: str) -> str:
    """What is said under a label, with the colon of the reader's language."""
    return _("%(question)s: %(answer)s") % {"question": label, "answer": said}


def say(text: Text) -> str:
    """A programme's text in the reader's language."""
    return text.said_in(get_language() or "en")


def as_line(text: str) -> str:
    """What stands inside sentences elsewhere, as a line or a cell begins."""
    return text[:1].upper() + text[1:]
