# ruff: noqa: RUF001, E501 - Russian beginnings of words beside English ones, as tables
"""Word lists that explain and never decide: frames, flips of polarity, negations, courtesies and logistics, common words.

Entries are beginnings of lower-case words, English and Russian. They are the editors' choice, not learnt: what they find is
shown beside a score, and no score or alert depends on it.
"""

FRAMES: dict[str, tuple[str, ...]] = {
    "security": (
        "secur", "militar", "troop", "force", "weapon", "missile", "defen", "nato", "threat", "deploy",
        "безопасн", "воен", "войск", "оруж", "ракет", "оборон", "нато", "угроз", "размещ",
    ),
    "responsibility": (
        "blame", "responsib", "provo", "violat", "aggress", "unprovoked", "accus", "crime", "guilt",
        "вин", "ответствен", "провокац", "наруш", "агресс", "обвин", "преступ",
    ),
    "diplomacy": (
        "diplom", "negotiat", "talk", "dialog", "agreement", "ceasefire", "peace", "settlement", "consult",
        "диплом", "переговор", "диалог", "соглаш", "перемир", "мир", "урегулир", "консультац",
    ),
    "sovereignty": (
        "sovereign", "integrity", "independen", "territor", "border", "self-determin", "annex",
        "суверен", "целостн", "независим", "территор", "границ", "самоопредел", "аннекс",
    ),
    "economy": (
        "econom", "sanction", "trade", "energy", "gas", "oil", "price", "financ", "export", "invest",
        "эконом", "санкц", "торгов", "энерг", "газ", "нефт", "цен", "финанс", "экспорт", "инвест",
    ),
    "people": (
        "civilian", "humanitar", "refugee", "victim", "children", "evacuat", "suffer", "famil",
        "граждан", "гуманитар", "бежен", "жертв", "дет", "эвакуац", "страда", "сем",
    ),
    "law": (
        "law", "legal", "treaty", "charter", "rights", "court", "guarant", "obligation",
        "закон", "правов", "договор", "устав", "прав", "суд", "гарант", "обязательств",
    ),
    "history": (
        "histor", "soviet", "nazi", "world war", "memory", "tradition",
        "истор", "советск", "нацис", "памят", "традиц",
    ),
}  # fmt: skip

FLIPS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("support", "back", "welcom", "поддерж", "приветств"), ("oppos", "reject", "condemn", "отверг", "осужд", "против")),
    (("escalat", "aggress", "provo", "эскалац", "агресс", "провокац"), ("de-escalat", "peace", "calm", "деэскалац", "мир")),
    (("lift", "eas", "remov", "снят", "смягч"), ("impos", "tighten", "sanction", "введ", "ужесточ", "санкц")),
    (("withdraw", "leav", "pull", "отвод", "вывод"), ("deploy", "build", "mass", "размещ", "наращив")),
    (("agree", "accept", "соглас", "приня"), ("refus", "den", "disagree", "отказ", "отриц")),
    (("success", "progress", "constructive", "успе", "прогресс", "конструктив"), ("fail", "stall", "unsatisf", "провал", "неудовл")),
    (("defen", "protect", "оборон", "защит"), ("attack", "invad", "offensive", "напад", "вторж", "наступ")),
    (("increase", "rais", "strengthen", "увелич", "укреп"), ("reduc", "cut", "limit", "сократ", "огранич")),
)  # fmt: skip

NEGATIONS = ("no", "not", "never", "without", "nor", "n't", "не", "нет", "ни", "никогда", "без")

COURTESIES = (
    "congratulat", "greeting", "best wishes", "condolence", "welcome to", "thank you", "good morning", "good afternoon",
    "good evening", "ladies and gentlemen", "friends,", "pleased to see", "glad to see", "looking forward", "atmosphere",
    "поздрав", "приветств", "соболезнован", "добрый день", "добрый вечер", "дамы и господа", "друзья", "рад вас", "атмосфер",
)  # fmt: skip
LOGISTICS = (
    "spoke today with", "spoke with", "spoke by", "held a call", "phone call", "telephone conversation", "phone conversation",
    "video call", "had a conversation", "will travel", "held a meeting", "met today", "exchange of views", "exchanged views",
    "tasked their teams", "follow up", "agreed to stay in", "agreed to continue", "agreed to instruct", "lengthy conversation",
    "continue their dialogue", "remain in contact", "the conversation took place", "the meeting took place", "discussed a range",
    "took part in", "via videoconference", "at the initiative of",
    "телефонный разговор", "телефонная беседа", "провел встреч", "провёл встреч", "состоял", "обменял", "договорились продолж",
    "по инициативе", "в режиме видеоконференц", "поручил", "принял участие",
)  # fmt: skip

COMMON = frozenset(
    """a about after again all also am among an and any are as at be because been before being between both but by can could
    did do does doing during each for from further had has have having he her here hers him his how i if in into is it its just
    let like may me more most must my new no nor not now of off on once one only or other our ours out over own said same say
    says she should so some such than that the their them then there these they this those through to today together too under
    until up upon us very was we well were what when where which while who whom why will with within without would yes yet you
    your и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее её мне было вот от меня еще
    ещё нет о об из ему теперь когда даже ну ли если уже или ни быть был была были него до вас нибудь вам ведь там потом себя
    ничего ей может они тут где есть надо ней для мы тебя их чем сам чтоб без будто чего раз тоже себе под будет тогда кто этот
    того потому этого какой ним здесь этом один мой тем чтобы нее неё сейчас куда зачем всех при можно два другой хоть после над
    больше тот через эти нас про всего них какая много разве эту моя свою этой перед том такой им более всю между это также
    который которые которая которых которым""".split()
)
