"""Who may change or confirm a list: the post that brought it, or one that may do everything the list would do."""

from __future__ import annotations

import datetime as dt
from typing import Final

from fangxian.accounts import queries as accounts
from fangxian.accounts.rules import may, require
from fangxian.accounts.types import POST_KINDS, Acting, Action
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text
from fangxian.programmes import queries as programmes

from . import listing, versions
from .models import Import
from .types import ImportState, Tab

_OTHERS: Final = Text(
    "Another post brought this list, and your post may not do everything it would do: it is only shown to you. Who may "
    "change and confirm it: the post that brought it; {posts}.",
    "此名单由其他岗位导入，您的岗位无权办理其全部内容，仅供查看。可修改并确认的岗位：导入岗位；{posts}。")


def is_own(held: Import, by: Acting) -> bool:
    """Whether the list was brought by a post one acts as."""
    return held.post is not None and held.post in by.posts


def beyond_filing(held: Import, *, takes_off: bool = False) -> tuple[Action, str] | None:
    """The right, and the form, that everything the list would do takes besides bringing it; ``takes_off``: it is about
    to be a later version of another."""
    programme = programmes.in_force(held.programme)
    if programme.reply_by(held.form):
        return (Action.CORRECT, held.form) if held.counts.get(Tab.DOUBTFUL) else None
    removal = listing.removal(programme)
    return (Action.FILL, removal[0]) if removal and (takes_off or may_take_off(held)) else None


def may_take_off(held: Import) -> bool:
    """Whether recording it takes, or may yet take, somebody off. Before the preview any list may that has a version
    before; once it is recorded, who was missing from it is decided."""
    if held.recorded_at is not None:
        return False
    if held.counts.get(Tab.REMOVED) or held.version_of:
        return True
    read = ImportState(held.state) not in (ImportState.UNDERSTOOD, ImportState.PREVIEWING)
    return not read and bool(versions.earlier(held))


def require_handling(held: Import, by: Acting, *, takes_off: bool = False) -> None:
    """Problem NOT_ALLOWED where another post brought it and one may not do everything it would do."""
    require(by, Action.IMPORT, held.programme, held.form)
    more = None if is_own(held, by) else beyond_filing(held, takes_off=takes_off)
    if more:
        require(by, more[0], held.programme, more[1])


def barred(held: Import, by: Acting) -> Text | None:
    """The sentence that says who may change and confirm the list; None where one may oneself."""
    needed = [(Action.IMPORT, held.form), *filter(None, [beyond_filing(held)])]
    if is_own(held, by) or all(may(by, action, held.programme, form) for action, form in needed):
        return None
    labels = [kind.label for name, kind in POST_KINDS.items()
              if all(by.permissions.may(name, action, held.programme, form) for action, form in needed)]
    return _OTHERS.filled(posts=Text(
        ", ".join(label.en for label in labels) or "no other", "、".join(label.zh for label in labels) or "无其他岗位"))


def as_of_now(user: int | None, post: int | None, at: dt.datetime) -> Acting:
    """Somebody acting as a post, with what it may do at this moment; Problem NOT_ALLOWED where it has ended."""
    by = accounts.acting_as(user, post, at) if user is not None and post is not None else None
    if by is None:
        raise Problem(errors.NOT_ALLOWED)
    return by
