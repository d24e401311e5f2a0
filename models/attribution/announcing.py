"""English wordings of headings and lines that announce a side's points, around the side's name.

Each pattern is matched before the name (to its start) or after it (from its end).
"""

import re

from models.attribution.cues import ACCOUNT, TELLING

TELLING_NOUN = re.compile(rf"\b{TELLING}\b", re.I)
MARK = r"(?:[^\w\n]|_|(?:\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,4}|[A-Ha-h])[.):]?\s)*"
"""What stands before a heading's words: Markdown, a flag, a number."""
ENDING = r"[\s:.?!*_#»”\"]*"
KEY = r"(?:key|main|core|central|top|major|chief|official|stated|public|following|declared)"
_KEYS = rf"(?:{KEY}\s+)*(?:[\w-]+\s+)?"
TAIL = (
    r"(?:\s*[:—–-]\s*|\s*\(|,\s+(?:as\b|point|in\b|explained|at\s+a|summari|briefly|step|line)"
    r"|\s+(?:on|of|to|about|regarding|concerning|towards?|after|following|in|for|at|during|from|before|ahead|since|over"
    r"|as|so\s+far|today|now|going\s+in(?:to)?)\b)"
)
INTRODUCED = re.compile(
    rf"{MARK}(?:(?:inside|on|in|under|from|understanding|reading|unpacking|breaking\s+down|summary\s+of|overview\s+of"
    rf"|excerpts?\s+from|details\s+of|what\s+(?:is|are|was|were)"
    rf"|(?:the\s+)?(?:{KEY}\s+)*{ACCOUNT}\s+(?:of|in|from|by|behind))\s+)?(?:the\s+)?(?:{KEY}\s+)*",
    re.I,
)
OWNED = re.compile(
    rf"(?:[’']s?)?\s+(?:[\w-]+\s+){{0,3}}?{ACCOUNT}(?:\s*(?:,|and|&|,\s*and)\s+(?:[\w-]+\s+)?{ACCOUNT})*"
    rf"(?:{ENDING}$|{TAIL})",
    re.I,
)
"""After a name: "'s Framing of the Call"."""
ASKED = re.compile(
    rf"{MARK}(?:and\s+)?(?:here[’']s\s+)?(?:how|what|where|why)\s+(?:(?:do|does|did|is|has|will)\s+)?(?:the\s+)?", re.I
)
REASONS = re.compile(rf"{MARK}(?:\w+\s+)?why\b", re.I)
REASONED = re.compile(r"\s+(?:says?|said|argue[sd]?|insist(?:s|ed)?|claim(?:s|ed)?|believe[sd]?|thinks?)\b", re.I)
"""Why a side does a thing is often the writer's answer; why it says it should be done is its own."""
SAYS = re.compile(
    r"\s+(?:(?:is|are|was|were|has|have|had|been|also|now|really|actually|itself|officially|publicly|currently|says?\s+it"
    r"|(?:plans|wants|chose|chooses|decided|tried|tries)\s+to)\s+)*"
    r"(?:s[ae]ys?|said|saying|sees?|saw|seeing|views?|viewed|viewing|fram(?:es?|ed|ing)|describ(?:es?|ed|ing)"
    r"|portray(?:s|ed|ing)?|present(?:s|ed|ing)?|casts?|casting|reads?|reading|interpret(?:s|ed|ing)?|puts?|putting"
    r"|tells?|told|telling|wants?|wanted|demand(?:s|ed|ing)?|claim(?:s|ed|ing)?|argu(?:es?|ed|ing)"
    r"|characteri[sz](?:es?|ed|ing)|explain(?:s|ed|ing)?|sells?|selling|sold|spins?|spun|spinning|understands?|stands?"
    r"|heard|hears|stress(?:es|ed|ing)?|emphasi[sz](?:es?|ed|ing)|highlight(?:s|ed|ing)?|propos(?:es?|ed|ing)"
    r"|offer(?:s|ed|ing)?|report(?:s|ed|ing)?|announc(?:es?|ed|ing)|asks?|asked|asking|seeks?|sought|seeking|hopes?"
    r"|thinks?|expects?|insists?|summari[sz](?:es?|ed)|recount(?:s|ed)?|promis(?:es?|ed)|posted|posts|wrote|writes|sum(?:s|med)\s+(?:\w+\s+)?up|stress|emphasi[sz]e"
    r"|highlight)\b",
    re.I,
)
UNSAID = re.compile(r"\b(?:not|never|isn|wasn|doesn|didn|won|left|leaves|leaving|omit\w*|without)\b|n[’']t\b", re.I)
GIVEN_BY = (
    r"(?:(?:offered|raised|issued|delivered|given|stated|advanced|published|released|made|presented|put\s+forward|set\s+out"
    r"|put\s+out|posted|signed|read\s+out)\s+)?(?:from|of|by|in)"
)
SEEN_FROM = re.compile(
    rf"{MARK}(?:(?:[\w’'-]+\s+){{1,4}}(?=as\s|according|through))?"
    rf"(?:(?:the\s+)?{_KEYS}{ACCOUNT}\s+{GIVEN_BY}|(?:(?:as\s+)?seen\s+)?from|according\s+to|through\s+the\s+eyes\s+of"
    r"|as\s+(?:told|described|framed|presented|seen)\s+by|in\s+the\s+(?:words|view|eyes)\s+of)\s+(?:the\s+)?",
    re.I,
)
AS_SEES = re.compile(rf"{MARK}as\s+(?:the\s+)?", re.I)
WORDS = re.compile(r"[’']s?\s+(?:own\s+)?(?:words|eyes|telling|terms)\b", re.I)
LABELLED = re.compile(rf"\s*[:—–-]\s*(?:(?:the|its|his|her|their)\s+)?{_KEYS}{ACCOUNT}{ENDING}$", re.I)
RESPONDS = re.compile(rf"(?:\s+[\w’-]+){{1,6}}:\s+(?:his|her|its|their)\s+(?:{KEY}\s+)*{ACCOUNT}{ENDING}$", re.I)
"""After a name: " Pushes Back: Her Main Claims"."""
LABELS = re.compile(rf"{MARK}(?:the\s+)?{_KEYS}{ACCOUNT}\s*[:—–(-]\s*(?:the\s+)?", re.I)
OTHERS = re.compile(
    r"\b(?:experts?|analysts?|observers?|critics?|criticism|skeptic\w*|sceptic\w*|doubts?|fact[- ]?check\w*|debunk\w*"
    r"|the\s+truth|reality|analysis|implications?|consequences|reactions?\s+to|myths?|mistakes?|flaws?|problems?|gaps?"
    r"|contradict\w*|compared|versus|vs|against|allied|allies|europe\w*|open\s+questions|unanswered|unresolved"
    r"|unknowns?|what\s+(?:happened|comes\s+next|it\s+means|we\s+know)|bloggers?|opponents?|timeline|in\s+practice|on\s+the\s+ground)\b",
    re.I,
)
"""Words of a heading under which stands what others make of a side's account."""
TOLD = re.compile(
    rf"(?:[’']s?)?\s+(?:[\w-]+\s+){{0,2}}?(?:{TELLING}|text|document|list|presentation|address|speech)\b", re.I
)
"""After a name that opens a line: "'s account of the meeting", " text"."""
TOLD_BY = re.compile(
    rf"(?:(?:the|a|an|this|first|second|next|now|then),?\s+)*(?:[\w-]+\s+)?(?:{TELLING}|text|document|speech|address)\s+{GIVEN_BY}"
    r"\s+(?:the\s+|(?:[Pp]resident|[Ss]ecretary|[Mm]inister|[Ff]oreign|[Pp]ress|[Ss]pokes\w+|[Ee]nvoy)\s+)*",
    re.I,
)
"""Before a name, from the line's start: "The statement issued by the"."""
BELOW = re.compile(
    r"\b(?:following|as\s+follows|these|below|this\s+account|in\s+(?:more|greater)\s+detail"
    r"|(?:two|three|four|five|several|a\s+few|a\s+number\s+of)\s+(?:[\w-]+\s+){0,2}?(?:points?|passages?|items?|lines?|things|elements"
    r"|themes|messages|claims|demands|conditions|goals|reasons|arguments|priorities|topics|outcomes|areas))\b",
    re.I,
)
"""What points to the bullets that follow."""
