"""Which passages tell anything: neither courtesies nor logistics.

"The presidents spoke today", "the parties exchanged views" and greetings carry no framing, but they do carry the genre
of a text: they would tell publishers apart rather than framings. They are left out of the score and quoted last. That
may cost separation and is worth it: a greeting is genre (benchmarks/pairs.py, with and without `--all-passages`).
Clauses of orders and laws are weighed, since they do say what is ordered, but quoted last, too; so are sentences that
only introduce what follows ("Key points include:"), which say the same whatever follows.
"""

import re

COURTESIES = (
    "congratulat", "greeting", "best wishes", "condolence", "welcome to", "thank you", "good morning",
    "good afternoon", "good evening", "ladies and gentlemen", "friends,", "pleased to see", "glad to see",
    "looking forward", "atmosphere", "поздрав", "приветств", "соболезнован", "добрый день", "добрый вечер",
    "дамы и господа", "друзья", "рад вас", "атмосфер",
)  # fmt: skip
LOGISTICS = (
    "spoke today with", "spoke with", "spoke by", "held a call", "phone call", "telephone conversation",
    "phone conversation", "video call", "had a conversation", "will travel", "held a meeting", "met today",
    "exchange of views", "exchanged views", "tasked their teams", "follow up", "agreed to stay in",
    "agreed to continue", "agreed to instruct", "lengthy conversation", "continue their dialogue",
    "remain in contact", "the conversation took place", "the meeting took place", "discussed a range",
    "took part in", "via videoconference", "at the initiative of", "personal contact", "maintain contact",
    "further contact", "in touch", "in close touch", "will brief", "телефонный разговор", "телефонная беседа",
    "провел встреч", "провёл встреч", "договорились продолж", "по инициативе", "в режиме видеоконференц",
    "принял участие", "состоялся", "состоялась", "состоялось", "состоялись", "обменялись мнениями", "поручили",
    "личные контакты", "личных контактов", "дальнейшие контакты", "дальнейших контакт", "поддерживать контакт",
    "на связи",
)  # fmt: skip
LEGAL = (
    "for the purposes of this", "the term “", 'the term "', "hereby authorized", "this order shall", "in subsection",
    "authority vested", "u.s.c.", "i am enclosing",
    "of subsection", "section 1 of this order", "notwithstanding any contract", "applicable law", "comes into force",
    "come into force", "enters into force", "shall be implemented", "настоящий указ", "настоящего указа",
    "настоящим указом", "вступает в силу", "подпункт", "в соответствии со стать", "в соответствии с федеральным закон",
)  # fmt: skip
"""Clauses that orders of any government have."""
_ENUMERATED = re.compile(
    r"\W*(?:sec(?:tion|\.)\s*\d|\((?:[a-z]|[ivx]+|[а-я]|\d+)\)\s|статья\s*\d|пункт\s*\d)", re.IGNORECASE
)
FEWEST_WORDS = 6
"""A shorter sentence says too little by itself to be weighed or quoted first: a judgement."""


def tells(text: str) -> bool:
    """Whether a passage is more than a courtesy, logistics or a scrap."""
    return len(text.split()) >= FEWEST_WORDS and not is_formal(text)


def is_formal(text: str) -> bool:
    """Whether a text is a courtesy or logistics, by its words."""
    low = " ".join(text.lower().split())
    return any(cue in low for cue in (*COURTESIES, *LOGISTICS))


def introduces(text: str) -> bool:
    """Whether a text ends where what it announces begins: a list, a quotation."""
    return text.rstrip(' \t\n–—-"“«*').endswith(":")


def is_legal(text: str) -> bool:
    """Whether a text is a clause of an order or a law, by its words or its number."""
    low = " ".join(text.lower().split())
    return _ENUMERATED.match(low) is not None or any(cue in low for cue in LEGAL)
