"""Three lists of today, as airports and railways send them, to try the import with.

Each names newcomers, people who are known already, one who is doubtful (the name and birth date of a resident with
another document) and one date that does not exist; the railway's also an identity number with a wrong check digit.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment

from fangxian.kernel.clock import Calendar

from . import papers
from .answers import address
from .people import InventedPerson
from .travel import Traveller, on_lists_of_today

AIRPORT: Final = "机场入境人员名单.xlsx"
FOREIGN: Final = "arrivals_shanghai.csv"
RAILWAY: Final = "铁路到站旅客.csv"
_COUNTRIES: Final = {
    "IT": ("意大利", "Italy"), "KR": ("韩国", "South Korea"), "IR": ("伊朗", "Iran"), "ES": ("西班牙", "Spain"),
    "US": ("美国", "United States"), "GB": ("英国", "United Kingdom"), "DE": ("德国", "Germany"),
    "FR": ("法国", "France"), "JP": ("日本", "Japan"), "TH": ("泰国", "Thailand"), "SG": ("新加坡", "Singapore"),
    "PH": ("菲律宾", "Philippines"), "MY": ("马来西亚", "Malaysia"), "RU": ("俄罗斯", "Russia"),
    "HK": ("中国香港", "Hong Kong"), "TW": ("中国台湾", "Taiwan"), "CN": ("中国", "China"), "AT": ("奥地利", "Austria"),
}
_PROVINCES: Final = {
    "CN-ZJ": "浙江", "CN-SH": "上海", "CN-HB": "湖北", "CN-JX": "江西", "CN-BJ": "北京", "CN-FJ": "福建",
    "CN-GD": "广东", "CN-JS": "江苏", "CN-HA": "河南", "CN-AH": "安徽",
}
_HEADINGS: Final = (
    "序号", "旅客姓名", "国籍(地区)", "性别", "出生日期", "证件种类", "证件号码", "航班号", "座位号", "抵达时间",
    "来自国家(地区)", "14天内旅居史", "目的地详细地址", "联系电话", "备注")
_KINDS: Final = {"passport": "护照", "resident_id": "居民身份证", "hkm_permit": "港澳居民来往内地通行证",
                 "tw_permit": "台湾居民来往大陆通行证"}


def write(folder: Path, calendar: Calendar, today: dt.date, residents: Sequence[InventedPerson],
          arrived: Sequence[Traveller]) -> None:
    """Make the folder and its three files anew."""
    folder.mkdir(parents=True, exist_ok=True)
    air = on_lists_of_today(64, calendar, today, residents, by_air=True, name="airport")
    abroad = on_lists_of_today(38, calendar, today, residents, by_air=True, name="foreign")
    rail = on_lists_of_today(85, calendar, today, residents, by_air=False, name="railway")
    for listed, by_air in ((air, True), (abroad, True), (rail, False)):
        mix_in(listed, [one for one in arrived if one.by_air == by_air][-40::9], residents)
    (folder / AIRPORT).write_bytes(airport(air, calendar, today))
    (folder / FOREIGN).write_bytes(foreign(abroad, calendar))
    (folder / RAILWAY).write_bytes(railway(rail, calendar))


def mix_in(listed: list[Traveller], known: Sequence[Traveller], residents: Sequence[InventedPerson]) -> None:
    """The known take places among the newcomers; one newcomer is called like a resident."""
    for place, one in enumerate(known):
        listed[(place * 7 + 3) % len(listed)].person = one.person
    alike, doubtful = residents[len(listed) % len(residents)], listed[11].person
    doubtful.name, doubtful.sex, doubtful.born, doubtful.nationality = alike.name, alike.sex, alike.born, "CN"
    doubtful.document_kind, doubtful.document = "passport", papers.document("CN", "doubtful", len(listed))


def airport(listed: Sequence[Traveller], calendar: Calendar, today: dt.date) -> bytes:
    """As an airport's office sends it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "入境人员"
    sheet.append(["目的地为黟县的入境人员名单（演示数据）"])
    sheet.append([f"制表日期：{today:%Y年%m月%d日}    制表单位：机场联防联控专班"])
    sheet.append(["请于接收后1小时内落实到网格"])
    for row in (1, 2, 3):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(_HEADINGS))
        sheet.cell(row, 1).alignment = Alignment(horizontal="center")
    sheet.append(list(_HEADINGS))
    for number, one in enumerate(listed, 1):
        sheet.append([number, *_airport_line(one, number, calendar)])
    sheet.append([None, "合计", f"{len(listed)}人"])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _airport_line(one: Traveller, number: int, calendar: Calendar) -> list[Any]:
    person = one.person
    born = "1988年2月30日" if number == 20 else person.born.strftime("%Y年%-m月%-d日")
    document = _broken(person.document) if number == 30 and person.document_kind == "resident_id" else person.document
    return [
        person.name.full, _COUNTRIES[person.nationality][0], "男" if person.sex == "male" else "女", born,
        _KINDS[person.document_kind], document, one.route.number, one.seat,
        calendar.local(one.arrived).strftime("%Y-%m-%d %H:%M"), _COUNTRIES[one.route.origin][0],
        "、".join(_COUNTRIES[country][0] for country in one.route.through), address(one), person.phone,
        "老人" if one.frail else None]


def foreign(listed: Sequence[Traveller], calendar: Calendar) -> bytes:
    """As an airline sends it."""
    rows = [["Passenger name", "Passport no", "Nationality", "DOB", "Gender", "Flight", "Seat", "Arrival date/time",
             "Coming from", "Countries (14 days)", "Destination address", "Mobile"]]
    for number, one in enumerate(listed, 1):
        person = one.person
        born = "31/02/1990" if number == 9 else f"{person.born:%d/%m/%Y}"
        rows.append([
            f"{person.name.surname}/{person.name.given}", person.document, _COUNTRIES[person.nationality][1], born,
            "M" if person.sex == "male" else "F", one.route.number, one.seat,
            calendar.local(one.arrived).strftime("%d/%m/%Y %H:%M"), _COUNTRIES[one.route.origin][1],
            ", ".join(_COUNTRIES[country][1] for country in one.route.through), address(one), person.phone])
    return _csv(rows, ";").encode()


def railway(listed: Sequence[Traveller], calendar: Calendar) -> bytes:
    """As a station sends it."""
    rows = [["姓名", "身份证号", "手机号", "车次", "车厢号座位号", "到站时间", "来自省份", "到达后居住地址"]]
    for number, one in enumerate(listed, 1):
        person = one.person
        document = _broken(person.document) if number == 15 else person.document
        arrived = "2月30日 10:15" if number == 40 else calendar.local(one.arrived).strftime("%Y/%-m/%-d %H:%M")
        rows.append([person.name.full, document, person.phone, one.route.number, one.seat, arrived,
                     _PROVINCES[one.route.origin], address(one)])
    return _csv(rows, ",").encode("gb18030")


def _csv(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _broken(document: str) -> str:
    """One digit read wrongly, so that the check digit does not fit."""
    return f"{document[:12]}{(int(document[12]) + 1) % 10}{document[13:]}"
