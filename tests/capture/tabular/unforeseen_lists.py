"""Lists laid out by people who never saw the words that official lists use."""

from __future__ import annotations

from typing import Final

from .official_lists import LISTED, laid_out

UNFORESEEN: Final = (
    laid_out("crew list", LISTED, """
        No. → - | 1 | 2 | 3
        Family name → name:surname | LEE | KIM | WU
        Given names → name:given | ANNA | BORA | CHI
        Rank or rating → - | AB | Bosun | Cook
        Date and place of birth → ? | 1980-01-02 Busan | 1981-03-04 Seoul | 1979-05-06 Wuhu
        Nature and number of identity document → ? | E61110001 | E61110002 | E61110003
        Issuing State of identity document → - | CHN | KOR | CHN
        Date of arrival → arrived | 2020-03-12 | 2020-03-12 | 2020-03-12
        Last port of call → - | Busan | Busan | Busan
    """),
    laid_out("hotel", LISTED, """
        房间号 → ? | 101 | 102 | 103
        客人姓名 → name | 甲一 | 乙二 | 丙三
        入住日期 → ? | 2020-03-12 | 2020-03-12 | 2020-03-13
        预离日期 → ? | 2020-03-15 | 2020-03-16 | 2020-03-16
        证件名称 → document_type | 护照 | 护照 | 护照
        证件号码 → document_number | E61110001 | E61110002 | E61110003
        从何处来 → ? | 意大利 | 法国 | 意大利
        到何处去 → ? | 北京 | 上海 | 北京
        接待人 → - | 小王 | 小王 | 小李
    """),
    laid_out("school", LISTED, """
        学生姓名 → name | 甲一 | 乙二 | 丙三
        家长姓名 → - | 甲父 | 乙母 | 丙父
        家长电话 → - | 13811110001 | 13811110002 | 13811110003
        返校日期 → ? | 2020-03-12 | 2020-03-12 | 2020-03-13
        监护人身份证号 → - | 341023199003071234 | 341023199003071235 | 341023199003071236
    """),
    laid_out("bookings", LISTED, """
        乘车人 → name | 甲一 | 乙二 | 丙三
        订票人 → - | 赵 | 钱 | 孙
        订票人手机号 → - | 13811110001 | 13811110002 | 13811110003
        乘车日期 → arrived:date | 2020-03-12 | 2020-03-12 | 2020-03-12
        发车时间 → - | 08:00 | 08:00 | 09:10
        到达时间 → arrived:time | 12:30 | 12:30 | 13:40
        上车站 → ? | 上海 | 北京 | 上海
    """),
    laid_out("a language nobody prepared", LISTED, """
        Họ và tên → - | Trần An | Lê Bình | Vũ Chi
        Ngày sinh → ? | 12/03/1980 | 13/03/1981 | 14/03/1982
        Số hộ chiếu → ? | E61110001 | E61110002 | E61110003
        Ngày nhập cảnh → ? | 13/03/2020 | 13/03/2020 | 13/03/2020
    """),
)  # fmt: skip
