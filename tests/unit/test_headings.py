"""Whose bullets are, by the heading and the line above them; the same for either side."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hearing import J, K, W, evidence, heard

SIDES = {
    K: ("Moscow", "the Kremlin", "Putin", "Lavrov", "the Russian Foreign Ministry"),
    W: ("Washington", "the White House", "Trump", "Rubio", "the State Department"),
}
POINT = "\n- The line between the capitals stays open."
PUNKT = "\n- Связь между столицами сохраняется."
ANNOUNCED = (
    "{}'s Framing",
    "{}'s Key Points",
    "{}'s Emphasis on Sovereignty",
    "{}'s Priorities and Demands",
    "## {}'s perspective on the call",
    "3.2 {}'s position",
    "How {} Sees It",
    "How {} is selling the deal",
    "What {} Wants",
    "What does {} want?",
    "The View From {}",
    "The Call According to {}",
    "Objections raised by {} to the plan",
    "What are {}'s terms?",
    "{}: Key Points",
    "Key Points: {}",
    "Inside {}'s Account",
    "{}'s key points:",
)
NOT_ANNOUNCED = (
    "{}'s Military Buildup",
    "{}'s Troops Near the Border",
    "Critics of {}'s Position",
    "What Experts Make of {}'s Claims",
    "Fact-Checking {}'s Account",
    "Western Reactions to {}'s Statement",
    "What {} Left Out",
    "What {} isn't saying",
    "{} Says the Call Was Useful",
    "Why {} Needs the Deal",
    "Sanctions on {}",
    "{}'s position: open questions",
)
RU_SIDES = {
    K: ("Москвы", "Кремля", "Путина", "МИД России"),
    W: ("Вашингтона", "Белого дома", "Трампа", "Госдепартамента"),
}
RU_ANNOUNCED = ("Позиция {}", "Ключевые тезисы {}", "3.1. Аргументы {}", "Взгляд из {}", "Условия и требования {}")
RU_NOT_ANNOUNCED = ("Реакция Киева на заявления {}", "Что эксперты думают о позиции {}", "Хронология переговоров {}")
RU_SUBJECTS = {K: ("Москва", "Кремль", "Путин"), W: ("Вашингтон", "Белый дом", "Трамп")}
RU_ASKED = ("Что говорит {}", "Чего хочет {}?", "Как разговор описал {}", "{}: главное", "{} о переговорах")
LED = (
    "Readouts\nThe {} readout lists these outcomes:",
    "Readouts\nThe statement issued by {} contained the following propositions:",
    "Readouts\n{}'s account, given the next morning, was cautious throughout.",
    "Readouts\n{} spoke to journalists after the call and stressed the following.",
)


def forms(patterns: tuple[str, ...], sides: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [
        ((form.format(name))[:1].upper() + form.format(name)[1:], voice)
        for form in patterns
        for voice, names in sides.items()
        for name in names
    ]


@pytest.mark.parametrize(("heading", "voice"), forms(ANNOUNCED, SIDES))
def test_a_heading_that_announces_a_sides_points_gives_it_its_bullets(heading: str, voice: str) -> None:
    assert evidence(heading + POINT)[-1] == voice


@pytest.mark.parametrize(("heading", "voice"), forms(NOT_ANNOUNCED, SIDES))
def test_a_heading_of_deeds_or_of_what_others_say_gives_nobody_its_bullets(heading: str, voice: str) -> None:
    assert evidence(heading + POINT)[-1] is None, voice


@pytest.mark.parametrize(("heading", "voice"), [*forms(RU_ANNOUNCED, RU_SIDES), *forms(RU_ASKED, RU_SUBJECTS)])
def test_russian_headings_that_announce_points(heading: str, voice: str) -> None:
    assert evidence(heading + PUNKT)[-1] == voice


@pytest.mark.parametrize(("heading", "voice"), forms(RU_NOT_ANNOUNCED, RU_SIDES))
def test_russian_headings_that_announce_none(heading: str, voice: str) -> None:
    assert evidence(heading + PUNKT)[-1] not in (K, W), voice


@pytest.mark.parametrize("line", LED)
@pytest.mark.parametrize(("voice", "name"), [(K, "Kremlin"), (W, "White House")])
def test_a_line_leads_to_the_bullets_of_the_side_whose_account_it_tells_of(line: str, voice: str, name: str) -> None:
    assert evidence(line.format(name) + POINT)[-1] == voice


@pytest.mark.parametrize(
    "lead",
    [
        "Analysts point to three gaps:",
        "Democratic senators were quick to find fault with it:",
        "European diplomats read it with unease. Their complaints were these:",
        "Kyiv answered point by point:",
        "Military bloggers are saying something else:",
    ],
)
@pytest.mark.parametrize("name", ["Moscow", "Washington"])
def test_a_line_that_hands_over_to_others_takes_the_bullets_from_the_side(name: str, lead: str) -> None:
    assert evidence(f"{name}'s Position\n{lead}{POINT}")[-1] not in (K, W)


def test_a_line_between_heading_and_bullets_keeps_the_section() -> None:
    assert evidence("Washington's Priorities\nThe statement was short." + POINT)[-1] == W


def test_a_bullet_that_names_its_speaker_is_that_speakers() -> None:
    said = evidence("Moscow's Framing\n- The line stays open.\n- Rubio said the line was closed.\n- The line is long.")
    assert said == [None, K, W, K]


def test_what_both_are_said_to_have_said_is_among_a_sides_points_that_sides_word() -> None:
    assert evidence("Moscow's Framing\n- Both sides agreed to keep the line open.")[-1] == K
    assert evidence("Common ground\n- Both sides agreed to keep the line open.")[-1] == J


def test_a_bare_name_announces_the_points_of_an_institution_or_beside_another_sides() -> None:
    assert evidence("The Kremlin" + POINT)[-1] == K
    assert evidence("Russia" + POINT)[-1] is None
    assert evidence("Russia" + POINT + "\nUnited States" + POINT)[1::2] == [K, W]


def test_a_heading_in_capitals_names_a_side_as_any_other() -> None:
    assert evidence("RUSSIAN FOREIGN MINISTRY STATEMENT" + POINT)[-1] == K
    assert evidence("ГОСДЕПАРТАМЕНТ США: ОСНОВНЫЕ ТЕЗИСЫ" + PUNKT)[-1] == W
    assert evidence("БЕЛЫЙ ДОМ: КОРОТКО" + PUNKT)[-1] == W


def test_a_side_that_publishes_is_not_read_by_its_headings() -> None:
    assert {p.voice for p in heard("Washington's Position" + POINT, "kremlin.ru")} == {K}


def test_headings_and_lines_of_articles_like_those_we_read() -> None:
    """Four sets of items written without sight of the rules, then read for their errors: nothing may get worse."""
    seen: Counter[tuple[str, str]] = Counter()
    for line in (Path(__file__).parents[1] / "data" / "sections.jsonl").read_text("utf-8").splitlines():
        item = json.loads(line)
        text = "\n".join((item["heading"], *filter(None, [item["lead"]]), *(f"- {one}" for one in item["bullets"])))
        for passage in heard(text)[-len(item["bullets"]) :]:
            said = passage.voice if passage.confidence >= 0.6 and passage.voice in (K, W) else None
            seen[item["voice"] or "nobody", said or "nobody"] += 1
    right = seen[K, K] + seen[W, W]
    assert seen[K, W] + seen[W, K] == 0
    assert right / (right + seen[K, "nobody"] + seen[W, "nobody"]) >= 0.85
    assert right / (right + seen["nobody", K] + seen["nobody", W]) >= 0.95
