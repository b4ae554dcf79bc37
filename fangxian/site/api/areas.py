"""The tree of areas, which everybody signed in may see."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from fangxian.accounts.requests import acting
from fangxian.areas import queries as tree
from fangxian.areas.types import Node
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem

from .asking import area
from .schemas import PAGE, AreaSchema, Code, Limit

router = Router(tags=["areas"])
PathKey = Annotated[str, Field(pattern=r"^[0-9A-Z]{0,60}$", description="`next` of the page before")]


class AreaList(Schema):
    """``next`` is the ``after`` of the next page; empty at the end."""

    items: list[AreaSchema]
    next: str


class AreaPage(AreaSchema):
    """``lineage``: from the root down to the area itself. ``below``: how many areas in force of each level."""

    lineage: list[AreaSchema]
    below: dict[str, int]


@router.get("/areas", response=AreaList, operation_id="areas", summary="The areas directly below one")
def areas(request: HttpRequest, parent: Code | None = None, after: PathKey = "",
          limit: Limit = PAGE) -> AreaList:
    """Without ``parent``: below the area of the acting post."""
    path = node_of(parent).path if parent else acting(request).path
    found = tree.children(path, after=after, limit=limit + 1)
    return AreaList(items=[area(node) for node in found[:limit]],
                    next=found[limit - 1].path if len(found) > limit else "")


@router.get("/areas/{code}", response=AreaPage, operation_id="area",
            summary="One area, where it lies, what it has below")
def one(request: HttpRequest, code: Code) -> AreaPage:
    node = node_of(code)
    return AreaPage(
        **area(node).model_dump(), lineage=[area(step) for step in tree.lineages([node.path])[node.path]],
        below=tree.counts_below([node.path])[node.path])


def node_of(code: str) -> Node:
    """The area in force of a code; Problem NOT_FOUND."""
    found = tree.by_code([code]).get(code)
    if found is None:
        raise Problem(errors.NOT_FOUND)
    return found
