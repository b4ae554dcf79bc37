"""Kinds of post, actions, and who is acting: values without Django or a database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from fangxian.areas.types import EVERYWHERE, Range, Tier
from fangxian.kernel.clock import Calendar
from fangxian.kernel.text import Text

ANY: Final = "*"
OUTSIDE: Final = "*"
"""The programme of what is done outside programmes."""


class PostKind(StrEnum):
    GRID_WORKER = "grid_worker"
    COMMUNITY_LEAD = "community_lead"
    TOWNSHIP_DUTY = "township_duty"
    COUNTY_DUTY = "county_duty"
    PORT_OFFICER = "port_officer"
    CLINICIAN = "clinician"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    EPIDEMIOLOGIST = "epidemiologist"


class KindOfPost(NamedTuple):
    """What a kind of post is called and the tier it usually works at."""

    label: Text
    tier: Tier


POST_KINDS: Final[Mapping[PostKind, KindOfPost]] = {
    PostKind.GRID_WORKER: KindOfPost(Text("Grid worker", "网格员"), Tier.GRID),
    PostKind.COMMUNITY_LEAD: KindOfPost(Text("Community lead", "社区负责人"), Tier.COMMUNITY),
    PostKind.TOWNSHIP_DUTY: KindOfPost(Text("Township duty officer", "乡镇（街道）值班员"), Tier.TOWNSHIP),
    PostKind.COUNTY_DUTY: KindOfPost(Text("County duty officer", "县级值班员"), Tier.COUNTY),
    PostKind.PORT_OFFICER: KindOfPost(Text("Port officer", "口岸专员"), Tier.COUNTY),
    PostKind.CLINICIAN: KindOfPost(Text("Clinician", "临床医生"), Tier.COUNTY),
    PostKind.INSPECTOR: KindOfPost(Text("Inspector", "督查员"), Tier.COUNTY),
    PostKind.AUDITOR: KindOfPost(Text("Auditor", "审计员"), Tier.COUNTY),
    PostKind.ADMINISTRATOR: KindOfPost(Text("Administrator", "系统管理员"), Tier.COUNTY),
    PostKind.EPIDEMIOLOGIST: KindOfPost(Text("Epidemiologist", "流调人员"), Tier.COUNTY),
}

ANSWERS_AT: Final[Mapping[Tier, PostKind]] = {
    Tier.GRID: PostKind.GRID_WORKER,
    Tier.COMMUNITY: PostKind.COMMUNITY_LEAD,
    Tier.TOWNSHIP: PostKind.TOWNSHIP_DUTY,
    Tier.COUNTY: PostKind.COUNTY_DUTY,
}
"""The kind of post that answers for an area of each tier: who is told, and who gets what nobody below can take."""


class Action(StrEnum):
    SEE = "see"
    IDENTITY = "identity"
    TRACE = "trace"
    FILL = "fill"
    IMPORT = "import"
    PLACE = "place"
    PASS_ON = "pass_on"  # noqa: S105
    REASSIGN = "reassign"
    ACKNOWLEDGE = "acknowledge"
    SIGN_OFF = "sign_off"
    EXPORT = "export"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    DRILL = "drill"
    AUDIT = "audit"
    SET_UP = "set_up"
    PUBLISH = "publish"


ACTIONS: Final[Mapping[Action, Text]] = {
    Action.SEE: Text("see records", "查看记录"),
    Action.IDENTITY: Text("see who somebody is", "查看身份信息"),
    Action.TRACE: Text("see who cases and their contacts are", "查看病例及其接触者身份"),
    Action.FILL: Text("fill a form", "填报表单"),
    Action.IMPORT: Text("import lists", "导入名单"),
    Action.PLACE: Text("place addresses", "落实地址网格"),
    Action.PASS_ON: Text("pass on to another area or department", "移交其他区域或部门"),
    Action.REASSIGN: Text("give tasks to another post", "改派任务"),
    Action.ACKNOWLEDGE: Text("acknowledge alerts", "确认预警"),
    Action.SIGN_OFF: Text("sign off day sheets", "签发日清单"),
    Action.EXPORT: Text("export", "导出"),
    Action.CORRECT: Text("correct a submission", "更正填报"),
    Action.WITHDRAW: Text("withdraw submissions", "撤回填报"),
    Action.DRILL: Text("hold drills", "组织演练"),
    Action.AUDIT: Text("see who looked at what", "查阅访问日志"),
    Action.SET_UP: Text("set up posts and users", "设置岗位和用户"),
    Action.PUBLISH: Text("publish programmes", "发布专项"),
}
FORM_ACTIONS: Final = frozenset({Action.FILL, Action.CORRECT, Action.IMPORT})
"""Allowed form by form; every other action is allowed as a whole."""


class Cell(Protocol):
    """A line of a programme's ``permissions.csv``."""

    @property
    def post(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def on(self) -> str: ...


class Grant(NamedTuple):
    """One cell of the permission table: a kind of post may do an action in a programme, on a form or on all (``*``)."""

    post: str
    programme: str
    action: str
    on: str = ANY


class Permissions:
    """The permission table, read-only: who may do what, and nothing that it does not say."""

    __slots__ = ("_cells", "grants")

    def __init__(self, grants: Iterable[Grant]) -> None:
        self.grants = tuple(sorted(set(grants)))
        self._cells: dict[tuple[str, str, str], set[str]] = {}
        for grant in self.grants:
            self._cells.setdefault((grant.post, grant.action, grant.programme), set()).add(grant.on)

    def may(self, kind: str, action: str, programme: str = OUTSIDE, on: str | None = None) -> bool:
        """Whether a kind of post may do it; without ``on``: whether there is anything it may do it on."""
        allowed = self._cells.get((kind, action, programme), frozenset[str]())
        return bool(allowed) if on is None else on in allowed or ANY in allowed

    def forms(self, kind: str, action: str, programme: str) -> frozenset[str]:
        """The forms a kind of post may fill, correct or import; ``*`` stands for every one."""
        return frozenset(self._cells.get((kind, action, programme), ()))

    def programmes(self, kind: str, action: str = Action.SEE) -> tuple[str, ...]:
        """The programmes in which a kind of post may do something, sorted."""
        found = {programme for post, done, programme in self._cells if (post, done) == (kind, action)}
        return tuple(sorted(found - {OUTSIDE}))


@dataclass(frozen=True, slots=True)
class Acting:
    """Who does something: a user in the place of one post. Without ``user`` it is Fangxian itself or its operator.

    ``posts``: the posts whose tasks are this person's while acting so; ``through``: the user's own post when it stands
    in for ``post``. ``programmes``: those the kind may see; ``*`` for every one.
    """

    user: int | None
    post: int | None
    kind: str
    path: str
    range: Range
    programmes: tuple[str, ...]
    calendar: Calendar
    permissions: Permissions = field(repr=False)
    posts: tuple[int, ...] = ()
    through: int | None = None
    department: str = ""


OPERATOR_KIND: Final = "operator"
OPERATOR: Final = Acting(
    user=None, post=None, kind=OPERATOR_KIND, path="", range=EVERYWHERE, programmes=(ANY,),
    calendar=Calendar(ZoneInfo("UTC")),
    permissions=Permissions(Grant(OPERATOR_KIND, OUTSIDE, action) for action in Action))
"""Whoever runs commands on the server: may set up and publish, anywhere."""


class WeeklyHours(NamedTuple):
    """One shift of a week in local time: Monday is 0; one that ends at or before its beginning ends the next day."""

    weekday: int
    begins: dt.time
    ends: dt.time


class NewPost(NamedTuple):
    """A post to be given; ``area`` is a code in force."""

    user: int
    kind: str
    area: str
    valid_from: dt.datetime
    valid_to: dt.datetime | None = None
    department: str = ""


class NewUser(NamedTuple):
    """Somebody to be let in."""

    username: str
    display_name: str = ""
    phone: str = ""


class AskedWhat(StrEnum):
    """What a second person is asked for."""

    RIGHTS = "rights"
    REMOVAL = "removal"  # of the second factor somebody lost
    PASSWORD = "password"  # noqa: S105  # a new one for somebody whose posts see who people are
    ENDING = "ending"  # of a post that could approve, or of the only auditor's
    SIGN_OUT = "sign_out"  # of somebody who could approve
    SHUT_OUT = "shut_out"  # of the only auditor


class RequestState(StrEnum):
    """What became of a request for rights; ``expired`` is no state that is stored, time alone makes it so."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    USED = "used"


REQUEST_STATES: Final[Mapping[RequestState, Text]] = {
    RequestState.ASKED: Text("waiting", "待批准"),
    RequestState.APPROVED: Text("approved", "已批准"),
    RequestState.DECLINED: Text("declined", "未批准"),
    RequestState.WITHDRAWN: Text("withdrawn", "已撤回"),
    RequestState.EXPIRED: Text("expired", "已过期"),
    RequestState.USED: Text("approved, password given out", "已批准，密码已发放"),
}


class AskedFor(NamedTuple):
    """A request for rights: for whom, whose kind of post where, why it needs a second person, who asked and decided.

    With ``substitute``, a post of the user's, it is to stand in until ``valid_to``. ``what`` else it may be about.
    """

    id: int
    what: AskedWhat
    user: int
    kind: str
    path: str
    department: str
    valid_from: dt.datetime | None
    valid_to: dt.datetime | None
    substitute: int | None
    reasons: tuple[str, ...]
    asked_by: int
    asked_at: dt.datetime
    expires_at: dt.datetime
    state: RequestState
    decided_by: int | None
    decided_at: dt.datetime | None


class MadeUser(NamedTuple):
    """A new user and the one-time password, which is kept nowhere and can't be read again."""

    id: int
    password: str


class Person(NamedTuple):
    """Whom to call."""

    user: int
    username: str
    name: str
    phone: str
    active: bool


class AccessLine(NamedTuple):
    """Who looked at a subject, when and for what; ``kind`` and ``path`` of the post they acted as. ``id`` pages."""

    id: int
    at: dt.datetime
    who: str
    kind: str
    path: str
    action: str
    programme: str
    purpose: str
