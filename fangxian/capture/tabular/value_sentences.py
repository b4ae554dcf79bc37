"""Every sentence about a value or a line, by stable code; those about documents and dates are the kernel's."""

from __future__ import annotations

from typing import Final

from fangxian.kernel.faults import Fault
from fangxian.kernel.text import Text

from .sentences import filled

VALUE_SENTENCES: Final[dict[str, Text]] = {
    "too_long": Text(
        "The text is longer than {limit} characters; the rest was left out. Shorten it in the list if it matters.",
        "文字超过 {limit} 个字符，多余部分已略去。如有影响，请在名单中缩短。",
    ),
    "no_number": Text("“{text}” is no number. Correct it in the list.", "“{text}”不是数字，请在名单中更正。"),
    "no_whole_number": Text(
        "“{text}” is no whole number. Correct it in the list.", "“{text}”不是整数，请在名单中更正。"
    ),
    "no_answer": Text(
        "“{text}” is neither yes nor no. Write yes or no (是, 否).", "“{text}”不能理解为“是”或“否”，请填“是”或“否”。"
    ),
    "no_choice": Text(
        "“{text}” is none of the possible answers ({known}). Correct it in the list.",
        "“{text}”不在可选答案之内（{known}），请在名单中更正。",
    ),
    "airport_code": Text(
        "“{text}” is the code of an airport, as others in this column are: no country is read out of it. Write the"
        " country's name.",
        "“{text}”是机场代码（该列其他值也是），不据此判断国家。请填写国家名称。",
    ),
    "no_country": Text(
        "No country or province is called “{text}”. Write its name or its two-letter code.",
        "没有名为“{text}”的国家或省份，请填写名称或两位字母代码。",
    ),
    "country_as_other": Text(
        "“{text}” is not among the form's countries and was read as “other”. Nothing needs to be done.",
        "“{text}”不在表单的国家选项中，已按“其他”读取，无需处理。",
    ),
    "country_not_offered": Text(
        "“{text}” is not among the form's countries. Choose one of them after the import.",
        "“{text}”不在表单的国家选项中，请在导入后选择。",
    ),
    "digits_in_name": Text(
        "The name “{text}” has digits in it. Compare it with the document.", "姓名“{text}”含有数字，请与证件核对。"
    ),
    "several_phones": Text(
        "There are several phone numbers; {kept} was taken. Change it after the import if another one is better.",
        "有多个电话号码，已取 {kept}。如另一个更合适，请在导入后更改。",
    ),
    "phone_words": Text(
        "{kept} was taken; “{beside}” beside it was left out. Check whose number it is.",
        "已取 {kept}，旁边的“{beside}”未录入。请核对是谁的号码。",
    ),
    "phone_of_beijing": Text(
        "“{text}” was read as a number of Beijing. If it is a mobile in South Korea, write it with +82.",
        "“{text}”按北京固定电话读取。如为韩国手机，请加 +82 填写。",
    ),
    "placeholder": Text(
        "“{text}” stands for nothing. Ask for it and enter it.", "“{text}”不是实际内容。请询问后补填。"
    ),
    "masked": Text(
        "“{text}” has signs in the place of some characters. Ask the sender for the whole number.",
        "“{text}”中有被遮盖的字符。请向发送方索取完整号码。",
    ),
    "time_without_day": Text(
        "“{text}” is a time without a day: the day is not known. Add the day in the list, or ask for it.",
        "“{text}”只有时间没有日期，日期不详。请在名单中补上日期，或询问后补填。",
    ),
    "two_calendars": Text(
        "Other years of this list are of another calendar, such as Minguo: which one “{text}” follows is not clear."
        " Write the year with four digits.",
        "本名单中有民国等其他纪年，“{text}”属于哪种纪年不明确。请用四位数字书写年份。",
    ),
    "far_date": Text(
        "{day} lies far from the day of the list or its other dates. Check the year.",
        "{day} 与名单日期或其他日期相差很远。请核对年份。",
    ),
    "age_range": Text(
        "“{text}” is a range, nobody's age. Ask for the age.", "“{text}”是年龄段，不是年龄。请询问年龄。"
    ),
    "no_age": Text("“{text}” is no age. Correct it in the list.", "“{text}”不是年龄，请在名单中更正。"),
    "personal_value": Text(
        "“{label}” holds somebody's number or address, and that may not be kept there. Put it in its own column.",
        "“{label}”中含有个人号码或邮箱，不能存放于此。请放入对应的列。",
    ),
    "several_numbers": Text(
        "“{text}” names several people; it was not guessed which. Give each a line of its own.",
        "“{text}”含多个编号，无法确定是哪一个。请每个编号单列一行。",
    ),
    "own_number": Text(
        "“{label}” is the person's own number. Correct it in the list.", "“{label}”与本人编号相同，请在名单中更正。"
    ),
    "number_twice": Text(
        "Line {other} has the same number with another {fields}. Decide which line is right; both wait until then.",
        "第 {other} 行编号相同，但{fields}不同。请确定哪一行正确；在此之前两行均不录入。",
    ),
    "no_date": Text("“{text}” is no date. Correct it in the list.", "“{text}”不是日期，请在名单中更正。"),
    "required": Text(
        "“{label}” is empty. Ask the sender for it, or register the person by hand.",
        "“{label}”为空。请向发送方索取，或手工登记此人。",
    ),
    "formula_no_value": Text(
        "A formula whose result was not saved with the file. "
        "Open the file, copy the column, paste it as values, save it.",
        "该单元格为公式，文件未保存其结果。请打开文件，将该列复制后“选择性粘贴为数值”并保存。",
    ),
    "error_in_cell": Text(
        "The cell shows the error {text}. Correct it in the list.", "该单元格显示错误 {text}，请在名单中更正。"
    ),
    "precision_lost": Text(
        "The spreadsheet has turned this number into {text}: its last digits are lost. "
        "Ask for the list again with that column formatted as text.",
        "表格软件已将该号码变为 {text}，末几位丢失。请将该列设为“文本”格式后重新提供名单。",
    ),
    "duplicate_line": Text(
        "The same as line {other}, which was taken. Nothing needs to be done.",
        "与第 {other} 行相同，已取该行，无需处理。",
    ),
    "duplicate_person": Text(
        "The same person as line {other}, with another {fields}. Decide which line is right and delete the other.",
        "与第 {other} 行为同一人，但{fields}不同。请确定哪一行正确并删除另一行。",
    ),
    "duplicate_follows": Text(
        "Line {other} is the same person with another {fields}. This line was taken; check that it is the right one.",
        "第 {other} 行为同一人，但{fields}不同。已取本行，请核对是否正确。",
    ),
    "birth_date_differs": Text(
        "The date of birth is not the one in the document number ({born}). Compare both with the document.",
        "出生日期与证件号码中的日期（{born}）不符，请与证件核对。",
    ),
    "sex_differs": Text(
        "The sex is not the one in the document number. Compare both with the document.",
        "性别与证件号码不符，请与证件核对。",
    ),
}


def fault(code: str, field: str = "value", **values: object) -> Fault:
    """The catalogue's sentence for ``code``, filled."""
    return Fault(code, field, filled(VALUE_SENTENCES[code], values))
