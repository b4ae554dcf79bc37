"""What can be wrong with a change of the tree."""

from __future__ import annotations

from typing import Final

from fangxian.kernel.errors import Kind
from fangxian.kernel.text import Text

DAY_OUT_OF_ORDER: Final = Kind("area_day", 422, Text(
    "{code} can't change on {day}: give a day from {earliest} to {latest}.",
    "{code} 不能在 {day} 变更：请填写 {earliest} 至 {latest} 之间的日期。"))
CODE_TAKEN: Final = Kind("area_code_taken", 409, Text(
    "The code {code} already belongs to an area in force. Choose another code.",
    "编码 {code} 已被在用区域使用。请更换编码。"))
WITHIN_ITSELF: Final = Kind("area_within_itself", 422, Text(
    "{code} can't be merged into {into}, which lies within it or is itself. Choose another area.",
    "{code} 不能并入 {into}（其自身或下级区域）。请选择其他区域。"))
OTHER_LEVEL: Final = Kind("area_other_level", 422, Text(
    "{code} is a {level}, {into} is not. Choose an area of the same level.",
    "{code} 的级别为 {level}，与 {into} 不同。请选择同级区域。"))
CHILDREN_LEFT: Final = Kind("area_children_left", 422, Text(
    "Say which new area each of these belongs to: {codes}.", "请说明以下区域归属哪个新区域：{codes}。"))
HOLDS_PEOPLE: Final = Kind("area_holds_people", 409, Text(
    "{count} people, households or sites stand in {area}. Nobody would answer for them: merge the area into another"
    " one instead.", "{area} 内有 {count} 个人员、家庭或场所登记在册，撤销后将无人负责。请改为并入其他区域。"))
NO_ROOM: Final = Kind("area_no_room", 422, Text(
    "{code} has no room for more areas directly below it. Put a level between.",
    "{code} 直属区域已满。请增加中间级别。"))
