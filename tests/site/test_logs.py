"""Nothing personal or sensitive in any log: errors with marked values are provoked at every door, and all is read."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DataError, connection, transaction
from django.http import HttpRequest, StreamingHttpResponse
from django.test import Client

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.capture import jobs as lists
from fangxian.journal import append
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.ids import uuid7
from fangxian.site import database, logs, server_log
from fangxian.site.postgres import Cluster
from fangxian.tasks import jobs as notices
from fangxian.tasks.management.commands import clock as clocking
from tests import county as world
from tests.console.rounds import GRID, registered, signed_in
from tests.county import MORNING, County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NAME: Final = "欧阳标记"
PHONE: Final = "13900112233"
DOCUMENT: Final = "E77665544"
TEMPERATURE: Final = "38.7654"
MARKS: Final = (NAME, PHONE, DOCUMENT, TEMPERATURE)
ALL: Final = " ".join(MARKS)


class Written:
    """What has been written into the logs since it was made: of the processes, and of the server."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self._own = io.StringIO()
        self.handler = logging.StreamHandler(self._own)
        self.handler.setFormatter(formatter)
        self._sizes = {log: log.stat().st_size for log in database.cluster().logs()}

    def by_processes(self) -> str:
        return self._own.getvalue()

    def by_server(self) -> str:
        return "".join(
            log.read_bytes()[self._sizes.get(log, 0):].decode(errors="replace") for log in database.cluster().logs())


@pytest.fixture
def written() -> Iterator[Written]:
    database.start()  # a server that ran before takes over the settings
    made = Written(logs.WithoutValues("{levelname} {name} {message}", style="{"))
    root = logging.getLogger()
    root.addHandler(made.handler)
    yield made
    root.removeHandler(made.handler)


def quiet(text: str) -> None:
    assert [mark for mark in MARKS if mark in text] == [], text[-2000:]


@pytest.fixture
def county() -> County:
    return world.build()


STATEMENTS: Final = {
    "a value that can't be read": "SELECT %s::timestamptz",
    "a number that can't be": "SELECT %s::bigint",
    "a text too long": "UPDATE accounts_user SET username = repeat(%s, 100)",
    "a row there is already": (
        "INSERT INTO areas_alias (area_id, text, learned_at) SELECT id, %s, now() FROM areas_area LIMIT 1"),
    "nothing where something must be": "INSERT INTO accounts_absence (reason) VALUES (%s)",
    "an error of one's own": "DO $$ BEGIN RAISE EXCEPTION 'said %%', quote_literal('{marks}'); END $$",
    "a warning": "DO $$ BEGIN RAISE WARNING 'said %%', '{marks}'; END $$",
    "no such thing": "SELECT * FROM nowhere WHERE said = %s",
    "not allowed": "UPDATE journal_entry SET body = %s",
    "bad grammar": "SELEKT %s",
}


@pytest.mark.parametrize("what", list(STATEMENTS))
def test_the_server_keeps_no_statement_and_no_message_that_quotes_one(written: Written, what: str) -> None:
    said = STATEMENTS[what].replace("{marks}", ALL)
    for prepared in (False, True):
        with (psycopg.connect(**connection.get_connection_params(), autocommit=True) as server,
              contextlib.suppress(psycopg.Error)):
            server.execute(said, [ALL] if "%s" in said else None, prepare=prepared)
    quiet(written.by_server())


def test_asking_whether_the_server_runs_leaves_no_line(written: Written) -> None:
    for _ in range(3):
        assert database.cluster().running()
    assert written.by_server() == ""


def doors(county: County) -> dict[str, Callable[[Client], Any]]:
    """Requests that carry marked values, by the door they come through."""
    subject = registered(county, name=NAME, phone=PHONE)
    form = {"id": str(uuid7(MORNING)), "programme": "entry", "form": "daily_check", "subject": str(subject),
            "happened_at": f"2020-03-20T09:00:00+23:59{NAME}", "answers": {"temperature": TEMPERATURE}}
    given = {"name": NAME, "phone": PHONE, "document_number": DOCUMENT, "temperature": TEMPERATURE}
    return {
        "api": lambda client: client.post("/api/v1/submissions", [form], content_type="application/json"),
        "form": lambda client: client.post(f"/fill/entry/daily_check/send/?subject={subject}", {
            "client_id": str(uuid7(MORNING)), "xml": f"<data><temperature>{TEMPERATURE}</temperature></data>",
            "happened_at": NAME, **given}),
        "answer": lambda client: client.post("/my-day/answer/", {"task": NAME, **given}),
        "search": lambda client: client.get("/search/", {"q": ALL}),
        "address": lambda client: client.get(f"/areas/{NAME}{PHONE}/"),
        "door": lambda client: client.post("/register/", {**given, "form": NAME}),
        "list": lambda client: client.post("/imports/new/", {
            "source": NAME, "list": "entry/listed", "file": SimpleUploadedFile("list.csv", ALL.encode())}),
        "sign-in": lambda client: Client().post("/accounts/login/", {"login": NAME, "password": PHONE}),
        "page": lambda client: client.get(f"/subjects/{subject}/?before={NAME}_{PHONE}"),
    }


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What every door comes to sooner or later fails in the database, with the values in the statement."""
    def fail(*args: Any, **named: Any) -> Any:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s::timestamptz", [ALL])

    for module, name in (("fangxian.areas.queries", "nodes"), ("fangxian.areas.queries", "calendars"),
                         ("fangxian.areas.queries", "lineages"), ("fangxian.journal.append", "fetch"),
                         ("fangxian.journal.append", "insert_rows")):
        monkeypatch.setattr(f"{module}.{name}", fail)


@pytest.mark.parametrize("broken", [False, True], ids=["as it is", "with a database that fails"])
@pytest.mark.parametrize("door", ["api", "form", "answer", "search", "address", "door", "list", "sign-in", "page"])
def test_no_door_writes_what_comes_in(
    written: Written, county: County, door: str, broken: bool, request: pytest.FixtureRequest,
    capfd: pytest.CaptureFixture[str],
) -> None:
    asked = doors(county)[door]
    client = signed_in(county, "grid_worker", GRID)
    client.raise_request_exception = False
    if broken:
        request.getfixturevalue("failing")
    with contextlib.suppress(DataError):  # of the page that says that something failed
        asked(client)
    quiet(written.by_processes())
    quiet(written.by_server())
    quiet(capfd.readouterr().out)


def test_a_failure_is_told_by_its_class_its_state_and_its_places(
    written: Written, county: County, failing: None
) -> None:
    client = signed_in(county, "county_duty", "341023")
    client.raise_request_exception = False
    with contextlib.suppress(DataError):
        client.get("/areas/341023/")
    told = written.by_processes()
    assert "ERROR django.request 500 GET " in told
    assert "psycopg.errors.InvalidDatetimeFormat 22007" in told
    assert f"{Path(append.__file__).parents[1]}/" in told
    quiet(told)


def failed(problem: Exception) -> Callable[..., Any]:
    def fail(*args: Any, **named: Any) -> Any:
        raise problem
    return fail


def test_no_job_writes_what_it_worked_on(written: Written, county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fangxian.capture.actions.fail", failed(DataError(ALL)))
    with pytest.raises(Exception) as raised:
        lists.preview_list(str(uuid7(MORNING)))
    logging.getLogger("procrastinate.worker").error(
        "Job capture.preview[1](held='%s') ended: %s", ALL, raised.value, exc_info=raised.value)
    assert "DataError" in written.by_processes()
    quiet(written.by_processes())


def test_no_notice_writes_what_the_receiver_said(
    written: Written, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    def receive(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(ALL, request=request)

    monkeypatch.setattr(notices, "_unsent", lambda at: [])
    with working_in(SYSTEM):
        assert notices.deliver("http://x/" + NAME, at=MORNING, transport=httpx.MockTransport(receive)) == 0
    assert notices._post("http://x/" + NAME, {}, httpx.MockTransport(receive)) == (False, "ConnectError")
    logging.getLogger("httpx").info("HTTP Request: POST http://x/%s", NAME)
    quiet(written.by_processes())


def test_the_clock_writes_no_message_of_the_database(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocking, "run_due", failed(DataError(ALL)))
    monkeypatch.setattr(clocking, "connections", type("None_", (), {"close_all": staticmethod(lambda: None)}))
    call_command("clock", once=True)
    assert "the clock could not reach the database" in written.by_processes()
    quiet(written.by_processes())


def test_what_nobody_catches_is_told_without_its_message(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for hook in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(*hook, getattr(*hook))
    monkeypatch.setattr(logging, "_warnings_showwarning", None)
    logs.install()
    logging.captureWarnings(False)
    thread = threading.Thread(target=failed(ValueError(ALL)))
    thread.start()
    thread.join()
    try:
        raise ValueError(ALL) from KeyError(NAME)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    told = capfd.readouterr().err
    assert told.count("ValueError") == 2
    assert "KeyError" in told
    quiet(told)


def test_a_streamed_answer_that_breaks_off_tells_the_server_nothing(written: Written) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"first"
        raise ValueError(ALL)

    def application(environ: Any, start: Any) -> Any:
        if environ["PATH_INFO"] == "/":
            raise ValueError(ALL)
        return StreamingHttpResponse(pieces())

    asked = logs.answering(application)
    for path in ("/", "/streamed"):
        with pytest.raises(logs.Withheld) as told:
            list(asked({"PATH_INFO": path}, None))
        assert (str(told.value), told.value.__cause__, told.value.__suppress_context__) == ("", None, True)
    assert written.by_processes().count("ValueError") == 2
    quiet(written.by_processes())


@pytest.mark.parametrize(("logger", "message"), [
    ("django.request", "Not Found: /areas/%s/"), ("allauth", "somebody '%s'"), ("asyncio", "task failed: %s"),
    ("_granian", "no answer for +86 139-0011-2233 %s"), ("ninja", f'"{DOCUMENT}" %s'),
])
def test_other_loggers_are_told_without_values(logger: str, message: str) -> None:
    record = logging.LogRecord(logger, logging.ERROR, "", 0, message, (NAME,), None)
    told = logs.said(record)
    quiet(told)
    assert "0011" not in told


def test_an_address_is_told_by_its_pattern() -> None:
    request = HttpRequest()
    request.method, request.path = "GET", f"/areas/{NAME}/"
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (request.path,), None)
    record.request, record.status_code = request, 404
    assert logs.said(record) == "404 GET an address there is not"


def test_what_the_catalogue_says_is_told_by_its_code() -> None:
    assert logs.name(Problem(errors.UNKNOWN_AREA, code=NAME)).endswith("Problem unknown_area")


def test_at_its_most_talkative_no_statement_is_told() -> None:
    loggers = logs.configuration("DEBUG")["loggers"]
    assert {"django.db.backends", "httpx", "psycopg"} <= {
        name for name, one in loggers.items() if one["level"] == "WARNING"}


@pytest.mark.parametrize(("setting", "value"), [
    ("log_min_messages", "error"), ("log_min_error_statement", "error"), ("log_statement", "mod"),
    ("log_min_duration_statement", "0"), ("log_duration", "on"), ("log_transaction_sample_rate", "0.1"),
])
def test_a_server_of_ones_own_is_looked_at_and_set(setting: str, value: str) -> None:
    """As the owner, who may set it; what a sign-in may not set is told with what to run."""
    owner = _owner()
    with psycopg.connect(**owner, autocommit=True) as server:
        server.execute("DROP ROLE IF EXISTS talkative")
        server.execute("CREATE ROLE talkative LOGIN")
        server.execute(f"ALTER ROLE talkative SET {setting} = {value}")
        try:
            theirs = {**owner, "user": "talkative"}
            with pytest.raises(server_log.Telling, match=setting) as told:
                server_log.ensure(theirs)
            if setting in server_log.QUIET:
                assert f"ALTER ROLE talkative SET {setting} = " in told.value.remedy
                server_log.silence(server, ["talkative"])
                server_log.ensure(theirs)
        finally:
            server.execute("DROP ROLE talkative")


def _owner() -> dict[str, Any]:
    where = connection.get_connection_params()
    cluster = database.cluster()
    return {"host": str(cluster.socket), "user": "fangxian_owner", "dbname": where["dbname"]}


def test_logs_are_bounded(tmp_path: Path) -> None:
    own = Cluster(tmp_path, tmp_path, tmp_path, None)
    (tmp_path / "log").mkdir()
    for file in (tmp_path / "server.log", tmp_path / "log" / "server-Mon.log", tmp_path / "log" / "server-Tue.log"):
        file.write_bytes(b"x" * (5 * 1024 * 1024 if "Tue" not in file.name else 100))
    own.cut_logs()
    assert [(log.name, log.stat().st_size) for log in own.logs()] == [
        ("server-Mon.log", 0), ("server-Tue.log", 100), ("server.log", 0)]


def test_the_marks_would_be_found(county: County) -> None:
    """With Python's own formatter they are there: what is quiet is the formatter's doing."""
    plain = Written(logging.Formatter())
    logging.getLogger().addHandler(plain.handler)
    try:
        raise DataError(ALL)
    except DataError:
        logging.getLogger("x").exception("failed")
    finally:
        logging.getLogger().removeHandler(plain.handler)
    assert all(mark in plain.by_processes() for mark in MARKS)
