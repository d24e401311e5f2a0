"""Words that report speech: verbs, nouns and the frames around them, English and Russian.

Verb lists were drawn up by hand and looked over against the cues of PolNeAR's train split (counts only): a verb stands
here if its subject is nearly always the source of what follows. `STRONG` verbs report words, `WEAK` ones a stance.
"""

import re

_SAY = """list lists listed listing say says said saying tell tells told telling add adds added adding state states
stated stating announce announces announced announcing charges claim claims claimed claiming argue argues argued
arguing insist insists insisted insisting assert asserts asserted asserting note notes noted noting stress stresses
stressed stressing emphasize emphasizes emphasized emphasizing emphasise emphasises emphasised emphasising
underscore underscores underscored underscoring underline underlines underlined underlining highlight highlights
highlighted highlighting lambast lambasted lambasting likened liken bemoan bemoaned bemoans complimented mention
mentioned mentions warn warns warned warning deny denies denied denying confirm confirms confirmed confirming
reiterate reiterates reiterated reiterating explain explains explained explaining acknowledge acknowledges
acknowledged acknowledging declare declares declared declaring reply replies replied replying respond responds
responded responding tweet tweets tweeted tweeting write writes wrote writing suggest suggests suggested suggesting
allege alleges alleged alleging admit admits admitted admitting concede concedes conceded conceding maintain
maintains maintained maintaining remark remarks remarked remarking accuse accuses accused accusing promise promises
promised promising vow vows vowed vowing pledge pledges pledged pledging contend contends contended contending
observe observed observes comment commented comments complain complains complained complaining predict predicts
predicted predicting conclude concludes concluded report reports reported reporting describe describes described
describing depict depicts depicted depicting hail hails hailed painted paints billed bills pitched pitches cast casts
portray portrays portrayed portraying characterize characterizes characterized characterizing
characterise characterised echo echoes echoed echoing rebut rebutted retort retorted quip quipped joke joked jokes
repeat repeated repeats recount recounted reveal revealed reveals disclose disclosed assure assured assures lament
lamented laments decry decried decries denounce denounced denounces denouncing condemn condemned condemns condemning
urge urged urges urging demand demanded demands demanding dismiss dismissed dismisses dismissing reject rejected
rejects rejecting criticize criticized criticizes criticizing criticise criticised blame blamed blames blaming blast
blasted blasts slam slammed slams mock mocked mocks rail railed declined refuses refused refusing
propose proposed proposes proposing reaffirm reaffirmed reaffirms recall recalled recalls clarify clarified
clarifies counter countered counters proclaim proclaimed boast boasted boasts brag bragged hint hinted hints frame
framed frames call calls called calling cite cited cites citing express expressed expresses expressing advocate
advocated advocates outline outlined outlines praise praised praises praising welcome welcomed welcomes voice voiced
contest rebuked rebuke chided chide scoffed scoff ridiculed ridicule tout touted touts label labeled labelled
invoked quoted spoke speaks made makes answered thanked presented presents presenting indicate indicates indicated
indicating exclaimed exclaims ruled rule rules named names
thanked thanks thanking congratulated congratulates questioning defending posted posts congratulating hammered hammers
referred refers likens likening brushed argues pointed points"""
_THINK = """believe believes believed believing think thinks thought want wants wanted hope hopes hoped see sees saw
view views viewed expect expects expected consider considers considered perceive perceives perceived regard regards
regarded favor favors favored support supports supported supporting oppose opposes opposed opposing endorse endorsed
endorses back backed backs feel feels felt fear fears feared doubt doubts doubted seek seeks sought intend intends
intended prefer prefers preferred question questioned questions agree agrees agreed agreeing disagree disagreed
worry worries worried defend defended defends plan plans planned ask asks asked asking wonder wondered imply implied
implies offer offered offers offering threaten threatened threatens threatening appeal appealed"""
_SAID = """said says say added adds noted notes wrote writes explained explains insisted insists declared declares
concluded replied responded argued argues warned warns remarked stated states tweeted recalled joked quipped
announced reiterated stressed emphasized claimed claims asserted asserts acknowledged admitted observed countered
retorted commented confirmed asked exclaimed told remarks"""
SAID = frozenset(_SAID.split())
"""Verbs that stand before their subject (`…," said X`); a name after any other is its object (`urged X`)."""
STRONG = frozenset(_SAY.split())
WEAK = frozenset(_THINK.split())
_CONTINUED = """asserting indicating suggesting saying adding noting stressing emphasizing claiming arguing
insisting accusing calling warning telling arguing promising pledging vowing describing urging promoting declaring
announcing criticizing blaming praising denouncing asking questioning expressing citing explaining acknowledging
suggesting confirming"""
CONTINUED = frozenset(_CONTINUED.split())

_NOUNS = """claim claims report reports call calls comment comments demand demands question questions plan plans
view views note notes support offer offers promise promises hope hopes fear fears doubt doubts state states tweet
tweets joke jokes pledge pledges vow vows reply remark remarks warning attack quote label labels contest counter
frame frames back blast appeal say vow answer mention writing thinking reporting thought saying meaning blame boast
hint hints urge rebuke mock slam"""
NOUNS = frozenset(_NOUNS.split())
"""Cues that are nouns too: no verbs after a determiner, a possessive or an adjective of the commoner kind."""
ABOUT = {"spoke": re.compile(r"\s+(?:\w+ly\s+)?(?:of|about|out|in\s+favou?r)\b")}
ABOUT["speaks"] = ABOUT["spoke"]
ABOUT["rule"] = ABOUT["rules"] = ABOUT["ruled"] = re.compile(r"\s+(?:\w+\s+){0,2}?out\b")
ABOUT["named"] = ABOUT["names"] = ABOUT["listed"] = re.compile(
    r"\s+(?:\w+\s+){0,4}?(?:conditions|demands|requirements|reasons|priorities|points|steps|goals|terms|grievances|results|outcomes|areas"
    r"|themes|topics|agreements)\b"
)
ABOUT["maintain"] = ABOUT["maintains"] = ABOUT["maintained"] = re.compile(
    r"\s+(?:that\b|[\"“]|the\b|[A-Z]|there\b|he\b|she\b|it\b|they\b)|,"
)
ABOUT["added"] = ABOUT["adding"] = ABOUT["adds"] = re.compile(r"(?!\s+to\s)")
ABOUT["posted"] = ABOUT["posts"] = re.compile(r"\s+(?:on|a\s+(?:message|comment|statement)|(?:that|online)\b|:)")
ABOUT["pointed"] = ABOUT["points"] = re.compile(r"\s+(?:out|to)\b")
ABOUT["brushed"] = re.compile(r"\s+(?:off|aside)\b")
ABOUT["made"] = ABOUT["makes"] = re.compile(r"\s+(?:it\s+)?(?:\w+ly\s+)?clear\b")
for _word in [
    "painted",
    "paints",
    "billed",
    "bills",
    "pitched",
    "pitches",
    "cast",
    "casts",
    "sold",
    "sells",
    "spun",
    "spins",
]:
    ABOUT[_word] = re.compile(r"\s+(?:[\w’'-]+\s+){1,8}?as\s")
"""Cues only if this follows: one who speaks of sanctions is reported, one who speaks with a guest is not."""
ABOUT["referred"] = ABOUT["refers"] = re.compile(r"\s+to\s+(?:[^.;:?!]{2,120}?)\s+as\s")
ABOUT["called"] = ABOUT["calls"] = re.compile(
    r"(?!\s+(?:(?:Mr|Ms|Mrs|Dr)\.\s+)?[A-Z][\w’-]+(?:\s+[A-Z][\w’-]+){0,2}(?:[.,;]|\s*$|\s+(?:on|to|from|in|at|after|before)\b))"
)
ABOUT["published"] = ABOUT["released"] = ABOUT["issued"] = re.compile(
    r"\s+(?:\w+\s+){0,3}?(?:statements?|readouts?|summary|accounts?|transcripts?|remarks|communiqu[eé])\b"
)
PUBLISHING = frozenset(("published", "released", "issued"))
"""Who publishes a text is heard in what follows ("It says that …")."""
BEFORE_NOUN = re.compile(
    r"(?:\b(?:the|a|an|this|that|these|those|his|her|its|their|our|my|your|no|any|some|of|for|in|with|one|two"
    r"|several|many|more|other|such|own"
    r"|new|recent|latest|first|last|past|public|repeated|false|each|every|another|early|by|on|under|same|without|into|between)|[’']s?|''"
    r"|-)\s+$|[’']\s*$"
    r"|(?-i:\b(?!president|official|rival|opponent|resident|student|correspondent|individual|general|public|principal)"
    r"[a-z]{2,}(?:ent|ant|al|ive|ous|ful|ic|ble|ary|less))\s+$",
    re.I,
)

WORD = re.compile(r"[A-Za-zА-Яа-яЁё]+")
FIGURES = re.compile(r"(?=\D*\d)[\W\d_]*+$")
"""Figures alone: after a name a row of a table ("Name: 547."), not speech."""

SPEECH_NOUN = (
    r"(?:statement|remark|comment|response|readout|account|position|perspective|view|viewpoint|vantage point"
    r"|point of view|stance"
    r"|version|standpoint|telling|framing|reading|assessment|summary|communiqu[eé]|transcript|press release"
    r"|announcement|claim|argument|message|rhetoric|public discourse|discourse|narrative"
    r"|interpretation|reaction"
    r"|criticism|accusation|words|briefing|spokesman|spokeswoman|spokesperson|press service|press secretary"
    r"|assertion|denial|warning"
    r"|demand|call|reply|answer|explanation|contention|allegation|office|campaign|administration|team)s?"
)
TELLING = (
    r"(?:(?:statement|remark|comment|response|read-?out|account|position|perspective|view|viewpoint|stance|version"
    r"|assessment|summary|communiqu[eé]|announcement|claim|argument|message|narrative|interpretation|explanation"
    r"|assertion|allegation|demand|framing|reading|presentation|justification|list|text|proposal|portrayal|depiction|description|characteri[sz]ation"
    r"|objection|accusation|transcript|rebuttal|condition|talking\s+point|press\s+release|briefing)s?"
    r"|messaging|rhetoric|telling|priorities|takeaways)"
)
"""What tells a side's view: before it an adjective names the side ("the Russian readout")."""
OFFICIAL = (
    r"(?:(?:senior|top|foreign|defen[cs]e|deputy|chief|special|presidential|embassy)\s+){0,3}"
    r"(?:officials?|diplomats?|envoys?|ambassadors?|negotiators?|spokes(?:man|woman|person|people|men)|ministers?"
    r"|authorities|aides?|representatives?|counterparts?)"
)
"""Who speaks for a government: before it an adjective names the side, too ("a Russian envoy")."""
ACCOUNT = (
    rf"(?:{TELLING}|(?:take|line|side|story|tone|point|priority|goal|objective|aim|concern|agenda|expectation|highlight"
    r"|posture|approach|outlook|vision|rationale|justification|case|term|red\s+line|ask|pitch|offer|promise|assurance"
    r"|grievance|complaint|theme|strategy|plan|motive|interest|warning|guarantee|requirement|commitment|question|wish"
    r"|spin|post|tweet|speech|interview|address|letter|reply|answer|pushback|talk|(?:vantage|talking)\s+point)s?"
    r"|points?\s+of\s+view|strategies|emphas[ei]s|focus|logic|reasoning|thinking|words|wish\s?list|discourse)"
)
"""What a heading calls a side's own points: "Moscow's Framing", "the Kremlin's conditions"."""
ROLE = (
    r"(?:(?:[Cc]hief|[Pp]ress|[Ss]enior|[Tt]op|[Dd]eputy|[Ff]oreign|[Nn]ational|[Ss]ecurity|[Cc]ommunications"
    r"|[Cc]ampaign|[Pp]olicy"
    r"|[Pp]rincipal|[Aa]ssistant|[Pp]olitical)\s+)*(?:[Ss]pokes(?:man|woman|person|people|men)|[Oo]fficials?"
    r"|[Aa]ides?|[Aa]dvis[eo]rs?|[Ss]ecretary"
    r"|[Cc]hief|[Mm]inister|[Ee]nvoy|[Aa]mbassador|[Ss]taff|[Mm]anager|[Dd]irector|[Ss]urrogates?|[Cc]ampaign"
    r"|[Tt]eam|[Aa]dministration"
    r"|[Gg]overnment|[Ll]eadership|[Rr]epresentatives?|[Ss]ervice|[Ss]trategists?|[Cc]hairman"
    r"|[Ss]tatement|[Dd]iplomats?"
    r"|[Nn]egotiators?|[Aa]uthorities|[Ll]eaders?|[Cc]ouncil|[Oo]ffice|[Pp]resident|[Cc]hief of staff)"
)
"""Who speaks for a side when its name stands before: its spokespeople, officials, offices."""
NOT_SIDE = re.compile(
    r"(?:[’']s?)?\s+(?:supporters?|critics?|allies|ally|backers?|voters?|fans?|opponents?|rivals?|watchers?|expert"
    r"|experts|analysts?"
    r"|son|daughter|wife|husband|brother|sister|father|mother|children|family|doctor|biographer|loyalists?"
    r"|defectors?|propagandists?"
    r"|surrogate|surrogates|donors?|fundraisers?|insiders?|reporters?|correspondents?|journalists?|media|newspaper"
    r"|protesters?|residents?"
    r"|nonprofits?|news|outlets?|scholars?|think\s+tanks?|cheerleaders?|apologists?|scientists?|researchers?|investors?"
    r"|bankers?|firms?|businesses|consumers?|tourists?|students?|shoppers?|drivers?|athletes?|historians?|economists?"
    r"|attorneys?|lawyers?|lawmakers?|senators?|[Cc]ongress\w*|courts?|judges?|citizens?|companies|Post|Times|Examiner|Foundation|University|Tower|Organization|hotel)\b"
)
"""What follows a name and takes it away from the side: supporters, relatives, critics, papers."""

JOINT = re.compile(
    r"\b(?:[Bb]oth (?:the )?(?:[Ll]eaders|[Ss]ides|[Pp]residents|[Pp]arties|countries|nations|governments|men"
    r"|delegations|ministers)"
    r"|[Tt]he (?:two )?(?:[Ll]eaders|[Pp]residents|[Ss]ides|parties|delegations)|[Tt]he two (?:men|countries|nations"
    r"|governments|ministers)"
    r"|[Оо]ба (?:лидера|президента|государства)|[Оо]бе (?:стороны|страны|делегации)|[Сс]тороны"
    r"|(?:[Лл]идеры|[Пп]резиденты)(?: двух| обеих| обоих)?(?: стран| государств| держав)?"
    r"|[Гг]лавы(?: двух)? государств)\b"
)
PREPOSITION = re.compile(
    r"(?:\b(?:between|with|of|to|from|by|against|about|for|on|in|at|over|toward|towards|under|into|than|like|and|or"
    r"|versus|vs|near|around|outside|inside|across|behind|beyond"
    r"|support|supporting|supported|backing|endorsed|call|told|accused|accuses|asked|urged|criticized|[Ff]ormer|[Ee]x|anti"
    r"|pro|late"
    r"|бывш\w+|экс)(?:[\s-]+(?:the|a|an|both|then|Mr\.|Mrs\.|Ms\.|President|Secretary|Republican|Democratic|fellow"
    r"|former|now|late))*[\s-]+)$"
)
"""What before a name says that it is no subject."""
