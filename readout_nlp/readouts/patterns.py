"""Regular expressions built from the word tables of `readout_nlp.reference`, compiled on first use.

Every repetition is bounded, or runs over characters that nothing after it can match, so that matching is
linear in the length of a sentence.
"""

from __future__ import annotations

import re
from functools import cache

from readout_nlp.reference.acts import verb_pattern
from readout_nlp.reference.agenda_words import WordKind, agenda_words
from readout_nlp.reference.alternatives import alternatives


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
    words = alternatives([*agenda_words("generic"), *"的和与及等了对在就"])
    return re.compile(rf"{words}|(?<!\d)\d+年")


@cache
def speech_opening() -> re.Pattern[str]:
    """Compile what opens a stretch of speech: 会议强调, 张三指出, 针对议题,张三要求."""
    before = r"(?:针对[^,。]{2,30},|(?:就|围绕)[^,。]{2,40},|(?:会上|会议最后|最后|同时|为此),)?"
    who = r"(?P<who>会议|全会|大会|[一-鿿·]{2,16}?)"
    between = rf"(?:{alternatives(['还', '并', '同时', '进一步', '特别', '反复', '再次', '最后'])}){{0,2}}"
    return re.compile(rf"{before}{who}{between}(?:{_either('speech')})(?P<then>[,:]|$)?")


@cache
def said() -> re.Pattern[str]:
    """Compile a word of speech alone: a clause that begins with it states no matter."""
    return re.compile(rf"(?:会议|并)?(?:{_either('speech')})")


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
        r"(?:会议|会上,)?(?:还|并|同时)?(?:就|对|围绕)(?P<object>[^。,]{2,80}?)(?:作出|作了|做出|做了|进行|开展)了?"
        rf"(?:专题|具体|全面|再|认真|深入|充分)?(?P<verbs>{verb_pattern()})"
    )


@cache
def joint_statement() -> re.Pattern[str]:
    """Compile the mark before a further statement within a list: 讨论了甲、听取了乙."""
    return re.compile(rf"、(?={verb_pattern()}了)")
