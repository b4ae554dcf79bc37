"""Lists as an airport sends them: merged title rows, a group heading over two rows, headings nobody declared."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any, Final

import openpyxl
from playwright.sync_api import Page

HEADINGS: Final = (
    ["序号", "旅客", "性别", "出生日期", "国籍（地区）", "证件信息", None, "联系电话",
     "航班信息", None, "抵达时间", "旅居史", "去向"],
    [None, None, None, None, None, "证件类型", "证件号码", None, "航班号", "座位", None, None, None],
)  # fmt: skip
MERGED: Final = ("A1:M1", "A2:F2", "F3:G3", "I3:J3", *(f"{column}3:{column}4" for column in "ABCDEHKLM"))
LANDED: Final = dt.datetime.fromisoformat("2020-03-20T12:35")
Row = list[Any]


def person(number: int, name: str, document: str, address: str, *, born: dt.date = dt.date(1988, 5, 6)) -> Row:
    """One line of the airport's list."""
    phone = f"139{document[-8:]:0>8}"
    journey = ["CA934", f"{number}A", LANDED, "意大利、法国", address]
    return [number, name, "女", born, "意大利", "护照", document, phone, *journey]


def airport(rows: Sequence[Row]) -> bytes:
    """The workbook with its title, its headings, the rows and a sum that is no person."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    titles: list[Row] = [["某某国际机场入境人员信息登记表"], ["报送日期：2020年3月20日", *[None] * 5, "密级：内部"]]
    for row in (*titles, *HEADINGS, *rows, ["合计", f"{len(rows)}人"]):
        sheet.append(row)
    for cells in MERGED:
        sheet.merge_cells(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def brought_in(page: Page, rows: Sequence[Row], source: str, name: str = "入境人员.xlsx") -> None:
    """Step one of the import page."""
    page.goto("/imports/")
    page.get_by_label("What the list is for").select_option("entry/listed")
    page.get_by_label("Who sends it").fill(source)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": airport(rows)})
    page.get_by_role("button", name="Go on to the columns").click()
