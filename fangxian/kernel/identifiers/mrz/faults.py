"""The sentences for what is wrong with a zone."""

from __future__ import annotations

from typing import Final

from ...faults import Fault
from ...text import Text

FIELDS: Final = {
    "number": Text("document number", "证件号码"),
    "birth_date": Text("birth date", "出生日期"),
    "expiry": Text("expiry date", "有效期"),
    "optional": Text("optional data", "附加数据"),
    "composite": Text("whole zone", "整个机读区"),
}


def unlikely(code: str, field: str, name: Text) -> Fault:
    return Fault.of(code, field, f"The {name.en} can't be read from the zone. Enter it from the document.",
                    f"机读区中的{name.zh}无法识别。请按证件填写。")


def alien_characters(found: str) -> Fault:
    return Fault.of("mrz_characters", "mrz", f"A zone has only A–Z, 0–9 and <, not {found}. Read it again.",
                    f"机读区只含A–Z、0–9和<，不应有 {found}。请重新读取。")


def wrong_check(field: str) -> Fault:
    name = FIELDS[field]
    return Fault.of(
        f"mrz_check_{field}", field,
        f"The check digit of the {name.en} does not fit. Compare it with the document; O and 0, I and 1, B and 8, "
        "S and 5, Z and 2 are easily confused.",
        f"{name.zh}的校验位不符。请与证件核对，注意O与0、I与1、B与8、S与5、Z与2易混淆。")


def wrong_length(place: int, length: int, width: int) -> Fault:
    return Fault.of(
        "mrz_line_length", "mrz",
        f"Line {place} of the zone has {length} characters instead of {width}. Read it again.",
        f"机读区第{place}行有{length}个字符，应为{width}个。请重新读取。")


def no_zone(lines: list[str]) -> Fault:
    sizes = " + ".join(str(len(line)) for line in lines) or "0"
    return Fault.of(
        "mrz_form", "mrz",
        f"This is no machine readable zone: it has {sizes} characters; expected are 2 lines of 44 or 36, or 3 of 30. "
        "Read it again.",
        f"不是机读区：现有{sizes}个字符，应为2行各44或36个，或3行各30个。请重新读取。")

