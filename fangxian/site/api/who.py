"""Who one is here."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from fangxian.accounts import requests
from fangxian.accounts.types import POST_KINDS, Acting, PostKind
from fangxian.areas import queries as areas
from fangxian.areas.types import Node

from .asking import area, say
from .schemas import AreaSchema

router = Router(tags=["who"])


class PostSchema(Schema):
    """As whom one may act; ``through`` is the own post that stands in for this one."""

    id: int | None
    kind: str
    label: str
    area: AreaSchema | None
    through: int | None


class GrantSchema(Schema):
    """What the acting post may do: an action in a programme (``*``: outside of them) on a form (``*``: all)."""

    programme: str
    action: str
    on: str


class Me(Schema):
    user: int | None
    name: str
    language: str
    time_zone: str
    acting: PostSchema
    posts: list[PostSchema]
    permissions: list[GrantSchema]


@router.get("/me", response=Me, operation_id="me", summary="The acting post, one's other posts, and what it may do")
def me(request: HttpRequest) -> Me:
    by = requests.acting(request)
    choices = requests.choices(request)
    nodes = areas.nodes({one.path for one in (by, *choices)})
    grants = [grant for grant in by.permissions.grants if grant.post == by.kind]
    name = getattr(request.user, "display_name", "") or request.user.get_username()
    return Me(
        user=by.user, name=name, language=getattr(request, "LANGUAGE_CODE", "en"), time_zone=str(by.calendar.zone),
        acting=_post(by, nodes), posts=[_post(one, nodes) for one in choices],
        permissions=[GrantSchema(programme=one.programme, action=one.action, on=one.on) for one in grants])


def _post(by: Acting, nodes: dict[str, Node]) -> PostSchema:
    node = nodes.get(by.path)
    return PostSchema(id=by.post, kind=by.kind, label=say(POST_KINDS[PostKind(by.kind)].label),
                area=area(node) if node else None, through=by.through)
