"""What holds no word of speech is a deed; what tells of silence holds no framing."""

import pytest

from models.attribution.telling import only_does, tells
from models.attribution.unsaid import silent

DEEDS = (
    "President Example signed an executive order on Monday as his administration grapples with the crisis.",
    "The president named a deputy commissioner to serve until a permanent nominee is found.",
    "Both presidents met in Geneva and left after an hour.",
)
SPEECH = (
    "President Example signed the order and said it would last.",
    "“We met,” the president told guests as he left.",
    "According to the minister, they met in Geneva.",
    "The minister arrived with a statement on the talks.",
    "He was adamant as he left: nothing had been agreed.",
)
SILENCE = (
    "{side} has not publicly accused anybody of being behind the attack.",
    "{side} has never publicly blamed anybody for the attack.",
    "{side} has not said whether the recording is authentic.",
)


@pytest.mark.parametrize("sentence", DEEDS)
def test_a_deed_alone_tells_nothing(sentence: str) -> None:
    assert only_does(sentence)
    assert not tells(sentence)


@pytest.mark.parametrize("sentence", SPEECH)
def test_a_deed_with_a_word_of_speech_does(sentence: str) -> None:
    assert tells(sentence)
    assert not only_does(sentence)


@pytest.mark.parametrize("side", ["The Kremlin", "The White House", "Russia", "The United States"])
@pytest.mark.parametrize("sentence", SILENCE)
def test_whom_nobody_accused_is_silence(sentence: str, side: str) -> None:
    assert silent(sentence.format(side=side))
    assert not silent(sentence.format(side=side).replace("has not", "has").replace("has never", "has"))
