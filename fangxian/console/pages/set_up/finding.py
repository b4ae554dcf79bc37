"""Fields in which one names an area or a person as one is used to: by code, by name, by username."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from fangxian.accounts import queries as accounts
from fangxian.accounts.types import Acting, Person
from fangxian.areas import queries as areas
from fangxian.areas.types import Node
from fangxian.kernel import clock

_SHOWN: Final = 6


class AreaField(forms.CharField):
    """A code or a name of an area in force within the post's own; cleaned to its ``Node``."""

    def __init__(self, *, by: Acting, **options: Any) -> None:
        self.by = by
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return one_area(text, self.by) if text else None


class UserField(forms.CharField):
    """A username or a name; cleaned to the ``Person``."""

    def __init__(self, *, by: Acting, **options: Any) -> None:
        self.by = by
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return one_user(text, self.by) if text else None


def one_area(text: str, by: Acting) -> Node:
    """The one meant; ValidationError says what to write instead when none or several could be."""
    coded = areas.by_code([text]).get(text)
    if coded is not None and coded.path in by.range:
        return coded
    found = areas.find(text, within=by.range, limit=_SHOWN)
    exact = [node for node in found if node.name == text]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise forms.ValidationError(
            _("There is no area “%(text)s” in yours. Write its code or its full name.") % {"text": text}
        )
    several = ", ".join(f"{node.name} {node.code}" for node in found)
    raise forms.ValidationError(_("Several areas could be meant: %(several)s. Write the code.") % {"several": several})


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
