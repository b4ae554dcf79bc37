"""Three lists as three senders make them, and the fields they are read into."""

from __future__ import annotations

import datetime as dt
from typing import Any

import openpyxl

from fangxian.capture.tabular.types import Target, TargetChoice
from fangxian.kernel.identifiers import resident_id
from fangxian.kernel.values import ValueType

from .workbooks import saved

ON = dt.date(2020, 3, 21)

SEX = (TargetChoice("male", ("Male", "男")), TargetChoice("female", ("Female", "女")))
DOCUMENT_TYPES = (
    TargetChoice("passport", ("Passport", "护照"), ("P",)),
    TargetChoice("resident_id", ("Resident identity card", "居民身份证"), ("身份证", "二代身份证")),
    TargetChoice("hkm_permit", ("Permit for Hong Kong and Macau residents", "港澳居民来往内地通行证"), ("回乡证",)),
    TargetChoice("other", ("Another document", "其他证件")),
)

ARRIVALS: tuple[Target, ...] = (
    Target("source_id", ("The list's own number for this person", "名单中的人员编号"),
           ("旅客编号", "票号", "Record ID"), kind="own_number"),
    Target("name", ("Name", "姓名"), ("旅客姓名", "Full name", "Passenger name"), kind="name", required=True),
    Target("name_latin", ("Name in Latin letters", "英文姓名"), ("拼音", "Name (Latin)", "Pinyin"), kind="name_latin"),
    Target("document_type", ("Kind of document", "证件类型"), ("Document type", "证件"), kind="document_type",
           choices=DOCUMENT_TYPES),
    Target("document_number", ("Document number", "证件号码"),
           ("证件号", "护照号", "身份证号", "Passport no", "Document no"), kind="document_number", required=True),
    Target("nationality", ("Nationality", "国籍"), ("Citizenship",), kind="nationality"),
    Target("birth_date", ("Date of birth", "出生日期"), ("出生年月日", "DOB"), ValueType.DATE, kind="birth_date"),
    Target("sex", ("Sex", "性别"), ("Gender",), kind="sex", choices=SEX),
    Target("phone", ("Phone", "联系电话"), ("手机号", "电话", "Mobile", "Contact number"), kind="phone"),
    Target("transport_number", ("Flight, train or vehicle", "航班、车次或车牌"),
           ("航班号", "车次", "Flight no", "Train"), kind="flight"),
    Target("seat", ("Seat", "座位号"), ("座位", "席位号"), kind="seat"),
    Target("arrived", ("Arrival, date and time", "抵达日期和时间"), ("抵达时间", "抵达日期", "到达时间", "到达日期",
           "Arrival date", "Arrival time", "日期"), ValueType.DATETIME),
    Target("origin", ("Country or region the journey began in", "出发国家或地区"),
           ("来自国家", "出发地", "Coming from"), kind="country"),
    Target("countries", ("Countries and regions of the last 14 days", "近14天到过的国家或地区"),
           ("14天旅居史", "途经国家", "Countries (14 days)"), ValueType.LIST, kind="country", multiple=True),
    Target("address", ("Address at the destination", "目的地址"), ("目的地详细地址", "详细地址", "Local address"),
           kind="address", multiple=True),
    Target("symptoms", ("Has symptoms", "有无症状"), ("Symptoms",), ValueType.BOOLEAN),
    Target("temperature", ("Temperature (°C)", "体温（°C）"), ("体温",), ValueType.NUMBER),
)  # fmt: skip

CASES: tuple[Target, ...] = (
    Target("external_id", ("Case number", "病例编号"), ("id", "case_id"), kind="own_number", required=True),
    Target("age", ("Age in years", "年龄（岁）"), ("Age",), ValueType.INTEGER, kind="age"),
    Target("sex", ("Sex", "性别"), ("Gender",), kind="sex", choices=SEX),
    Target("onset", ("Day of onset", "发病日期"), ("Date of onset",), ValueType.DATE),
    Target("reported", ("Day of report", "报告日期"), ("Date of report",), ValueType.DATE),
    Target("hospital", ("Hospital", "就诊医院"), ("Facility", "loc_hosp")),
    Target("outcome", ("Outcome", "转归"), (), choices=(
        TargetChoice("alive", ("Alive at last report", "最近报告时存活"), ("Alive",)),
        TargetChoice("recovered", ("Recovered", "治愈"), ("Recover",)),
        TargetChoice("died", ("Died", "死亡"), ("Dead", "Death")),
    )),
    Target("infected_by", ("Infected by case number", "感染来源病例编号"), ("infector", "from"), kind="other_number"),
)  # fmt: skip

WEI = resident_id.compose("320102", dt.date(1988, 5, 6), 13)
NA = resident_id.compose("420106", dt.date(1990, 12, 1), 24)
WRONG = NA[:-1] + ("0" if NA[-1] != "0" else "1")


def airport() -> bytes:
    """An airport's workbook: merged title, a group heading over two rows, Chinese, notes and a sum at the end."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "说明"
    book.worksheets[0].append(["本表由机场检疫组每日20:00前报送"])
    sheet = book.create_sheet("入境人员")
    rows: list[list[Any]] = [
        ["某某国际机场入境人员信息登记表"],
        ["报送日期：2020年3月20日", None, None, None, None, None, "密级：内部"],
        ["序号", "姓名", "性别", "出生日期", "国籍（地区）", "证件信息", None, "联系电话",
         "航班信息", None, "抵达时间", "14天旅居史", "目的地详细地址"],
        [None, None, None, None, None, "证件类型", "证件号码", None, "航班号", "座位", None, None, None],
        [1, "张伟", "男", dt.date(1988, 5, 6), "中国", "身份证", WEI, 13812345678, "CA934", "12A",
         dt.datetime.fromisoformat("2020-03-20T14:35"), "法国、德国", "河东街道幸福里3栋2单元501"],
        [2, "KIM MINJI", "女", dt.date(1990, 12, 1), "韩国", "护照", "M12345678", "+82 10-1234-5678", "CA934", "12B",
         dt.datetime.fromisoformat("2020-03-20T14:35"), "韩国", "城关镇人民路18号"],
        [],
        [3, "李娜", "女", dt.date(1990, 12, 1), "中国", "身份证", WRONG,
         "138-1234-5679",
         "MU554", "3C", dt.datetime.fromisoformat("2020-03-20T16:10"), "意大利；法国", "河西街道新村7号"],
        ["合计", "3人"],
        ["制表人：王芳", None, None, "审核：赵强"],
    ]  # fmt: skip
    for row in rows:
        sheet.append(row)
    for merge in ("A1:M1", "A2:F2", "F3:G3", "I3:J3", *(f"{c}3:{c}4" for c in "ABCDEHKLM")):
        sheet.merge_cells(merge)
    return saved(book)


ENGLISH = """\
Record ID;Full name;Passport no.;Nationality;DOB;Gender;Mobile;Flight no;Arrival date;Arrival time;Countries (14 days);Local address
R-1001;Anna Müller;C01X00T47;Germany;13/05/1985;F;+49 170 1234567;LH722;20/03/2020;13:05;Germany, Austria;"Sunny Garden 3-2-501; River East"
R-1002;Jean-Luc Moreau;19AB12345;France;02/11/1979;M;+33 6 12 34 56 78;LH722;20/03/2020;13:05;France;18 People's Road
R-1003;Sofia Rossi;YA1234567;Italy;31/02/1990;F;+39 347 1234567;AZ794;19/03/2020;22:40;Italy;7 New Village
R-1003;Sofia Rossi;YA1234567;Italy;28/02/1990;F;+39 347 1234567;AZ794;19/03/2020;22:40;Italy;7 New Village
R-1005;Tom Ng;;Malaysia;01/01/1999;M;;AZ794;19/03/2020;22:40;Malaysia;
Total;5
"""  # noqa: E501


def english() -> bytes:
    """A web system's export: semicolons, day before month, date and time apart, a duplicate, an impossible date."""
    return ENGLISH.encode("utf-8-sig")


def railway() -> bytes:
    """A railway's export in GB18030: surname and given name apart, a line end within a value, a wrong check digit."""
    rows = [
        "订单号,姓,名,证件类型,身份证号,手机号,日期,车次,车厢座位,出发地,省,市,目的地详细地址,备注",
        f"T0001,张,伟,二代身份证,{WEI},13812345678,2020.3.20,G1024,05车12A号,湖北武汉市,江苏省,某市,河东街道幸福里3栋,",
        "T0002,欧阳,娜娜,二代身份证,42010619901201002X,１３９１２３４５６７８,2020年3月20日,G1024,05车12B号,武汉,江苏省,某市,城关镇人民路18号,孕妇",
        'T0003,Smith,John,护照,GB9876543,13712345678,20200320,D3056,02车01F号,上海,江苏省,某市,"河西街道\n新村7号",',
    ]
    return "\r\n".join(rows).encode("gb18030")
