"""What every kind of post may do to what: requests with all they need to succeed, and whether they may.

Each ``Try`` is one request about one target: in the own area, in another one, known in another programme only, above,
or oneself. What is expected is read from the permission table and the tree alone; ``test_matrix.py`` sends it
and compares the answer, the database, and what everybody may do afterwards.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from fangxian.accounts import actions as accounts
from fangxian.accounts import approvals, queries
from fangxian.accounts.models import User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, OUTSIDE, Acting, Action, NewPost
from fangxian.areas import actions as areas
from fangxian.areas import listing
from fangxian.areas import queries as area_queries
from fangxian.areas.types import EVERYWHERE, parent_path
from fangxian.capture import actions as capture
from fangxian.capture.models import Import
from fangxian.intake import drills
from fangxian.journal.types import Actor
from fangxian.kernel.ids import uuid7
from fangxian.programmes import queries as programmes
from fangxian.tasks import actions as tasks
from fangxian.tasks import clock as turning
from fangxian.tasks.models import Alert, Task
from tests import county as counties
from tests.county import MORNING, ROWS, County

NOON: Final = MORNING + dt.timedelta(hours=4)
SEAT, TOWNSHIP, COMMUNITY, GRID = "341023", "341023100", "341023100001", "34102310000101"
FAR_SEAT, FAR_TOWNSHIP, FAR_COMMUNITY, FAR_GRID = "341024", "341024100", "341024100001", "34102410000101"
_MORE_AREAS: Final = (
    (FAR_SEAT, "祁门县", "county", "3410"), (FAR_TOWNSHIP, "祁山镇", "township", FAR_SEAT),
    (FAR_COMMUNITY, "城东社区居委会", "community", FAR_TOWNSHIP), (FAR_GRID, "城东一网格", "grid", FAR_COMMUNITY))
_MORE_POSTS: Final = (
    ("inspector", SEAT), ("auditor", SEAT), ("epidemiologist", SEAT), ("second", SEAT), ("grid_worker", FAR_GRID),
    ("county_duty", FAR_SEAT), ("administrator", FAR_SEAT), ("county_duty", "3410"))
ACTORS: Final[Mapping[str, str]] = {
    "grid_worker": GRID, "community_lead": COMMUNITY, "township_duty": TOWNSHIP, "county_duty": SEAT,
    "port_officer": SEAT, "clinician": SEAT, "inspector": SEAT, "auditor": SEAT, "administrator": SEAT,
    "epidemiologist": SEAT}
CONTACTS: Final = {"contact", "own"}
"""One was reported, one lives with somebody who is suspected."""
_ARRIVAL: Final = {
    "name": "张三", "sex": "male", "birth_date": "1985-04-05", "nationality": "IT", "document_type": "passport",
    "document_number": "E12345678", "phone": "13812345678", "transport": "flight", "transport_number": "MU788",
    "arrived": "2020-03-20T08:00:00+08:00", "origin": "IT", "countries": "IT", "address": "郭门1号2单元301",
    "household": "郭门1-2-301", "symptoms": "none", "frail": "no", "temperature": 38.6}
_LIST: Final = (
    "编号,姓名,证件类型,护照号,出生日期,电话,抵达时间,出发地,目的地址\n"
    "A1,张伟,护照,E12345678,1988-05-06,13812345678,2020-03-21,意大利,碧阳镇郭门一网格3栋501")


class Person(NamedTuple):
    """Somebody known in one programme, where they are."""

    subject: uuid.UUID
    programme: str
    path: str


@dataclass
class World:
    """Two counties with somebody to see, to visit, to answer for and to set up in each."""

    county: County
    people: dict[str, Person] = field(default_factory=dict)
    tasks: dict[str, tuple[uuid.UUID, str, int | None]] = field(default_factory=dict)
    alerts: dict[str, tuple[uuid.UUID, str]] = field(default_factory=dict)
    handover: tuple[uuid.UUID, str] = (uuid.UUID(int=0), "")
    import_: tuple[uuid.UUID, str] = (uuid.UUID(int=0), "")
    request: tuple[int, str] = (0, "")
    drills: dict[str, tuple[uuid.UUID, str]] = field(default_factory=dict)
    absences: dict[tuple[str, str], int] = field(default_factory=dict)
    """To come, of every kind of post and of one in another county."""

    def acting(self, kind: str) -> Acting:
        found = queries.acting_as(self.county.users[kind, ACTORS[kind]], self.county.posts[kind, ACTORS[kind]], NOON)
        assert found is not None
        return found


@dataclass(frozen=True)
class Try:
    """One request; ``may``: whether it has to succeed. A write that may changes something, every other one nothing."""

    route: str
    target: str
    address: str
    may: bool
    data: Mapping[str, Any] | None = None
    json: bool = False
    asks_second: bool = False
    """It may, but a second person has to say so: what it writes is a request."""

    @property
    def writes(self) -> bool:
        return self.data is not None


def build() -> World:
    """Under the system's scope, at noon."""
    county = counties.build()
    areas.load(listing=listing.listing_of((*ROWS, *_MORE_AREAS)), by=None, at=MORNING, end_missing=False)
    county.paths |= {code: node.path for code, node in area_queries.by_code([row[0] for row in _MORE_AREAS]).items()}
    for kind, code in _MORE_POSTS:
        user = User.objects.create(username=f"{kind}-{code}", display_name=f"{kind} {code}")
        given = NewPost(user.pk, "administrator" if kind == "second" else kind, code, MORNING - dt.timedelta(days=9))
        county.users[kind, code], county.posts[kind, code] = user.pk, accounts.give_posts(
            posts=[given], by=OPERATOR, at=MORNING)[0]
    User.objects.create(username="nobody", display_name="nobody")
    county.users["nobody", ""] = User.objects.get(username="nobody").pk
    world = World(county, absences={who: accounts.record_absence(
        post=county.posts[who], begins=NOON + dt.timedelta(days=20), ends=NOON + dt.timedelta(days=21), by=OPERATOR,
        at=MORNING) for who in (*ACTORS.items(), ("grid_worker", FAR_GRID))})
    turning.run_due(MORNING - dt.timedelta(hours=1))
    _fill(world)
    return world


def _fill(world: World) -> None:
    county = world.county
    for target, grid in (("own", GRID), ("other area", FAR_GRID)):
        subject = county.arrive(MORNING - dt.timedelta(minutes=30), grid=grid)
        sent = county.send("arrival", subject, {**_ARRIVAL, "document_number": f"E{subject.int % 10**8:08d}"}, NOON)
        assert not sent.refused, sent.refused
        world.people[target] = Person(subject, "entry", county.paths[grid])
        kind = Task.objects.filter(subject=subject, state="open").exclude(kind="sample").first()
        assert kind is not None
        world.tasks[target] = (kind.pk, kind.path, kind.post)
        alert = Alert.objects.filter(subject=subject, cause="urgent").order_by("-path").first()
        assert alert is not None
        world.alerts[target] = (alert.pk, alert.path)
        drill = drills.begin(
            programme=programmes.in_force("entry"), drill="fever", area=grid, within=EVERYWHERE, by=county.importer,
            at=NOON)
        world.drills[target] = (drill.id, drill.path)
    case = uuid7(NOON)
    sent = county.send("case", case, {"source": "test", "external_id": "C1", "age": 40}, NOON, programme="linelist",
                       path=county.paths[GRID])
    assert not sent.refused, sent.refused
    world.people["other programme"] = Person(case, "linelist", county.paths[GRID])
    contact = county.arrive(MORNING - dt.timedelta(minutes=30), grid="34102310000102", name="孙七")
    sent = county.send("contact", contact, {"contact_of_case": "yes"}, NOON)
    assert not sent.refused, sent.refused
    world.people["contact"] = Person(contact, "entry", county.paths["34102310000102"])
    far = world.people["other area"].subject
    sender = Actor(path=county.paths[FAR_SEAT], user=county.users["county_duty", FAR_SEAT],
                   post=county.posts["county_duty", FAR_SEAT])
    asked = tasks.pass_on(programme="entry", subject=far, to_path=county.paths[TOWNSHIP], note="", by=sender, at=NOON)
    world.handover = (asked, county.paths[TOWNSHIP])
    duty = world.acting("county_duty")
    held = capture.receive(data=_LIST.encode(), file_name="list.csv", programme="entry", form="listed",
                           source="Airport", by=duty, at=NOON)
    assert isinstance(held, Import), held
    capture.preview(held=held.pk, by=duty, at=NOON)
    world.import_ = (held.pk, duty.path)
    second = queries.acting_as(county.users["second", SEAT], county.posts["second", SEAT], NOON)
    assert second is not None
    wanted = NewPost(county.users["grid_worker", GRID], "grid_worker", SEAT, NOON)
    world.request = (approvals.ask_post(post=wanted, by=second, at=NOON), county.paths[SEAT])


def tries(world: World, kind: str) -> Iterator[Try]:
    """Everything somebody of a kind tries."""
    by = world.acting(kind)
    for part in (_people, _filling, _work, _areas, _team, _standing_in, _posts, _users, _giving, _lists, _oneself):
        yield from part(world, by)


def _may(by: Acting, action: str, programme: str, path: str, on: str | None = None) -> bool:
    """As the table and the tree say, and nothing else."""
    return by.permissions.may(by.kind, action, programme, on) and path in by.range


def _people(world: World, by: Acting) -> Iterator[Try]:
    for target, (subject, programme, path) in world.people.items():
        def may(action: str, programme: str = programme, path: str = path) -> bool:
            return _may(by, action, programme, path)
        yield Try("subjects/<uuid:subject>/", target, f"/subjects/{subject}/", may(Action.SEE))
        yield Try("subjects/<uuid:subject>/why/", target, f"/subjects/{subject}/why/?programme={programme}",
                  may(Action.SEE))
        yield Try("subjects/<uuid:subject>/identity/", target, f"/subjects/{subject}/identity/",
                  may(Action.IDENTITY) or (may(Action.TRACE) and target in CONTACTS), {"purpose": "checking"})
        yield Try("subjects/<uuid:subject>/pass-on/", target, f"/subjects/{subject}/pass-on/",
                  may(Action.PASS_ON) and target != "other area")
        if target != "other area":  # that one has been asked about already
            yield Try("subjects/<uuid:subject>/pass-on/", target, f"/subjects/{subject}/pass-on/", may(Action.PASS_ON),
                      {"to": "341023101", "note": ""})
        yield Try("subjects/<uuid:subject>/give-back/", target, f"/subjects/{subject}/give-back/", False,
                  {"programme": programme})  # no department has them
        for route in ("", "/timeline"):
            yield Try(f"api/v1/subjects/<uuidstr:subject>{route}", target, f"/api/v1/subjects/{subject}{route}",
                      may(Action.SEE))


def _filling(world: World, by: Acting) -> Iterator[Try]:
    for target, (subject, programme, path) in world.people.items():
        may = _may(by, Action.FILL, "entry", path, "visit") and _may(by, Action.SEE, programme, path)
        at = f"/fill/entry/visit/?subject={subject}"
        yield Try("fill/<str:programme>/<str:form>/", target, at, may)
        yield Try("fill/<str:programme>/<str:form>/form.xml", target, at.replace("/?", "/form.xml?"), may)
        xml = "<data xmlns='http://www.w3.org/2002/xforms' id='visit' version='{}'><outcome>phone_off</outcome></data>"
        version = programmes.in_force("entry").version
        sent = {"client_id": str(uuid7(NOON)), "happened_at": NOON.isoformat(), "version": version,
                "subject": str(subject), "xml": xml.format(version)}
        yield Try("fill/<str:programme>/<str:form>/send/", target, "/fill/entry/visit/send/", may, sent)
        one = {"id": str(uuid7(NOON)), "programme": "entry", "form": "visit", "subject": str(subject),
               "happened_at": NOON.isoformat(), "answers": {"outcome": "phone_off"}}
        yield Try("api/v1/submissions", target, "/api/v1/submissions", may, {"sent": [one]}, json=True)
    yield Try("register/", "no programme", "/register/", by.permissions.may(by.kind, Action.FILL, "entry", "arrival"))
    yield Try("register/mrz/", "no programme", "/register/mrz/",
              any(by.permissions.may(by.kind, Action.FILL, one) for one in ("entry", "linelist")), {"mrz": ""})


def _work(world: World, by: Acting) -> Iterator[Try]:
    for target, (task, path, post) in world.tasks.items():
        yield Try("my-day/answer/", target, "/my-day/answer/",
                  _may(by, Action.FILL, "entry", path, "visit") and post in by.posts,
                  {"task": str(task), "outcome": "phone_off"})
    for target, (alert, path) in world.alerts.items():
        see, answer = _may(by, Action.SEE, "entry", path), _may(by, Action.ACKNOWLEDGE, "entry", path)
        yield Try("alerts/<uuid:pk>/", target, f"/alerts/{alert}/", see)
        yield Try("alerts/<uuid:pk>/acknowledge/", target, f"/alerts/{alert}/acknowledge/", answer,
                  {"note": "on my way"})
        yield Try("api/v1/alerts/<uuidstr:alert>/acknowledge", target, f"/api/v1/alerts/{alert}/acknowledge", answer,
                  {"note": "on my way"}, json=True)
    for target, (drill, path) in world.drills.items():
        holds = _may(by, Action.DRILL, "entry", path)
        yield Try("drills/<uuid:drill>/end/", target, f"/drills/{drill}/end/", holds, {})
        grid = GRID if target == "own" else FAR_GRID
        yield Try("drills/begin/", target, "/drills/begin/", holds, {"drill": "entry/fever", "area": grid})
    asked, path = world.handover
    for answer_given in ("accept", "decline"):
        yield Try("alerts/handover/<uuid:pk>/", "own", f"/alerts/handover/{asked}/",
                  _may(by, Action.PASS_ON, "entry", path), {"answer": answer_given, "note": ""})


def _undone(path: str) -> str:
    """How many tasks of the day are not done in an area, as who signs it types."""
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM tasks_task WHERE programme = 'entry' AND day = %s AND starts_with(path, %s)"
            " AND state IN ('open', 'missed') AND NOT drill", [NOON.date(), path])
        return str(cursor.fetchone()[0])


def _areas(world: World, by: Acting) -> Iterator[Try]:
    own = next(code for code, path in world.county.paths.items() if path == by.path)
    for target, code in (("own", own), ("other area", FAR_SEAT), ("above", own[:4] if len(own) < 9 else SEAT)):
        path = world.county.paths[code]
        see, export = _may(by, Action.SEE, "entry", path), _may(by, Action.EXPORT, "entry", path)
        for route in ("area/<str:code>/", "area/<str:code>/timeliness/", "area/<str:code>/report/",
                      "day-sheet/<str:code>/", "team/<str:code>/"):
            yield Try(route, target, "/" + route.replace("<str:code>", code), see)
        yield Try("area/<str:code>/<str:key>/", target, f"/area/{code}/late/", see)
        yield Try("area/<str:code>/report.<str:form>", target, f"/area/{code}/report.xlsx", export)
        yield Try("day-sheet/<str:code>/sheet.<str:form>", target, f"/day-sheet/{code}/sheet.xlsx", export)
        yield Try("day-sheet/<str:code>/sign/", target, f"/day-sheet/{code}/sign/",
                  _may(by, Action.SIGN_OFF, "entry", path),
                  {"early": "1", "note": "some are to come", "programme": "entry", "outstanding": _undone(path)})
        set_up = _may(by, Action.SET_UP, OUTSIDE, path)
        yield Try("set-up/areas/<str:code>/", target, f"/set-up/areas/{code}/", set_up)
        yield Try("set-up/areas/<str:code>/", target, f"/set-up/areas/{code}/", set_up,
                  {"do": "rename", "name": "新名", "on": "2020-03-20"})


def _standing(world: World) -> dict[str, tuple[str, str]]:
    return {"own": ("grid_worker", GRID), "other area": ("grid_worker", FAR_GRID), "above": ("county_duty", "3410")}


def _team(world: World, by: Acting) -> Iterator[Try]:
    own = (by.kind, ACTORS[by.kind])
    for target, who in (*_standing(world).items(), ("oneself", own)):
        post, path = world.county.posts[who], world.county.paths[who[1]]
        sees = any(_may(by, Action.SEE, one, path) for one in ("entry", "linelist"))
        yield Try("team/post/<int:pk>/", target, f"/team/post/{post}/", sees)
    gives = all(_may(by, action, "entry", world.county.paths[GRID]) for action in (Action.REASSIGN, Action.SEE))
    address = f"/team/post/{world.county.posts['grid_worker', GRID]}/reassign/"
    to = world.county.posts["community_lead", COMMUNITY]
    if gives or not by.permissions.may(by.kind, Action.REASSIGN, "entry"):  # else there is nothing in sight to give
        yield Try("team/post/<int:pk>/reassign/", "own", address,
                  gives and world.county.paths[COMMUNITY] in by.range, {"all": "1", "to": str(to)})
    far = world.county.posts["county_duty", FAR_SEAT]
    yield Try("team/post/<int:pk>/reassign/", "other area", address, False, {"all": "1", "to": str(far)})


def _away(by: Acting, kind: str, path: str) -> bool:
    """Whether somebody may say that a post is away at all."""
    works_in = by.permissions.programmes(kind, Action.FILL)
    gives = any(by.permissions.may(by.kind, Action.REASSIGN, one) for one in works_in)
    return path in by.range and (by.permissions.may(by.kind, Action.SET_UP) or gives)


def _standing_in(world: World, by: Acting) -> Iterator[Try]:
    """Every kind of post is made absent, with a neighbour, with whoever acts, and with nobody to stand in."""
    own = world.county.posts[by.kind, ACTORS[by.kind]]
    neighbour = world.county.posts["grid_worker", "34102310000102"]
    for absent, code in (*ACTORS.items(), ("grid_worker", FAR_GRID)):
        post, path = world.county.posts[absent, code], world.county.paths[code]
        may = _away(by, absent, path)
        yield Try("team/post/<int:pk>/away/", f"{absent} {code}", f"/team/post/{post}/away/", may, {"days": "1"})
        yield Try("team/post/<int:pk>/back/", f"{absent} {code}", f"/team/post/{post}/back/", may or post == own,
                  {"absence": str(world.absences[absent, code])})
        yield Try("team/post/<int:pk>/back/", f"{absent} {code} by another's number", f"/team/post/{own}/back/",
                  post == own, {"absence": str(world.absences[absent, code])})
        if absent == "grid_worker":
            near = world.county.paths["34102310000102"] in by.range
            yield Try("team/post/<int:pk>/away/", f"{absent} {code} by a neighbour", f"/team/post/{post}/away/",
                      may and near, {"days": "1", "substitute": str(neighbour)})
        if post != own:
            covered = _covered(by, absent, path)
            fits = absent == by.kind or parent_path(path) == by.path
            admin = by.permissions.may(by.kind, Action.SET_UP)
            yield Try("team/post/<int:pk>/away/", f"{absent} {code} by oneself", f"/team/post/{post}/away/",
                      may and fits and (covered or admin), {"days": "1", "substitute": str(own)},
                      asks_second=may and fits and admin and not covered)


def _covered(by: Acting, kind: str, path: str) -> bool:
    """Whether whoever acts has all rights of a post already."""
    def cells(kind: str) -> set[tuple[str, str, str]]:
        return {(one.programme, one.action, one.on) for one in by.permissions.grants if one.post == kind}
    held = cells(by.kind)
    return path in by.range and (kind == by.kind or all(
        cell in held or (cell[0], cell[1], "*") in held for cell in cells(kind)))


def _posts(world: World, by: Acting) -> Iterator[Try]:
    own = (by.kind, ACTORS[by.kind])
    for target, who in (*_standing(world).items(), ("oneself", own)):
        post, path = world.county.posts[who], world.county.paths[who[1]]
        may = _may(by, Action.SET_UP, OUTSIDE, path)
        yield Try("set-up/posts/<int:post>/", target, f"/set-up/posts/{post}/", may)
        for asked in ({"do": "end"}, {"do": "hours", "day0": "08:00-12:00"}, {
                "do": "absence", "begins": "2020-03-20T14:00", "ends": "2020-03-21T14:00", "hand_over": "on"}):
            last = target == "oneself" and asked["do"] == "end"  # of two who approve neither goes, by any hand
            yield Try("set-up/posts/<int:post>/", f"{target} {asked['do']}", f"/set-up/posts/{post}/", may and not last,
                      asked)


def _users(world: World, by: Acting) -> Iterator[Try]:
    own = (by.kind, ACTORS[by.kind])
    for target, who in (*_standing(world).items(), ("oneself", own), ("peer", ("second", SEAT)),
                        ("no post", ("nobody", ""))):
        path = world.county.paths[who[1]] if who[1] else by.path
        may = _may(by, Action.SET_UP, OUTSIDE, path)
        address = f"/set-up/users/{world.county.users[who]}/"
        yield Try("set-up/users/<int:user>/", target, address, may)
        yield Try("set-up/users/<int:user>/", f"{target} password", address, may and target not in ("peer", "oneself"),
                  {"do": "password"})
        yield Try("set-up/users/<int:user>/", f"{target} out", address, may and target not in ("peer", "oneself"),
                  {"do": "out"})
    yield Try("set-up/users/", "no post", "/set-up/users/", by.permissions.may(by.kind, Action.SET_UP),
              {"username": "fresh"})


def _giving(world: World, by: Acting) -> Iterator[Try]:
    admin = by.permissions.may(by.kind, Action.SET_UP)
    oneself = f"{by.kind}-{ACTORS[by.kind]}"
    for target, user, kind, code, may, second in (
            ("own", "nobody", "grid_worker", GRID, admin, False),
            ("other area", "nobody", "grid_worker", FAR_GRID, False, False),
            ("above", "nobody", "county_duty", "3410", False, False),
            ("above its level", "nobody", "grid_worker", SEAT, admin, True),
            ("to approve", "nobody", "administrator", SEAT, admin, True),
            ("oneself", oneself, "clinician", SEAT, admin, True),
            ("oneself below", oneself, "grid_worker", GRID, admin, True)):
        yield Try("set-up/posts/give/", target, "/set-up/posts/give/", may,
                  {"user": user, "kind": kind, "area": code}, asks_second=may and second)
    request, path = world.request
    for do in ("approve", "decline"):
        yield Try("set-up/requests/", do, "/set-up/requests/", _may(by, Action.SET_UP, OUTSIDE, path),
                  {"do": do, "request": str(request)})
    yield Try("set-up/requests/", "withdraw another's", "/set-up/requests/", False,
              {"do": "withdraw", "request": str(request)})


def _lists(world: World, by: Acting) -> Iterator[Try]:
    imports = by.permissions.may(by.kind, Action.IMPORT, "entry", "listed")
    file = SimpleUploadedFile("fresh.csv", _LIST.replace("A1", "A2").encode())
    yield Try("imports/new/", "own", "/imports/new/", imports, {"list": "entry/listed", "source": "Rail", "file": file})
    held, path = world.import_
    may = _may(by, Action.IMPORT, "entry", path, "listed")
    yield Try("imports/<uuid:held>/", "own", f"/imports/{held}/", may)
    for deed in ("confirm", "drop"):
        yield Try(f"imports/<uuid:held>/{deed}/", "own", f"/imports/{held}/{deed}/", may, {"seen": str(2**40)})


def _oneself(world: World, by: Acting) -> Iterator[Try]:
    for kind, code in ACTORS.items():
        post = world.county.posts[kind, code]
        yield Try("accounts/act-as/", kind, "/accounts/act-as/", kind == by.kind, {"post": str(post), "next": "/"})
