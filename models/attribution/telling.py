"""Whether an English sentence holds a word of speech at all: the judge hears deeds, too ("N. signed the order")."""

import re

from models.attribution.cues import STRONG, TELLING, WEAK

_AMBIGUOUS = """named names rule rules ruled made makes plan plans planned list lists listed see sees saw feel
feels felt seek seeks sought report reports reported reporting state states call calls called question
questions support supports supported supporting back backed backs offer offers offered frame frames cast casts
hope hopes fear fears doubt doubts demand demands view views posted posts quoted points pointed label labels
presents presented presenting attack"""
"""Cues that are as often a deed, or a noun."""
_CUES = (STRONG | WEAK) - frozenset(_AMBIGUOUS.split())
_SPEECH = re.compile(
    rf"[\"“”«»:]|''|\baccording\b|\b{TELLING}\b"
    r"|\b(?:sa(?:y|id)|spoke|speech|proclaim|adamant|deem|forecast|apolog|refer|proposing)\w*\b",
    re.I,
)
_WORD = re.compile(r"[A-Za-z’']+")


_DEED = re.compile(
    r"\b(?:signed|fired|named|appointed|nominated|vetoed|arrived|returned|flew|travell?ed|visited|met|dined|hired|pardoned|sent"
    r"|left|attended|hosted|shook|landed|toured|replaced|dismissed\s+(?:his|her|the\s+(?:head|chief|director)))\b"
)
"""What governments do without a word, as the judge took it for speech (`benchmarks/real_news.py`). To ask it of every
sentence takes .04 of recall on PolNeAR's development split, where stances count."""


def only_does(text: str) -> bool:
    """Whether a sentence tells of a deed and holds no word of speech."""
    return _DEED.search(text) is not None and not tells(text)


def tells(text: str) -> bool:
    """Whether there is a verb or noun of speech, or a quotation."""
    return _SPEECH.search(text) is not None or any(word.lower() in _CUES for word in _WORD.findall(text))
