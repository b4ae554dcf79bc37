"""What the libraries do not know: provinces, everyday names, and the codes only travel documents use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple


class Province(NamedTuple):
    """``division`` is the first two digits of GB/T 2260; ``full`` the name with its level."""

    code: str
    division: str
    short: str
    full: str
    english: str


PROVINCES: Final = tuple(Province(*line.split("|")) for line in """\
CN-BJ|11|北京|北京市|Beijing
CN-TJ|12|天津|天津市|Tianjin
CN-HE|13|河北|河北省|Hebei
CN-SX|14|山西|山西省|Shanxi
CN-NM|15|内蒙古|内蒙古自治区|Inner Mongolia
CN-LN|21|辽宁|辽宁省|Liaoning
CN-JL|22|吉林|吉林省|Jilin
CN-HL|23|黑龙江|黑龙江省|Heilongjiang
CN-SH|31|上海|上海市|Shanghai
CN-JS|32|江苏|江苏省|Jiangsu
CN-ZJ|33|浙江|浙江省|Zhejiang
CN-AH|34|安徽|安徽省|Anhui
CN-FJ|35|福建|福建省|Fujian
CN-JX|36|江西|江西省|Jiangxi
CN-SD|37|山东|山东省|Shandong
CN-HA|41|河南|河南省|Henan
CN-HB|42|湖北|湖北省|Hubei
CN-HN|43|湖南|湖南省|Hunan
CN-GD|44|广东|广东省|Guangdong
CN-GX|45|广西|广西壮族自治区|Guangxi
CN-HI|46|海南|海南省|Hainan
CN-CQ|50|重庆|重庆市|Chongqing
CN-SC|51|四川|四川省|Sichuan
CN-GZ|52|贵州|贵州省|Guizhou
CN-YN|53|云南|云南省|Yunnan
CN-XZ|54|西藏|西藏自治区|Xizang
CN-SN|61|陕西|陕西省|Shaanxi
CN-GS|62|甘肃|甘肃省|Gansu
CN-QH|63|青海|青海省|Qinghai
CN-NX|64|宁夏|宁夏回族自治区|Ningxia
CN-XJ|65|新疆|新疆维吾尔自治区|Xinjiang
TW|71|台湾|台湾省|Taiwan, China
HK|81|香港|香港特别行政区|Hong Kong, China
MO|82|澳门|澳门特别行政区|Macao, China""".splitlines())

LABELS: Final[Mapping[str, Sequence[str]]] = {
    "HK": ("Hong Kong, China", "中国香港"),
    "MO": ("Macao, China", "中国澳门"),
    "TW": ("Taiwan, China", "中国台湾"),
    "XX": ("Stateless or not stated", "无国籍或未注明"),
    "EU": ("European Union", "欧盟"),
    "UN": ("United Nations", "联合国"),
}

ALIASES: Final[Mapping[str, Sequence[str]]] = {code: names.split("|") for code, names in {
    "AE": "UAE|U.A.E.|Emirates|Dubai|Abu Dhabi|阿联酋|迪拜|阿拉伯联合酋长国",
    "AU": "澳洲",
    "BA": "Bosnia|波黑|Bosnia-Herzegovina",
    "BN": "Brunei Darussalam",
    "BY": "Belorussia|Byelorussia",
    "CD": "DRC|DR Congo|Democratic Republic of Congo|Zaire|刚果民主共和国|民主刚果|刚果金",
    "CF": "CAR|中非",
    "CG": "Republic of Congo|刚果共和国|刚果布",
    "CH": "Schweiz|Suisse",
    "CI": "Ivory Coast|Cote d Ivoire|象牙海岸",
    "CN": "PRC|P.R.China|PR China|China Mainland|Mainland China|中华人民共和国|中国大陆|中国内地|大陆|内地|Chinese",
    "CV": "Cape Verde",
    "CZ": "Czech|Czech Rep|捷克共和国",
    "DE": "Deutschland|德",
    "DO": "Dominican Rep|多米尼加共和国",
    "ES": "España",
    "FM": "Micronesia",
    "FR": "法",
    "GB": "UK|U.K.|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|英格兰|苏格兰|威尔士|北爱尔兰|英",
    "HK": "Hong Kong|HongKong|Hong Kong SAR|Hongkong SAR|HKSAR|Hong Kong China|香港|中国香港|香港特区|CN-HK",
    "IR": "Iran|伊朗伊斯兰共和国",
    "IT": "意",
    "JP": "日",
    "KP": "DPRK|North Korea|北韩|朝鲜民主主义人民共和国",
    "KR": "Korea|韓國|ROK|R.O.K.|S. Korea|Republic of Korea|Rep of Korea|Korea South|南韩|大韩民国|韩",
    "LA": "Laos|Lao|Lao PDR",
    "LK": "Ceylon",
    "MD": "Moldova",
    "MK": "Macedonia|FYROM|马其顿",
    "MM": "Burma",
    "MO": "Macau|Macao|Macau SAR|Macao SAR|Macau China|Macao China|澳门|中国澳门|澳门特区|CN-MO",
    "NL": "Holland|The Netherlands|荷兰王国",
    "NZ": "新西兰|纽西兰",
    "PG": "PNG|巴新",
    "PS": "Palestine|巴勒斯坦",
    "RU": "Russia|Russian Fed|俄国|俄罗斯联邦|俄",
    "SA": "KSA|Saudi|沙特",
    "SG": "星加坡",
    "SY": "Syria",
    "SZ": "Swaziland|斯威士兰",
    "TL": "East Timor|TMP",
    "TR": "Turkey|Türkiye",
    "TW": "Taiwan|Taiwan China|Chinese Taipei|Taiwan Province of China|台湾|中国台湾|台湾地区|中国台湾省|CN-TW",
    "TZ": "Tanzania",
    "US": "USA|U.S.|U.S.A.|America|United States of America|the States|美利坚|美利坚合众国|美",
    "VA": "Vatican|Holy See|梵蒂冈城国",
    "VE": "Venezuela",
    "VN": "Viet Nam|越南社会主义共和国",
    "XK": "Kosovo|科索沃",
    "XX": "stateless|无国籍|无国籍人",
    "CN-NM": "Inner Mongolia|Nei Mongol|Neimenggu|内蒙",
    "CN-XZ": "Tibet",
    "CN-GX": "Guangxi Zhuang",
    "CN-XJ": "Xinjiang Uygur|Xinjiang Uyghur",
    "CN-NX": "Ningxia Hui",
}.items()}

# Doc 9303 part 3, section 5: codes beyond ISO 3166-1 alpha-3, and two that were used before.
ICAO: Final = {
    "D": "DE", "GBD": "GB", "GBN": "GB", "GBO": "GB", "GBP": "GB", "GBS": "GB", "RKS": "XK", "UNK": "XK", "EUE": "EU",
    "UNO": "UN", "UNA": "UN", "XXA": "XX", "XXB": "XX", "XXC": "XX", "XXX": "XX", "ROM": "RO", "ZAR": "CD", "TMP": "TL",
}

# Names two countries share; the writer has to say which.
EVERYDAY: Final = {
    "AE": ("ОАЭ", "EAU", "VAE"), "CD": ("RDC",), "CN": ("КНР", "중국"),
    "GB": ("Великобритания", "イギリス", "Inglaterra"),
    "JP": ("日本国",), "KR": ("한국", "Южная Корея", "韓国", "大韓民国", "Corea del Sur", "Coreia do Sul", "Südkorea"),
    "RU": ("РФ",), "US": ("США", "EE.UU.", "EE. UU.", "EEUU", "EUA", "Etats-Unis", "アメリカ", "米国"),
}  # fmt: skip
"""Short forms in the other languages that CLDR has not."""
AMBIGUOUS: Final = frozenset({"congo", "刚果"})

NOTHING: Final = frozenset({
    "", "无", "没有", "不详", "未知", "none", "no", "nil", "null", "nan", "na", "n/a", "unknown",
    "-", "--", "—", "/", "\\",
})

# Two lower-case letters that are more often a word than a code.
WORDS: Final = frozenset({
    "al", "am", "as", "at", "be", "by", "do", "in", "is", "it", "la", "me", "my", "no", "so", "to", "et",
})

# Prefectures whose names begin like another province's.
NOT_THE_PROVINCE: Final = ("海南藏族", "河南蒙古族")
