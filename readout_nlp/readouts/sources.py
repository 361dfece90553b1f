"""What a stretch of speech relays: the speech, meeting or document that it names as its source."""

from __future__ import annotations

import re

_SPOKEN = re.compile(
    r"(?:总书记|主席|总理|习近平|书记|省长|市长|部长|副主席)[^。]{0,120}?"
    r"(?:讲话|贺信|指示|批示|回信|文章|慰问|论述|致辞|演讲|勉励语|调研要求)"
)
_FOLLOWS = re.compile(
    r"[^,:。]{2,16}[,:](?:[^,。]{2,12},)?(?:各级(?:各部门|党组织))?(?:要|必须)?(?:[一-鿿]{2}){0,2}?"
    r"(?:学习|传达|贯彻|落实|领会|按照|对照)(?:学习|贯彻|落实|领会|把握|执行|好)*"
    r"(?P<source>[^。;]{4,90}?(?:精神|讲话|指示|批示|贺信|回信|要求|部署|论述))"
)
# 要把某讲话精神作为工作的总纲
_TAKEN = re.compile(
    r"[^,:。]{2,16}[,:](?:要|必须)?把(?P<source>[^。;,]{4,60}?(?:精神|讲话|指示|批示))(?:重要)?(?:精神)?作为"
)
_ABOVE = re.compile("总书记|主席|总理|中央|国务院|全国|省|自治区|市|州|书记|部长|会议|规定|意见|条例|》")
_SPIRIT = re.compile(r"(?:会|会议|讲话|指示|批示|贺信|回信)(?:重要)?(?:精神)?$")
_PARTY_WIDE = re.compile(
    "党的[一二三四五六七八九十]+[大届]|[一二三四五六七八九十]+届[一二三四五六七八九十]+中全会"
)
_ORGANS = re.compile(
    "(?=[总党中国全省自市州县区旗])(?:"  # most characters begin none, and are passed by at once
    "(?P<centre>总书记|党中央|中共中央|中央|国务院|全国)|(?P<province>省委|省政府|省人大|自治区党委|全省)"
    "|(?P<city>市委|市政府|市第[^,。]{1,6}届委员会|州委|全市)|(?P<county>县委|区委|旗委|县政府|区政府))"
)
_NEAR = 40  # characters in which an opening sentence names its source


def spoken(sentence: str) -> str:
    """Give the speech, letter or article that a sentence names; empty where it names none."""
    found = _SPOKEN.search(sentence)
    return found.group() if found else ""


def followed(sentence: str) -> str:
    """Give what a speech says is to be followed: 会议强调,要认真贯彻某会议精神.

    Examples
    --------
    >>> followed("会议强调,要认真学习贯彻全国林长会议精神,多栽树。"), followed("会议强调,要落实责任。")
    ('全国林长会议精神', '')
    """
    found = _FOLLOWS.match(sentence) or _TAKEN.match(sentence)
    return found["source"] if found is not None and _ABOVE.search(found["source"]) else ""


def conveyed(sentence: str) -> str:
    """Give a meeting or speech, not one of the whole Party, whose spirit is to be followed."""
    source = followed(sentence)
    return source if source and _SPIRIT.search(source) and not _PARTY_WIDE.search(source) else ""


def organs(text: str) -> frozenset[str]:
    """Say whose word the beginning of a text speaks of: the centre's, the province's, the city's.

    Examples
    --------
    >>> sorted(organs("会议要求,省委全会的精神要学好。")), organs("会议要求,抓好春耕。")
    (['province'], frozenset())
    """
    return frozenset(found.lastgroup or "" for found in _ORGANS.finditer(text[:_NEAR]))
