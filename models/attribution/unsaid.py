"""English frames that say that nothing was said: denied, supposed, asked whether."""

import re

from models.attribution.cues import SAID
from models.attribution.hits import Hit

_DENIED = re.compile(
    r"\b(?:did|does|do|has|have|had|is|was|would|will|could|can)(?:\s+(?:not|never|yet\s+to)|n[’']t)\s+(?:yet\s+|\w+ly\s+)?$"
    r"|\byet\s+to\s+$|\brefused\s+to\s+$|\bwithout\s+$"
)
_SUPPOSED = re.compile(r"\b(?:could|may|might|should)\s+(?:also\s+|still\s+|\w+ly\s+)?$")
_IF = re.compile(r"(?<![\w-])(?:[Ii]f|[Uu]nless|Should|Were|Had|[Ww]hether|[Ii]n case)\s+(?:only\s+)?(?:the\s+)?$")
_NEITHER = re.compile(r"(?<![\w-])[Nn]either\s[^,;:]{0,80}$")
_PLAIN = """say state note tell announce explain confirm comment respond mention specify declare claim add reveal
disclose accused blamed identified"""
_SILENT = re.compile(
    r"\b(?:did|does|do|has|have|had)(?:\s+not|n[’']t|\s+never)\s+(?:yet\s+|\w+ly\s+)?(?:unveil|address|discuss|elaborate"
    r"|provide|offer|detail|outline|present|release|disclose|specify|answer|respond|comment|mention|say|explain|reveal"
    r"|accuse|blame|identif(?:y|ied)|said(?=\s+(?:whether|if|how|when|why|what)\b))\w*\b"
    r"|\b(?:is|was|are|were|remained|stayed)\s+silent\b"
)
_QUOTED = re.compile(r"[\"“”«»]|''")
_ASSERTED = SAID | frozenset(_PLAIN.split())


def unsaid(text: str, start: int, hit: Hit, cue: tuple[int, int]) -> bool:
    """Whether a frame says that nothing was said: "did not say", "if X says", "X may say"; a denied stance is one."""
    at, stop = cue
    if _IF.search(text, max(start, hit.start - 24), hit.start) or _NEITHER.search(text, start, hit.start):
        return True
    if text[at:stop].lower() not in _ASSERTED:
        return False
    return bool(_DENIED.search(text, max(start, at - 30), at) or _SUPPOSED.search(text, max(start, at - 24), at))


def silent(text: str) -> bool:
    """Whether a sentence tells of somebody's silence alone: "N. did not address the matter", and no other saying."""
    found = _SILENT.search(text)
    if found is None or _QUOTED.search(text):
        return False
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return SAID.isdisjoint(re.findall(r"(?<![\w’'-])[a-z]+", rest))  # "States" is no verb
