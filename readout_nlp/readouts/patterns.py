"""Regular expressions built from the word tables of `readout_nlp.reference`, compiled on first use.

Every repetition is bounded, or runs over characters that nothing after it can match, so that matching is
linear in the length of a sentence.
"""

from __future__ import annotations

import re
from functools import cache

from readout_nlp.reference.acts import verb_pattern
from readout_nlp.reference.agenda_words import WordKind, agenda_words
from readout_nlp.reference.alternatives import alternatives, searched

_DONE_BY_PEOPLE = (
    "传达学习",
    "传达",
    "通报",
    "汇报",
    "总结",
    "分析",
    "部署",
    "安排部署",
    "集体学习",
    "学习",
    "领学",
    "带学",
    "解读",
    "宣读",
)


def _either(kind: WordKind) -> str:
    return alternatives(agenda_words(kind))


@cache
def verb_group() -> re.Pattern[str]:
    """Compile what may stand at the head of a matter: adverbs, then verbs joined by 和, 并 and the like."""
    adverbs, verb = _either("adverb"), verb_pattern()
    joint = rf"了?(?:和|并|、|与|及|以及)(?:{adverbs})?"
    return re.compile(rf"(?:{adverbs}|[,、\s]){{0,4}}(?P<verbs>{verb}(?:{joint}{verb}){{0,3}})(?P<done>了)?")


@cache
def single_verb() -> re.Pattern[str]:
    """Compile one verb of an act."""
    return re.compile(verb_pattern())


@cache
def generic_words() -> re.Pattern[str]:
    """Compile the words that tell nothing of a matter."""
    words = searched([*agenda_words("generic"), *"的和与及等了对在就"])
    years = "|".join(rf"{digit}(?<!\d{digit})\d*年" for digit in "0123456789")  # (?<!\d)\d+年, skipped to
    return re.compile(f"{words}|{years}")


@cache
def speech_opening() -> re.Pattern[str]:
    """Compile what opens a stretch of speech: 会议强调, 张三指出, 针对议题,张三要求."""
    before = r"(?:针对[^,。]{2,30},|(?:就|围绕|谈到|谈及)[^,。]{2,40},|(?:会上|会议最后|最后|同时|为此),)?"
    who = r"(?P<who>会议|全会|大会|[一-鿿·]{2,16}?)"
    between = rf"(?:{alternatives(['还', '并', '同时', '进一步', '特别', '反复', '再次', '最后'])}){{0,2}}"
    return re.compile(rf"{before}{who}{between}(?:(?:{_either('speech')})(?P<then>[,:]|$)?|说(?P<told>[,:]))")


@cache
def speech_words() -> re.Pattern[str]:
    """Compile the words of which every sentence that opens a stretch of speech holds one."""
    return re.compile("|".join([*map(re.escape, agenda_words("speech")), "说,", "说:"]))


@cache
def says() -> re.Pattern[str]:
    """Compile 会议强调, and 张三指出: with the mark: such a sentence opens a speech and nothing else."""
    return re.compile(rf"[一-鿿·]{{2,4}}?{_either('speech')}[,:]")


@cache
def opening_signs() -> re.Pattern[str]:
    """Compile the words of which every sentence within a paragraph holds one that opens anything."""
    # one by one, not as a class: the engine then skips to them
    signs = [*"会其【在就对围关", "另外", "说,", "说:", *agenda_words("speech")]
    return re.compile("|".join(map(re.escape, signs)))


@cache
def said() -> re.Pattern[str]:
    """Compile a word of speech alone: a clause that begins with it states no matter."""
    return re.compile(rf"(?:会议|并)?(?:{_either('speech')})")


@cache
def saying() -> frozenset[str]:
    """Give the characters with which a word of speech, or of what must be done, begins."""
    return frozenset([*"会并必就要是", *(word[0] for word in agenda_words("speech"))])


@cache
def reported() -> re.Pattern[str]:
    """Compile 副市长张三作了某条例的说明: what a member reports is heard."""
    office = r"(?:书记|[长员师]|主任|主席|领导|负责人|负责同志|代表|部门|委|局|办|同志)"
    return re.compile(
        rf"(?:会上,?)?[^,。:;]{{0,24}}?{office}[一-鿿]{{0,4}}?(?:受[^,。]{{2,16}}委托,?|代表[^,。]{{2,20}})?(?:就[^,。]{{2,40}})?(?:向[^,。]{{2,12}})?"
        rf"[作做]了?(?P<object>[^。;,]{{4,120}}?)的?(?:说明|汇报|通报|工作报告|情况报告|报告)[,;。]?$"
        rf"|(?:会上,?)?[^,。:;]{{0,24}}?{office}[一-鿿·]{{0,10}}?(?:代表[^,。就]{{2,20}})?(?:就|对)(?P<about>[^。;:]{{4,120}}?)(?:[作做]了?|进行了?)(?:简要|详细)?(?:说明|汇报)[,;。]?$"
        rf"|(?:会上,?)?[^,。:;]{{0,24}}?{office}[一-鿿]{{0,4}}?[作做]了?(?P<account>(?:年度|专题|现场)?述[职法学廉]{{1,3}})(?:报告)?[,;。]?$"
    )


@cache
def lecture() -> re.Pattern[str]:
    """Compile 会议邀请某教授作专题辅导: what others teach is learnt."""
    taught = "辅导|讲座|授课|讲课|讲解|报告|讲授|解读|宣讲"
    return re.compile(
        rf"(?:会议|会上,?|学习会|学习会上,?)?(?:还|专门|特别|特)?(?:邀请|请)[^。;:]{{4,80}}?(?:作了?|做了?|进行了?|以|围绕|就|为题)"
        rf"(?P<object>[^。;:]{{0,60}}?)(?P<taught>{taught})"
        rf"|(?:会上,?)?[^,。;:]{{2,30}}?(?:教授|专家|研究员|讲师|老师)[一-鿿]{{0,4}}?(?:应邀,?)?(?:作了?|做了?|以|围绕)(?:题为)?"
        rf"(?P<own>[^。;:]{{0,60}}?)的?(?:专题|主题)?(?:辅导|讲座|授课)"
    )


@cache
def while_doing() -> re.Pattern[str]:
    """Compile 会议在传达学习某精神时强调: the matter stands between 在 and 时."""
    return re.compile(
        rf"(?:会议|会上,)?(?:还|并|首先)?在(?:{_either('adverb')}){{0,2}}(?P<verbs>{verb_pattern()})了?"
        rf"(?P<object>[^。]{{2,80}}?)(?:时|后|之后|过程中|的基础上|中)(?:,|(?={_either('speech')}))"
    )


@cache
def about() -> re.Pattern[str]:
    """Compile 会议就某事进行了部署: the matter stands before the verb."""
    return re.compile(
        r"(?:会议|会上,?)?(?:[^,。:围]{0,8}?(?:成员|人员|大家|同志们?)|[一-鿿·]{2,4}?(?=还|并|同时|分别|[就对][^,。]{2,60}(?:进行|作)了)|[^,。:;]{2,24}?在会议?上(?=[就对])|[^,。:;]{2,24}?(?:书记|[市县区州盟旗镇乡]长|主任|主席)[一-鿿·]{2,4}?(?=[就对][^,。]{4,60}?(?:工作|任务)(?:进行|作)了?))?"
        r"(?:还|并|同时|重点|分别){0,2}"
        r"(?:就|对|围绕)(?P<object>(?:[^。,“]|“[^”。]{0,60}”){2,120}?)(?:作出|作了|做出|做了|进行|开展|展开|作|做)了?"
        rf"(?:专题|具体|全面|再|认真|深入|充分|集中|集体|交流|热烈|重点|进一步){{0,2}}"
        rf"(?P<verbs>(?:{verb_pattern()}){{1,2}})(?=工作|发言|交流|通过|意见|并|和|及|与|、|[,。;:]|$)"
    )


@cache
def joint_statement() -> re.Pattern[str]:
    """Compile the mark before a further statement in a list: 讨论了甲、听取了乙, 关于甲的汇报和关于乙的."""
    return re.compile(
        r"(?=[并、和及以])(?:"  # most characters are none, and are passed by at once
        rf"(?<=汇报|报告|说明|情况|精神)(?=并{verb_pattern()}了?其[他它])|、(?={verb_pattern()}了)|(?<=汇报|报告|说明)(?:和|及|以及)(?=关于)"
        r"|(?:(?<=况汇报)|(?<=况报告)|(?<=的汇报)|(?<=的报告))(?:和|及|以及)(?=[^,。;]{2,60}(?:汇报|报告)[,;。]?$))"
    )


@cache
def by_people() -> re.Pattern[str]:
    """Compile 区长张三通报了某事, 张三在讲话中总结了某事: members of the meeting do what the meeting does."""
    office = r"(?:书记|[长员师]|主任|主席|领导|负责人|负责同志|代表|单位|部门|委|局|办|同志)"
    named = rf"[^,。:;]{{0,24}}?{office}[一-鿿]{{0,4}}?|[一-鿿·]{{2,8}}?在(?:讲话|总结讲话|会)[中上]"
    deeds = "领学|带学了|解读了|领读|导读|宣读|点评|部署了|通报了|汇报了|传达了"
    named += rf"|[一-鿿·]{{2,4}}?(?=代表[^,。]{{2,16}}(?:通报|汇报)|{deeds})"
    who = rf"(?:[^,。:;]{{0,24}},){{0,3}}?(?:{named})"
    how = rf"(?:代表[^,。]{{2,20}}|{_either('adverb')}){{0,2}}"
    verbs = alternatives(_DONE_BY_PEOPLE)
    return re.compile(rf"(?:会议?上,?)?(?P<who>{who}){how}(?P<verbs>{verbs})(?P<done>了)?")


@cache
def way() -> re.Pattern[str]:
    """Compile how a meeting went about what the next clause states: 会议以学习会的形式,深入学习了某精神."""
    ways = (
        r"(?:以|采取|采用|通过|经|经过|按照|由)[^,。;:]{2,40}",
        r"分组[^,。;:]{1,16}",
        r"[^,。;:]{2,16}[之以]?后",
        r"首先[^,。;:]{2,24}",
    )
    by = r"(?:以|采取|采用|用)[^,。;:]{2,30}?(?:方式|形式)"
    return re.compile(
        rf"(?:(?:先|还|并)?|进行了?分组[^,。;]{{2,6}},并?(?:(?:依照|按照|依)[^,。;]{{2,10}})?){by}(?!,|进行)|(?:(?:首先|先|还)?(?:{'|'.join(ways)}),){{1,2}}(?:会议|全会|大会)?"
    )


@cache
def held_next() -> re.Pattern[str]:
    """Compile 随后,区政府召开常务会议, before what that meeting did."""
    after = "随后|接着|会后|之后|同日|当天|会议前|会前"
    studied = (
        r"(?:会议?前|会议?开始前|会上)[^,。;:]{0,12}?(?:进行|开展|组织|举行)了?[^,。;:]{0,12}(?:学习|学法),"
    )
    return re.compile(rf"(?:{after})[^。;:召举]{{0,24}}(?:召开|举行)了?[^,。;:]{{2,24}},(?:会议)?|{studied}")


@cache
def agenda_announced() -> re.Pattern[str]:
    """Compile 这次会议的主要任务是: before the list of what the meeting did."""
    return re.compile(
        r"(?:(?:这次|本次|此次)[一-鿿]{0,6}?(?:会议|全会|大会)的?(?:主要)?(?:任务|议程|议题|内容)|会议的?主要(?:议题|议程))(?:是|为|有|包括)[:,]?"
    )
