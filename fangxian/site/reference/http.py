"""``docs/api.md``: the HTTP API in one table, and how to use it."""

from __future__ import annotations

from fangxian.site.api import document
from fangxian.site.api.errors import CATALOGUE

from .layout import page, table

_HEAD = """
For programs that act as somebody signed in: the field, another system of the county. [openapi.json](openapi.json)
describes every field and is served at `/api/v1/openapi.json`.

- **Who.** The session cookie says who asks; they act as the post chosen in the console (`GET /api/v1/me` says which).
  Anything but reading wants the cookie `csrftoken` back in the header `X-CSRFToken`. There are no tokens yet.
- **What is seen.** Each request runs in one transaction under row-level security for the acting post. What lies
  outside its area or programmes answers 404, as if there were nothing. Identity is masked, but for one's own open tasks
  (`GET /tasks`); that look is logged.
- **Writing.** `POST /submissions` takes 1 to 500 filled forms of up to 2 MB together. Each has an `id` made by the
  client; sent again it is answered `repeated` and recorded once. Each is judged by itself: the answer is 200 with
  `recorded`, `repeated` or `refused` (with `code`, its `status` and `faults`) a submission, in the order sent.
  `left_out` names answers that the others make irrelevant and that are not kept; `future` says that it is dated ahead
  of the clock and does not count. `replaces` names the entry a submission corrects: one of the same form about the
  same subject, once, and only while it stands. The header `X-Device` is kept with what was sent.
  [doors.md](doors.md) lists what becomes of what, here and in the console alike.
- **Somebody new.** A subject that nobody knows yet comes into being by a form that says who it is. May it be somebody
  in sight, it is refused as `known_already` with `candidates`, masked: send it again with `same_as`, the one it is, or
  with `other_than`, all those it is not. Beside a `certain` one, who bears the same document or number of a list,
  nobody is registered. Who is known only out of sight is never told of: it is recorded as if there were nobody, and
  the county is told. `same_as` names one of the candidates: anybody else is refused as `not_one_of_them`.
  Whoever was made up for a drill is nobody's candidate, and named in `same_as` refused as `of_a_drill`.
- **Somebody known.** What makes another one of a name, document, date of birth or sex that is recorded, sets back a day
  that measures count from, or lightens a measure or ends it sooner, by whichever form, is refused as `changes_known`,
  with the questions in `faults`: put it right, or send it again with `changes`, the names of those questions.
- **Forms.** `GET /programmes/{programme}/forms/{form}` is an ODK XForm in both languages with an `ETag`; ask again with
  `If-None-Match`. A form version that was in force in the last 30 days is still taken.
- **Lists** page by key: send `next` back as `after` until it is empty.
- **Errors** are `application/problem+json` (RFC 9457) in the language of `Accept-Language` (`en`, `zh-hans`); `code` is
  for programs. Beside the [catalogue](errors.md) there are those of requests as such, below. Unknown fields are
  refused.
"""


def http() -> str:
    """The operations, then the codes."""
    rows = [[f"`{method} {address}`", " ".join(filter(None, (f"{summary}.", more))).replace("``", "`")]
            for method, address, summary, more in document.operations()]
    codes = [[f"`{kind.code}`", str(kind.status), kind.sentence.en, kind.sentence.zh] for kind in CATALOGUE]
    return page("HTTP API", _HEAD, table(["operation", "what it gives"], rows),
                table(["code", "status", "what it says", "中文"], codes))
