"""Invented names: common surnames and given names of each country, put together by chance."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from pypinyin import lazy_pinyin

from .chance import chosen, fraction

SURNAMES: Final = (
    "汪汪汪汪程程程吴吴吴胡胡胡余余王王王李李李张张张刘陈陈杨黄赵周徐徐孙马朱朱何郭林罗高郑谢韩唐冯许许邓曹彭曾萧田董潘潘袁蔡蒋叶叶舒舒卢江江查金方方章倪")
MEN: Final = (
    "伟", "强", "军", "勇", "磊", "涛", "超", "明", "刚", "平", "辉", "鹏", "斌", "波", "宇", "浩", "凯", "建国", "建军", "志强",
    "志明", "国庆", "文斌", "子轩", "浩然", "俊杰", "天佑", "永康", "振华", "家豪", "光明", "德胜", "立新", "晓东", "海涛", "思远",
    "承志", "宏伟", "金生", "来福")
WOMEN: Final = (
    "芳", "娜", "敏", "静", "丽", "燕", "艳", "霞", "玲", "娟", "婷", "雪", "慧", "莉", "秀英", "桂英", "丽华", "美玲", "春梅",
    "秀兰", "玉兰", "晓燕", "子涵", "雨欣", "欣怡", "梦瑶", "佳怡", "思雨", "海燕", "红梅", "淑珍", "雅琴", "月娥", "小红", "文静",
    "若兰", "彩云", "金凤", "巧云", "翠萍")


class Nation(NamedTuple):
    """What people of a nation are called; ``script`` gives names in Chinese characters where they bear them."""

    surnames: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    script: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]] | None = None


class Name(NamedTuple):
    """``full`` as a list has it, ``surname`` and ``given`` in Latin letters as in a machine readable zone."""

    full: str
    surname: str
    given: str

    @property
    def latin(self) -> str:
        return f"{self.surname} {self.given}"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NATIONS: Final[dict[str, Nation]] = {
    "IT": Nation(_words("ROSSI RUSSO FERRARI ESPOSITO BIANCHI ROMANO COLOMBO RICCI MARINO GRECO BRUNO GALLO CONTI COSTA FONTANA"),
                 _words("MARCO LUCA ALESSANDRO GIUSEPPE ANDREA FRANCESCO MATTEO LORENZO STEFANO PAOLO"),
                 _words("GIULIA FRANCESCA CHIARA SARA MARTINA ELISA VALENTINA ELENA PAOLA LAURA")),
    "KR": Nation(_words("KIM LEE PARK CHOI JUNG KANG YOON JANG LIM"), _words("MINJUN SEOJUN JIHOON HYUNWOO JUNHO DONGHYUN"),
                 _words("SEOYEON JIWOO MINSEO SUJIN HAEUN YUNA"),
                 (tuple("金李朴崔郑姜尹张林"), _words("敏俊 瑞俊 志勋 贤宇 俊浩 东贤"), _words("瑞妍 智友 敏瑞 秀珍 夏恩 允儿"))),
    "IR": Nation(_words("HOSSEINI AHMADI MOHAMMADI KARIMI REZAEI MORADI JAFARI RAHIMI EBRAHIMI SADEGHI"),
                 _words("ALI REZA MOHAMMAD HOSSEIN AMIR MEHDI SAEED OMID"), _words("FATEMEH ZAHRA MARYAM SARA LEILA NARGES SHIRIN")),
    "ES": Nation(_words("GARCIA FERNANDEZ GONZALEZ RODRIGUEZ LOPEZ MARTINEZ SANCHEZ PEREZ GOMEZ RUIZ"),
                 _words("ANTONIO MANUEL JAVIER CARLOS DANIEL ALEJANDRO PABLO SERGIO"),
                 _words("MARIA CARMEN LUCIA ANA ISABEL PAULA MARTA ELENA")),
    "US": Nation(_words("SMITH JOHNSON WILLIAMS BROWN JONES MILLER DAVIS WILSON ANDERSON TAYLOR THOMAS MOORE NGUYEN"),
                 _words("JAMES JOHN ROBERT MICHAEL DAVID WILLIAM JOSEPH DANIEL KEVIN"),
                 _words("MARY JENNIFER LINDA ELIZABETH JESSICA SARAH KAREN EMILY")),
    "GB": Nation(_words("SMITH JONES TAYLOR BROWN WILLIAMS WILSON EVANS THOMAS ROBERTS WALKER WRIGHT PATEL"),
                 _words("OLIVER HARRY GEORGE JACK CHARLIE THOMAS EDWARD SIMON"), _words("OLIVIA AMELIA EMILY SOPHIE CHARLOTTE ALICE GRACE HELEN")),
    "DE": Nation(_words("MUELLER SCHMIDT SCHNEIDER FISCHER WEBER MEYER WAGNER BECKER HOFFMANN KOCH RICHTER"),
                 _words("LUKAS FELIX JONAS PAUL MAXIMILIAN STEFAN THOMAS JENS"), _words("ANNA LENA LAURA JULIA SABINE KATRIN MARIE")),
    "FR": Nation(_words("MARTIN BERNARD DUBOIS THOMAS ROBERT PETIT DURAND LEROY MOREAU LAURENT SIMON"),
                 _words("LOUIS HUGO JULES NICOLAS PIERRE ANTOINE JULIEN"), _words("CAMILLE MANON CHLOE JULIE CLAIRE SOPHIE ISABELLE")),
    "JP": Nation(_words("SATO SUZUKI TAKAHASHI TANAKA WATANABE ITO YAMAMOTO NAKAMURA KOBAYASHI"), _words("HIROSHI TAKASHI KENJI HIROTO DAIKI SHOTA"),
                 _words("YUKO KEIKO AKIKO MISAKI HARUKA AYA"),
                 (_words("佐藤 铃木 高桥 田中 渡边 伊藤 山本 中村 小林"), _words("浩 隆 健二 大翔 大辉 翔太"), _words("裕子 惠子 明子 美咲 遥 彩"))),
    "TH": Nation(_words("SAETANG SRISUK CHAIYASIT WONGSAWAT SUKJAI THONGDEE RATTANAKUL BOONMEE"), _words("SOMCHAI ANAN NATTAPONG KITTISAK PRASERT"),
                 _words("SOMYING SIRIPORN KANYA MALEE PIMCHANOK")),
    "SG": Nation(_words("TAN LIM LEE NG WONG GOH ONG"), _words("WEIMING JUNJIE KAIWEN ZHIHAO BOON"), _words("HUIMIN JIAYI XINYI MEILING SHUFEN"),
                 (tuple("陈林李黄王吴王"), _words("伟明 俊杰 凯文 志豪 文"), _words("慧敏 佳怡 欣怡 美玲 淑芬"))),
    "PH": Nation(_words("SANTOS REYES CRUZ BAUTISTA OCAMPO GARCIA MENDOZA RAMOS"), _words("JOSE MARK JOHN MICHAEL ANGELO RICO"),
                 _words("MARIA ANGEL GRACE ROSE JOY LIZA")),
    "MY": Nation(_words("TAN LIM CHONG RAHMAN ISMAIL ABDULLAH WONG"), _words("AHMAD HAFIZ WEIKIAT JIANHAO AZLAN"), _words("NURUL SITI MEIYEE HUIXIN AISYAH")),
    "RU": Nation(_words("IVANOV SMIRNOV KUZNETSOV POPOV VASILEV PETROV SOKOLOV"), _words("ALEKSANDR DMITRII SERGEI ANDREI PAVEL"),
                 _words("ANASTASIIA ELENA OLGA IRINA TATIANA")),
}


def chinese(sex: str, *about: object, surname: str = "") -> Name:
    """A Chinese name; one surname for a whole family where it is given."""
    first = surname or chosen(SURNAMES, "surname", *about)
    given = chosen(MEN if sex == "male" else WOMEN, "given", *about)
    if len(given) == 1 and fraction("double", *about) < 0.45:
        given += chosen(MEN[:20] if sex == "male" else WOMEN[:14], "second", *about)
    return Name(first + given, *_spelt(first, given))


def foreign(nation: str, sex: str, *about: object, surname: int = -1) -> Name:
    """A name of another nation; ``surname`` is the place of a family's surname in its list."""
    found = NATIONS[nation]
    first = surname if surname >= 0 else int(fraction("surname", *about) * len(found.surnames))
    given = found.men if sex == "male" else found.women
    second = int(fraction("given", *about) * len(given))
    latin = found.surnames[first], given[second]
    if found.script is None:
        return Name(f"{latin[1].title()} {latin[0].title()}", *latin)
    return Name(found.script[0][first] + found.script[1 if sex == "male" else 2][second], *latin)


@lru_cache(maxsize=4096)
def _spelt(surname: str, given: str) -> tuple[str, str]:
    return "".join(lazy_pinyin(surname)).upper(), "".join(lazy_pinyin(given)).upper()
