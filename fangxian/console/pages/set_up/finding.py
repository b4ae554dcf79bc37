"""Fields in which one names an area or a person as one is used to: by code, by name, by username."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from fangxian.accounts import queries as accounts
from fangxian.accounts.types import Acting, Person
from fangxian.areas import queries as areas
from fangxian.areas.types import Node, Tier
from fangxian.kernel import clock

from .frame import names_of

_SHOWN: Final = 6
_OFFERED: Final = 50


class Several(forms.ValidationError):
    """What was written could mean any of these areas."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        super().__init__(_("Several areas could be meant. Choose one of them."))
        self.nodes = nodes


class AreaField(forms.CharField):
    """A code or a name of an area in force within the post's own; cleaned to its ``Node``. Where several could be
    meant, one of the ``tier`` wanted is, if it is alone there; else they are offered to choose from.
    """

    def __init__(self, *, by: Acting, tier: Callable[[], Tier | None] = lambda: None, **options: Any) -> None:
        self.by, self.tier = by, tier
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return one_area(text, self.by, self.tier()) if text else None
        except Several as several:
            self.widget = forms.Select(choices=[("", _("choose …")), *_choices(several.nodes)])
            raise


class UserField(forms.CharField):
    """A username or a name; cleaned to the ``Person``."""

    def __init__(self, *, by: Acting, **options: Any) -> None:
        self.by = by
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return one_user(text, self.by) if text else None


def _choices(nodes: Sequence[Node]) -> list[tuple[str, str]]:
    named = names_of(node.path for node in nodes)
    return [(node.code, f"{named[node.path]} · {node.code}") for node in nodes]


def one_area(text: str, by: Acting, tier: Tier | None = None) -> Node:
    """The one meant; ValidationError says so when none could be, ``Several`` when several could."""
    coded = areas.by_code([text]).get(text)
    if coded is not None and coded.path in by.range:
        return coded
    # the code of an area elsewhere means that one, and none of those here whose code begins alike
    found = areas.find(text, within=by.range, limit=_OFFERED) if coded is None else []
    if not found:
        raise forms.ValidationError(
            _("There is no area “%(text)s” in yours. Write its code or its full name.") % {"text": text}
        )
    meant = [node for node in found if node.name == text] or found
    meant = [node for node in meant if node.tier == tier] or meant
    if len(meant) > 1:
        raise Several(meant)
    return meant[0]


def one_user(text: str, by: Acting) -> Person:
    """The one meant; ValidationError says what to write instead when none or several could be."""
    found = accounts.users_in(by.range, clock.now(), text=text, limit=_SHOWN)
    exact = [one for one in found if text in (one.username, one.name)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise forms.ValidationError(_("There is no user “%(text)s”. Make one first under Users.") % {"text": text})
    several = ", ".join(f"{one.name} ({one.username})" for one in found)
    raise forms.ValidationError(
        _("Several people could be meant: %(several)s. Write the username.") % {"several": several}
    )
