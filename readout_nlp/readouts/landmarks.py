"""Names of units that are parts of longer names: of rivers, lakes, mountains, roads and bridges."""

from __future__ import annotations

import re

from readout_nlp.reference.gazetteer import known_names
from readout_nlp.reference.place_words import place_words

_UNIT_ENDS = frozenset("省市县区州盟旗")
# 嘉陵江, 武陵山, 中山路: what is named behind the name; not 昆山河道, 浏阳山多, 新城路网
_BEHIND = re.compile(
    "河(?![长湖道段南北口东西沙堤蟹鲜鱼虾粉])|江(?![苏西南北东海豚堤段滩门河湖鲜])|湖(?![北南口羊泊长区州])"
    "|山(?![水楂村多林塘洪火羊药茶核体西东路野地青花海乡门头坪庄货珍竹泉歌上里城])"
    "|岭(?![南东上])|路(?![网径演段口灯面由政域透])|大[道街桥]|街(?![区镇乡头巷])|桥(?![头梁镇隧涵面])"
    "|运河|沙地|镇(?![街村区])|(?:[一-鿿]{1,3}族)?乡(?![村镇里土愁亲])|街道"
)
# 潮白河: what a name of two characters may end with and be the end of a longer one
_ENDS = frozenset("河江湖山海溪泉川岭湾港岛水")
# counted before full names of units in local reports (在, 对, 学习): any other character is part of a name
_STAND_BEFORE = frozenset(
    "在的了和与及或暨同跟由于入为是对向往至到从经按据以让使把被将给托持进出动造求究取查察看视听"
    "研调署定握守住用驻赴来离去抓盯护爱助帮扶援接轨合联会请像成立设建办创兴振好化美充赞抵访讲述"
    "报指示现见称知有无非含共加任即该各每全这那此其等并而且但就也还又则年月日号午晨晚夜时前后起"
    "间内中上下省市县区州盟旗国族组长席员记者源网台讯自发要能可得受致予保践行划展施考级度户责信"
    "商制订写绘塑树强高快管理控代字色力康廉慧谐业牌们临作决齐重换复障投引补救收卖销说问战"
)
_WATER = "江河湖水溪"
# 赤水河流域 is wider than 赤水
_RIVER = re.compile("[河江](?:流域|沿线|干流|支流|干支流|水系|生态|两岸|沿岸|保护区|是|[上中下]游)")
# 清江流域, 雅江中游: the river, whoever is named after it
_OF_WATER = re.compile(
    "(?:[上中下]游|流域|干流|支流|干支流|水系|两岸|[沿左右南北东西]岸|禁[捕渔]|大堤|堤防|航道|库区|河谷|水质|水位|来水|安全度夏|蓝藻|溇港)"
)
# 四平八稳, 兴修水利, 黑山羊, 组长白某, 财政局会同县某局, 已经开江通航, 安静安全: parts of other words
_INSIDE = re.compile(
    "四平八稳|(?<=兴)修水利|黑山羊|(?<=[组部局院校处科厅])长|上党[组委校课建]|(?<=[局委办部府院])会同(?=县)|江源头|开江通航"
    "|和龙头|清原因|(?<=[几数十百千亿\\d])万山区|南部(?:地区|山区|新城|片区|城区)|(?<=安)静安全|双城经济圈|乌苏里"
)
_LISTED = re.compile(f"[、和与及](?P<name>[一-鿿]{{1,3}}[{_WATER}])(?![{''.join(sorted(_UNIT_ENDS))}一-鿿])")
_LISTED_BEFORE = re.compile(f"(?P<name>[一-鿿]{{1,3}}[{_WATER}])[、和与及]$")


def names_no_unit(text: str, start: int, end: int) -> bool:
    """Say whether a name is a river's along its course, or only a part of a longer word: 白河 in 潮白河.

    Examples
    --------
    >>> [names_no_unit(text, 1, 3) for text in ("潮白河上游", "在白河召开", "推白河县", "沿赤水河流域")]
    [True, False, False, True]
    """
    if _RIVER.match(text, end) or _INSIDE.match(text, start):
        return True
    if end - start != 2 or text[end - 1] not in _ENDS or text[end : end + 1] in _UNIT_ENDS:
        return False
    before = text[start - 1 : start]
    if not "一" <= before <= "鿿" or before in _STAND_BEFORE:
        return False
    return not any(text.endswith(place_words(meaning, "before"), 0, start) for meaning in ("own", "foreign"))


def names_landmark(text: str, start: int, end: int) -> bool:
    """Say whether a landmark is meant that bears a unit's name, and may lie far from it: 嘉陵江, 中山路.

    Examples
    --------
    >>> [names_landmark(text, 1, 3) for text in ("过中山路时", "到中山开会", "在清江流域", "对清江、酉水")]
    [True, False, True, True]
    """
    if text[end - 1] in _UNIT_ENDS and end - start > 2:
        return False
    if _BEHIND.match(text, end):
        return True
    return text[end - 1] in _WATER and (
        _OF_WATER.match(text, end) is not None or _among_waters(text, start, end)
    )


def _among_waters(text: str, start: int, end: int) -> bool:
    """Say whether a river that is no unit's name stands beside it: 清江、酉水."""
    sides = (_LISTED.match(text, end), _LISTED_BEFORE.search(text, max(0, start - 5), start))
    return any(found is not None and found["name"] not in known_names() for found in sides)
