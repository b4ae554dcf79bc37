"""What the engines that read a form do not agree on, and what to write instead."""

from __future__ import annotations

from typing import Final

from fangxian.kernel.text import Text

from .kinds import StaticType

TOO_LONG: Final = Text(
    "The expression is too long. Split it over calculate rows.", "表达式过长，请拆分为多个 calculate 行。"
)
EQUAL_MOMENTS: Final = Text(
    "Two moments are never quite equal on a phone. Compare them with >= and <=, or their days with date().",
    "两个时刻在手机上很难完全相等，请用 >= 和 <= 比较，或用 date() 比较日期。",
)
MIXED_MOMENTS: Final = Text(
    "One branch gives a moment or a time of day, another something else. Give the same in all.",
    "各分支有的是时刻或时间，有的不是，请统一类型。",
)
SELECTED_FROM: Final = Text(
    "selected() and count-selected() look into a select question. Name one.",
    "selected() 和 count-selected() 只用于选择题，请填写选择题的名称。",
)
SELECTED_WHAT: Final = Text(
    "selected() looks for one choice: its name in quotes, without blanks, or another select question.",
    "selected() 查找一个选项：请写引号内不含空格的选项名，或另一个选择题。",
)
ROUND_PLACES: Final = Text(
    "round() takes its places as a whole number from -9 to 9, written out. Write it out.",
    "round() 的位数须直接写出，为-9到9的整数。",
)
SUBSTR_PLACES: Final = Text(
    "substr() takes its places as numbers written out. Write them out.", "substr() 的位置须直接写出数字。"
)
DATE_OF_TEXT: Final = Text(
    "date() of a text stops the form on a phone when the text is no date. Ask for it with a question of type date.",
    "文字不是日期时，date() 会使手机上的表单出错，请用 date 类型的问题填写。",
)
AS_NUMBER: Final = {
    StaticType.DATETIME: Text(
        "A moment is no number: phones count it in different ways. Compare it with another, take one from another, or "
        "use date().",
        "时刻不能当作数字，各设备算法不同。请与另一时刻比较或相减，或用 date()。",
    ),
    StaticType.TIME: Text(
        "A time of day is no number. Ask for a dateTime to reckon with.", "时间不能当作数字，请改用 dateTime 类型。"
    ),
    StaticType.LIST: Text(
        "Several choices are no number. Use count-selected() or selected().",
        "多选答案不能当作数字，请用 count-selected() 或 selected()。",
    ),
}
AS_TEXT: Final = {
    StaticType.DATETIME: Text(
        "Phones write a moment in different ways. Take its day with date().",
        "各设备的时刻写法不同，请用 date() 取日期。",
    ),
    StaticType.TIME: Text(
        "Phones write a time of day in different ways. Only whether it is empty can be asked: = ''.",
        "各设备的时间写法不同，只能用 = '' 判断是否为空。",
    ),
}


def number_as_truth(written: str) -> Text:
    return Text(
        f"Whether {written} is true or false, phones do not agree. Write what you mean: {written} > 0, or != ''.",
        f"{written} 作为是非判断时各设备不一致，请写明：{written} > 0，或 != ''。",
    )


def literal_number(literal: str) -> Text:
    return Text(
        f"“{literal}” beside a number is a number to some phones and a text to others. Write it plainly, such as 5.",
        f"“{literal}”与数字比较时各设备理解不同，请写成普通数字，例如5。",
    )


def no_date(literal: str) -> Text:
    return Text(
        f"“{literal}” is no date, and the form would not open. Write one that exists, as '2020-03-20'.",
        f"“{literal}”不是日期，表单将无法打开，请写真实存在的日期，如 '2020-03-20'。",
    )
