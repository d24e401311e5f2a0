"""An adjective names a side before a noun of telling ("the Russian readout"), and nowhere else."""

import pytest
from hearing import VOICES, K, W, evidence

from models.masking import mask

TOLD = (
    "The {} readout said the line was open.",
    "According to the {} account, the line is open.",
    "In the {} telling, the line is open.",
    "The {} statement stressed that the line is open.",
    "The {} position is that the line is open.",
    "{} negotiators said the line was open.",
    "A senior {} diplomat said the line was open.",
)
NOT_TOLD = (
    "The {} economy said little about the line.",
    "{} shoppers said the line was open.",
    "{} troops reported that the line was open.",
    "Analysts said the {} line held.",
    "{} opposition leaders said the line was closed.",
)
COMPARED = {
    "The {me} readout stressed the truce, whereas the {other}'s stressed the causes.": [0, 1],
    "Both readouts mention energy; only the {me}'s mentions Ukraine.": [0],
    "Neither the {me} nor the {other} mentioned a truce.": [None],
    "From the {me}'s standpoint, the talks were about the causes.": [0],
    "The {me} painted the call as a triumph.": [0],
}
RU_TOLD = (
    "В {}ом заявлении говорится, что связь есть.",
    "Согласно {}ому сообщению, связь есть.",
    "В {}ой версии разговора отмечается, что связь есть.",
    "{}ое заявление гласит, что связь есть.",
    "{}ие переговорщики сообщили, что связь есть.",
    "По словам {}ого дипломата, связь есть.",
)
SIDES = [(K, "Russian", "российск"), (W, "American", "американск")]


@pytest.mark.parametrize("form", TOLD)
@pytest.mark.parametrize(("voice", "word", "_"), SIDES)
def test_before_a_noun_of_telling_it_names_the_side(voice: str, word: str, _: str, form: str) -> None:
    assert evidence(form.format(word)) == [voice]


@pytest.mark.parametrize("form", NOT_TOLD)
@pytest.mark.parametrize(("voice", "word", "_"), SIDES)
def test_elsewhere_it_is_content(voice: str, word: str, _: str, form: str) -> None:
    assert voice not in evidence(form.format(word))


@pytest.mark.parametrize("form", RU_TOLD)
@pytest.mark.parametrize(("voice", "_", "stem"), SIDES)
def test_russian_ones_agree_with_their_nouns(voice: str, _: str, stem: str, form: str) -> None:
    text = form.format(stem)
    assert evidence(text[:1].upper() + text[1:]) == [voice]


@pytest.mark.parametrize("form", COMPARED)
@pytest.mark.parametrize(("me", "other"), [("Kremlin", "White House"), ("White House", "Kremlin")])
def test_what_an_analyst_says_of_two_accounts_is_told_apart(me: str, other: str, form: str) -> None:
    voices = {"Kremlin": K, "White House": W}
    wanted = [None if one is None else voices[(me, other)[one]] for one in COMPARED[form]]
    assert evidence(form.format(me=me, other=other)) == wanted


def test_masking_leaves_adjectives_as_content() -> None:
    assert mask("Russian gas is cheap.", VOICES, "en") == "Russian gas is cheap."
    assert mask("The Russian proposals are on the table.", VOICES, "en") == "The Russian proposals are on the table."
