"""Who asks, what they may see, and their language."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation import get_language

from fangxian.accounts.requests import acting
from fangxian.accounts.rules import may
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import Node
from fangxian.intake import context
from fangxian.journal.types import Actor
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text
from fangxian.programmes.types import Programme

from .schemas import AreaSchema

SOURCE: Final = "api"
_MAX_DEVICE: Final = 60
seen = context.seen


def seeing(request: HttpRequest) -> Acting:
    """Who acts; Problem NOT_ALLOWED when the post may see records in no programme at all."""
    by = acting(request)
    if not by.permissions.programmes(by.kind, Action.SEE):
        raise Problem(errors.NOT_ALLOWED)
    return by


def actor(by: Acting, request: HttpRequest) -> Actor:
    """The same as the journal names it."""
    return Actor(path=by.path, user=by.user, post=by.post, source=SOURCE, device=device(request))


def device(request: HttpRequest) -> str:
    """Which device sends it, by the header X-Device."""
    return request.headers.get("X-Device", "").replace("\0", "")[:_MAX_DEVICE]


def seen_one(by: Acting, programme: str) -> Programme:
    """One of them; Problem NOT_FOUND."""
    found = seen(by).get(programme)
    if found is None:
        raise Problem(errors.NOT_FOUND)
    return found


def works_with(by: Acting, programme: str) -> bool:
    """Whether sensitive answers are for this post: it fills forms about people or may see who they are."""
    return may(by, Action.IDENTITY, programme) or may(by, Action.FILL, programme)


def say(text: Text) -> str:
    """A text in the language of the asker."""
    return text.said_in(get_language() or "en")


def area(node: Node) -> AreaSchema:
    """An area as the API shows it."""
    return AreaSchema(code=node.code, name=node.name, level=node.level, tier=node.tier.value)


def area_at(path: str) -> AreaSchema | None:
    """The area at a path."""
    node = areas.nodes([path]).get(path)
    return area(node) if node else None
