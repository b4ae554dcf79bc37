"""The permission matrix of the routes: each address, and who may come there.

A route that is missing here fails a test. An action means: posts that may do it in some programme (or one of several);
anybody else is answered as if there were nothing. ``OF`` gives the address of a record in one grid of the test county;
its own posts see it, the same kind of post of another township gets 404.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from fangxian.accounts.types import Action
from tests.county import MORNING, County

ANYONE: Final = "anyone"
SIGNED_IN: Final = "signed in"
Who = str | tuple[Action, ...]

ROUTES: Final[Mapping[str, Who]] = {
    "": SIGNED_IN,
    "accounts/login/": ANYONE,
    "accounts/logout/": ANYONE,  # signing out when nobody is signed in does nothing
    "accounts/password/change/": SIGNED_IN,
    "accounts/act-as/": SIGNED_IN,
    "accounts/code/": ANYONE,  # after the right password alone; leads back to signing in otherwise
    "accounts/passkey/": ANYONE,
    "accounts/confirm/": SIGNED_IN,
    "accounts/second-factor/": SIGNED_IN,
    "accounts/second-factor/app/": SIGNED_IN,
    "accounts/second-factor/passkey/": SIGNED_IN,
    "accounts/second-factor/codes/": SIGNED_IN,
    "accounts/second-factor/remove/": SIGNED_IN,
    "about/": SIGNED_IN,
    "tour/": SIGNED_IN,
    "accounts/ask/": ANYONE,
    "accounts/inactive/": ANYONE,
    "accounts/signup/": ANYONE,  # these lead to one page that says whom to ask
    "accounts/email/": ANYONE,
    "accounts/password/set/": ANYONE,
    "accounts/password/reset/": ANYONE,
    "i18n/setlang/": ANYONE,
    "my-day/": (Action.FILL,),
    "my-day/sort/": (Action.FILL,),
    "my-day/answer/": (Action.FILL,),
    "my-day/undo/": (Action.FILL,),
    "fill/<str:programme>/<str:form>/": (Action.FILL,),
    "fill/<str:programme>/<str:form>/form.xml": (Action.FILL,),
    "fill/<str:programme>/<str:form>/send/": (Action.FILL,),
    "replies/": (Action.FILL,),
    "replies/find/": (Action.FILL,),
    "register/": (Action.FILL,),
    "register/mrz/": (Action.FILL,),
    "subjects/<uuid:subject>/": (Action.SEE,),
    "subjects/<uuid:subject>/tasks/": (Action.REASSIGN,),
    "subjects/<uuid:subject>/why/": (Action.SEE,),
    "subjects/<uuid:subject>/identity/": (Action.SEE,),
    "subjects/<uuid:subject>/pass-on/": (Action.PASS_ON,),
    "subjects/<uuid:subject>/give-back/": (Action.SEE,),
    "search/": (Action.SEE,),
    "sw.js": ANYONE,  # the worker that keeps drafts and the queue; holds no data
    "journal/checkpoint": ANYONE,  # the signed head of the journal, to be kept elsewhere: a number and a hash
    "api/v1/": SIGNED_IN,
    "api/v1/openapi.json": ANYONE,  # describes the interface, holds no data
    "api/v1/me": SIGNED_IN,
    "api/v1/programmes": SIGNED_IN,
    "api/v1/programmes/<programme>": SIGNED_IN,
    "api/v1/programmes/<programme>/forms/<form>": SIGNED_IN,
    "api/v1/submissions": SIGNED_IN,  # form by form: what one may not fill is refused in the answer
    "api/v1/tasks": SIGNED_IN,
    "api/v1/replies": SIGNED_IN,  # nobody's number is found by who may not file the reply
    "api/v1/subjects/<uuidstr:subject>": SIGNED_IN,
    "api/v1/subjects/<uuidstr:subject>/timeline": SIGNED_IN,
    "api/v1/areas": SIGNED_IN,
    "api/v1/areas/<code>": SIGNED_IN,
    "api/v1/figures": SIGNED_IN,
    "api/v1/alerts": SIGNED_IN,
    "api/v1/alerts/<uuidstr:alert>/acknowledge": (Action.ACKNOWLEDGE,),
    "area/": (Action.SEE,),
    "area/<str:code>/": (Action.SEE,),
    "area/<str:code>/timeliness/": (Action.SEE,),
    "area/<str:code>/report/": (Action.SEE,),
    "area/<str:code>/report.<str:form>": (Action.EXPORT,),
    "area/<str:code>/<str:key>/": (Action.SEE,),
    "area/<str:code>/<str:key>/give/": (Action.REASSIGN,),
    "area/<str:code>/<str:key>/list.<str:form>": (Action.EXPORT,),
    "alerts/": SIGNED_IN,
    "alerts/waiting/": SIGNED_IN,
    "alerts/lines/": SIGNED_IN,
    "alerts/acknowledge/": (Action.ACKNOWLEDGE,),
    "alerts/handover/<uuid:pk>/": (Action.PASS_ON, Action.PLACE),
    "alerts/<uuid:pk>/": SIGNED_IN,
    "alerts/<uuid:pk>/acknowledge/": (Action.ACKNOWLEDGE,),
    "drills/": (Action.DRILL,),
    "drills/begin/": (Action.DRILL,),
    "drills/<uuid:drill>/end/": (Action.DRILL,),
    "day-sheet/": (Action.SEE,),
    "day-sheet/<str:code>/": (Action.SEE,),
    "day-sheet/<str:code>/sign/": (Action.SIGN_OFF,),
    "day-sheet/<str:code>/sheet.<str:form>": (Action.EXPORT,),
    "team/": (Action.SEE,),
    "team/<str:code>/": (Action.SEE,),
    "team/post/<int:pk>/": (Action.SEE,),
    "team/post/<int:pk>/reassign/": (Action.REASSIGN,),
    "team/post/<int:pk>/away/": (Action.REASSIGN, Action.SET_UP),
    "team/post/<int:pk>/back/": SIGNED_IN,  # whose post it is, or who gives its tasks away
    "imports/": (Action.IMPORT,),
    "imports/new/": (Action.IMPORT,),
    "imports/<uuid:held>/": (Action.IMPORT,),
    "imports/<uuid:held>/columns/": (Action.IMPORT,),
    "imports/<uuid:held>/decide/": (Action.IMPORT,),
    "imports/<uuid:held>/leave-out/": (Action.IMPORT,),
    "imports/<uuid:held>/line/<int:line>/": (Action.IMPORT,),
    "imports/<uuid:held>/version/": (Action.IMPORT,),
    "imports/<uuid:held>/confirm/": (Action.IMPORT,),
    "imports/<uuid:held>/progress/": (Action.IMPORT,),
    "imports/<uuid:held>/result/": (Action.IMPORT,),
    "imports/<uuid:held>/undo/": (Action.WITHDRAW,),
    "imports/<uuid:held>/drop/": (Action.IMPORT,),
    "placing/": (Action.PLACE,),
    "placing/put/": (Action.PLACE,),
    "placing/undo/": (Action.PLACE,),
    "tables/": SIGNED_IN,  # the rules are no secret
    "tables/<str:programme>/": SIGNED_IN,
    "tables/<str:programme>/<str:name>/": SIGNED_IN,
    "tables/<str:programme>/<str:name>/counted/": SIGNED_IN,
    "set-up/": (Action.SET_UP,),
    "set-up/posts/": (Action.SET_UP,),
    "set-up/posts/give/": (Action.SET_UP,),
    "set-up/posts/<int:post>/": (Action.SET_UP,),
    "set-up/areas/": (Action.SET_UP,),
    "set-up/areas/load/": (Action.SET_UP,),
    "set-up/areas/<str:code>/": (Action.SET_UP,),
    "set-up/users/": (Action.SET_UP,),
    "set-up/users/<int:user>/": (Action.SET_UP,),
    "set-up/requests/": (Action.SET_UP,),
    "set-up/programmes/": SIGNED_IN,
    "set-up/programmes/<str:programme>/": SIGNED_IN,
    "set-up/permissions/": SIGNED_IN,
    "access/": (Action.AUDIT,),
    "access/rights/": (Action.AUDIT,),
    "access/journal/": (Action.AUDIT,),
    "access/journal/<str:day>/": (Action.AUDIT,),
    "profile/": SIGNED_IN,
}


def _arrived(address: str) -> Callable[[County], str]:
    return lambda county: address.format(subject=county.arrive(MORNING))


OF: Final[Mapping[str, Callable[[County], str]]] = {
    "fill/<str:programme>/<str:form>/": _arrived("/fill/entry/arrival/?subject={subject}"),
    "fill/<str:programme>/<str:form>/form.xml": _arrived("/fill/entry/arrival/form.xml?subject={subject}"),
    "subjects/<uuid:subject>/": _arrived("/subjects/{subject}/"),
    "subjects/<uuid:subject>/why/": _arrived("/subjects/{subject}/why/?programme=entry"),
    "subjects/<uuid:subject>/pass-on/": _arrived("/subjects/{subject}/pass-on/"),
}
