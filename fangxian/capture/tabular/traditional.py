"""Han characters that are written in several ways, folded to one: traditional and Japanese forms to simplified ones.

Only what stands in headings and answers of lists; names are never folded.
"""

from __future__ import annotations

from typing import Final

_PAIRS: Final = (
    "個个編编號号發发報报別别齡龄歲岁國国證证護护訊讯聯联繫系絡络電电話话機机動动時时間间達达離离關关係系來来處处"
    "醫医療疗構构轉转歸归結结確确診诊斷断檢检驗验採采樣样陰阴陽阳狀状態态類类種种職职業业單单鄉乡鎮镇縣县區区裡里"
    "鄰邻門门樓楼層层戶户雙双親亲屬属監监緊紧連连備备註注說说資资場场點点線线車车輛辆艙舱簽签飛飞開开經经過过遊游"
    "歷历觸触傳传癥症熱热嚨咙難难瀉泻覺觉喪丧癒愈復复體体溫温實实際际臺台灣湾廣广東东陝陕遼辽寧宁龍龙蘇苏貴贵雲云"
    "慶庆滬沪漢汉僑侨務务韓韩義义蘭兰愛爱爾尔羅罗馬马亞亚緬缅寮老撾挝萊莱薩萨烏乌茲兹紐纽為为與与無无誰谁從从應应"
    "當当將将於于並并後后內内總总計计數数據据錄录項项負负責责員员師师長长級级輕轻運运輸输寫写閱阅発发県县齢龄検检"
    "査查転转帰归覚觉歴历経经続续関关対对変变単单駅驿気气様样図图応应広广戸户済济圏圈郵邮週周選选擇择標标準准階阶"
    "術术雜杂劃划團团參参婦妇嬰婴養养獨独農农學学書书紀纪約约紅红綠绿藍蓝黃黄黒黑碼码頭头頸颈額额顏颜風风魚鱼鳥鸟"
    "麗丽齊齐產产許许訪访設设試试詢询該该認认識识議议譯译讀读變变讓让貨货貿贸賓宾賽赛趙赵軍军較较載载輔辅適适遠远"
    "遲迟還还邊边鐵铁鋪铺錯错鍵键鏡镜鐘钟閉闭閒闲陸陆隊队隨随隱隐靈灵順顺須须預预領领頻频題题願愿顧顾顯显館馆驚惊"
    "圖图圍围壓压壞坏夠够夢梦奪夺娛娱孫孙宮宫寢寝寶宝導导屆届島岛幣币幾几庫库廠厂廳厅彈弹彎弯徵征恆恒懷怀戰战戲戏"
    "拋抛掃扫掛挂擔担擊击攝摄敗败敵敌晉晋曆历條条極极榮荣樂乐樹树橋桥權权歐欧歡欢殘残毀毁氣气決决沒没淨净測测湯汤"
    "滅灭漸渐潔洁濟济燈灯營营爭争牆墙獎奖獲获環环瑣琐畫画異异瘡疮瘋疯盡尽睏困礙碍礦矿禮礼禍祸稅税穩稳窮穷競竞筆笔"
    "節节範范簡简糧粮糾纠紋纹納纳純纯紙纸組组細细終终給给統统絕绝維维網网緩缓績绩織织繼继續续"
)
"""Each character and what it is folded to, side by side."""
_FOLDED: Final = str.maketrans(dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)))


def simplified(text: str) -> str:
    """The text with each such character in its simplified form."""
    return text if text.isascii() else text.translate(_FOLDED)
