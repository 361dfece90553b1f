"""Who chaired the meeting, and who attended it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from readout_nlp.readouts.named import SURNAMES
from readout_nlp.readouts.organs import unit_before
from readout_nlp.readouts.readout import Presider
from readout_nlp.readouts.spans import Span, fold, paragraphs, sentences
from readout_nlp.reference.gazetteer import known_names

_OFFICE = (
    r"委员长|书记|省长|市长|区长|县长|州长|旗长|盟长|镇长|乡长|主席|主任|总理|政委|师长|组长|会长|部长|专员|秘书长|司令员|"
    r"行政长官|董事长|局长|院长|校长|召集人|常委|委员|总书记|厅长|检察长|总?指挥长?|负责人|负责同志|同志"
)
# a lone 晚 tells the time only behind a day: else it may end a name
_WHEN = (
    r"(?:(?:(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日|昨[天日]?|今[天日]?|近日|日前)(?:上午|下午|晚上|晚|中午|凌晨)?|"
    r"(?:上午|下午|晚上|中午|凌晨)?)"
)
# 盟长提名人选, 副县长(挂职): what an office is printed with before the name
_PROVISIONAL = r"(?:提名人选|候选人|人选)?(?:\([^()]{2,8}\))?"
_CHAIR = re.compile(
    r"主持(?:召开|举行|会议|了会议|并讲话|并[作做]了?[^,。;]{0,6}(?:小结|总结|讲话|点评|发言)|本次会议|此次会议|开展|学习|(?=[,。;)\s]|$)|(?=[^,。;\s的作]{1,14}(?:会|学习|研讨|全会|仪式)))"
)
# 主持人: 某某 县长, 主持人: 县长 某某: a line of minutes that are a form
_LABEL = re.compile(r"(?:会议)?主\s?持\s?(?:人\s?)?:\s*")
_FORM = re.compile(rf"(?P<name>[一-鿿·]{{2,7}})\s(?P<role>[^\s,。]{{0,20}}(?:{_OFFICE}))$")
# 研究年初工作县委书记某某主持会议: where no mark stands before it, an office is known by its own words
_RUN_ON = re.compile(
    rf"(?<!学习)(?<!传达)(?<!贯彻)(?<!落实)(?<!关于)(?<![对在和与由])(?P<role>[省市县区州旗盟](?:委副书记、(?:代理?)?[省市县区州旗盟]长|委书记|长))"
    rf"(?P<name>[{''.join(sorted(SURNAMES))}][一-鿿]{{1,2}})$"
)
# 何一苇区长主持: the office behind the name, and no more than a name before it
_BEHIND = re.compile(
    rf"(?P<name>[{''.join(sorted(SURNAMES))}][一-鿿]{{1,2}}(?<![副代理常务]))(?P<role>(?:代理?|(?:常务)?副)?"
    rf"(?:(?:[省市县区州旗盟]|党)(?:委|工委))?(?:副?书记|[省市县区州旗盟镇乡]长|主任|主席|专员))$"
)
_BETWEEN = re.compile(
    rf"(?:同志)?于?{_WHEN}(?:受[^,。]{{2,20}}委托)?(?:出席会议并|出席并|现场|亲自|共同|先后|以视频形式|在[^,。]{{2,24}})?$"
)
# 市委书记某某,主持会议: offices alone, then a surname; nothing that was done there
_STRAY_COMMA = re.compile(
    rf"(?:^|[,。;:!?\n])(?:[^,。;:!?\n、]{{1,30}}(?:{_OFFICE})、)*[^,。;:!?\n、]{{0,30}}(?:{_OFFICE})"
    rf"(?!(?:{_OFFICE}))[{''.join(sorted(SURNAMES))}][一-鿿]{{1,2}}(?<!出席)(?<!讲话)(?<!致辞)(?<!委托),{{1,2}}$"
)
# 区委副书记、区长,某园区党工委书记某某主持: the offices before the comma are the chair's too
_HELD = rf"{_OFFICE}|党组成员|党委成员"
_OFFICES = re.compile(
    rf"(?:^|[。;!?\n]|[日天午晚],)(?P<roles>(?:[^,。;:!?\n、\s]{{1,20}}(?:{_HELD})、)*[^,。;:!?\n、\s]{{0,20}}(?:{_HELD})),$"
)
# the last clause, gone to at once: from every character on one looked for its end
_CLAUSE = re.compile(r"(?:(?s:.*)[,。;:!?\n])?[^,。;:!?\n]*?(?P<clause>[^,。;:!?\n]{2,60})$")
# what is in brackets ends with them, but in 领导小组(专班)组长 an office goes on
_LEADING = re.compile(
    rf"^(?:.*[)）】](?!(?:[一-鿿]{{0,4}}(?:小组|专班|委员会|指挥部))?(?:常务|第一)?副?(?:组长|主任|总?指挥)))?(?:{_WHEN}[,]?)?(?:会议由|本次会议由|[全大]会由|受[^,]{{2,30}}委托[,、]?|由|经|会上|会议|当天|当日)?"
)
_LONGEST_PLACE = 12
_LONG_CLAUSE = 24  # characters: hardly one clause, but several without their marks
_LONGEST = 70  # characters of office and name before 主持
_NAME = re.compile(r"[一-鿿]{2,4}|[一-鿿]{1,8}(?:[·•][一-鿿]{1,8}){1,3}")
_LONG_NAME = re.compile("[一-鿿]{5,7}")  # 旗长乌云毕力格图: in a unit of Mongols, Tibetans, Uyghurs
_OF_A_NATION = re.compile("[旗盟州]|自治|苏木")
_NO_LONG_NAME = re.compile("[会议学习研讨论班组精神题讲话表分别一行等及和与、在从对]")
_NOT_ROLE = re.compile(
    r"^习近平|学习|传达|贯彻|听取|落实|关于|指出|强调|要求|出席|列席|参加|委托|精神|会议|召开|在(?!任)|的|和"
)
# 学习 and 贯彻 stand in names of bodies too: 市委党史学习教育领导小组组长
_BODY = re.compile(r"[^、,。;]{0,40}?(?:领导小组|指挥部|委员会|专班|中心组)")
_NOT_NAME = re.compile(
    r"^[去到赴]|会议|市委|省委|县委|区委|政府|常委|主要|负责|同志|领导|集体|分别|轮流|先后|共同|记者|召开|主持|组织|中心"
)
# looks behind stand after their last characters: the engine then skips to these
_PRESENT = re.compile(
    r"[席加台](?:(?<=出席|列席|参加)(?:了)?(?:本次|这次|此次|今天的)?(?:会议|大会|全会|学习|活动|$|[。,;])"
    r"|(?<=在主席台)(?:前排)?就座)"
)
_ATTENDED = re.compile(_PRESENT.pattern.replace("$", r"\s|$"))  # the same, in a text of many paragraphs
_ACTED = re.compile(
    r"会议(?:指出|强调|要求|认为|听取|传达|学习|审议|研究|讨论|决定|通过)"
    r"|(?:会议|大会|全会)并(?:讲话|致辞|作了?讲话)|应到|应出席|(?:法定|规定)人数"
    r"|(?:并|分别|还|先后|就[^,。]{2,40})(?:传达|通报|汇报|领学|宣读|作了?[^,。]{0,12}(?:说明|报告|汇报|发言))"
)


@cache
def _office() -> re.Pattern[str]:
    return re.compile(rf"(?:{_OFFICE}){_PROVISIONAL}")


def find_presider(texts: list[str], *, unit: str = "") -> Presider | None:
    """Find the chair in the texts given, the likeliest text first (lead, next paragraphs, title).

    The office is given as printed. Where only a name presides, the office is taken from another place on the
    page that prints it with the name; without one it is None. `unit` is whose meeting it was: in a unit of
    Mongols or Tibetans a chair may have a longer name.

    Examples
    --------
    >>> find_presider(["3月1日,市委书记李建明主持召开市委常委会会议。"])
    Presider(name='李建明', role='市委书记')
    >>> find_presider(["受县委书记委托,县委副书记、县长王芳主持会议。"])
    Presider(name='王芳', role='县委副书记、县长')
    """
    bare: Presider | None = None
    for text in texts:
        for clause in _clauses(fold(text)):
            found = _split(clause, unit)
            if found is not None and found.role is not None:
                return found
            bare = bare or found
    if bare is not None:
        return _with_office(bare, texts)
    form = (_in_form(fold(text), unit) for text in texts)
    found = next(filter(None, form), None)
    return found if found is None or found.role is not None else _with_office(found, texts)


def _in_form(line: str, unit: str) -> Presider | None:
    """Read the line of a form that names the chair, the office before or behind the name."""
    label = _LABEL.match(line)
    if label is None:
        return None
    told = line[label.end() :].strip()
    if (behind := _FORM.match(told)) is not None:
        return Presider(name=behind["name"], role=behind["role"])
    before, _, name = told.rpartition(" ")
    if before and not (len(before) == 1 == len(name) or _office().search(before, max(0, len(before) - 4))):
        return None  # two names
    return _split(f"{before}{name}", unit)


def _clauses(text: str) -> Iterator[str]:
    """Give the clause before each 主持, without the words that may stand between a name and it."""
    for found in _CHAIR.finditer(text):
        before = text[max(0, found.start() - _LONGEST) : found.start()]
        stray = (
            "," in before[-2:]
            and _STRAY_COMMA.search(before) is not None
            and text[found.end() : found.end() + 1] != "的"
        )
        if (clause := _CLAUSE.match(before.rstrip(",") if stray else before)) is not None:
            chair = _BETWEEN.sub("", clause["clause"])
            yield chair if stray else _further_offices(before[: clause.start("clause")], chair) + chair


def _further_offices(before: str, chair: str) -> str:
    """Give the clause before the chair's, if it holds offices alone and the chair's begins with one."""
    joined = "," in before[-2:] and before[-2:-1] not in "日天午晚"  # mostly a day stands there
    held = _OFFICES.search(before) if joined and _office().search(chair) else None
    return f"{held['roles']}," if held is not None and not _no_role(held["roles"]) else ""


def _split(clause: str, unit: str = "") -> Presider | None:
    """Part office and name: the last office word that leaves a name of two to four characters."""
    text = _LEADING.sub("", clause.strip()).strip(" 、")
    text = text.rsplit(" ", 1)[-1] if " " in text else text
    for office in reversed(list(_office().finditer(text))):
        role, name = text[: office.end()], text[office.end() :].strip("、 ")
        if _names(name, unit + role) and not _NOT_NAME.search(name) and not _no_role(role):
            return Presider(name=name, role=role)
    if _NAME.fullmatch(text) and not _office().search(text) and not _NOT_NAME.search(text):
        return None if _NOT_ROLE.search(text) else Presider(name=text, role=None)
    if (behind := _BEHIND.fullmatch(text)) is not None and not _NOT_NAME.search(behind["name"]):
        return Presider(name=behind["name"], role=behind["role"])
    run_on = _RUN_ON.search(text) if len(clause) > _LONG_CLAUSE else None
    if run_on is None:
        return None
    unit_name = unit_before(text, run_on.start() + 1)
    return Presider(name=run_on["name"], role=f"{unit_name or run_on['role'][0]}{run_on['role'][1:]}")


def _names(name: str, role: str) -> bool:
    """Say whether characters are a name; of more than four only where such names are borne."""
    if _NAME.fullmatch(name):
        return True
    long = _LONG_NAME.fullmatch(name) is not None and _NO_LONG_NAME.search(name) is None
    return long and _OF_A_NATION.search(role) is not None


def _no_role(role: str) -> bool:
    return _NOT_ROLE.search(_unplaced(_BODY.sub("", role))) is not None


def _unplaced(role: str) -> str:
    """Leave out the place that an office begins with: 平和县委书记 holds no 和 that joins anything."""
    ends = (end for end in range(min(len(role), _LONGEST_PLACE), 1, -1) if role[:end] in known_names())
    return role[next(ends, 0) :]


def _with_office(found: Presider, texts: list[str]) -> Presider:
    pattern = re.compile(
        rf"(?P<role>[^,。;:!?\s]{{0,30}}?(?:{_OFFICE}){_PROVISIONAL}){re.escape(found.name)}"
    )
    for text in texts:
        for match in pattern.finditer(fold(text)):
            role = _LEADING.sub("", match["role"])
            if role and not _no_role(role):
                return Presider(name=found.name, role=role)
    return found


def take_attendance(text: str) -> tuple[str, str | None]:
    r"""Part the paragraphs that only say who attended from the rest.

    Returns
    -------
    tuple[str, str | None]
        The text without them, and they, joined by newlines; None where there are none.

    Examples
    --------
    >>> take_attendance("3月1日,区委常委会召开会议。\n区委常委出席会议,区政协主席列席会议。")
    ('3月1日,区委常委会召开会议。', '区委常委出席会议,区政协主席列席会议。')
    """
    folded = fold(text)
    if _ATTENDED.search(folded) is None:  # one look instead of one a paragraph
        return text, None
    taken = [part for n, part in enumerate(paragraphs(folded)) if n and attends(part)]
    if not taken:
        return text, None
    spans = {(p.start, p.end) for p in taken}
    kept, at = [], 0
    for start, end in sorted(spans):
        kept.append(text[at:start].rstrip("\n \u3000"))
        at = end
    kept.append(text[at:])
    rest = "".join(kept).strip("\n")
    return rest, "\n".join(text[start:end] for start, end in sorted(spans))


def attends(part: Span) -> bool:
    """Say whether a paragraph only lists who attended: one that names the chair does not."""
    if _PRESENT.search(part.text) is None or _ACTED.search(part.text) or "主持" in part.text:
        return False
    return all(_PRESENT.search(s.text) for s in sentences(part))
