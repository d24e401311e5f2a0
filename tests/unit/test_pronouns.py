"""Who "he" is: whoever spoke last or opens the sentence, never somebody of whom he speaks; the same for either side."""

import pytest
from hearing import K, W, last

PAIRS = ((K, "Putin", "Trump"), (W, "Trump", "Putin"))
SPOKE_LAST = (
    "{me} said the line was open. “{other} must act,” he said.",
    "{me} said the line was open. {other} must act, he said.",
    "{me} said the line was open. In his call with {other}, he said the truce must hold.",
    "{me} said the line was open. “We call on President {other} to act.” He added that it would be costly.",
    "{me} said the line was open. He told {other} that the truce must hold.",
)
OF_THE_SENTENCE = (
    "{other} said the line was open. When {me} arrived in Geneva, he said the truce must hold.",
    "{other} said the line was open. As {me} left, he said the truce must hold.",
)
NOBODYS = (
    "{me} praised the deal. One local resident was at work. He said he feared for his life.",
    "Harper praised the deal.\n\n“We call on President {me} to act.”\n\nHe warns that it will be costly.",
    "Mr. Reed, who had begun to challenge Mr. {me} politically, emphasized the importance of courage.",
    "Harper said the line was open. “{me} must act,” he said.",
)
RU = (
    (K, "Путин", "Трамп", "Трампом"),
    (W, "Трамп", "Путин", "Путиным"),
)


@pytest.mark.parametrize("form", SPOKE_LAST)
@pytest.mark.parametrize(("voice", "me", "other"), PAIRS)
def test_who_is_spoken_of_is_not_who_speaks(voice: str, me: str, other: str, form: str) -> None:
    assert last(form.format(me=me, other=other)) == voice


@pytest.mark.parametrize("form", OF_THE_SENTENCE)
@pytest.mark.parametrize(("voice", "me", "other"), PAIRS)
def test_who_opens_the_sentence_is_meant(voice: str, me: str, other: str, form: str) -> None:
    assert last(form.format(me=me, other=other)) == voice


@pytest.mark.parametrize("form", NOBODYS)
@pytest.mark.parametrize("me", ["Putin", "Trump"])
def test_another_who_is_introduced_or_spoke_last_is_no_side(me: str, form: str) -> None:
    assert last(form.format(me=me)) not in (K, W)


@pytest.mark.parametrize(("voice", "me", "other", "with_other"), RU)
def test_russian_pronouns_likewise(voice: str, me: str, other: str, with_other: str) -> None:
    said = f"{me} заявил, что связь есть."
    assert last(f"{said} «{other} должен уйти», — сказал он.") == voice
    assert last(f"{said} В разговоре с {with_other} он сказал, что перемирие должно сохраниться.") == voice


@pytest.mark.parametrize(("house", "voice"), [("White House", W), ("Kremlin", K)])
def test_a_statement_that_is_cited_outweighs_a_pronoun(house: str, voice: str) -> None:
    other = "Putin" if voice == W else "Trump"
    assert last(f"{other} praised the deal. He was urged to act, according to a {house} statement.") == voice
