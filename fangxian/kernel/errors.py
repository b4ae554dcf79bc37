"""The catalogue of errors: a stable code, an HTTP status and one sentence that says what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from .text import Text


@dataclass(frozen=True, slots=True)
class Kind:
    """One line of the catalogue; the sentences may have ``{places}``."""

    code: str
    status: int
    sentence: Text


class Problem(Exception):
    """Something the person has to know and can act upon; faces turn it into a page or into problem+json (RFC 9457).

    ``more``: further members of the problem+json, fit for JSON.
    """

    more: Mapping[str, object] = MappingProxyType({})

    def __init__(self, kind: Kind, **values: object) -> None:
        self.kind = kind
        self.values = values
        self.sentence = kind.sentence.filled(**values)
        super().__init__(f"{kind.code}: {self.sentence.en}")


def _kind(code: str, status: int, en: str, zh: str) -> Kind:
    return Kind(code, status, Text(en, zh))


NOT_FOUND: Final = _kind(
    "not_found",
    404,
    "There is nothing here that you can see. Check the address or search for it.",
    "这里没有您可查看的内容。请核对地址或重新搜索。",
)
NOT_ALLOWED: Final = _kind(
    "not_allowed",
    403,
    "Your post may not do this. Ask the level above, or switch to another post.",
    "您的岗位无此权限。请联系上级，或切换岗位。",
)
SIGN_IN: Final = _kind("sign_in", 401, "Sign in to go on.", "请先登录。")
NO_POST: Final = _kind(
    "no_post",
    403,
    "You have no post in force today. Ask your county administrator to give you one.",
    "您目前没有在任岗位。请联系县级管理员设置岗位。",
)
FORM_FAULTS: Final = _kind(
    "form_faults", 422, "Some answers need another look: {faults}", "部分填报内容需要更正：{faults}"
)
FORM_TOO_OLD: Final = _kind(
    "form_too_old",
    409,
    "This form has changed since the page was opened. Reload the page; what you typed is kept as a draft.",
    "表单已更新。请刷新页面，已填写的内容保留在草稿中。",
)
UNKNOWN_FORM: Final = _kind(
    "unknown_form",
    422,
    "There is no form {form} in the programme {programme}. Choose one from the list.",
    "专项 {programme} 中没有表单 {form}。请从列表中选择。",
)
SAME_ID_OTHER_CONTENT: Final = _kind(
    "same_id_other_content",
    409,
    "Something else was already recorded under this id. Open the record and correct it there.",
    "该编号下已有不同的记录。请打开原记录进行更正。",
)
NOTHING_PUBLISHED: Final = _kind(
    "nothing_published",
    409,
    "The programme {programme} is not published yet. Run: fangxian programme publish.",
    "专项 {programme} 尚未发布。请运行：fangxian programme publish。",
)
DOES_NOT_RUN: Final = _kind(
    "does_not_run",
    503,
    "The programme {programme} does not run at present. The administrator is told; what you entered is kept here.",
    "专项 {programme} 目前无法运行，已通知管理员；您填写的内容保留在此。",
)
UNKNOWN_AREA: Final = _kind(
    "unknown_area",
    422,
    "There is no area {code} in force. Choose an area from the tree.",
    "没有在用的区域 {code}。请从区域树中选择。",
)
CHANGED_MEANWHILE: Final = _kind(
    "changed_meanwhile",
    409,
    "Somebody changed this while you were looking. Reload and try again.",
    "内容已被他人更改。请刷新后重试。",
)
BUILT_UPON: Final = _kind(
    "built_upon",
    409,
    "Without this entry a measure would be lighter or end sooner, and somebody else has filed about the same subject"
    " since. Open the entry and correct it instead.",
    "撤销后有关措施将放宽或提前结束，且此后已有他人填报。请打开该填报进行更正。",
)
REPLIED_SINCE: Final = _kind(
    "replied_since",
    409,
    "There is a reply to this entry, which would stand for nothing. Take the reply back first, or correct the entry.",
    "该填报已有回复，撤销后回复将无所依附。请先撤销回复，或更正该填报。",
)
KNOWN_ALREADY: Final = _kind(
    "known_already",
    409,
    "Somebody like this is known already. Say that it is the same person, or that it is somebody else.",
    "系统中已有相似人员。请确认是同一人，或说明是另一人。",
)
NOT_ONE_OF_THEM: Final = _kind(
    "not_one_of_them",
    409,
    "Whoever you named is none of those this may be. Look at who is asked about and choose again.",
    "您指定的人不在可能相符的人员之中。请查看所列人员后重新选择。",
)
OF_A_DRILL: Final = _kind(
    "of_a_drill",
    409,
    "One of the two was made up for a drill and is nobody real. Register who this is as somebody new.",
    "其中一人是为演练虚构的，并非真实人员。请按新人员登记。",
)
DRILL_OVER: Final = _kind(
    "drill_over",
    409,
    "The drill that this person was made up for has ended. Nothing more is recorded about them.",
    "该人员为演练虚构，演练已结束，不再录入任何内容。",
)
CHANGES_KNOWN: Final = _kind(
    "changes_known",
    409,
    "This changes what is recorded already: {changes}. Look at it again; put it right, or confirm that it is so.",
    "此次填报将更改已有记录：{changes}。请再次核对：有误请更正，无误请确认。",
)
ASKED_TOO_OFTEN: Final = _kind(
    "asked_too_often",
    429,
    "You asked about many people and recorded none of them. Wait five minutes, then ask about one.",
    "您查询了多人而未作登记。请等待五分钟后再查询一人。",
)
TOO_MUCH: Final = _kind(
    "too_much",
    413,
    "This is more than fits at once ({limit}). Send it in smaller parts.",
    "一次提交过多（上限 {limit}）。请分批提交。",
)
IMPOSSIBLE_TIME: Final = _kind(
    "impossible_time",
    422,
    "The moment it is said to have happened cannot be. Set date and time of the device right and send it again.",
    "所报发生时间不可能。请校准设备的日期和时间后重新发送。",
)
FAR_OFF: Final = _kind(
    "date_far_off",
    422,
    "A date is too far off. Give one from {first} to {last}.",
    "日期超出范围。请填写 {first} 至 {last} 之间的日期。",
)
OTHER_KIND: Final = _kind(
    "other_kind",
    422,
    "The programme {programme} is about another kind of record than this one. Choose a form that fits it.",
    "专项 {programme} 所管的对象类型与此不同。请选择相符的表单。",
)
OTHER_TASK: Final = _kind(
    "other_task",
    422,
    "This task asks for another form. Open the task and fill in the form that it names.",
    "该任务要求填写其他表单。请打开任务并填写其指定的表单。",
)
LINKED_ELSEWHERE: Final = _kind(
    "linked_elsewhere",
    422,
    "Those who share this {link} all live outside your area. Look at it again; if it is right, file without it and ask"
    " the level above to add it.",
    "共用该“{link}”的人员均不在您的辖区内。请核对；确认无误的，请先不填此项，并请上级补录。",
)
LINKED_TO_DRILL: Final = _kind(
    "linked_to_drill",
    422,
    "Of this person and the one named under “{link}”, one was made up for a drill and one is real. Name the right one,"
    " or leave it empty.",
    "此人与“{link}”所填的人，一方为演练虚构，一方真实。请填写正确的人，或留空。",
)
NUMBER_UNKNOWN: Final = _kind(
    "number_unknown",
    422,
    "Nothing was taken under the number {number}. Look at it again; nothing is recorded by a number that is unknown.",
    "没有编号为 {number} 的记录。请核对编号；编号不明的不予录入。",
)
NUMBER_ELSEWHERE: Final = _kind(
    "number_elsewhere",
    422,
    "The number {number} belongs to the programme {programme}. File this there.",
    "编号 {number} 属于专项 {programme}。请在该专项中填报。",
)
NUMBER_OTHERS: Final = _kind(
    "number_others",
    422,
    "The number {number} is somebody else's. Find the record by its number and file this there.",
    "编号 {number} 属于另一对象。请按编号查找后再填报。",
)
NUMBER_TAKEN: Final = _kind(
    "number_taken",
    409,
    "The number {number} is in use already. Look at it again, or take another one.",
    "编号 {number} 已被使用。请核对，或换用新编号。",
)
REPLIED_ALREADY: Final = _kind(
    "replied_already",
    409,
    "The number {number} has its answer already. If that is wrong, correct the entry it was recorded with.",
    "编号 {number} 已有结果。如结果有误，请更正原填报。",
)
REPLIED_EARLIER: Final = _kind(
    "replied_earlier",
    422,
    "The answer to the number {number} would have been had before what it answers. Set the time right.",
    "编号 {number} 的结果时间早于其对应的记录。请更正时间。",
)
UNREADABLE: Final = _kind("unreadable", 422, "{reason}", "{reason}")
BROKEN: Final = _kind(
    "broken",
    500,
    "Something went wrong here; nothing was saved. Try again, and tell your administrator if it stays.",
    "系统出现问题，内容未保存。请重试；如仍不行，请联系管理员。",
)
NOT_KNOWN_YET: Final = _kind(
    "not_known_yet",
    503,
    "This takes too long, and it is not known yet whether it was recorded. Send it again: nothing is recorded twice.",
    "处理时间过长，尚不能确定是否已录入。请重新发送，不会重复录入。",
)
BUSY: Final = _kind(
    "busy",
    503,
    "Right now this can't be done; nothing was recorded. Try again in a moment.",
    "目前无法处理，内容未录入。请稍后重试。",
)
OUT_OF_REACH: Final = _kind(
    "out_of_reach",
    409,
    "That post is not in your area and does not cover where these people live. Choose one of your own.",
    "该岗位不在您的辖区，也不管辖这些对象的住处。请选择本辖区的岗位。",
)
CANNOT_DO: Final = _kind(
    "cannot_do",
    409,
    "That post may not fill the form of these tasks. Choose somebody who may.",
    "该岗位无权填写这些任务的表单。请选择有权填写的岗位。",
)
NOT_THERE: Final = _kind(
    "not_there",
    409,
    "Nobody is there in that post while these tasks are due: it is away without anybody standing in, or off duty."
    " Choose somebody who is on duty.",
    "该岗位在任务期限内无人在岗（缺勤且无人替岗，或不在值班时间）。请选择在岗人员。",
)
VERSION_TAKEN: Final = _kind(
    "version_taken",
    409,
    "Version {version} of {programme} is published already with another content. Give yours a new number.",
    "{programme} 的 {version} 版已发布且内容不同。请为新内容使用新的版本号。",
)
STATE: Final = _kind(
    "wrong_state",
    409,
    "This can't be done now: it is already {state}. Reload to see where it stands.",
    "当前状态（{state}）不能执行此操作。请刷新查看最新状态。",
)
LINE_TAKEN: Final = _kind(
    "line_taken",
    409,
    "Line {line} of this list is that person already. Answer otherwise, or leave one of the two lines out.",
    "本名单第 {line} 行已是此人。请改选，或略去其中一行。",
)
NOT_BEGUN: Final = _kind(
    "not_begun",
    409,
    "This day has not begun yet. Sign it on the day itself or afterwards.",
    "这一天尚未开始。请在当天或之后签发。",
)
OTHER_NUMBER_OPEN: Final = _kind(
    "other_number_open",
    409,
    "Meanwhile {number} tasks are not done. Look at the sheet again, then sign.",
    "现有 {number} 项未办。请重新查看日清单后再签发。",
)
KEY_GONE: Final = _kind(
    "key_gone",
    410,
    "The key {name} was destroyed at the end of the time these records may be kept. Nobody can read them any more.",
    "保存期届满，密钥 {name} 已销毁，相关内容任何人都无法再读取。",
)
KEY_MISSING: Final = _kind(
    "key_missing",
    503,
    "The key file {file} is missing: what it protects can't be read, and nothing is recorded under it. Your"
    " administrator has to bring it back from the backup.",
    "缺少密钥文件 {file}：受其保护的内容无法读取，也不能录入。请管理员从备份中恢复该文件。",
)
KEY_WRONG: Final = _kind(
    "key_wrong",
    503,
    "The key file {file} is not the one these records were made with: they can't be read, and nothing is recorded"
    " under it. Your administrator has to bring the right one back from the backup.",
    "密钥文件 {file} 与记录所用的不一致：相关内容无法读取，也不能录入。请管理员从备份中恢复正确的文件。",
)

BY_NAME: Final = _kind(
    "by_name",
    403,
    "A quick answer is for whom your own tasks name. Open the form: it shows who this is.",
    "快捷回答只用于您本人任务中列名的对象。请打开表单，核对是谁后填写。",
)
WHOLE_FORM: Final = _kind(
    "whole_form",
    422,
    "From {below} on the rest has to be asked as well. Fill in the form.",
    "达到 {below} 时还须询问其他情况，请填写表单。",
)

CATALOGUE: Final = (
    NOT_FOUND,
    NOT_ALLOWED,
    SIGN_IN,
    NO_POST,
    FORM_FAULTS,
    FORM_TOO_OLD,
    UNKNOWN_FORM,
    SAME_ID_OTHER_CONTENT,
    NOTHING_PUBLISHED,
    DOES_NOT_RUN,
    UNKNOWN_AREA,
    CHANGED_MEANWHILE,
    BUILT_UPON,
    REPLIED_SINCE,
    KNOWN_ALREADY,
    NOT_ONE_OF_THEM,
    OF_A_DRILL,
    DRILL_OVER,
    CHANGES_KNOWN,
    ASKED_TOO_OFTEN,
    TOO_MUCH,
    IMPOSSIBLE_TIME,
    FAR_OFF,
    OTHER_KIND,
    OTHER_TASK,
    LINKED_ELSEWHERE,
    LINKED_TO_DRILL,
    NUMBER_UNKNOWN,
    NUMBER_ELSEWHERE,
    NUMBER_OTHERS,
    NUMBER_TAKEN,
    REPLIED_ALREADY,
    REPLIED_EARLIER,
    UNREADABLE,
    BROKEN,
    NOT_KNOWN_YET,
    BUSY,
    OUT_OF_REACH,
    CANNOT_DO,
    NOT_THERE,
    VERSION_TAKEN,
    STATE,
    LINE_TAKEN,
    NOT_BEGUN,
    OTHER_NUMBER_OPEN,
    BY_NAME,
    WHOLE_FORM,
    KEY_GONE,
    KEY_MISSING,
    KEY_WRONG,
)
BY_CODE: Final = {kind.code: kind for kind in CATALOGUE}
