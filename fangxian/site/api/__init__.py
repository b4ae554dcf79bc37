"""The HTTP API under ``/api/v1/``: for programs of the county that act as somebody signed in.

Thin, like the pages: it reads through the scoped queries of the packages and writes through their actions.
"""

from __future__ import annotations

from typing import Final

from . import alerts, areas, figures, programmes, replies, subjects, submissions, tasks, who
from .interface import Interface, Session, StrictParser, Writing, handle_errors

_ABOUT: Final = """
Everything a post may see and do, for programs. Requests act as the signed-in user's acting post, in one transaction,
under row-level security: what lies outside its area or programmes answers 404.

Sign in by the session cookie. Anything but reading wants the cookie `csrftoken` back in the header `X-CSRFToken`.
Sentences come in the language of `Accept-Language` (`en`, `zh-hans`). Lists page by key: send `next` back as `after`.
"""

api: Final = Interface(
    title="Fangxian", version="1", description=_ABOUT.strip(), auth=Session(), parser=StrictParser(),
    renderer=Writing(), docs_url=None, urls_namespace="api")
handle_errors(api)
for _part in (who, programmes, submissions, tasks, replies, subjects, areas, figures, alerts):
    api.add_router("", _part.router)
