"""Whether a part of an address tells one place from another, or says no more than what kind of place it is."""

from __future__ import annotations

import re
from typing import Final

KINDS: Final = frozenset({
    "town", "township", "village", "community", "district", "subdistrict", "sub", "county", "city", "province", "china",
    "zhen", "xiang", "cun", "xian", "shi", "sheng", "qu", "jiedao", "shequ", "building", "bldg", "block", "room", "rm",
    "unit", "flat", "apt", "apartment", "floor", "door", "house", "no", "number"})
"""Words that say what kind of place a name in Latin letters is of; alone they name none."""
_ELSEWHERE: Final = """
plot lot stand erf parcel site phase stage sector section zone ward camp compound quarter quarters colony estate
estates court close gardens park plaza centre center market school church mosque hospital clinic hotel hostel lodge
guest shop road rd street st avenue ave lane ln drive dr way highway hwy junction corner roundabout square box po p
o bag care of near behind opposite opp next beside after before off along via by to at the and in on main new old
upper lower north south east west central first second third left right big small home farm apartments flats
residence residential area location sublocation cell parish hse bldgs tower towers hall mr mrs ms family tel phone
bus stop calle avenida av carrera casa lote manzana mz barrio colonia col edificio piso departamento depto numero km
de la el los las del rua travessa bairro quadra qd lt bloco apto rue boulevard maison quartier immeuble appartement
appt bp cite strasse str weg platz haus wohnung hausnummer hof viale piazza palazzo interno scala jalan jl gang gg
rt rw desa dusun kampung kp blok perumahan rumah nomor kelurahan mtaa nyumba kijiji barabara shamba улица ул дом д
кв квартира участок уч переулок пер проспект пр корпус корп строение стр село деревня город شارع حي بيت منزل رقم قرب
طريق unknown not known given none na nil tbd same above address stay temporary
"""
_WORDS: Final = KINDS | frozenset(_ELSEWHERE.split())
"""Words of addresses in many countries that name no place by themselves, and those for not knowing one."""
_CHINESE: Final = re.compile(
    "小区|花园|公寓|宿舍|家属院|家属楼|大院|院子|工地|宾馆|酒店|旅馆|招待所|医院|学校|出租屋|出租房|租房|自建房|安置房|商品房|"
    "住宅|楼房|平房|老家|家中|家里|单位|公司|工厂|市场|附近|对面|旁边|隔壁|路口|门口|楼上|楼下|村口|本地|本村|本县|"
    "[第一二三四五六七八九十百东西南北中上下前后左右新老]*(?:号楼|号院|号|栋|幢|座|单元|室|楼|层|组|队|社|区|期|弄|巷|路|街|门|户|屯|庄|院)|"
    "不清楚|不知道|不详|不明|未知|未定|待定|暂无|没有|丁目|番地|番|地址|现住|居住")
_LEAST_LATIN: Final = 3
_LEAST_CHINESE: Final = 2
_ROAD_ALONE: Final = re.compile(
    r"(?:路|街|大道| (?:road|rd|street|st|avenue|ave|lane|highway|hwy))$|^(?:calle|avenida|rua|rue|via|jalan) ")


def tells_apart(text: str) -> bool:
    """Whether a normalised text has something of its own besides numbers, kinds of place and words for not knowing.

    A road without a number goes through many places.
    """
    if _ROAD_ALONE.search(text):
        return False
    words = [word for word in re.findall(r"[^\W\d_]+", _CHINESE.sub(" ", text)) if word not in _WORDS]
    return any(len(word) >= (_LEAST_LATIN if _has_case(word) else _LEAST_CHINESE) for word in words)


def without_kinds(text: str) -> str:
    """Without the words at either end that only say what kind of place it is, or where it lies from another."""
    words = text.split()
    while words and words[-1] in KINDS:
        words.pop()
    while words and words[0] in _WORDS:
        words.pop(0)
    return " ".join(words)


def _has_case(word: str) -> bool:
    return word.upper() != word.lower() or "؀" <= word[0] <= "ۿ"
