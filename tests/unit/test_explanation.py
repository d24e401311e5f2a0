"""Why two sides differ: evidence that stands where it says, the most telling first, and the same both ways."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.divergence import SAID_BY_BOTH, SideDocument
from models.explanation import explain, frame_shares, gathered, telling_words
from models.explanation.points import MOST_ONE_SIDED, MOST_OPPOSED
from models.explanation.sentences import MOST_DOCUMENTS
from models.news import EncodedPassage
from models.telling import is_formal, is_legal, tells

AT = datetime(2022, 1, 1, tzinfo=UTC)
PAIR = ("kremlin", "white_house")
TALKS = "Both delegations sat down for seven hours of talks about missiles"
GRAIN = "Ships with grain may leave the harbour again from next Monday on"
PIPES = "The pipeline is a matter of price and has nothing to do with pressure"
GREETING = "Our warm greetings go to the organisers and the guests of the forum"


@pytest.fixture(scope="module")
def document(hashing_encoder):
    """A document of one voice, its passages end to end."""

    def make(item: str, voice: str, *texts: str, at: datetime = AT, lang: str = "en") -> SideDocument:
        vectors, passages, start = hashing_encoder.encode(texts).astype(np.float16), [], 0
        for text, vector in zip(texts, vectors, strict=True):
            passages.append(
                EncodedPassage(
                    start=start, end=start + len(text), text=text, voice=voice, confidence=0.9, vector=vector
                )
            )
            start += len(text) + 1
        return SideDocument(item=item, url=f"https://news.example/{item}", lang=lang, at=at, passages=tuple(passages))

    return make


def test_one_sided_is_what_the_other_side_leaves_out_and_what_both_say_may_only_be_quoted(document):
    sides = {
        "kremlin": [document("k", "kremlin", TALKS, PIPES)],
        "white_house": [document("w", "white_house", TALKS, GRAIN)],
    }

    found = explain(sides, PAIR)

    assert [(one.voice, one.text) for one in found.one_sided] == [("kremlin", PIPES), ("white_house", GRAIN)]
    assert {voice: [one.text for one in said] for voice, said in found.telling.items()} == {
        "kremlin": [PIPES, TALKS],
        "white_house": [GRAIN, TALKS],
    }


@pytest.mark.parametrize("who", PAIR)
def test_a_denial_is_opposed_to_what_it_denies_and_never_what_both_say(document, who):
    claim = "Washington and Moscow exchanged the files on the group in July"
    sides = {voice: [document(voice, voice, claim)] for voice in PAIR}
    assert [tuple(couple)[:2] for couple in explain(sides, PAIR).agreed] == [PAIR]

    (said,) = sides[who]
    denied = tuple(replace(one, disputes=True) for one in said.passages)
    found = explain({**sides, who: [replace(said, passages=denied)]}, PAIR)

    assert found.agreed == ()
    assert len(found.opposed) == 1


def test_a_courtesy_is_no_point_however_alone_it_stands_and_is_quoted_last(document):
    sides = {
        "kremlin": [document("k", "kremlin", GREETING, TALKS, PIPES)],
        "white_house": [document("w", "white_house", TALKS)],
    }

    found = explain(sides, PAIR)

    assert [one.text for one in found.telling["kremlin"]] == [PIPES, TALKS, GREETING]
    assert [one.text for one in found.one_sided] == [PIPES]


@pytest.mark.parametrize("end", [":", " : ", ": —", ": «", ':"'])
def test_what_only_introduces_a_list_is_no_agreement_and_no_point(document, end):
    lead = "The main points of the strategy of the delegation include" + end
    sides = {
        "kremlin": [document("k", "kremlin", lead, PIPES)],
        "white_house": [document("w", "white_house", lead, GRAIN)],
    }

    found = explain(sides, PAIR)

    assert found.agreed == ()
    assert {voice: [one.text for one in said] for voice, said in found.telling.items()} == {
        "kremlin": [PIPES, lead],
        "white_house": [GRAIN, lead],
    }


def test_a_colon_within_a_sentence_introduces_nothing_that_is_left_out(document):
    said = "They named one condition: ships with grain leave the harbour first"
    sides = {"kremlin": [document("k", "kremlin", said)], "white_house": [document("w", "white_house", TALKS)]}

    assert said in {one.text for one in explain(sides, PAIR).one_sided}


def test_a_sentence_repeated_in_many_documents_is_listed_once(document):
    sides = {
        "kremlin": [document(f"k{n}", "kremlin", PIPES) for n in range(5)],
        "white_house": [document("w", "white_house", TALKS)],
    }

    assert [one.text for one in explain(sides, PAIR).one_sided if one.voice == "kremlin"] == [PIPES]


@pytest.mark.parametrize(
    ("one", "other", "opposed"),
    [
        ("We support the grain deal in this form", "We reject the grain deal in this form", True),
        ("We support the grain deal in this form", "We support the grain deal in this form", False),
        ("We do not support the grain deal at all", "We reject the grain deal at all", False),
        ("Мы поддерживаем сделку о вывозе зерна морем", "Мы отвергаем сделку о вывозе зерна морем", True),
        ("The Eastern harbour deal is open for grain", "New sanctions harbour deal is open for grain", False),
    ],
)
def test_opposed_sentences_are_about_one_thing_with_an_odd_number_of_turns(document, one, other, opposed):
    sides = {"kremlin": [document("k", "kremlin", one)], "white_house": [document("w", "white_house", other)]}

    found = explain(sides, PAIR).opposed

    assert [(it["kremlin"].text, it["white_house"].text) for it in found] == ([(one, other)] if opposed else [])


def test_what_both_say_is_shown_with_the_sentence_of_each_and_what_is_flipped_is_not(document):
    alike = ("We support the grain deal in this form", "The talks begin in Vienna on Monday morning")
    turned = ("We reject the grain deal in this form", "The talks begin in Vienna on Monday morning")
    sides = {"kremlin": [document("k", "kremlin", *alike)], "white_house": [document("w", "white_house", *turned)]}

    found = explain(sides, PAIR)

    assert [(it["kremlin"].text, it["white_house"].text) for it in found.agreed] == [(alike[1], turned[1])]
    assert [(it["kremlin"].text, it["white_house"].text) for it in found.opposed] == [(alike[0], turned[0])]
    assert alike[1] not in {one.text for one in found.one_sided}


WORDS = st.lists(
    st.sampled_from(["talks", "grain", "price", "gas", "troops", "support", "reject", "peace", "attack", "law", "not"]),
    min_size=6, max_size=10,
).map(" ".join)  # fmt: skip


@given(st.lists(WORDS, min_size=1, max_size=6), st.lists(WORDS, min_size=1, max_size=6))
@example(
    ours=["talks talks talks talks talks talks", "talks talks grain price troops reject reject law not not"],
    theirs=["talks talks talks talks talks talks", "grain grain grain price gas gas support attack not not"],
)
@settings(max_examples=40, deadline=None)
def test_swapping_the_voices_swaps_the_sides_and_nothing_else(document, ours, theirs):
    a, b = [document("k", "kremlin", *ours)], [document("w", "white_house", *theirs)]

    there = explain({"kremlin": a, "white_house": b}, PAIR)
    back = explain({"kremlin": a, "white_house": b}, PAIR[::-1])

    assert set(there.one_sided) == set(back.one_sided)
    assert there.words == back.words
    assert there.frames == back.frames
    assert len(there.opposed) <= MOST_OPPOSED
    assert (there.opposed, there.agreed) == (back.opposed, back.agreed)
    texts = {"k": "\n".join(ours), "w": "\n".join(theirs)}
    for point in (*there.one_sided, *(point.nearest for point in there.one_sided)):
        assert texts[point.id][point.start : point.end] == point.text
    assert all(-1 <= point.similarity < SAID_BY_BOTH for point in there.one_sided)
    assert there.telling == back.telling
    assert set(there.telling) == set(PAIR)
    assert all(sum(one.voice == voice for one in there.one_sided) <= MOST_ONE_SIDED for voice in PAIR)


def test_only_the_latest_documents_are_explained_and_their_order_is_without_effect(document):
    held = [document(f"k{n}", "kremlin", f"{TALKS} number {n}", at=AT + timedelta(hours=n)) for n in range(20)]

    sentences, vectors = gathered("kremlin", held[::-1])

    assert [one.document.item for one in sentences] == [f"k{n}" for n in range(20 - MOST_DOCUMENTS, 20)]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)


def test_telling_words_are_those_that_one_side_uses_and_the_other_does_not(document):
    a, _ = gathered("kremlin", [document("k", "kremlin", *["pipeline price talks of the two"] * 5)])
    b, _ = gathered("white_house", [document("w", "white_house", *["harbour grain talks of the two"] * 5)])

    words_a, words_b = telling_words(a, b)

    assert {word for word, _ in words_a} == {"pipeline", "price"}
    assert {word for word, _ in words_b} == {"harbour", "grain"}
    assert telling_words(b, a) == (words_b, words_a)


def test_a_frame_is_a_share_of_sentences(document):
    sentences, _ = gathered("kremlin", [document("k", "kremlin", "Troops and missiles near the border", GRAIN)])

    shares = frame_shares(sentences)

    assert shares["security"] == 0.5
    assert all(0 <= share <= 1 for share in shares.values())


def test_words_that_only_begin_alike_are_no_frame(document):
    texts = (
        "В центре города правительство открыло семинар в деталях",
        "A familiar courtesy in the Eastern district of town",
    )
    sentences, _ = gathered("kremlin", [document("k", "kremlin", *texts)])

    assert (
        frame_shares(sentences)["people"] == frame_shares(sentences)["law"] == frame_shares(sentences)["economy"] == 0
    )


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("Troops were moved to the border without any notice", True),
        ("Войска были переброшены к границе без всякого уведомления", True),
        ("The ministers spoke with one another about the border today", False),
        ("По инициативе американской стороны состоялся телефонный разговор президентов", False),
        ("It was agreed to maintain personal contacts in the coming weeks", False),
        ("Президенты условились оставаться на связи в ближайшие недели", False),
        ("Too short to weigh", False),
    ],
)
def test_courtesies_logistics_and_scraps_tell_nothing(text, telling):
    assert tells(text) is telling


def test_a_short_title_is_no_formality():
    assert not is_formal("Sanctions on oil")
    assert is_formal("Greetings to the guests of the forum")


def test_a_side_without_passages_cannot_be_explained(document):
    with pytest.raises(ValueError, match="without passages"):
        explain({"kremlin": [], "white_house": [document("w", "white_house", TALKS)]}, PAIR)


@pytest.mark.parametrize(
    ("text", "legal"),
    [
        ("Sec. 4. For the purposes of this order: a person is whoever the Secretary names", True),
        ("(b) the term “entity” means a partnership, a trust or another organization", True),
        ("The measures in subsection (a) hold notwithstanding any contract entered into before", True),
        ("By the authority vested in me as President by the Constitution and the laws of the land", True),
        ("Настоящий Указ вступает в силу со дня его официального опубликования", True),
        ("Статья 3 распространяется и на товары, ввезённые до этой даты", True),
        ("The President prohibited new investment in the two regions with immediate effect", False),
        ("Президент запретил ввоз этих товаров до конца года", False),
        ("They spoke of sections of the border that both armies had left", False),
    ],
)
def test_a_clause_of_an_order_is_told_by_its_words_or_its_number(text, legal):
    assert is_legal(text) is legal
