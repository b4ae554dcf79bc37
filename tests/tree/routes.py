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
    "accounts/ask/": ANYONE,
    "accounts/inactive/": ANYONE,
    "accounts/signup/": ANYONE,  # these lead to one page that says whom to ask
    "accounts/email/": ANYONE,
    "accounts/password/set/": ANYONE,
    "accounts/password/reset/": ANYONE,
    "i18n/setlang/": ANYONE,
    "my-day/": (Action.FILL,),
    "my-day/answer/": (Action.FILL,),
    "my-day/undo/": (Action.FILL,),
    "fill/<str:programme>/<str:form>/": (Action.FILL,),
    "fill/<str:programme>/<str:form>/form.xml": (Action.FILL,),
    "fill/<str:programme>/<str:form>/send/": (Action.FILL,),
    "register/": (Action.FILL,),
    "register/mrz/": (Action.FILL,),
    "subjects/<uuid:subject>/": (Action.SEE,),
    "subjects/<uuid:subject>/identity/": (Action.SEE,),
    "subjects/<uuid:subject>/pass-on/": (Action.PASS_ON,),
    "search/": (Action.SEE,),
}



def _arrived(address: str) -> Callable[[County], str]:
    return lambda county: address.format(subject=county.arrive(MORNING))


OF: Final[Mapping[str, Callable[[County], str]]] = {
    "fill/<str:programme>/<str:form>/": _arrived("/fill/entry/arrival/?subject={subject}"),
    "fill/<str:programme>/<str:form>/form.xml": _arrived("/fill/entry/arrival/form.xml?subject={subject}"),
    "subjects/<uuid:subject>/": _arrived("/subjects/{subject}/"),
    "subjects/<uuid:subject>/pass-on/": _arrived("/subjects/{subject}/pass-on/"),
}
