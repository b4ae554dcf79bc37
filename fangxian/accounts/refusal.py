"""A problem met before any page of the console runs, as a page of its own or as problem+json (RFC 9457)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from fangxian.kernel.errors import Problem


def refusal(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem in the reader's language: what it is and what to do next."""
    kind = problem.kind
    sentence = problem.sentence.said_in(get_language() or "en")
    if request.path_info.startswith("/api/") or not request.accepts("text/html"):
        name = f"urn:fangxian:problem:{kind.code}"
        body = {"type": name, "title": sentence, "status": kind.status, "code": kind.code}
        return JsonResponse(body, status=kind.status, content_type="application/problem+json")
    return render(request, "accounts/problem.html", {"sentence": sentence, "code": kind.code}, status=kind.status)
