"""Every sentence a reader of lists can say about a file, by stable code."""

from __future__ import annotations

from typing import Final

from fangxian.kernel.findings import FilePlace, Finding, Severity
from fangxian.kernel.text import Text

FILE_SENTENCES: Final[dict[str, Text]] = {
    "file_empty": Text(
        "The file is empty. Ask the sender for the list again.",
        "文件是空的。请让发送方重新提供名单。",
    ),
    "file_too_large": Text(
        "The file has {size} MB; a list may have {limit} MB. Split it, or remove pictures from it.",
        "文件大小为 {size} MB，名单不得超过 {limit} MB。请拆分文件，或删除其中的图片。",
    ),
    "file_kind": Text(
        "This is {what}, not a list. Save the list as .xlsx or .csv and load that.",
        "这是{what}，不是名单。请将名单另存为 .xlsx 或 .csv 后再导入。",
    ),
    "file_old_excel": Text(
        "This is an old Excel file (.xls). Open it, choose Save as → Excel workbook (.xlsx), and load that.",
        "这是旧版 Excel 文件（.xls）。请打开后选择“另存为 → Excel 工作簿（.xlsx）”，再导入。",
    ),
    "no_table": Text(
        "There is no table in this document. Copy the lines with their headings and paste them instead.",
        "文档中没有表格。请复制名单内容（含标题行），改用粘贴导入。",
    ),
    "file_web_page": Text(
        "This is a web page under a spreadsheet's name. Open it in the spreadsheet program, save it as .xlsx, "
        "and load that.",
        "这是以表格名义保存的网页。请用表格软件打开并另存为 .xlsx 后再导入。",
    ),
    "file_locked": Text(
        "The workbook is protected by a password. Open it, save it without the password, and load that.",
        "工作簿设有密码。请打开后取消密码并保存，再导入。",
    ),
    "file_archive": Text(
        "This is an archive with other files in it ({inside}). Unpack it and load the list itself.",
        "这是压缩包，里面是其他文件（{inside}）。请解压后导入名单本身。",
    ),
    "file_bomb": Text(
        "The file unpacks to far more than a list holds, as harmful files do. It was not opened. "
        "Ask the sender for the list again, as .csv.",
        "文件解压后远远大于名单应有的大小，疑似恶意文件，未予打开。请让发送方改用 .csv 重新提供名单。",
    ),
    "file_damaged": Text(
        "The workbook is damaged or incomplete. Load it again, or ask the sender for it again.",
        "工作簿已损坏或不完整。请重新导入，或让发送方重新提供。",
    ),
    "file_unreadable": Text(
        "This is not a list that can be read: the file holds no text. Save the list as .xlsx or .csv and load that.",
        "无法作为名单读取：文件中没有文字内容。请将名单另存为 .xlsx 或 .csv 后再导入。",
    ),
    "file_encoding": Text(
        "The characters of this file cannot be told. Save the list as .xlsx, or as .csv in UTF-8, and load that.",
        "无法判断文件的字符编码。请将名单另存为 .xlsx 或 UTF-8 编码的 .csv 后再导入。",
    ),
    "sheet_empty": Text(
        "There is no line in this list. Check that it is the right file.",
        "名单中没有任何内容。请核对文件是否正确。",
    ),
    "sheet_unknown": Text(
        "The workbook has no sheet named “{name}”. Choose one of: {sheets}.",
        "工作簿中没有名为“{name}”的工作表。请选择：{sheets}。",
    ),
    "too_many_rows": Text(
        "The list has more than {limit} lines. Split it into parts and load them one after the other.",
        "名单超过 {limit} 行。请拆分后逐个导入。",
    ),
    "columns_trimmed": Text(
        "The list has {count} columns; those after column {last} were left out. "
        "If one of them is needed, move it to the front.",
        "名单有 {count} 列，{last} 列之后的未读取。如需其中某列，请将其移到前面。",
    ),
    "empty_run": Text(
        "After row {row} come {count} empty rows; reading ended there. "
        "If there are lines below, delete the empty rows.",
        "第 {row} 行之后有 {count} 个空行，读取到此为止。如下面还有内容，请删除空行后重新导入。",
    ),
    "empty_rows": Text(
        "{count} empty rows were passed over; nothing needs to be done.",
        "已略过 {count} 个空行，无需处理。",
    ),
    "other_sheets": Text(
        "Sheet “{name}” was read. The workbook also has: {sheets}. Choose another one if the list is there.",
        "已读取工作表“{name}”。工作簿中还有：{sheets}。如名单在其他工作表，请另选。",
    ),
    "sheet_hidden": Text(
        "Sheet “{name}” is hidden in the workbook. Check that it is the list that is meant.",
        "工作表“{name}”在工作簿中是隐藏的。请核对是否为所需名单。",
    ),
    "rows_hidden": Text(
        "{count} rows are hidden in the sheet, by a filter perhaps; they were read as well. "
        "Remove those not meant and load again.",
        "工作表中有 {count} 行被隐藏（可能因筛选），也已读取。如不需要，请删除后重新导入。",
    ),
    "encoding_guessed": Text(
        "The file was read as {encoding}. If names look wrong, save it as .csv in UTF-8 and load that.",
        "文件按 {encoding} 编码读取。如姓名显示不正确，请另存为 UTF-8 编码的 .csv 后再导入。",
    ),
    "character_lost": Text(
        "Row {row} has a character that cannot be read; it is shown as �. Correct it in the file if it matters.",
        "第 {row} 行有无法识别的字符，显示为 �。如有影响，请在文件中更正。",
    ),
    "quote_open": Text(
        "A quotation mark in row {row} is never closed; quotation marks were read as plain characters. "
        "Check that line.",
        "第 {row} 行的引号没有闭合，引号已按普通字符读取。请核对该行。",
    ),
    "value_endless": Text(
        "Row {row} holds a value of more than 32,767 characters, the most that a cell may hold. "
        "Check that the file is a list, and correct that row.",
        "第 {row} 行有超过 32,767 个字符的内容，超出单元格上限。请核对文件是否为名单，并更正该行。",
    ),
    "rows_ragged": Text(
        "Row {row} has {count} cells, the list has {width} columns. Check for a separator inside a value. {more}",
        "第 {row} 行有 {count} 个单元格，而名单有 {width} 列。请检查内容中是否含有分隔符。{more}",
    ),
    "one_column": Text(
        "No separator was found: the list has one column. If it should have more, save it as .xlsx and load that.",
        "未找到分隔符，名单只有一列。如应有多列，请另存为 .xlsx 后再导入。",
    ),
    "no_lines": Text(
        "There are headings, but no line below them. Check that it is the right file, or choose another sheet.",
        "只有标题行，下面没有记录。请核对文件是否正确，或另选工作表。",
    ),
    "no_headings": Text(
        "No row of headings was found; the columns are named by letter. Say what each column means.",
        "没有找到标题行，各列以字母命名。请指定每列的含义。",
    ),
    "title_rows": Text(
        "Rows {rows} above the headings were read as a title: “{text}”.",
        "标题行以上的第 {rows} 行按表名处理：“{text}”。",
    ),
    "row_apart": Text(
        "Row {row} was read as a note or sum, not as a line: “{text}”. If it is a line, move it among the others.",
        "第 {row} 行按备注或合计处理，不作为记录：“{text}”。如为记录，请移到名单中间。",
    ),
    "headings_again": Text(
        "Row {row} repeats the headings and was passed over; nothing needs to be done.",
        "第 {row} 行重复了标题，已略过，无需处理。",
    ),
    "dates_ambiguous": Text(
        "The dates of column “{column}” fit both day/month and month/day; they were read as {order}. "
        "Check one and change it if wrong.",
        "“{column}”列的日期既可按日/月也可按月/日理解，现按{order}读取。请核对一例，如不对请更改。",
    ),
    "dates_open": Text(
        "Dates of column “{column}” such as {example} fit both day/month and month/day. Say for the column which comes "
        "first; until then such dates are left out, and the column's other dates are read.",
        "“{column}”列中如 {example} 的日期既可按日/月也可按月/日理解。"
        "请为该列指定先后；在此之前这类日期不予读取，该列其他日期照常读取。",
    ),
    "formulas": Text(
        "Column “{column}” has {count} formulas, the first in row {row}; their saved results were read. "
        "If they may be out of date, open the file, save it and load it again.",
        "“{column}”列有 {count} 个公式，首个在第 {row} 行，已读取其保存的结果。"
        "如结果可能过期，请打开文件保存后重新导入。",
    ),
    "columns_unsaid": Text(
        "Say first what these columns mean, or that they are not used: {columns}. For dates, say what comes first.",
        "请先指定以下各列的含义，或选择“不使用”：{columns}。日期列请指定年月日的先后。",
    ),
    "target_missing": Text(
        "No column was found for “{label}”, which every line needs. Say which column it is.",
        "没有找到“{label}”列，该项每行必填。请指定对应的列。",
    ),
}

KINDS: Final[dict[str, Text]] = {
    "pdf": Text("a PDF", "PDF 文件"),
    "picture": Text("a picture", "图片"),
    "word": Text("a Word document", "Word 文档"),
    "slides": Text("a slide show", "演示文稿"),
    "opendocument": Text("an OpenDocument file", "OpenDocument 文件"),
    "xml": Text("an XML file", "XML 文件"),
    "json": Text("a JSON file", "JSON 文件"),
    "rtf": Text("a formatted text (.rtf)", "RTF 文档"),
    "archive": Text("an archive", "压缩包"),
    "program": Text("a program", "程序文件"),
    "office": Text("another Office file", "其他 Office 文件"),
    "database": Text("a database file", "数据库文件"),
}


def note(
    code: str,
    file: str,
    *,
    sheet: str | None = None,
    row: int | None = None,
    column: str | None = None,
    severity: Severity = Severity.WARNING,
    **values: object,
) -> Finding:
    """The catalogue's sentence for ``code`` at its place, filled; a value that is a Text is said in either language."""
    said = FILE_SENTENCES[code]
    if row is not None:
        values["row"] = row
    if column is not None:
        values.setdefault("column", column)
    return Finding(code, FilePlace(file, sheet, row, column), filled(said, values), severity)


def filled(said: Text, values: dict[str, object]) -> Text:
    """Both sentences filled; values that differ by language are given as Text."""
    english = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
    chinese = {name: value.zh if isinstance(value, Text) else value for name, value in values.items()}
    return Text(said.en.format(**english), said.zh.format(**chinese))
