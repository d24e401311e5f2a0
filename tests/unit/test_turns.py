"""Kinds of document whose speaker is told by labels or by the house: transcripts, readouts, joint statements."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.attribution import attribute
from models.news import NewsItem
from models.reading import read
from models.voices import voices_from_toml

VOICES = voices_from_toml(
    (Path(__file__).resolve().parents[2] / "models" / "voices.toml").read_text(encoding="utf-8"), "voices.toml"
)
AT = datetime(2025, 4, 2, tzinfo=UTC)
KREMLIN, HOUSE, KYIV, OTHER = "kremlin", "white_house", "kyiv", "other"


def said(
    text: str, source: str = "", title: str = "", lang: str | None = None, html: str = ""
) -> list[tuple[str | None, str]]:
    """(voice, text) of the passages that count as evidence, and of those that no one is heard in (None)."""
    made = read(NewsItem(id="t", published_at=AT, text=text, html=html, title=title, lang=lang))
    found = attribute(made, VOICES, source_voice=VOICES.voice_of_source(source, ""), at=AT)
    return [(one.voice if one.confidence >= 0.6 else None, one.text) for one in found]


def voices(text: str, source: str = "", title: str = "", lang: str | None = None) -> list[str | None]:
    return [voice for voice, _ in said(text, source, title, lang)]


HOSTS = [("kremlin.ru", KREMLIN), ("whitehouse.gov", HOUSE)]


@pytest.mark.parametrize(("source", "house"), HOSTS)
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Q    ", "THE PRESIDENT:  "),
        ("Q  ", "THE PRESIDENT: "),
        ("Q: ", "A: "),
        ("Q. ", "A. "),
        ("**Q**  ", "**THE PRESIDENT:**  "),
        ("Question: ", "Answer: "),
        ("QUESTION: ", "THE PRESIDENT: "),
        ("Question (retranslated): ", "The President: "),
        ("Question from the Morning Post: ", "The President: "),
        ("REPORTER: ", "MR. UNLISTED: "),
        ("Moderator: ", "Spokesperson: "),
        ("Remark: ", "The President: "),
        ("Anna Fields (Morning Post): ", "The President: "),
        ("Evening Channel correspondent Anna Fields: ", "The President: "),
        ("Anna Fields: ", "The President: "),
        ("Вопрос: ", "Ответ: "),
        ("ВОПРОС: ", "ОТВЕТ: "),
        ("Вопрос (перевод с английского): ", "Президент: "),
        ("Реплика: ", "Президент: "),
        ("Журналист: ", "Официальный представитель: "),
        ("А.Полев (газета «Утро»): ", "Президент: "),
        ("А. Полев: ", "Президент: "),
        ("Анна Полева: ", "Президент: "),
        ("Из зала: ", "Президент: "),
        ("<b>Вопрос:</b> ", "<b>Президент:</b> "),
    ],
)
def test_a_question_is_never_the_hosts_and_the_answer_is(source: str, house: str, question: str, answer: str) -> None:
    text = (
        f"{question}Has the government closed the northern road?\n{answer}We have closed the road until the spring.\n"
        f"{question}Will the ministry open the bridge again?\nPeople wait for it every morning.\n"
        f"{answer}We will open the bridge when it is safe.\nThat is what we have promised to everyone."
    )
    assert voices(text, source) == [OTHER, house, OTHER, OTHER, house, house]


@pytest.mark.parametrize(
    ("label", "voice"),
    [
        ("Vladimir Putin: ", KREMLIN),
        ("President of Russia Vladimir Putin: ", KREMLIN),
        ("Aide to the President Yury Ushakov: ", KREMLIN),
        ("Press Secretary to the President Karoline Leavitt: ", HOUSE),
        ("PRESIDENT PUTIN: ", KREMLIN),
        ("PRESIDENT PUTIN:  (As interpreted.)  ", KREMLIN),
        ("FOREIGN MINISTER LAVROV: ", KREMLIN),
        ("Foreign Minister Sergey Lavrov: ", KREMLIN),
        ("Dmitry Peskov, Press Secretary: ", KREMLIN),
        ("Mr Peskov: ", KREMLIN),
        ("Владимир Путин: ", KREMLIN),
        ("ВЛАДИМИР ПУТИН: ", KREMLIN),
        ("В.Путин: ", KREMLIN),
        ("В. Путин: ", KREMLIN),
        ("Д.Песков: ", KREMLIN),
        ("Д. С. Песков: ", KREMLIN),
        ("С.В.Лавров: ", KREMLIN),
        ("М.В.Захарова: ", KREMLIN),
        ("Ответ С.В.Лаврова: ", KREMLIN),
        ("Президент России Владимир Путин: ", KREMLIN),
        ("Министр иностранных дел С.В.Лавров: ", KREMLIN),
        ("Donald Trump: ", HOUSE),
        ("President of the United States Donald Trump: ", HOUSE),
        ("PRESIDENT TRUMP: ", HOUSE),
        ("PRESIDENT TRUMP:  (As interpreted.)  ", HOUSE),
        ("SECRETARY RUBIO: ", HOUSE),
        ("Secretary of State Marco Rubio: ", HOUSE),
        ("Karoline Leavitt, Press Secretary: ", HOUSE),
        ("MS. LEAVITT: ", HOUSE),
        ("Mr Rubio: ", HOUSE),
        ("Дональд Трамп: ", HOUSE),
        ("ДОНАЛЬД ТРАМП: ", HOUSE),
        ("Д.Трамп (как переведено): ", HOUSE),
        ("Д. Трамп: ", HOUSE),
        ("М.Рубио: ", HOUSE),
        ("Президент США Дональд Трамп: ", HOUSE),
        ("Государственный секретарь М.Рубио: ", HOUSE),
        ("PRESIDENT ZELENSKYY: ", KYIV),
        ("В.Зеленский: ", KYIV),
    ],
)
@pytest.mark.parametrize("source", ["kremlin.ru", "whitehouse.gov", ""])
def test_a_listed_speaker_speaks_for_the_own_side_wherever_the_transcript_stands(
    label: str, voice: str, source: str
) -> None:
    text = (
        "Question: When does the ferry sail?\n"
        f"{label}The ferry sails on Monday morning.\n"
        "Question: And the train?\n"
        f"{label}The train leaves an hour later."
    )
    assert voices(text, source) == [OTHER, voice, OTHER, voice]


@pytest.mark.parametrize(("source", "house"), HOSTS)
@pytest.mark.parametrize(
    "guest",
    [
        "PRIME MINISTER ARLAND: ",
        "PRESIDENT ARLAND: ",
        "CHANCELLOR ARLAND: ",
        "DEPUTY PRIME MINISTER ARLAND: ",
        "DEFENSE MINISTER ARLAND: ",
        "FOREIGN SECRETARY ARLAND: ",
        "NATO SECRETARY GENERAL ARLAND: ",
        "HIS MAJESTY THE KING: ",
        "MS. MARGARET ARLAND: ",
        "Prime Minister of Norland Erik Arland: ",
        "Adviser to Vladimir Putin: ",
        "Adviser to Joe Biden: ",
        "President of the Republic of Norland Erik Arland: ",
        "President of Norland Erik Arland Arland ErikPresident of Norland: ",
        "Erik Arland (retranslated): ",
        "Erik Arland: ",
        "Э.Арланд (как переведено): ",
        "Э. Арланд: ",
        "Эрик Арланд: ",
        "Президент Норландии Эрик Арланд: ",
        "Премьер-министр Норландии Э.Арланд: ",
    ],
)
def test_a_foreign_guest_is_not_the_house(source: str, house: str, guest: str) -> None:
    text = (
        "The President: Welcome to the old capital. We signed two papers today.\n"
        f"{guest}Thank you for the warm welcome. Our country wants a quiet border.\n"
        "The President: We share that wish."
    )
    assert voices(text, source) == [house, house, OTHER, OTHER, house]


@pytest.mark.parametrize(("source", "house"), HOSTS)
def test_labels_inside_one_long_line_begin_turns_too(source: str, house: str) -> None:
    text = (
        "The leaders met in the winter palace. * * * The President: Welcome to our house. Let us begin with trade. "
        "Erik Arland: Thank you for the invitation. Trade has grown by a third. The President: By 35.5 percent, in "
        "fact. "
        "Question: Is there a new agreement? The President: There is one…  Erik Arland (retranslated): And it is "
        "signed."
    )
    assert voices(text, source) == [house, house, house, OTHER, OTHER, house, OTHER, house, OTHER]


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        (
            "kremlin.ru",
            "Начало беседы. В.Путин: Добрый день! Рад вас видеть. Э.Арланд (как переведено): Спасибо за приглашение. "
            "Вопрос: Будет ли договор? В.Путин: Он уже готов.",
            [KREMLIN, KREMLIN, KREMLIN, OTHER, OTHER, KREMLIN],
        ),
        (
            "whitehouse.gov",
            "The talks began. PRESIDENT TRUMP: Good afternoon! It is good to see you. PRIME MINISTER ARLAND: Thank "
            "you for "
            "having me. QUESTION: Is there a treaty? PRESIDENT TRUMP: It is ready.",
            [HOUSE, HOUSE, HOUSE, OTHER, OTHER, HOUSE],
        ),
    ],
)
def test_a_page_run_into_one_line_keeps_its_speakers(source: str, text: str, expected: list[str]) -> None:
    assert voices(text, source) == expected


@pytest.mark.parametrize(("source", "house"), HOSTS)
def test_a_label_alone_on_its_line_rules_the_lines_that_follow(source: str, house: str) -> None:
    text = (
        "THE PRESIDENT:\nThe dam holds. We checked it twice.\nQ\nWho checked it?\n"
        "THE PRESIDENT:\nOur engineers did that."
    )
    assert voices(text, source) == [house, house, OTHER, house]


@pytest.mark.parametrize("reporter", ["Reuters", "ТАСС", "Bloomberg"])
@pytest.mark.parametrize(("source", "house"), HOSTS)
def test_a_one_word_label_counts_where_it_recurs(source: str, house: str, reporter: str) -> None:
    text = (
        f"{reporter}: Will the road open?\nThe President: It will.\n{reporter}: In which month then?\n"
        "The President: In May.\nRemember: the snow may stay."
    )
    assert voices(text, source) == [OTHER, house, OTHER, house, house]


@pytest.mark.parametrize(
    ("a", "b", "voice_a", "voice_b"),
    [("Putin", "Trump", KREMLIN, HOUSE), ("Trump", "Putin", HOUSE, KREMLIN)],
)
def test_a_newspaper_with_two_colon_headlines_is_no_transcript(a: str, b: str, voice_a: str, voice_b: str) -> None:
    prose = "The harbour stayed open all week, and trade went on as it had before the storm came in from the north.\n"
    text = f"{a}: a road is needed\n{prose * 5}{b}: a bridge is needed\n{prose * 5}"
    assert [voice for voice, passage in said(text) if passage.startswith("The harbour")] == [None] * 10


@pytest.mark.parametrize(
    ("source", "house", "text"),
    [
        ("whitehouse.gov", HOUSE, "President Trump spoke today with President Vladimir Putin of Russia. The "
         "President made clear that "
         "the bridge must be opened. The two leaders agreed to speak again. The call lasted an hour."),
        ("kremlin.ru", KREMLIN, "Vladimir Putin spoke by telephone with President of the United States Donald Trump. "
         "The President of "
         "Russia made clear that the bridge must be opened. The two leaders agreed to speak again. The call lasted "
         "an hour."),
        ("kremlin.ru", KREMLIN, "Состоялся телефонный разговор Владимира Путина с Президентом США Дональдом Трампом. "
         "Владимир Путин "
         "подчеркнул, что мост нужно открыть. Разговор длился час."),
        ("state.gov", HOUSE, "Secretary of State Marco Rubio spoke with Russian Foreign Minister Sergey Lavrov. The "
         "Secretary "
         "stressed that the bridge must be opened. The call lasted an hour."),
        ("mid.ru", KREMLIN, "Foreign Minister Sergey Lavrov spoke by telephone with US Secretary of State Marco "
         "Rubio. The Minister "
         "stressed that the bridge must be opened. The call lasted an hour."),
    ],
)  # fmt: skip
def test_a_readout_is_the_account_of_the_house_that_publishes_it(source: str, house: str, text: str) -> None:
    made = voices(text, source)
    assert made[0] == made[1] == made[-1] == house
    assert set(made) <= {house, "joint"}


@pytest.mark.parametrize(("source", "house"), HOSTS)
def test_a_statement_is_the_houses_to_its_last_line(source: str, house: str) -> None:
    text = (
        "Statement on the northern bridge\n\nThe bridge must stay open. It serves two countries.\n\nWe thank the "
        "engineers."
    )
    assert set(voices(text, source)) - {None} == {house}


@pytest.mark.parametrize("source", ["kremlin.ru", "whitehouse.gov", ""])
@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Joint Statement by President Vladimir Putin and President Donald Trump",
            "We, the Presidents of Russia and of the United States, met today. We will open the bridge in May.",
        ),
        (
            "Совместное заявление Президента России Владимира Путина и Президента США Дональда Трампа",
            "Мы, президенты двух стран, встретились сегодня. Мы откроем мост в мае.",
        ),
        (
            "Russia–United States Joint Statement on the Bridge",
            "The two leaders met today. The sides will open the bridge in May.",
        ),
    ],
)
def test_a_joint_statement_is_both_sides(source: str, title: str, text: str) -> None:
    assert set(voices(text, source, title)) == {"joint"}


@pytest.mark.parametrize(("source", "house"), HOSTS)
def test_a_joint_statement_with_a_third_country_is_the_houses(source: str, house: str) -> None:
    title = "Joint Statement with the Prime Minister of Norland"
    assert set(voices("We met today. We will open the bridge in May.", source, title)) == {house}


@pytest.mark.parametrize(
    ("letterhead", "voice"),
    [
        ("THE WHITE HOUSE\nOffice of the Press Secretary\nFOR IMMEDIATE RELEASE", HOUSE),
        ("FOR IMMEDIATE RELEASE\nThe Kremlin", KREMLIN),
        ("МИД России\nПресс-релиз", KREMLIN),
        ("Госдепартамент\nПресс-релиз", HOUSE),
        ("The Harbour Company\nFOR IMMEDIATE RELEASE", None),
        ("The White House", None),
        ("The Kremlin", None),
    ],
)
def test_a_letterhead_tells_whose_release_a_text_without_a_source_is(letterhead: str, voice: str | None) -> None:
    assert voices(f"{letterhead}\n\nThe bridge will be opened in May. It was closed for a year.")[-1] == voice


def test_labels_are_no_part_of_a_passage() -> None:
    for label in ("Vladimir Putin: ", "MS. LEAVITT:  ", "**Q**  ", "Вопрос: ", "Э.Арланд (как переведено): "):
        text = f"{label}The ferry sails at dawn.\nVladimir Putin: Yes, it always does that.\nQ    At dawn?"
        assert next(passage for _, passage in said(text, "kremlin.ru")) == "The ferry sails at dawn."
