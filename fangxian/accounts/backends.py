"""Who a session is of, looked up with every request: as allauth does, in a statement planned once."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.auth_backends import AuthenticationBackend

from fangxian.areas.statements import rows

from .models import User

_FIELDS: Final = tuple(field.attname for field in User._meta.concrete_fields)
_USER: Final = f"SELECT {', '.join(_FIELDS)} FROM accounts_user WHERE id = %s::int8 AND is_active"  # noqa: S608


class KnownUsers(AuthenticationBackend):  # type: ignore[misc]
    """Signs in as allauth does. Who was shut out is nobody with the next request."""

    def get_user(self, user_id: Any) -> User | None:
        found = rows(_USER, [user_id])
        return User.from_db("default", _FIELDS, found[0]) if found else None
