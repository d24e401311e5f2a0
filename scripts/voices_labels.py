"""What the judge learns from: camps that US news quotes, and who is heard where by PolNeAR's annotation."""

import json
import re
from collections.abc import Mapping
from typing import Any

from models.news import Passage
from models.voices import Voices, voices_from_toml

_APART = re.compile(
    r"supporter|support(?:ive|s)|surrogate|\ball(?:y|ies)\b|defender|backer|bundler|critic|accus|wom[ae]n|people|student"
    r"|party|empire|former (?:[\w-]+ ){0,4}(?:aide|advis[eo]r|official|staffer|fundraiser|strategist|doctor|chief)"
    r"|super (?:PAC|political)|\bBill\b|Chelsea|Ivank?a|Melania|Jane|Heidi|\bJr\b|\bson\b|daughter|wife|father"
    r"|Foundation|University|hotel|attorney for|e-?mails?\b|surveys?|polls?\b|expert|judge|reporter|interview"
    r"|relationship|Post|Times",
    re.I,
)
"""A source that names a camp but is not it, or may not be: nothing is learned from it."""
_UNNAMED = frozenset(["he", "she", "they", "who", "his", "her", "it", "i", "we", "you", "that", "which"])
CAMPS: tuple[Mapping[str, tuple[str, str, str]], ...] = (
    {
        "a": ("Trump campaign; Trump's campaign", "", "Donald Trump; Donald J. Trump; Mike Pence; Kellyanne Conway"
              "; Paul Manafort; Jason Miller; Stephen Miller"),
        "b": ("Clinton campaign; Clinton's campaign", "", "Hillary Clinton; Tim Kaine; Robby Mook; John Podesta"
              "; Brian Fallon"),
    },
    {
        "a": ("Kremlin; Russian officials; Russian government; Russian foreign ministry; Russian president", "Moscow",
              "Vladimir Putin; Dmitry Peskov; Sergei Lavrov; Sergey Lavrov"),
        "b": ("White House; Obama administration; the administration; U.S. officials; American officials"
              "; State Department", "", "Barack Obama; Josh Earnest; John Kerry"),
    },
    {"a": ("Sanders campaign; Sanders's campaign", "", "Bernie Sanders; Jeff Weaver; Tad Devine"),
     "b": ("Cruz campaign; Cruz's campaign", "", "Ted Cruz; Carly Fiorina; Jeff Roe")},
    {"a": ("Rubio campaign", "", "Marco Rubio; Alex Conant"), "b": ("Bush campaign", "", "Jeb Bush; Tim Miller")},
    {"a": ("Kasich campaign", "", "John Kasich; John Weaver"), "b": ("Christie campaign", "", "Chris Christie")},
    {"a": ("FBI; Justice Department; Department of Justice", "", "James Comey; Loretta Lynch"),
     "b": ("House Republicans; Republican leaders", "", "Paul Ryan; Mitch McConnell; Kevin McCarthy")},
)  # fmt: skip
"""Pairs of camps that US news of 2015-16 quotes: institutions, metonyms, people."""


def camps() -> list[Voices]:
    """The pairs of camps as voices files."""
    made = []
    for pair in CAMPS:
        lines = [f"pair = {json.dumps(list(pair))}"]
        for camp, (institutions, metonyms, people) in pair.items():
            lines += [f"[voices.{camp}]", f'name = {{ en = "camp {camp}" }}']
            for kind, names in (("institutions", institutions), ("metonyms", metonyms)):
                lines.append(f"{kind} = {{ en = {json.dumps([one for one in names.split('; ') if one])} }}")
            lines.append(f"people = [{', '.join(f'{{ en = {json.dumps(one)} }}' for one in people.split('; '))}]")
        made.append(voices_from_toml("\n".join(lines), "camps"))
    return made


def named_by(voices: Voices) -> dict[str, re.Pattern[str]]:
    """What in a source names each voice: surnames and institutions."""
    made = {}
    for voice in voices.voices:
        names = {name.split()[-1] for person in voice.people for name in person.names.values()}
        names |= {name for kinds in (voice.institutions, voice.metonyms) for some in kinds.values() for name in some}
        made[voice.id] = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names)))})(?!\w)")
    return made


def heard_in(row: Mapping[str, Any], passage: Passage, named: Mapping[str, re.Pattern[str]]) -> set[str] | None:
    """The voices heard in a passage; None if that cannot be told from the sources' names, or there are several."""
    heard, unnamed = set(), False
    for one in row["attributions"]:
        if any(a < passage.end - 3 and b > passage.start + 3 for a, b in one["content_spans"]):
            source = (one.get("source") or "").strip()
            unnamed |= not source or source.lower() in _UNNAMED
            found = {voice for voice, pattern in named.items() if pattern.search(source)}
            if found and _APART.search(source):
                return None
            heard |= found
    return None if len(heard) > 1 or (unnamed and not heard) else heard
