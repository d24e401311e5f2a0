"""English frames: "The Kremlin said on Monday that …", "…, according to the White House"."""

import re

from models.masking.frames import MASK, PERSON, Frames

_TITLE = (
    r"(?:(?i:vice|deputy|first|prime|foreign|defen[cs]e|interior|press|special|national|security|presidential|chief"
    r"|top|senior|state|former|then|official)[ -])*"
    r"(?i:president|premier|minister|ministry|secretary(?:\s+of\s+(?:state|defen[cs]e|the\s+treasury))?|spokes\w+"
    r"|ambassador|envoy|advis[eo]rs?|aides?|diplomats?|leader(?:ship)?|negotiators?|officials?|press\s+service"
    r"|head\s+of\s+state|chief\s+of\s+staff|chancellor|senators?|department|m(?:r|rs|s)|dr)\b\.?"
)
_WHOSE = rf"(?:{MASK}(?:[’']s)?\s+|[A-Z]\w+(?:an|ese|ish)\s+)?"
_TITLED = (
    rf"(?<!\w)(?:[Tt]he\s+)?President\s+of\s+(?:the\s+)?{PERSON}"
    rf"|(?:(?<!\w)(?:[Tt]he|[Aa]n?)\s+)?(?:(?<!\w){_WHOSE}(?:{_TITLE}\s+){{1,3}})?{PERSON}(?:,?\s+Jr\.?)?"
    rf"|(?<!\w)[Tt]he\s+{MASK}"
)
_GROUP = (
    r"(?:\s+(?:government|administration|authorities|delegation|side|team|campaign|press office|readout|statement))"
)
_SIDE = (
    rf"(?:(?:[Tt]he|[Aa]n?|[Ss]ome|[Ss]enior|[Tt]op)\s+){{0,2}}(?:(?:{_TITLE})\s+(?:of|for)\s+(?:the\s+)?)?{MASK}"
    rf"(?:(?:[’']s?)?(?:\s+{_TITLE}){{1,2}}(?:,\s+(?:{MASK}|(?:[A-Z][\w’-]+\s?){{2,3}}),|\s+(?:{MASK}|(?:[A-Z][\w’-]+\b\s?)"
    rf"{{2,3}}(?<!\s)))?|{_GROUP})?"
)
_ROLE = (
    rf"(?:(?:[Tt]he|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir|[Aa]n?|[Tt]wo|[Ss]ome|[Ss]everal)\s+(?:[\w-]+\s+)?)?(?:{_TITLE})"
    r"|(?:[Tt]he|[Tt]his|[Aa]|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir)\s+(?:[a-z-]+\s+)?"
    r"(?:statement|readout|briefing|document|message|account|announcement|press\s+release|text|report)"
)
_NOT_NAMES = (
    r"(?!(?:The|This|That|These|Those|It|If|When|While|As|After|Before|Since|Because|Once|Until|Though|Although|How"
    r"|What|Who|Which|Why|In|On|At|But|And|No|Not|All|Our|My|Your|Their|We|I|You|There|Here|According)\b)"
)
_NAME = rf"{_NOT_NAMES}(?:{_TITLE}\s+)?(?:[A-Z][\w’.-]*\s+){{0,3}}[A-Z][\w’-]+"
_SPEAKER = rf"(?:{_SIDE}|(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t)\b|{_ROLE}|{_NAME})"
_ASIDE = r"(?:,\s[^,;:“”\"]{1,90},|\s\([^)]{1,60}\))?"
_OFFICE = rf"(?:,\s(?:{MASK}|who\s[^,;:“”\"]{{2,80}}|[^,;:“”\"]{{0,60}}(?:{_TITLE})[^,;:“”\"]{{0,50}})(?=,))?"
"""An apposition that no verb of saying tells from the content after it, so that it must name an office."""
_DAY = r"(?:(?:late|early|earlier|later)\s+)?(?:on\s+)?[A-Z][a-z]+day(?:\s+(?:morning|afternoon|evening|night))?"
_WHEN = (
    rf"(?:{_DAY}|today|yesterday|again|also|later|earlier|once\s+(?:again|more)|(?:this|last)\s+(?:week|month|year)"
    r"|in\s+(?:a|an|its|his|her|their)\s+(?:[\w-]+\s+)?(?:statement|interview|post|tweet|speech|address|readout|briefing)"
    r"|in\s+turn|in\s+[A-Z]\w+|at\s+a\s+(?:[\w-]+\s+)?(?:briefing|conference))"
)
_ADVERBS = (
    rf"(?:,?\s+(?:has|have|had|then|now|still|further|went\s+on\s+to|(?!hardly|barely|scarcely|falsely|wrongly)\w+ly"
    rf"|for\s+(?:its|his|her|their)\s+part,?|{_WHEN},?))" + r"{0,4}"
)
_ASSERTS = (
    r"(?:say|says|said|adds?|added|states?|stated|announces?|announced|claims?|claimed|argues?|argued"
    r"|insists?|insisted|asserts?|asserted|notes?|noted|stress(?:es|ed)?|emphasi[sz]e[sd]?|underscore[sd]?"
    r"|underlines?|underlined|highlights?|highlighted|mentions?|mentioned|warns?|warned|confirms?|confirmed"
    r"|reiterates?|reiterated|explains?|explained|acknowledges?|acknowledged|declares?|declared"
    r"|tweets?|tweeted|writes?|wrote|suggests?|suggested|alleges?|alleged|admits?|admitted"
    r"|concedes?|conceded|maintains?|maintained|remarks?|remarked|contends?|contended|observes?|observed"
    r"|reports?|reported|repeats?|repeated|recalls?|recalled|concludes?|concluded|reveals?|revealed"
    r"|discloses?|disclosed|clarif(?:y|ies|ied)|(?:re)?affirms?|(?:re)?affirmed|believes?|believed|thinks?|thought"
    r"|countered|counters?|(?:makes?|made)\s+(?:it\s+)?(?:\w+ly\s+)?clear|points?\s+out|pointed\s+out"
    r"|(?:expresse[sd]|voice[sd]|made|makes|repeated|reiterate[sd]|stated|issued|set\s+out|defended)"
    r"\s+(?:its|his|her|their|the|a)\s+(?:[a-z]+\s+)?"
    r"(?:position|view|opinion|belief|point|claim|stance|message|conviction|statement\s+saying|statement))\b"
)
"""Verbs that assert what follows; one that denies, demands or wishes says something itself and stays."""
_ANSWERS = r"(?:repl(?:y|ies|ied)|responds?|responded|answers?|answered|comments?|commented)"
_TELLS = (
    r"(?:tells?|told|assures?|assured|reminds?|reminded|informs?|informed)\s+(?:reporters|journalists|lawmakers"
    rf"|the\s+(?:press|media)|(?:an?|the|his|her|its)\s+[^,;:“”\"]{{2,40}}?|[A-Z][\w’.-]+(?:\s+[A-Z][\w’.-]+)?|{MASK})"
)
_WHERE = (
    rf"(?:\s+(?:{_WHEN}|on\s+(?:[A-Z]\w+|television|air|social\s+media|the\s+sidelines)"
    r"|(?:to|in|at|during|after|before|from|via)\b[^,;:“”\"]{1,60}?)){0,3}"
)
_ZERO = r"(?:says?|said|insists?|insisted|believes?|believed|thinks?|thought)"
_ZERO_TO = r"(?:tells?|told)\s+(?:reporters|journalists|lawmakers|the\s+press|the\s+media|" + MASK + r"|[A-Z][\w.-]+)"
_NO_CLAUSE = (
    r"(?!(?:to|of|about|nothing|so|in|on|at|as|by|for|with|from|yes|goodbye|that"
    r"|(?:it|this)\s+(?:all|in|on|at|to|during))\b|[“\"][a-z]|[.,;:])"
)
_ENDS = (
    rf"(?:\s+(?:(?:{_ASSERTS}(?:\s+the\s+fact)?|{_TELLS}){_WHERE}|{_ANSWERS}(?:\s+{_WHEN}){{0,2}})"
    r"(?:,?\s+that\s+|\s*[,:]\s*(?=[“\"]))"
    rf"|\s+(?:{_ASSERTS}|{_TELLS}|{_ANSWERS})(?:\s+{_WHEN}){{0,2}}\s*:\s*"
    rf"|\s+(?:{_ZERO}|{_ZERO_TO})(?:\s+{_WHEN}){{0,2}},?\s+{_NO_CLAUSE})"
)
_OPEN = r"\s*(?:[-–—•*]\s+)?[“\"(]*"
_LINK = (
    r"(?:(?:(?:[Bb]ut|[Aa]nd|[Yy]et|Still|Meanwhile|However|Moreover|Furthermore|Also|Nonetheless|Nevertheless|Then"
    r"|Likewise|Similarly|By\s+contrast|In\s+(?:contrast|turn|response)|For\s+(?:its|his|her|their)\s+part|[Ww]hile"
    r"|[Ww]hereas|[Aa]lthough|[Tt]hough),?\s+)"
)
_SPOKE = (
    r"|(?:Speaking|Talking|Addressing|Responding|Writing|Commenting)\b[^,;:“”\"]{0,80},\s+"
    r"|(?:Today|Yesterday|Earlier|Later|Afterwards?|Separately),?\s+"
    r"|(?:In|On|At|During|Earlier|Later|Last|This|Late|Early)\s+(?:(?:an?|the|his|her|its|their|another|on)\s+)?"
    r"(?:[\w-]+\s+){0,2}(?:statement|interview|briefing|speech|address|remarks|conference|call|post|tweet|message"
    r"|letter|readout|[A-Z][a-z]+day|morning|evening|afternoon|week|month)\b[^,;:“”\"]{0,50}?,?\s+){0,2}"
)
_OCCASION = (
    r"(?P<occasion>(?:In|On|At|During|After|Before|As|With|Since|When|Following|Amid|Despite|Asked|Once|Ahead)\b"
    r"[^;:“”\"]{2,100}?,\s+)?"
)
_BEGIN = _OPEN + _LINK + _SPOKE
_WHOSE_NOUN = rf"(?:{_SIDE}[’']s?|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir)\s+(?:[a-z-]+\s+)?"
_NOUN = (
    r"(?:account|position|view|message|argument|version|stance|line|claim|case|reading|statement|answer|response"
    r"|assessment|explanation|telling|words|opinion|readout)s?"
)
_END = r"[\s.!”\"»)]*$"
_CLOSE_WHERE = (
    rf"(?:\s+{_WHEN}"
    r"|\s+(?:in|on|at|during|to|after|before|from|via|when|of)\b(?:(?!\bthat\b)[^,;:“”\"]){1,60}){0,3}"
)
_CLOSES = rf"(?:{_ASSERTS}|{_TELLS}|{_ANSWERS}){_CLOSE_WHERE}"
_INVERTED = (
    r"(?:says?|said|adds|added|notes|noted|wrote|writes|explained|explains|insisted|insists|declared|concluded|replied"
    r"|responded|argued|argues|warned|warns|remarked|stated|tweeted|recalled|reiterated|stressed|emphasi[sz]ed|claimed"
    r"|claims|asserted|asserts|acknowledged|admitted|observed|countered|commented)"
)
_DASH = r"\s*(?:[—–-]\s*)?"
_NESTED = rf"(?:\s+(?:as\s+)?{_SPEAKER}{_ADVERBS}\s+{_CLOSES}|\s+according\s+to\s+(?:{_SIDE}|him|her|them))"
_INNER = rf",[”\"]?{_NESTED}"

FRAMES = Frames(
    titled=re.compile(_TITLED),
    leading=[
        re.compile(one)
        for one in (
            rf"{_BEGIN}As\s+{_SPEAKER}{_ASIDE}{_ADVERBS}\s+(?:{_ASSERTS}|{_TELLS}|put\s+it|puts\s+it"
            rf"|sees\s+it|saw\s+it){_WHERE},\s+",
            rf"{_BEGIN}(?:[Aa]ccording\s+to|[Ii]n\s+the\s+words\s+of|[Pp]er)\s+(?:{_SIDE}|him|her|them|{_ROLE}){_OFFICE}"
            rf"{_WHERE},\s+",
            rf"{_BEGIN}(?:[Ii]n\s+{_WHOSE_NOUN}{_NOUN}|[Ff]rom\s+{_WHOSE_NOUN}(?:point\s+of\s+view|perspective|standpoint"
            r"|vantage\s+point)),\s+",
            rf"{_BEGIN}{_WHOSE_NOUN}{_NOUN}(?:\s+(?:is|was|remains|remained|has\s+been)(?:\s+that\s+|:\s*)|{_ENDS}|:\s+)",
            rf"{_BEGIN}(?:[Tt]he|[Aa]n?)\s+(?:[a-z]+\s+)?{_NOUN}\s+(?:from|by|of)\s+{_SIDE}{_ADVERBS}{_ENDS}",
            rf"{_OPEN}{_SIDE}(?:\s\([^)]{{1,40}}\))?:\s+",
            rf"{_BEGIN}{_SPEAKER}{_ASIDE}{_ADVERBS}{_ENDS}",
            rf"{_OPEN}{_OCCASION}{_SPEAKER}{_ASIDE}{_ADVERBS}{_ENDS}",
        )
    ],
    adjunct=re.compile(
        r"\s*(?:In|On|At|During|After|Before|As|With|Since|When|While|Following|Amid|Despite|Asked|Once|If|For|To|By"
        r"|But|And|Yet|However|Meanwhile|[A-Z][a-z]+(?:ing|ly|day))\b[^,]*"
    ),
    trailing=[
        re.compile(one)
        for one in (
            rf"{_DASH}(?:as\s+)?{_SPEAKER}{_ASIDE}{_ADVERBS}\s+{_CLOSES}{_END}",
            rf"{_DASH}{_INVERTED}\s+{_SPEAKER}(?:,[^,;:“”\"]{{2,90}}(?:,|(?=[.\s]*$)))?{_CLOSE_WHERE}{_END}",
            rf"{_DASH}according\s+to\s+(?:{_SIDE}|him|her|them|{_ROLE}){_CLOSE_WHERE}{_END}",
            rf"\s+[—–]\s+{_SIDE}{_END}",
        )
    ],
    inside=[
        (
            re.compile(rf"{_INNER},\s+(?:adding|stressing|noting)(?:\s+that|:)?\s+[“\"]?(?P<next>\w)"),
            lambda found: ". " + found["next"].upper(),
        ),
        (re.compile(rf"{_INNER},\s+[“\"]?(?=\w)"), " "),
    ],
)
