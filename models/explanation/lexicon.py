# ruff: noqa: E501, SIM905 - tables of word beginnings, a language a line, and a list of words as running text
"""Word lists that explain and never decide: frames, flips of polarity, negations, common words.

Entries are beginnings of lower-case words, English and Russian. They are the editors' choice, not learnt: what they find is
shown beside a score, and no score or alert depends on it.
"""

FRAMES: dict[str, tuple[str, ...]] = {
    "security": (
        "secur", "militar", "troop", "force", "weapon", "missile", "defen", "nato", "threat", "deploy",
        "безопасн", "воен", "войск", "оруж", "ракет", "оборон", "нато", "угроз", "размещ",
    ),
    "responsibility": (
        "blame", "responsib", "provocat", "provok", "violat", "aggress", "unprovoked", "accus", "crime", "guilt",
        "вин", "ответствен", "провокац", "наруш", "агресс", "обвин", "преступ",
    ),
    "diplomacy": (
        "diplom", "negotiat", "talk", "dialog", "agreement", "ceasefire", "peace", "settlement", "consult",
        "диплом", "переговор", "диалог", "соглаш", "перемир", "мира", "миру", "мирн", "урегулир", "консультац",
    ),
    "sovereignty": (
        "sovereign", "integrity", "independen", "territor", "border", "self-determin", "annex",
        "суверен", "целостн", "независим", "территор", "границ", "самоопредел", "аннекс",
    ),
    "economy": (
        "econom", "sanction", "trade", "energy", "gas", "oil", "price", "financ", "export", "invest",
        "эконом", "санкц", "торгов", "энерг", "газ", "нефт", "цена", "цены", "финанс", "экспорт", "инвест",
    ),
    "people": (
        "civilian", "humanitar", "refugee", "victim", "children", "evacuat", "suffer", "family", "families",
        "граждан", "гуманитар", "бежен", "жертв", "детей", "детям", "дети", "эвакуац", "страда", "семьи", "семей",
    ),
    "law": (
        "law", "legal", "treaty", "charter", "rights", "courts", "guarant", "obligation",
        "закон", "правов", "договор", "устав", "права", "правам", "суда", "суде", "гарант", "обязательств",
    ),
    "history": (
        "histor", "soviet", "nazi", "world war", "memory", "tradition",
        "истор", "советск", "нацис", "памят", "традиц",
    ),
}  # fmt: skip

FLIPS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("support", "backs", "backed", "welcom", "поддерж", "приветств"), ("oppos", "reject", "condemn", "отверг", "осужд", "против")),
    (("escalat", "aggress", "provocat", "provok", "эскалац", "агресс", "провокац"), ("de-escalat", "peace", "calm", "деэскалац", "мира", "мирн")),
    (("lift", "eased", "easing", "remov", "снят", "смягч"), ("impos", "tighten", "sanction", "введ", "ужесточ", "санкц")),
    (("withdraw", "leav", "pull", "отвод", "вывод"), ("deploy", "buildup", "build-up", "massing", "amass", "размещ", "наращив")),
    (("agree", "accept", "соглас", "приня"), ("refus", "denied", "denies", "deny", "disagree", "отказ", "отриц")),
    (("success", "progress", "constructive", "успе", "прогресс", "конструктив"), ("fail", "stall", "unsatisf", "провал", "неудовл")),
    (("defen", "protect", "оборон", "защит"), ("attack", "invad", "offensive", "напад", "вторж", "наступ")),
    (("increase", "rais", "strengthen", "увелич", "укреп"), ("reduc", "cut", "limit", "сократ", "огранич")),
)  # fmt: skip

NEGATIONS = ("no", "not", "never", "without", "nor", "n't", "не", "нет", "ни", "никогда", "без")

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
