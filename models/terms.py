"""What a document is about, in words: weighted counts of stems and names, for sparse similarity."""

import re
import threading
from functools import lru_cache

LEAD_WORDS = 60
"""Words of the text in a lead (methods.md, 3: title and 60 words was the best dense vector)."""
BODY_WORDS = 300
TITLE_WEIGHT = 2.0
BIGRAM_WEIGHT = 0.7
CAPITAL_WEIGHT = 1.5
"""Weights from the best of over 100 settings on the development corpora (methods.md, 3)."""
MOST_TERMS = 400
"""Bounds a message; 300 words and a title have fewer different terms."""
LONGEST = 40
"""Letters of a term."""
_WORD = re.compile(r"\w+(?:[’'.-]\w+)*")
_TITLE_CHARACTERS, _BODY_CHARACTERS = 1_000, 6_000
_CYRILLIC = re.compile("[а-яёі]")
UNLISTED = 5e-7
"""Frequency of a word that is in no list: half that of the rarest one listed."""


def lead(title: str, text: str) -> str:
    """Title and first LEAD_WORDS words, the text that a document is embedded by."""
    words = text[:_BODY_CHARACTERS].split()[:LEAD_WORDS]
    head = " ".join(title.split()[:LEAD_WORDS])
    stop = "" if not head or head.endswith((".", "!", "?", "…")) else "."
    return f"{head}{stop} {' '.join(words)}".strip()


def terms(title: str, text: str, lang: str) -> tuple[tuple[str, float], ...]:  # noqa: ARG001 - part of the seam
    """Weighted counts of a document's terms, by falling weight: at most MOST_TERMS of (term, weight > 0).

    `lang` decides nothing so far: letters tell which stemmer a word wants, also in a text of two languages.

    A term is a stem, a number, or two neighbouring capitalised words. Words of one letter are none.
    """
    counts: dict[str, float] = {}
    for weight, words in (
        (TITLE_WEIGHT, _words(title[:_TITLE_CHARACTERS])),
        (1.0, _words(text[:_BODY_CHARACTERS])[:BODY_WORDS]),
    ):
        before = ""
        for word, opens in words:
            term = stem(word.casefold())
            capital = word[0].isupper() and not opens
            if len(word) > 1:
                counts[term] = counts.get(term, 0.0) + weight * (CAPITAL_WEIGHT if capital else 1.0)
            name = word[0].isupper()
            if before and name and not opens:
                pair = f"{before} {term}"
                counts[pair] = counts.get(pair, 0.0) + weight * BIGRAM_WEIGHT
            before = term if name else ""
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST_TERMS]
    return tuple((term, round(weight, 2)) for term, weight in ranked)


def words(text: str) -> list[str]:
    """The words of a short text, without possessive endings."""
    return [word for word, _ in _words(text[:_TITLE_CHARACTERS])]


def _words(text: str) -> list[tuple[str, bool]]:
    """Words, and whether each opens a sentence, where a capital says nothing."""
    found: list[tuple[str, bool]] = []
    end = 0
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        opens = not found or any(mark in gap for mark in ".!?…\n:")
        found.append((match[0].replace("’", "'").removesuffix("'s")[:LONGEST], opens))
        end = match.end()
    return found


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The stem of a word in small letters: Snowball's, Russian for Cyrillic letters, English for others."""
    return str(_stemmer("russian" if _CYRILLIC.search(word) else "english").stemWord(word.replace("ё", "е")))


_stemmers = threading.local()
"""A stemmer keeps the word that it is at: each thread has its own."""


def _stemmer(language: str):  # type: ignore[no-untyped-def] # the library has no types
    if (there := getattr(_stemmers, language, None)) is None:
        import Stemmer

        there = Stemmer.Stemmer(language)
        setattr(_stemmers, language, there)
    return there


def load_words() -> None:
    """Read the word lists now, for a caller that waits anyway: else the first word does, half a second."""
    for lang in ("en", "ru"):
        _listed(lang)


@lru_cache(maxsize=1 << 16)
def usual_frequency(term: str) -> float:
    """Share of running words that a stem makes up in the language, UNLISTED..1; for two words the rarer one's, a tenth.

    From the word lists of wordfreq (Speer 2022): how common a word is, before the stream has told.
    """
    if " " in term:
        return max(UNLISTED, min(map(usual_frequency, term.split(" "))) / 10)
    return max(UNLISTED, _listed("ru" if _CYRILLIC.search(term) else "en").get(term, 0.0))


@lru_cache(maxsize=2)
def _listed(lang: str) -> dict[str, float]:
    from wordfreq import get_frequency_dict

    frequencies: dict[str, float] = {}
    for word, frequency in get_frequency_dict(lang, "small").items():
        one = stem(word)
        frequencies[one] = frequencies.get(one, 0.0) + frequency
    return frequencies
