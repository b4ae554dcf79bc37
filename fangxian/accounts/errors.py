"""What can go wrong with users and posts; part of the catalogue of ``kernel.errors``."""

from __future__ import annotations

from typing import Final

from fangxian.kernel.errors import Kind
from fangxian.kernel.text import Text

USERNAME_TAKEN: Final = Kind("username_taken", 409, Text(
    "The username {username} is taken. Choose another one.", "用户名 {username} 已被使用。请另选一个。"))
USERNAME_ALIKE: Final = Kind("username_alike", 409, Text(
    "The username {username} reads like {other}, which is taken. Choose another one.",
    "用户名 {username} 与已有的 {other} 难以区分。请另选一个。"))
USERNAME_UNFIT: Final = Kind("username_unfit", 422, Text(
    "The username {username} can't be used. Take up to 150 letters, digits and @ . + - _ only.",
    "用户名 {username} 不可用。请使用不超过 150 个字母、数字或 @ . + - _ 字符。"))
UNKNOWN_POST_KIND: Final = Kind("unknown_post_kind", 422, Text(
    "There is no kind of post {post}. Choose one of: {known}.", "没有岗位类型 {post}。请选择：{known}。"))
PERIOD: Final = Kind("period_reversed", 422, Text(
    "The end is not after the beginning. Correct one of the two.", "结束时间不晚于开始时间。请更正其中之一。"))
PERIOD_OVER: Final = Kind("period_over", 422, Text(
    "That time is over already. Choose an end ahead, or leave it empty.", "该时段已经结束。请另选结束时间，或留空。"))
POST_HELD: Final = Kind("post_held", 409, Text(
    "{who} has this post already for part of that time. Choose another time, or end the other post first.",
    "{who} 在该时段内已有同样的岗位。请另选时间，或先结束原岗位。"))
OWN_SUBSTITUTE: Final = Kind("own_substitute", 422, Text(
    "Nobody stands in for themselves. Choose another post, or leave it empty.",
    "不能由本人替岗。请选择其他岗位，或留空。"))
STAND_IN_AWAY: Final = Kind("stand_in_away", 409, Text(
    "Who is to stand in is away for part of that time. Choose another post, or leave it empty.",
    "所选替岗人员在该时段内部分时间缺勤。请选择其他岗位，或留空。"))
STAND_IN_UNFIT: Final = Kind("stand_in_unfit", 422, Text(
    "Who stands in has a post of the same kind, or one in the area directly above. Choose another post, or leave it"
    " empty.", "替岗人员须为同类岗位，或直接上一级区域的岗位。请选择其他岗位，或留空。"))
STANDING_IN: Final = Kind("standing_in", 409, Text(
    "Who stands in lets nobody else stand in. Act as your own post, or ask whoever you stand in for.",
    "替岗期间不能再安排他人替岗。请切换到本人岗位，或联系被替岗人。"))
SECOND_PERSON: Final = Kind("second_person_needed", 409, Text(
    "This needs a second person. Ask for it under Requests; another administrator approves it.",
    "此操作需要第二人批准。请在“申请”中提出，由另一位管理员批准。"))
WIDENS: Final = Kind("widens_own_hand", 409, Text(
    "By this, you, or somebody whose password you gave out, would be shown more people. Another administrator has to do"
    " it.", "此操作会使您本人，或密码由您发放的人员看到更多人员信息。请由另一位管理员办理。"))
CHANGED_SINCE: Final = Kind("changed_since", 409, Text(
    "What was asked has changed meanwhile: at that place there is another area now, or another level or name. Decline"
    " it, and ask again.", "申请内容在此期间已变化：该处的区域、层级或名称与申请时不同。请予以拒绝并重新申请。"))
FACTOR_AT_HAND: Final = Kind("factor_at_hand", 409, Text(
    "The second factor was used or set up anew after this was asked, so it is not lost. Decline the request.",
    "提出申请后，该人员的二次验证已被使用或重新设置，并未丢失。请拒绝该申请。"))
OWN_REQUEST: Final = Kind("own_request", 409, Text(
    "A request is approved by somebody who neither asked for it nor gains by it. Ask another administrator.",
    "申请须由申请人和受益人以外的人批准。请联系另一位管理员。"))
SAME_HAND: Final = Kind("same_hand", 409, Text(
    "One person may be behind both of you: who asked, or somebody else, gave out the passwords, took part in removing"
    " your second factor, or in your standing in. Ask another administrator, or get a new password on the server:"
    " fangxian user password NAME.",
    "双方可能由同一人操作：密码由申请人或同一人发放，或申请人参与了解除您的二次验证或安排您替岗。"
    "请由另一位管理员批准，或在服务器上领取新密码：fangxian user password 用户名。"))
LAST_APPROVERS: Final = Kind("last_approvers", 409, Text(
    "Two administrators who could approve have to remain, and one who is not you under another name. Add one first, or"
    " do it on the server: fangxian user end-post or shut-out NAME.",
    "须保留至少两名可批准的管理员，且其中一名与您无关联。请先增加管理员，或在服务器上操作："
    "fangxian user end-post 或 shut-out 用户名。"))
OWN_PASSWORD: Final = Kind("own_password", 409, Text(
    "You change your own password on your profile page, with the old one. If it is lost, ask another administrator.",
    "本人密码请在个人页面凭原密码修改。如已遗忘，请联系另一位管理员。"))
PASSWORD_ON_SERVER: Final = Kind("password_on_server", 409, Text(
    "A password for an administrator of your own level, or who is to be one or to stand in for one, is given on the"
    " server: fangxian user password NAME.",
    "同级管理员（含待任和替岗）的密码须在服务器上发放：fangxian user password 用户名。"))
SECOND_FACTOR: Final = Kind("second_factor_needed", 403, Text(
    "As this post a second factor is needed beside the password. Set one up at /accounts/second-factor/, then sign in"
    " with it.", "该岗位除密码外还需二次验证。请先在 /accounts/second-factor/ 设置，再用其登录。"))
NO_SCOPE_SECRET: Final = Kind("no_scope_secret", 503, Text(
    "The file scope.secret is missing from the folder of keys: nothing is shown and nothing recorded. The administrator"
    " brings it back, or starts Fangxian anew: every start makes it where it is missing, and nothing is lost.",
    "密钥目录中缺少 scope.secret 文件：无法查看也无法录入。请管理员恢复该文件，或重新启动系统："
    "每次启动都会在缺少时生成，不会丢失任何数据。"))
UNKNOWN_CELL: Final = Kind("unknown_permission", 422, Text(
    "There is no permission {cell}. Check permissions.csv: post, action, on.",
    "没有权限 {cell}。请检查 permissions.csv 的 post、action、on 三列。"))

ENDED: Final = Text("over", "已结束")
"""What a post or an absence is when ``wrong_state`` is said of it."""

CATALOGUE: Final = (USERNAME_TAKEN, USERNAME_ALIKE, USERNAME_UNFIT, UNKNOWN_POST_KIND, PERIOD, POST_HELD,
                    OWN_SUBSTITUTE, STAND_IN_AWAY, STAND_IN_UNFIT, STANDING_IN, SECOND_PERSON, WIDENS, CHANGED_SINCE,
                    FACTOR_AT_HAND, OWN_REQUEST, SAME_HAND, LAST_APPROVERS, OWN_PASSWORD, PASSWORD_ON_SERVER,
                    SECOND_FACTOR, NO_SCOPE_SECRET, UNKNOWN_CELL)
