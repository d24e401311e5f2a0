"""English: the frame that a verb of saying makes, with its subject before or after it."""

import re
from collections.abc import Sequence

from models.attribution.announcing import TELLING_NOUN
from models.attribution.cues import CONTINUED, NOT_SIDE, NOUNS, ROLE, SAID, SPEECH_NOUN
from models.attribution.cues import JOINT as JOINT_SUBJECT
from models.attribution.hits import LAST, Hit
from models.attribution.mentions import Mention
from models.attribution.subjects import in_relative, new_clause, oblique, paired
from models.attribution.unsaid import unsaid
from models.news import JOINT, OTHER

_ADVERB = (
    r"(?:has|have|had|is|are|was|were|also|long|already|ever|instead|too|only|then|again|later|once|first|even|never|not|did|does|do|will|would|could"
    r"|may|might|must|can"
    r"|himself|herself|itself|themselves|been|still|just|now|often|always|since|yet|further|soon|both|all|who|which"
    r"|went on to"
    r"|\w+ly|[A-Z][a-z]+day|today|yesterday|tonight|(?:on|in|at|during|after|for|from|this|last|earlier|over"
    r"|through)\s+[^,.;:\"“”]{2,50}"
    r"|n[’']t|[’']ve|[’']s|[’']d|—|-)"
)
_GAP = re.compile(
    rf"(?:\s+and\s+(?:its|her|his)\s+(?:[\w-]+\s+){{0,2}}(?:allies|partners))?(?:[’']s?(?:\s+[a-z-]+)?(?=\s+{ROLE}))?(?:(?:\s+[a-z]+)?\s+{ROLE})*(?:(?:[’']s?(?:\s+[a-z-]+)?)?\s+{SPEECH_NOUN})?(?:\s+[A-Z][\w.’-]+(?:\s+[A-Z][\w.’-]+){{0,2}})?"
    r"(?:,[^;:\"“”]{1,180},|\s\([^)]{1,60}\)|\s[-–—]\s[^–—]{1,80}\s[-–—])?"
    rf"(?:,?\s+{_ADVERB}){{0,5}}[\s,]*$"
)
_AFTER = re.compile(
    r"(?:\s+(?:the|then|former|a|an|Mr\.|Mrs\.|Ms\.|President|Secretary|(?:on|in|at)\s+\w+(?:\s+\w+)?)){0,3}\s+$"
)
_IT = re.compile(r"(?<![\w’'-])[Ii]t(?:\s+(?:has|had|also|later|then|\w+ly))*\s+$")
_IT_TOO = re.compile(r"accuse[sd]|denie[sd]|blame[sd]|reject(?:s|ed)|call(?:s|ed)|demand(?:s|ed)|urged|vowed|condemned")
"""Verbs whose subject "it" is a house, besides those of saying: a text or a plan does none of these."""
_PRONOUN = re.compile(rf"(?<![\w’'-])(?:[Hh]e|[Ss]he|[Tt]hey)(?:\s+{_ADVERB}){{0,3}}\s+$")
_ROLE_SUBJECT = re.compile(
    r"\b(?:(?:[Tt]he|[Hh]is|[Hh]er|[Tt]heir)\s+(?:(?!prime\s)[a-z-]+\s+)?"
    r"(?:president|spokes\w+|minister|secretary|officials?|campaign|candidate|nominee|team|diplomat|envoy|ambassador"
    r"|negotiator|advis[eo]r|aide|consul|attach[eé]|representative|coordinator)"
    r"|(?:[Tt]he|[Tt]his|[Tt]hat|[Aa]|[Tt]hese|[Hh]is|[Tt]heir)\s+(?:[a-z-]+\s+)?"
    r"(?:statement|briefing|readout|stance|position|document|message|account|announcement|press release))"
    r"(?:\s+(?:has|have|had|also|later|then|\w+ly|[A-Z][a-z]+day|on\s+[A-Z][a-z]+day|went on to)){0,3}\s+$"
)
_OTHER_SUBJECT = re.compile(
    rf"(?:(?!(?:In|On|At|By|For|After|Before|When|While|As|If|The|This|That|With|From|But|And)\b)[A-Z][\w’.-]+"
    rf"|\b(?:analysts?|experts?|critics?|observers?|sources?|officials?|lawmakers?|voters?"
    rf"|supporters?|allies|reporters?"
    rf"|aides?|people|historians?|economists?|scholars?|diplomats?|polls?|surveys?|report|study|analysis|residents?"
    rf"|advocates?|many|some"
    rf"|others?|one|who|leaders?|man|woman|judge|senator|governor|paper"
    rf"|newspaper))(?:,[^;:\"“”]{{1,120}},)?(?:\s+{_ADVERB}){{0,4}}[\s,]*$"
)
_NAMED_SUBJECT = re.compile(
    r"(?:(?:Mr|Ms|Mrs|Dr|Sen|Rep|Gov|Gen|President|Minister|Chancellor|Senator|Secretary)\.?\s+[A-Z][\w’-]+"
    r"|(?<![\w.’-])(?!(?:The|This|That|These|And|But|In|On|As|At|For|If|When|While|After|Before|Given|Second|First"
    r"|Our|My|His|Her)\b)"
    r"[A-Z][\w’-]+(?:\s+(?:[A-Z][\w.’-]+|al|von|van|de|bin))*"
    r"\s+(?!States|Union|Nations|Council|Administration|Government|Federation|House|Ministry|Agency|Group"
    r"|Organi[sz]ation|Republic|Kingdom"
    r"|Party|Committee|Department|Bank|Court|Parliament|Assembly|Plan|State|Conference|Policy|President|Minister"
    r"|Secretary|Leaders?|Ambassador|Governor|Week|Day)[A-Z][\w’-]+)"
    rf"(?:,[^;:\"“”]{{1,120}},|\s\([^)]{{1,40}}\))?(?:\s+{_ADVERB}){{0,4}}[\s,]*$"
)
_SAYS_ANOTHER = re.compile(rf",\s+(?:[A-Z][\w’-]+\s+)+(?:{'|'.join(sorted(SAID))})\b")
_ELLIPTIC = re.compile(r"[’']s?\s+(?:(?:also|merely|only|instead|\w+ly)\s+)?")
"""Between a name and its verb where a noun is not repeated: "the U.S. readout stressed …, the Kremlin's stressed"."""
_BARE = tuple("klmntrwey")
"""Last letters of verbs that are nouns too, in the form that a single person cannot be the subject of."""
_CLAIMED = re.compile(
    r"\b(?:claim|statement|allegation|accusation|rumou?r|report|fear|suggestion|assertion|warning|speculation|notion)s?"
    r"(?:\s+(?:in|on|at|from|by|last)\s+[^,;:\"“”]{2,40})?\s+that\s+(?:the\s+)?$"
)
_BE = re.compile(r"\b(?:is|are|was|were|be|been|being|am|’s|'s|get|gets|got)\s+(?:\w+ly\s+|not\s+|also\s+|widely\s+)?$")
_FINITE_ED = re.compile(r"(?:ed|told|said|seen|known|thought|sought|felt|written)$")


def english(
    text: str, start: int, end: int, mentions: Sequence[Mention], cue: tuple[int, int], before: int, strong: bool
) -> Hit | None:
    """The frame of the verb at `cue`, a (start, end), if its subject is found; `before` ends the frame before it."""
    hit = _framed(text, start, end, mentions, cue, before, strong)
    return None if hit and hit.rule not in ("cue-last", "cue-before") and unsaid(text, start, hit, cue) else hit


def _framed(
    text: str, start: int, end: int, mentions: Sequence[Mention], cue: tuple[int, int], before: int, strong: bool
) -> Hit | None:
    at, stop = cue
    left = [one for one in mentions if before <= one.start and one.end <= at]
    low = text[at:stop].lower()
    elliptic = left and low not in NOUNS and _ELLIPTIC.fullmatch(text, left[-1].end, at)
    if elliptic and TELLING_NOUN.search(text, start, left[-1].start) and not oblique(text, start, left[-1]):
        return Hit(left[-1].start, stop, left[-1].voice, 0.75, "possessive")
    passive = _BE.search(text, max(start, at - 20), at) and _FINITE_ED.search(text[at:stop])
    if passive:
        by = re.compile(r"\s+(?:\w+\s+){0,3}?by\s+(?:the\s+)?").match(text, stop, end)
        agent = next((one for one in mentions if by and one.start == by.end()), None)
        if agent is None or text.startswith(" and ", agent.end):
            return None
        return Hit(at, agent.end, agent.voice, 0.75, "passive-by")
    if text[at - 1 : at] == "-" or text[stop : stop + 1] in ("-", "’"):
        return None
    if low in SAID and (after := _inverted(text, start, end, mentions, cue)):
        return after
    if low.endswith("ing") and text[max(start, at - 2) : at].rstrip().endswith(","):
        return _far(text, start, mentions, at, stop) if before == start else None
    confidence = 0.85 if strong else 0.75
    if left:
        nearest = left[-1]
        for subject in reversed(left):
            if in_relative(text, start, subject, at):
                continue
            if not _GAP.fullmatch(text, subject.end, at) or _SAYS_ANOTHER.search(text, subject.end, at):
                break
            if subject.end == at - 1 and low in NOUNS and low.endswith(_BARE) and text[subject.end - 1] != "s":
                break  # "could draw Trump support"
            if _CLAIMED.search(text, max(start, subject.start - 80), subject.start):
                break  # "a deputy's claim that Moscow wants the strait": the deputy's
            if paired(text, left, subject):
                return Hit(left[0].start, stop, JOINT, confidence, "joint-cue")
            if not oblique(text, start, subject) or new_clause(text, start, before, subject):
                return _subject(text, start, end, subject, cue, confidence)
        if NOT_SIDE.match(text, nearest.end):
            return Hit(nearest.start, stop, OTHER, 0.7, "other-cue")
    if joint := [
        m for m in JOINT_SUBJECT.finditer(text, max(before, at - 80), at) if _GAP.fullmatch(text, m.end(), at)
    ]:
        return Hit(joint[-1].start(), stop, JOINT, confidence, "joint-cue")
    window = max(before, at - 160)
    if pronoun := _PRONOUN.search(text, max(before, at - 60), at):
        return Hit(
            pronoun.start(),
            stop,
            LAST,
            0.7 if strong and _main(text, start, pronoun.start()) else 0.55,
            "pronoun",
            named=False,
        )
    if (
        (low in SAID or _IT_TOO.fullmatch(low))
        and (it := _IT.search(text, max(before, at - 30), at))
        and _main(text, start, it.start())
    ):
        return Hit(it.start(), stop, LAST, 0.65, "role", named=False)
    if role := _ROLE_SUBJECT.search(text, max(before, at - 80), at):
        return Hit(role.start(), stop, LAST, 0.65 if strong else 0.55, "role", named=False)
    if far := _far(text, start, mentions, at, stop):
        return far
    if (other := _NAMED_SUBJECT.search(text, window, at)) and not _listed(left, other):
        closing = _closes(text, start, end, other.start(), cue)
        return Hit(other.start(), stop, OTHER, 0.75, "cue-last" if closing else "named-other")
    if (other := _OTHER_SUBJECT.search(text, window, at)) and not _listed(left, other):
        closing = _closes(text, start, end, other.start(), cue)
        return Hit(other.start(), stop, OTHER, 0.7, "cue-last" if closing else "other-cue")
    return None


_NAME_START = re.compile(r"(?:(?:the|The|Mr|Ms|Mrs|Dr|[A-Z][a-z]+)\.?\s+)?$")


def _listed(mentions: Sequence[Mention], subject: re.Match[str]) -> bool:
    """Whether what looks like another speaker is a listed name that was found to be no subject."""
    return any(
        one.start <= subject.start() < one.end
        or (
            subject.start() < one.start < subject.end()
            and _NAME_START.fullmatch(subject.string, subject.start(), one.start)
        )
        for one in mentions
    )


_SUBJECT_OPENING = re.compile(
    r"[\s\"“(]*(?:(?:[A-Z][\w-]*[^,;:]{0,60},\s+)?(?:But|And|Yet|Still|Then|Now|Meanwhile|While|Though|Although|As"
    r"|When|After|But for)?\s*"
    r"(?:[Tt]he\s+|[Mm]r\.\s+|[Mm]rs\.\s+|[Mm]s\.\s+|[Pp]resident\s+|Democrat\s+|Republican\s+)*)$"
)
_BARRIER = re.compile(r"\b(?:that|who|which|because|when|if|while|as|whether|what|where|he|she|they|it|but)\b|[;:]")


def _far(text: str, start: int, mentions: Sequence[Mention], at: int, stop: int) -> Hit | None:
    """The sentence's subject, further from the verb: `Putin hit back on Monday, saying …`."""
    if not mentions or mentions[0].end > at or not mentions[0].nominative or mentions[0].kind == "metonym":
        return None
    subject = mentions[0]
    if (
        not _SUBJECT_OPENING.fullmatch(text, start, subject.start)
        or NOT_SIDE.match(text, subject.end)
        or text[subject.end] in "’'"
    ):
        return None
    between = text[subject.end : at]
    if text[at:stop].lower() in CONTINUED and re.search(r",\s+(?:\w+\s+)?$", between) and len(between) < 200:
        return Hit(subject.start, stop, subject.voice, 0.7, "participle")
    if len(between) < 60 and not _BARRIER.search(between) and not any(one.end <= at for one in mentions[1:]):
        return Hit(subject.start, stop, subject.voice, 0.55, "subject-far")
    return None


_CLOSE = re.compile(
    r"(?:\s+(?:on|in|at|during|last|this|later|earlier|late|to|of|[A-Z][a-z]+day)\b[^,;:]{0,60})?[\s.!?”\"»]*$"
)


_CLOSE_BARE = re.compile(
    r"(?:\s+(?:on|in|at|during|last|this|later|earlier|late|[A-Z][a-z]+day)\b[^,;:]{0,60})?[\s.!?”\"»]*$"
)


_BEFORE_ROLE = re.compile(r"(?:(?:^|\s+)(?:the|an?|one|two|several|some|senior|top|other|unnamed|unidentified))+\s+$")
_ADDRESSEE = re.compile(r"(?:\s+(?:reporters|journalists|lawmakers|the|a|an|[A-Z][\w.’-]*)){1,5}")


_BEFORE_MAIN = re.compile(
    r"(?:[,;:.!?”\"»'—–]|\b(?:[Aa]nd|[Bb]ut|[Tt]hen|[Yy]et|[Ss]o|[Ll]ater|[Ss]till|[Aa]s)"
    r"|\b(?:[Bb]ut|[Aa]nd|[Yy]et)\s+(?:this\s+time|now|here|then|today|in\s+\w+|at\s+\w+|on\s+\w+|for\s+\w+))\s*$"
)


def _main(text: str, start: int, at: int) -> bool:
    """Whether a pronoun opens its sentence or a main clause (not: "the divides he promised to heal")."""
    return not text[start:at].strip('"“«( ') or _BEFORE_MAIN.search(text, max(start, at - 24), at) is not None


def _subject(text: str, start: int, end: int, subject: Mention, cue: tuple[int, int], confidence: float) -> Hit:
    stop = cue[1]
    if NOT_SIDE.match(text, subject.end):
        return Hit(subject.start, stop, OTHER, 0.7, "other-cue")
    if _closes(text, start, end, subject.start, cue):
        return Hit(subject.start, stop, subject.voice, 0.9, "cue-last")
    return Hit(subject.start, stop, subject.voice, confidence, "cue-after")


def _closes(text: str, start: int, end: int, subject: int, cue: tuple[int, int]) -> bool:
    """Whether a subject and its verb close the sentence: `…, Peskov said on Monday`; not `…, Moscow wants to talk`."""
    before = _BEFORE_ROLE.sub("", text[start:subject]).rstrip()
    close = _CLOSE if text[cue[0] : cue[1]].lower() in SAID else _CLOSE_BARE
    told = _ADDRESSEE.match(text, cue[1], end) if text[cue[0] : cue[1]].lower() in ("told", "tells") else None
    return (
        len(before) > 20
        and before[-1:] in ",”\"?!»'"
        and close.match(text, told.end() if told else cue[1], end) is not None
    )


_ROLE_AFTER = re.compile(
    r"\s+the\s+(?:president|head\s+of\s+state|spokes\w+|minister|secretary|statement|official|diplomat|envoy|ambassador"
    r"|negotiator|advis[eo]r|consul|representative)\b",
    re.I,
)
_OTHER_AFTER = re.compile(
    r"\s+(?:[A-Z][\w.’-]+(?:\s+[A-Z][\w.’-]+){0,3}|(?:the|a|an|one)(?:\s+[\w-]+){1,4}?)"
    r"(?=[.,;]|\s*$|\s+(?:in|on|at|who|of|from)\b)"
)
_AFTER_INVERSION = re.compile(
    r"[.,;:)!?—–]|\s*$|\s+(?:in|on|at|during|after|before|of|to|who|last|this|as|when|while|from|by|and|late|early"
    r"|yesterday|today|[–—-]|"
    r"[A-Z][a-z]+day)\b"
)


def _inverted(text: str, start: int, end: int, mentions: Sequence[Mention], cue: tuple[int, int]) -> Hit | None:
    """`…," said Peskov`: the subject after the verb."""
    at, stop = cue
    if not re.search(r"[,”\"?!]\s*$", text[start:at][-4:]):
        return None
    for one in mentions:
        if one.start > stop and one.start - stop < 40 and _AFTER.fullmatch(text, stop, one.start):
            closed = text[max(start, at - 4) : at].rstrip()[-1:] in "”\"»'?!" or _AFTER_INVERSION.match(
                text, one.end, end
            )
            return (
                Hit(at, one.end, one.voice, 0.9, "cue-before") if closed and not NOT_SIDE.match(text, one.end) else None
            )
    if _ROLE_AFTER.match(text, stop, end):
        return Hit(at, stop, LAST, 0.65, "role", named=False)
    named = _OTHER_AFTER.match(text, stop, end)
    if named and (named.group().lstrip()[0].isupper() or text[max(start, at - 4) : at].rstrip()[-1:] in "”\"»'"):
        return Hit(at, stop, OTHER, 0.75, "named-other")
    return None
