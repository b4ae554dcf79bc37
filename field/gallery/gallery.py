"""The gallery: every component with made-up data. `python field/gallery/gallery.py` serves it on 127.0.0.1:8123."""

import sys
from datetime import datetime
from functools import cache
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from zoneinfo import ZoneInfo

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path, re_path
from django.utils.translation import get_language
from django.views.static import serve
from pyxform.xls2xform import convert

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT), str(HERE)]

settings.configure(
    DEBUG=True,
    SECRET_KEY="gallery",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.staticfiles", "fangxian.console"],
    MIDDLEWARE=[
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        f"{__name__}.policy",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [HERE],
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ],
    LANGUAGES=[("zh-hans", "简体中文"), ("en", "English")],
    LOCALE_PATHS=[ROOT / "fangxian" / "locale"],
    STATIC_URL="/static/",
    USE_TZ=True,
    TIME_ZONE="Asia/Shanghai",
)
django.setup()

import samples  # noqa: E402 - the path to it is set above

from fangxian.console import assets  # noqa: E402

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
    )
)


def policy(get_response):
    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Content-Security-Policy"] = POLICY
        return response

    return handle


def page(name: str):
    def view(request: HttpRequest) -> HttpResponse:
        say = samples.Speaker(get_language() != "en")
        now = datetime.now(ZoneInfo("Asia/Shanghai"))
        context = samples.shell(say) | {"say": say, "now": now, "zh": get_language() != "en"}
        for item in context["nav"]:
            item["active"] = item["url"] == request.path
        context |= {
            "tasks": samples.tasks(say, now),
            "household": samples.household(say),
            "stages": samples.stages(say),
        }
        context |= {"table": samples.area_table(say), "charts": samples.charts(say), "alerts": samples.alerts(say, now)}
        context |= {"events": samples.events(say, now)}
        return render(request, f"pages/{name}.html", context)

    return view


SURVEY = """
| survey |
| | type | name | label::English (en) | label::中文 (zh) | required | relevant | constraint | constraint_message::English (en) | constraint_message::中文 (zh) | hint::English (en) | hint::中文 (zh) |
| | decimal | temperature | Temperature (°C) | 体温（°C） | yes | | . >= 34 and . <= 43 | Between 34 and 43 | 34 至 43 之间 | Yesterday 36.6 | 昨天 36.6 |
| | select_multiple symptoms | symptoms | Symptoms | 症状 | yes | | | | | | |
| | select_one yes_no | breath | Short of breath at rest? | 静息时气促？ | yes | selected(${symptoms}, 'cough') | | | | | |
| | date | onset | Since when? | 从哪天开始？ | | selected(${symptoms}, 'cough') | | | | | |
| | text | note | Note | 备注 | | | | | | | |
| choices |
| | list_name | name | label::English (en) | label::中文 (zh) |
| | symptoms | none | None of these | 无 |
| | symptoms | cough | Cough | 咳嗽 |
| | symptoms | fatigue | Fatigue | 乏力 |
| | yes_no | yes | Yes | 是 |
| | yes_no | no | No | 否 |
| settings |
| | form_title | form_id | version | default_language |
| | Daily check | daily_check | 1 | English (en) |
"""


@cache
def form_xml() -> str:
    return convert(xlsform=SURVEY, file_type=".md").xform


ANSWERED: list[dict[str, str]] = []


def answer(request: HttpRequest) -> HttpResponse:
    """Records in memory; a client id that starts with nothing special is taken, an answer "refuse" is refused."""
    ANSWERED.append(dict(request.POST.items()))
    if request.POST.get("outcome") == "Refused":
        problem = {
            "code": "too_late",
            "title": "Too late",
            "detail": "This task was closed an hour ago by the community lead.",
        }
        return JsonResponse(problem, status=409, content_type="application/problem+json")
    return JsonResponse({"undo_url": "/answer"})


def news(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"unacknowledged": 2, "newest": "0001"})


names = {
    "": "day",
    "area": "area",
    "person": "person",
    "sheet": "sheet",
    "import": "import",
    "alerts": "alerts",
    "parts": "parts",
    "form": "form",
}
urlpatterns = [
    *(path(address, page(name)) for address, name in names.items()),
    path("sw.js", lambda _request: HttpResponse(assets.worker_source(), content_type="text/javascript")),
    path("answer", answer),
    path("answered", lambda _request: JsonResponse(ANSWERED, safe=False)),
    path("alerts/news", news),
    path("form.xml", lambda _request: HttpResponse(form_xml(), content_type="text/xml")),
    path("i18n/", include("django.conf.urls.i18n")),
    re_path(r"^static/(?P<path>.*)$", serve, {"document_root": ROOT / "fangxian" / "console" / "static"}),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Says nothing: the pictures are the output."""


def server(port: int) -> WSGIServer:
    return make_server("127.0.0.1", port, get_wsgi_application(), handler_class=Quiet)


if __name__ == "__main__":
    server(8123).serve_forever()
