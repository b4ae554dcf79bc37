"""Tables are made by the owner's connection; rows are read and written under the application role."""

from __future__ import annotations

from typing import Any


class OneSchema:
    """Migrations run on ``owner`` only; everything else uses ``default`` unless a connection is named."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, one: object, other: object, **hints: Any) -> bool:
        return True
