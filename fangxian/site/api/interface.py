"""The API as an object: JSON in and out, errors as problem+json (RFC 9457), all of it described by OpenAPI 3.1."""

from __future__ import annotations

from typing import Any, Final

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.security.apikey import APIKeyCookie

from fangxian.accounts.types import Acting
from fangxian.console.problems import answer
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.json_text import from_json

from .errors import FORGED, INVALID, UNPARSED

MAX_BODY: Final = "2 MB"
_SHOWN_PLACES: Final = 10
_REFUSALS: Final = {
    "get": {401: "Nobody is signed in", 403: "The post may not do this", 404: "Nothing here that the post can see",
            422: "Not as described here"},
    "post": {400: "The body is not JSON", 401: "Nobody is signed in", 403: "The post may not do this, or no CSRF token",
             404: "Nothing here that the post can see", 409: "It has changed or was done already",
             413: "More than fits at once", 422: "Not as described here"},
}
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "RFC 9457; title and detail in the language of Accept-Language (en, zh-hans).",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "description": "urn:fangxian:problem:CODE"},
        "title": {"type": "string", "description": "What is wrong and what to do next."},
        "detail": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stays the same; see the error reference."},
    },
}


class Session(APIKeyCookie):
    """Somebody signed in and acting as a post; anything but reading wants the CSRF token of the session as well."""

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Acting | None:
        by: Acting | None = getattr(request, "acting", None)
        return by


class StrictParser(Parser):
    """Strict JSON; a form with nothing in it says nothing."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type == "multipart/form-data" and not request.POST:
            return {}
        found: dict[str, Any] = from_json(request.body)
        return found


class Writing(BaseRenderer):
    """Instants with their offset, UTC as ``Z``."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)


class Interface(NinjaAPI):
    """Ninja's API, with every operation's refusals in the document."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The document; problem+json for each status an operation may refuse with."""
        schema = super().get_openapi_schema(**options)
        schema["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                for status, said in _REFUSALS[method].items():
                    operation["responses"].setdefault(status, _refusal(said))
        return schema


def _refusal(said: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": said, "content": {"application/problem+json": {"schema": schema}}}


def handle_errors(api: NinjaAPI) -> None:
    """Everything that is known to go wrong becomes a problem; a crash goes its way to the log."""
    api.exception_handler(Problem)(answer)
    api.exception_handler(Http404)(_missing)
    api.exception_handler(ValidationError)(_invalid)
    api.exception_handler(HttpError)(_refused)
    api.exception_handler(RequestDataTooBig)(_too_much)


def _missing(request: HttpRequest, _: Http404) -> HttpResponse:
    return answer(request, Problem(errors.NOT_FOUND))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Where it does not fit, and by which rule; never what was sent, for that may be personal."""
    places = [f"{_place(found['loc'])} ({found['type']})" for found in error.errors[:_SHOWN_PLACES]]
    return answer(request, Problem(INVALID, places=", ".join(places)))


def _place(location: tuple[str | int, ...]) -> str:
    return ".".join(str(step)[:40] for step in location[1:]) or str(location[0])


def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What Ninja itself refuses: nobody signed in, a missing CSRF token, a body that can't be read."""
    kinds = {401: errors.SIGN_IN, 403: FORGED}
    return answer(request, Problem(kinds.get(error.status_code, UNPARSED)))


def _too_much(request: HttpRequest, _: RequestDataTooBig) -> HttpResponse:
    return answer(request, Problem(errors.TOO_MUCH, limit=MAX_BODY))
