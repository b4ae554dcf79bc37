"""Chinese surnames: those of two characters, and those read otherwise than the character is elsewhere."""

from __future__ import annotations

from typing import Final

# Where several readings are in use each is given, the commonest first.
_READINGS: Final = """
万俟:moqi 尉迟:yuchi 尉遲:yuchi 单于:chanyu 單于:chanyu 澹台:tantai 澹臺:tantai 单:shan 單:shan 曾:zeng 解:xie
仇:qiu 查:zha 盖:ge/gai 蓋:ge/gai 区:ou/qu 區:ou/qu 乐:yue/le 樂:yue/le 朴:piao/pu 缪:miao/mou 繆:miao/mou
覃:qin/tan 员:yun/yuan 員:yun/yuan 宓:mi/fu 折:she/zhe 黑:he/hei 洗:xian/xi 冼:xian 种:chong/zhong
種:chong/zhong 秘:bi/mi 薄:bo/bao 翟:zhai/di 藏:zang/cang 召:shao/zhao 能:nai/neng 繁:po/fan 牟:mu/mou
佴:nai/er 郇:xun/huan 句:gou/ju 祭:zhai/ji 隗:wei/kui 費:fei/bi 费:fei/bi 柏:bai/bo 谌:chen/shen 諶:chen/shen
阚:kan 闞:kan 郗:xi/chi 都:du 乜:nie/mie 卜:bu/bo 莘:shen/xin 贾:jia 賈:jia 葛:ge 尉:wei/yu
"""
READINGS: Final = {
    name: tuple(readings.split("/")) for name, _, readings in (entry.partition(":") for entry in _READINGS.split())}

_COMPOUND: Final = """
欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 长孙 長孫 宇文 司徒 令狐 轩辕 軒轅
夏侯 端木 百里 呼延 东郭 東郭 南宫 南宮 西门 西門 独孤 獨孤 万俟 澹台 澹臺 公冶 宗政 濮阳 濮陽 淳于 单于 單于
太叔 申屠 仲孙 仲孫 钟离 鍾離 鲜于 鮮于 闾丘 閭丘 司空 赫连 赫連 拓跋 完颜 完顏 第五 梁丘 左丘 东门 東門 谷梁
穀梁
"""
COMPOUND: Final = frozenset(_COMPOUND.split())
