"""Which days of the week a text opens with: "on Tuesday" says when, though nothing else does.

News says of an event's day little more than its name, and says it early; further down days belong to the background.
Two accounts of one event name the same day in any language, and two events of a kind (a vote in one house and in the
other, this week's figures and last week's) mostly name different ones.
"""

import re

OPENING_WORDS = 120
"""Words of the text that are looked through after the title. In B-cubed F1 (`benchmarks/stories.py`) 60, 90 and 300 are
worse by .003 to .004 on wikinews, 60 and 90 by .004 to .010 on undated allsides, and none is better elsewhere."""
_MOST_CHARACTERS = 3_000
"""Of so many words: bounds the work on a text without spaces."""
_WORD = re.compile(r"[a-zа-яё]+")
_NAMES = (
    ("monday", "понедельник понедельника понедельнику понедельником понедельнике"),
    ("tuesday", "вторник вторника вторнику вторником вторнике"),
    ("wednesday", ""),
    ("thursday", "четверг четверга четвергу четвергом четверге"),
    ("friday", "пятница пятницу пятницы пятнице пятницей"),
    ("saturday", "суббота субботу субботы субботе субботой"),
    ("sunday", "воскресенье воскресенья воскресенью воскресеньем"),
)
"""No plurals: "on Mondays" is a habit."""
_BITS = {word: 1 << day for day, (english, russian) in enumerate(_NAMES) for word in (english, *russian.split())}
_WEDNESDAY, _ON_WEDNESDAY = 1 << 2, re.compile(r"\b(?:в|на) среду\b")
"""«Среда» is also the environment: only «в среду» and «на среду» name the day."""


def opening_days(title: str, text: str) -> int:
    """The days of the week that a title and the first OPENING_WORDS words name, English or Russian, one bit each.

    Bit 0 is Monday; 0: none is named.
    """
    days = 0
    for part, most in ((title, None), (text, OPENING_WORDS)):
        opening = " ".join(part[:_MOST_CHARACTERS].split()[:most]).lower()
        for word in _WORD.findall(opening):
            days |= _BITS.get(word, 0)
        if _ON_WEDNESDAY.search(opening):
            days |= _WEDNESDAY
    return days
