"""The API as documents: ``docs/openapi.json`` for programs, ``docs/api.md`` for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from . import api

PREFIX: Final = "api/v1/"


def openapi() -> str:
    """OpenAPI 3.1, always the same for the same code."""
    return json.dumps(_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def operations() -> Iterator[tuple[str, str, str, str]]:
    """(method, address with its query, summary, description) of everything there is."""
    for address, methods in _schema()["paths"].items():
        for method, operation in methods.items():
            asked = [one["name"] for one in operation["parameters"] if one["in"] == "query"]
            query = f"?{'&'.join(asked)}" if asked else ""
            yield method.upper(), address + query, operation["summary"], operation.get("description", "")


def _schema() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))
    return found
