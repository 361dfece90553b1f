"""Whether a text is a readout: a meeting is convened, and it does something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from readout_nlp.readouts.blocks import Block, Outline
from readout_nlp.readouts.lead import convenes
from readout_nlp.readouts.spans import Span, fold, sentences

NO_MEETING = "not a readout: no sentence near the beginning convenes a meeting"
NO_MATTER = "not a readout: a meeting is named, but nothing it dealt with"
ANNOUNCED = "not a readout: the meeting is announced, not reported"
CHRONICLE = "not a readout: a chronicle of many days"
HISTORY = "not a readout: a history of many years"
LISTING = "not a readout: a list of pages with their days"
STORY = "not a readout: a story; people talk in it"
ISSUED = "not a readout: a document is issued; no meeting is reported"
VISIT = "not a readout: a visit; the meeting was held on the way"
SPEECH = "not a readout: a speech to those who met"
RULES = "not a readout: rules of procedure; no meeting is reported"
_FUTURE = re.compile(
    r"(?:定于|拟于|将于|计划于|拟定于)[^。]{0,60}(?:召开|举行)|^[^。,]{0,40}关于(?:召开|举行)[^。]{0,40}的(?:通知|公告|预告)"
)
_MET = re.compile(
    r"(?:召开|举行)(?:的|了)?[^。]{0,40}?(?:会议?|全会)[^。]{0,20}?(?:决定|通过|研究|审议|讨论|原则|听取|传达|学习)"
)
_DEALT = re.compile(
    r"(?:会议|全会|大会)的?(?:主要)?(?:任务|议程|议题)是|作(?:了)?[^,。]{0,12}(?:报告|说明)|听取|审议|传达|学习"
    r"|(?:会议|会上)[^。]{0,60}(?:研究|讨论|部署|通报)"
)
_DAY_AHEAD = re.compile(
    r"(?:△|▲|●|○|是日|同日)?(?P<day>(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日|(?:[12]?\d|3[01])(?=[ ]))"
)
_SAME_DAY = re.compile(r"[△▲●○]\s*(?!\d)[一-鿿]|(?:同日|是日)[\s,]")  # another entry under the day before it
_YEAR_AHEAD = re.compile(r"(?:^|[。\n])((?:19|20)\d\d)年")
_DAY_BEHIND = re.compile(r"[\[(]?(20\d\d[-/.]\d{1,2}[-/.]\d{1,2})[\])]?$")  # 县政府召开常务会议[2022-03-01]
_BOOK = re.compile(  # an e-book's page, or a chapter of a serial: 第312章, 上一章 目录 下一章
    r"^第(?:\d{1,5}|[一二三四五六七八九十百千零]{3,8})章(?!程)|本章未完|章节目录|最新章节|[上下]一章",
    re.MULTILINE,
)
_RULED = re.compile(r"第一条|第一章\s*总\s*则")
_ISSUES = re.compile("现(?:予以?(?:印发|发布|公布)|(?:将[^。]{2,80})?(?:印发|发布|公布)(?:给你们)?,)")
_TALK = re.compile("“[^“”]{2,120}[。?!…]”")  # a readout quotes words, no whole sentences
_CENTURIES = ("。19", "。20", "\n19", "\n20")
_ENTRY_BEGINS = "△▲●○是同"  # or a digit
_LONGEST_DAY = 12
_STOPS = ("。", "?", "!", "…")
_CHRONICLE_TITLE = re.compile("大事记|要事记|纪事|大事要览|活动(?:一览|集锦)|一周(?:要闻|回顾)|会议摘要$")
_HELD_AS_A_RULE = re.compile(r"根据需要(?:不定期)?召开|(?:会议?|会议制度)[^,。]{0,4}一般(?:每|安排在)")
# a page that lost its marks: what the meeting did is told within its one paragraph
_STEP = re.compile("会议(?:还|并)?(?:听取|传达|学习|审议|研究|讨论|通过|决定|指出|强调|要求)|指出|强调|要求")
_MARKS = re.compile("[。,;!?]")
# 4月6日,区委某专题调度会召开,区委书记张三主持。
_CALLED = re.compile(
    r"(?:(?:20\d\d年)?\d{1,2}月\d{1,2}日(?:[上下]午)?,)?"
    r"[^,。;\s]{0,12}(?:[省市县区州旗盟地]委|党工委|政府)[^,。;]{2,30}会"
    r"(?:召开|举行),[^,。;]{2,24}主持(?:会议)?(?:并讲话)?[。,]"
)
_SAYS = re.compile("[一-鿿·]{2,16}说[,:]")
_PRESS = re.compile(  # it tells of a meeting to come
    "(?:会议?|全会)新闻(?:发布会|通气会)(?:召开|举行)|(?:召开|举行)[^,。]{2,40}(?:会议?|全会)新闻(?:发布会|通气会)"
)
_OWN_MEETING = re.compile("(?:[省市县区州旗盟]委|党委|党工委|政府|政协)(?:召开|举行)[^,。]{2,24}会")
_GOES_ON = ("会议", "全会", "大会")
# 市政府常务会议研究甲, 区政府第62次常务会议审议通过乙: the meeting is the subject of what it did
_ITSELF = re.compile(
    "[^,。;:\\s]{0,8}[省市县区州旗盟](?:委|政府)[^,。;:\\s学习传达]{0,16}会议(?:听取|审议|研究|讨论|通过|传达|学习)"
)
_NUMBERED_MEETING = re.compile(
    r"第[\d一二三四五六七八九十百]{1,4}次[^,。]{0,12}会议(?:纪要|(?:会议)?图文(?:回放|直播|实录))?$"
)
_CHAIRED = re.compile(r"(?:会议)?主\s?持\s?(?:人\s?)?:\s?[一-鿿·]{2,8}(?:\s|$)")
_MATTER = re.compile(
    r"(?:\d{1,2}[.、]|[一二三四五六七八九十]{1,3}、|议题[一二三四五六七八九十]{1,3}[:、]\s*)(?:会议)?(?:听取|研究|审议|讨论|学习|传达|通报)"
)
# 同志们: 各位代表,同志们: in a line of their own
_ADDRESS = re.compile("(?:(?:尊敬的)?各位[一-鿿]{2,8}[,、:])*(?:同志们|各位[一-鿿]{2,8})[:!,。]?")
_FEWEST_STEPS = 3  # of a meeting whose first sentence is lost: fewer may be quoted of another
_OPENING = 3  # paragraphs in which a notice says what it issues
_LONGEST = 1000  # characters of a sentence that are read
_HEAD = 80  # characters in which a paragraph without marks convenes
_FEWEST_YEARS = 4
_FEWEST_TALKS = 4
_MOST_PARTS = 60  # paragraphs of a page without marks that are read
_FEWEST_DAYS = 4  # a report may tell of days that led to the meeting; 3 where the title says what it is
_SHARE_OF_DAYS = 0.5
_VISIT = re.compile(
    r"(?:到|赴|深入|前往|来到|来|在|率队|带队)[^。,;]{0,40}?(?:调研|视察|走访|慰问|检查|考察|督导|督查|暗访|看望|巡查|指导工作)"
)
_RECEIVES = re.compile("会见了?[^。;]{2,60}?(?:一行|董事长|总裁|总经理|大使|代表团|客商|客人)")
_AT_THE_DESK = re.compile(
    "常委|常务|全会|全体|党组|中心组|领导小组|委员会|指挥部|主任会|主席会|书记专题会|办公会"
)
_RELAYED = re.compile("学习|传达|贯彻|听取|习近平|总书记")


def what_is_missing(
    plan: Outline, *, title: str | None = None, around: Iterable[str] = (), bare: bool = False
) -> str | None:
    """Name what a text lacks to be a readout; None when it is one.

    Parameters
    ----------
    plan
        The text's paragraphs and blocks.
    title
        The page's title.
    around
        The lines left out of the text.
    bare
        Whether the text is printed without any mark; those of the plan are then the reader's.
    """
    if _chronicle(plan, fold(title or "")):
        return CHRONICLE
    if _listing(plan):
        return LISTING
    told = "\n".join(part.text for part in plan.parts)
    if _history(told):
        return HISTORY
    ends = "\n".join((title or "", *around, *(part.text for part in (*plan.parts[:2], *plan.parts[-2:]))))
    if _talks(told) >= _FEWEST_TALKS or ("章" in ends and _BOOK.search(ends)):
        return STORY
    if any(_ADDRESS.fullmatch(part.text[:_LONGEST].strip()) for part in plan.parts[:_OPENING]):
        return SPEECH
    lead = plan.lead
    if lead is None:
        # no lead: its sentence is lost, or has no mark at its end on a page without any
        heads = (fold(title or ""), *(part.text[:_LONGEST] for part in plan.parts[:1]))
        told_elsewhere = any(_titled(plan, head) for head in heads) or _unmarked(plan, bare=bare)
        told_elsewhere = told_elsewhere or _form(plan, heads[0], around=around) or _called(plan)
        return None if told_elsewhere else NO_MEETING
    held = lead.sentence.text[:_LONGEST]
    if _announced(held) or any(map(_of_press, plan.parts[: lead.index + 1])):
        return ANNOUNCED
    if _HELD_AS_A_RULE.search(held) or ("第一" in told and _ruled(plan)):
        return RULES
    if any(_ISSUES.search(part.text[:_LONGEST]) for part in plan.parts[:_OPENING]):
        return ISSUED
    if _visit(plan, held, fold(title or "")):
        return VISIT
    if not lead.matters and not _any_deals(plan.blocks, held):
        dealt = any(b.kind in ("plain", "frame") and _DEALT.search(b.span.text) for b in plan.blocks)
        return None if dealt or _unmarked(plan, bare=bare) else NO_MATTER
    return None


def _ruled(plan: Outline) -> bool:
    return any(_RULED.match(part.text) for part in plan.parts)


def _of_press(part: Span) -> bool:
    return "新闻" in part.text and _PRESS.search(part.text[:_LONGEST]) is not None


def _titled(plan: Outline, title: str) -> bool:
    """Say whether the title convenes what the text only goes on with: 会议听取了, 会议指出."""
    if not convenes(title) or _announced(title) or _PRESS.search(title) or _VISIT.search(title):
        return False
    if _ruled(plan):
        return False
    goes_on = [block.span.text for block in plan.blocks if block.kind in ("head", "speech")]
    steps = sum(text.startswith(_GOES_ON) for text in goes_on)
    itself = bool(plan.parts) and _ITSELF.match(plan.parts[0].text[:_LONGEST]) is not None
    return steps + itself >= _FEWEST_STEPS


def _called(plan: Outline) -> bool:
    """Say whether the text opens with a body's meeting by its name and chair, and somebody speaks there."""
    first = sentences(plan.parts[0])[0].text[:_LONGEST] if plan.parts else ""
    return _CALLED.match(first) is not None and any(block.kind == "speech" for block in plan.blocks)


def _form(plan: Outline, title: str, *, around: Iterable[str]) -> bool:
    """Say whether minutes are a form: a numbered meeting as title, a line for the chair, and matters.

    What was told live (图文回放) may name no chair.
    """
    if not _NUMBERED_MEETING.search(title) or _announced(title):
        return False
    texts = [part.text for part in plan.parts]
    chaired = "图文" in title or any(_CHAIRED.match(text) for text in (*texts, *map(fold, around)))
    return chaired and sum(_MATTER.match(text) is not None for text in texts) > 1


def _unmarked(plan: Outline, *, bare: bool) -> bool:
    """Say whether the first paragraph has no marks, convenes a meeting and goes on with what it did.

    On a page without any mark the paragraphs below it may go on, and so may sections under heads that open
    matters (一、听取甲汇报。), whatever their marks.
    """
    text = plan.parts[0].text[:_LONGEST] if plan.parts else ""
    if (
        (_MARKS.search(text) and not bare)
        or _VISIT.search(text)
        or _announced(text)
        or not convenes(text[:_HEAD])
    ):
        return False
    below = [part.text for part in plan.parts[1:_MOST_PARTS]]
    if sum(_MATTER.match(line) is not None for line in below) > 1:
        return True
    told = "\n".join((text, *below)) if bare else text
    return len(_STEP.findall(told)) >= _FEWEST_STEPS


def _talks(text: str) -> int:
    """Count the whole sentences in quotation marks, straight ones taken in pairs within a line."""
    talks = 0
    if sum(text.count(f"{stop}”") for stop in _STOPS) >= _FEWEST_TALKS:  # found much faster than the quotes
        talks = sum(1 for _ in _TALK.finditer(text))
    if '"' not in text:
        return talks
    straight = (quoted for line in text.split("\n") for quoted in line.split('"')[1::2])
    return talks + sum(quoted.endswith(_STOPS) for quoted in straight)


def _listing(plan: Outline) -> bool:
    """Say whether most paragraphs end with a day, and the days are several."""
    ends = (
        part.text[-_LONGEST_DAY:] for part in plan.parts if part.text[-1] in "])" or part.text[-1].isdecimal()
    )
    days = [day[1] for end in ends if (day := _DAY_BEHIND.search(end))]
    return len(set(days)) >= _FEWEST_DAYS - 1 and len(days) > _SHARE_OF_DAYS * len(plan.parts)


def _history(text: str) -> bool:
    """Say whether most sentences open with a year, and the years are several."""
    if sum(map(f"\n{text}".count, _CENTURIES)) < _FEWEST_YEARS:  # as nearly always, and found fast
        return False
    years = _YEAR_AHEAD.findall(text)
    return len(set(years)) >= _FEWEST_YEARS and len(years) > _SHARE_OF_DAYS * text.count("。")


def _any_deals(blocks: Iterable[Block], held: str) -> bool:
    own = _OWN_MEETING.search(held) is not None
    return any(_deals(block, own=own) for block in blocks)


def _deals(block: Block, *, own: bool) -> bool:
    """Say whether a block deals with a matter; what somebody 说 does only at a body's own meeting."""
    if block.kind == "speech":
        return own or _SAYS.match(block.first_sentence) is None
    return block.kind in ("head", "residual")


def _announced(sentence: str) -> bool:
    """Say whether a sentence only announces; one that met may decide that another meeting will be held."""
    found = _FUTURE.search(sentence) if "于" in sentence else None  # as in all of its words
    return found is not None and _MET.search(sentence[: found.start()]) is None


def _chronicle(plan: Outline, title: str) -> bool:
    """Say whether most paragraphs (or sentences) open with a day, and the days are several."""
    texts = [part.text for part in plan.parts]
    fewest = _FEWEST_DAYS - 1 if _CHRONICLE_TITLE.search(title) else _FEWEST_DAYS
    if len(texts) < fewest:
        texts = [sentence.text for part in plan.parts for sentence in sentences(part)]
    begun = [text for text in texts if text[0] in _ENTRY_BEGINS or text[0].isdecimal()]
    days = list(_days(begun))
    entries = len(days) + sum(_SAME_DAY.match(text) is not None for text in begun)
    told = entries > len(days) or fewest < _FEWEST_DAYS
    if told and len(set(days)) > 1 and entries >= fewest - 1 and entries > _SHARE_OF_DAYS * len(texts):
        return True
    return len(set(days)) >= fewest and (fewest < _FEWEST_DAYS or len(days) > _SHARE_OF_DAYS * len(texts))


def _days(texts: list[str]) -> Iterator[str]:
    for text in texts:
        if found := _DAY_AHEAD.match(text):
            yield found["day"]


def _visit(plan: Outline, held: str, title: str) -> bool:
    """Say whether the page reports a visit: it opens with one, and the meeting is none of a body's own."""
    if _AT_THE_DESK.search(held.split("召开")[-1][:40]):
        return False
    first = sentences(plan.parts[0])[0].text[:_LONGEST] if plan.parts else ""
    opens = _opens_with_visit(first) and (
        first != held or any(word in held for word in ("座谈会", "现场", "会见"))
    )
    return opens or (_opens_with_visit(title) and not convenes(title) and "会议" not in title)


def _opens_with_visit(text: str) -> bool:
    found = _VISIT.search(text) or _RECEIVES.search(text)
    if found is None:
        return False
    before = text[: found.end()]
    return not _RELAYED.search(before) and "召开" not in before and "举行" not in before
