"""Who "he" is: whoever spoke last or opens the sentence, never somebody of whom he speaks; the same for either side."""

import pytest
from hearing import K, W, evidence, last

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
    "Macron spoke with {me}. He urged a truce.",
)
ANOTHERS_PRONOUN = (
    "{me} said the line was open.\n\n“It is not,” she said.",
    "{me} said the line was open.\n\nThey said the line was closed.",
    "{me} praised it.\n\nNega is a teacher in the port where Nega grew up, and Nega fled.\n\nHe recalled a war.",
    "{me} praised the deal.\n\nSen. Tim Scott spoke too. When Scott was named, he said that Scott would be brief.",
    "{me} praised it. A body that works in several countries of the region said it was thin. “It is,” he said.",
)
MAIN_CLAUSE = (
    "{me}, who met {other} in Geneva, said the truce was near.",
    "{me}, whom {other} has criticised, said the truce was near.",
    "{other} wanted the call, a senior {my_house} official said.",
    "Responding to {other}'s remarks, {me} said the truce was near.",
)
RU_MAIN_CLAUSE = (
    "{me}, которого {other} критиковал, заявил, что перемирие близко.",
    "{me}, который встретился с {with_other}, заявил, что перемирие близко.",
    "Как заявил {to_other} {me}, перемирие близко.",
    "Комментируя слова {of_other}, {me} заявил, что перемирие близко.",
    "На вопрос о словах {of_other} {me} ответил, что связь есть.",
)
RU_CASES = (
    (K, "Путин", {"other": "Трамп", "with_other": "Трампом", "to_other": "Трампу", "of_other": "Трампа"}),
    (W, "Трамп", {"other": "Путин", "with_other": "Путиным", "to_other": "Путину", "of_other": "Путина"}),
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


@pytest.mark.parametrize("form", ANOTHERS_PRONOUN)
@pytest.mark.parametrize("me", ["Putin", "Trump"])
def test_a_pronoun_that_does_not_fit_or_comes_after_another_is_nobodys(me: str, form: str) -> None:
    assert last(form.format(me=me)) not in (K, W)


def test_a_pronoun_that_fits_is_the_speakers() -> None:
    assert last("Leavitt said the line was open.\n\n“It is long,” she said.") == W
    assert last("Zakharova said the line was open.\n\n“It is long,” she said.") == K
    assert last("U.S. officials said the line was open.\n\nThey said it was long.") == W


@pytest.mark.parametrize("form", MAIN_CLAUSE)
@pytest.mark.parametrize(("voice", "me", "other"), PAIRS)
def test_who_speaks_is_the_subject_of_the_main_clause(voice: str, me: str, other: str, form: str) -> None:
    house = "Kremlin" if voice == K else "White House"
    assert last(form.format(me=me, other=other, my_house=house)) == voice


@pytest.mark.parametrize("form", RU_MAIN_CLAUSE)
@pytest.mark.parametrize(("voice", "me", "others"), RU_CASES)
def test_russian_subjects_of_main_clauses(voice: str, me: str, others: dict[str, str], form: str) -> None:
    assert last(form.format(me=me, **others)) == voice


def test_there_is_where_it_was_said_last() -> None:
    assert last("В Кремле не исключили встречи. Там добавили, что дата не названа.") == K
    assert last("В Белом доме не исключили встречи. Там добавили, что дата не названа.") == W


def test_what_is_said_of_the_others_words_in_a_place_is_that_places() -> None:
    assert last("Обвинения Вашингтона отвергли в Кремле.") == K
    assert last("Обвинения Москвы отвергли в Белом доме.") == W


HOUSES = (
    (K, "the Kremlin", "the White House", "Putin"),
    (W, "the White House", "the Kremlin", "Trump"),
)
CONTESTED = (
    "{me} spoke to reporters.\n\nThe official rejected claims by {other} that it was crossed. “It is not,” he said.",
    "{me} spoke to reporters.\n\nHe dismissed statements from {other} that talks were off. “They go on,” he said.",
)


@pytest.mark.parametrize("form", CONTESTED)
@pytest.mark.parametrize(("voice", "mine", "other", "me"), HOUSES)
def test_whose_claims_are_contested_does_not_speak(voice: str, mine: str, other: str, me: str, form: str) -> None:
    said = evidence(form.format(me=me, other=other))
    assert said[-1] == voice
    assert (K if voice == W else W) not in said


@pytest.mark.parametrize(("voice", "mine", "other", "me"), HOUSES)
def test_it_is_the_house_that_opens_the_sentence(voice: str, mine: str, other: str, me: str) -> None:
    blunter = f"{mine[0].upper()}{mine[1:]} put it more bluntly: never, it said, would it accept that."
    assert last(f"According to {other}, the status was unacceptable. {blunter}") == voice


@pytest.mark.parametrize(("voice", "mine", "other", "me"), HOUSES)
def test_what_was_agreed_by_two_is_no_frame_of_the_quotation_before_it(
    voice: str, mine: str, other: str, me: str
) -> None:
    country = "Washington" if voice == K else "Moscow"
    quoted = f"“Nobody has divided anything,” {me} said. “The text is silent on it, and the others agree.”"
    assert last(f"{quoted} The line was agreed by {country} and Berlin.\n\nTrade was not discussed, he said.") == voice
    assert evidence(f"{quoted} The line was agreed by {country} and Berlin.")[1] == voice


@pytest.mark.parametrize("side", ["Putin", "Trump"])
@pytest.mark.parametrize(
    "text",
    [
        "{side} said that the talks go on. Rebels shot down a plane. But they insisted they had no part in it.",
        "{side} said that the talks go on. The protesters are demanding a vote, and they are urging others to join.",
        "{side} said that the talks go on. Republicans met on Monday. They said the plan was weak.",
    ],
)
def test_they_are_the_many_who_were_named_last_not_a_side(text: str, side: str) -> None:
    assert not {K, W} & set(evidence(text.format(side=side))[1:])


@pytest.mark.parametrize("side", ["Sergei Lavrov", "Marco Rubio"])
def test_a_prime_minister_is_no_role_of_whoever_spoke_last(side: str) -> None:
    text = f"{side} spoke first. “It is only a provocation,” the prime minister told reporters in Rome."
    assert evidence(text)[-1] is None


@pytest.mark.parametrize(("side", "me", "other"), PAIRS)
def test_a_pronoun_opens_a_main_clause_after_an_adverb_too(side: str, me: str, other: str) -> None:
    text = f"{me} said the line was open. In years past he was blunt, but this time he praised the efforts of {other}."
    assert last(text) == side
