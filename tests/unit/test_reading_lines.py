"""What a line of a text is: datelines, boilerplate, captions, headings, bullets, direct speech, wrapped lines."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.attribution import attribute
from models.news import Document, NewsItem
from models.reading import read
from models.voices import voices_from_toml

VOICES = voices_from_toml(
    (Path(__file__).resolve().parents[2] / "models" / "voices.toml").read_text(encoding="utf-8"), "voices.toml"
)


def document(text: str, html: str = "") -> Document:
    return read(NewsItem(id="l", published_at=datetime(2025, 1, 1, tzinfo=UTC), text=text, html=html, lang="en"))


def spoken(text: str) -> list[str]:
    made = document(text)
    return [made.text[one.start : one.end] for block in made.blocks for one in block.sentences]


def kinds(text: str) -> list[str]:
    return [block.kind for block in document(text).blocks]


ENGLISH, RUSSIAN = "The bridge was opened on Monday.", "Мост открыли в понедельник."


@pytest.mark.parametrize(
    "dateline",
    [
        "MOSCOW, Jan 3 (Agency) — ",
        "MOSCOW, January 3, 2025 (Agency) - ",
        "MOSCOW, Jan. 3 — ",
        "MOSCOW, January 3. /AGENCY/. ",
        "MOSCOW (Agency) — ",
        "MOSCOW — ",
        "NEW YORK, Jan 3 (Agency) -- ",
        "WASHINGTON, Jan 3 (Agency) — ",
        "WASHINGTON, D.C. — ",
        "WASHINGTON (AP) — ",
        "Washington, 3 January (Agency) – ",
        "Moscow, 3 January 2025 (Agency) – ",
    ],
)
def test_an_english_dateline_is_no_part_of_what_is_said(dateline: str) -> None:
    assert spoken(dateline + ENGLISH) == [ENGLISH]


@pytest.mark.parametrize(
    "dateline",
    [
        "МОСКВА, 3 янв — ",
        "МОСКВА, 3 янв - Агентство Новости. ",
        "МОСКВА, 3 января. /АГЕНТСТВО/. ",
        "МОСКВА, 3 января 2025 г. /АГЕНТСТВО/. ",
        "МОСКВА, 3 янв — Агентство. ",
        "Москва. 3 января. АГЕНТСТВО.RU - ",
        "ВАШИНГТОН, 3 янв — ",
        "ВАШИНГТОН, 3 января. /АГЕНТСТВО/. ",
        "НЬЮ-ЙОРК, 3 янв - Агентство Новости. ",
        "Вашингтон. 3 января. АГЕНТСТВО.RU - ",
        "МОСКВА — ",
        "ВАШИНГТОН — ",
    ],
)
def test_a_russian_dateline_is_no_part_of_what_is_said(dateline: str) -> None:
    assert spoken(dateline + RUSSIAN) == [RUSSIAN]


@pytest.mark.parametrize(
    "line",
    [
        "Moscow said on Jan. 3 — a Monday — that the bridge is open.",
        "Washington (the capital) was quiet.",
        "Moscow, the capital, was quiet.",
        "NATO — the alliance — met.",
        "In May, Moscow — as ever — waited.",
        "Москва — столица России.",
        "Вашингтон, как и прежде, молчал.",
        "Россия и США — соседи.",
    ],
)
def test_prose_that_begins_with_a_place_has_no_dateline(line: str) -> None:
    assert "".join(spoken(line)).replace(" ", "") == line.replace(" ", "")


@pytest.mark.parametrize(
    "line",
    """FOR IMMEDIATE RELEASE
###
-30-
Share this article
Share on Facebook
Facebook | Twitter | Telegram
Print
Subscribe to our newsletter for the latest news
Sign up for the daily digest
Follow us on Telegram
Read more: the bridge that was closed for a year
Read also: A road in the north
Also read: A road in the north
Related articles: A road, a bridge, a ferry
Click here to see the map
Download our app
Advertisement
© 2025 The Harbour Company
Copyright 2025 The Harbour Company. All rights reserved.
All rights reserved.
We use cookies to make this site better.
By using this site you agree to our terms.
Photo: A. Field
Image credit: The Harbour Company
File photo: the bridge in May
(AP Photo/A. Field)
A. Field / Reuters
Reporting by A. Field; editing by B. Hill
By Anna Field and Boris Hill
Published: January 3, 2025
January 3, 2025 5:00 PM
Last updated on January 3, 2025
Tags: bridge, road, ferry
Published in section: News
Direct link: example.org/d/1
https://example.org/news/1
Skip to main content
5 min read
Next Post: A road in the north
Office of the Press Secretary
**Share this page**
<a href="https://example.org/1">Read more</a>
Читайте также: Дорога на севере
Читать далее
Подробнее: дорога на севере
Подписывайтесь на наш канал
Следите за нашими новостями
Поделиться
Поделиться в соцсетях
Фото: А. Полев
© Фото: А. Полев
© АГЕНТСТВО, 2025
Все права защищены
При использовании материалов ссылка на сайт обязательна
Мы используем файлы cookie
Реклама
Теги: мост, дорога
Рубрика: Новости
Опубликован в разделе: Новости
Дата публикации: 3 января 2025 года, 17:00
3 января 2025 года, 17:00
Текстовая версия
Смотрите также
Материалы по теме
Новости партнёров
Распечатать""".splitlines(),
)
def test_boilerplate_is_never_spoken(line: str) -> None:
    text = f"{ENGLISH}\n{line}\nIt will stay open."
    assert spoken(text) == [ENGLISH, "It will stay open."]


@pytest.mark.parametrize(
    "line",
    """The sides share the same view of the bridge.
Share prices fell after the talks in the capital.
We follow the situation closely.
The minister read more letters than that.
The copyright law was changed in May.
Photos of the bridge were shown to the minister.
Related questions were discussed by both ministers.
End the war, the minister said.
Updated rules will apply from May.
By Monday the bridge will be open.
He subscribes to that view.
Printing the plans took a day.
We use the road every day.
Contact between the sides goes on.
Comments by the minister were brief.
Reuters, citing two officials, said the road was closed.
Фотографии моста показали министру.
Подробнее об этом министр говорить не стал.
Стороны поделились опытом.
Реклама моста обошлась дорого.
Следите за руками.
Авторы плана довольны.
Права граждан защищены законом.""".splitlines(),
)
def test_prose_that_only_mentions_such_words_is_kept(line: str) -> None:
    assert spoken(line) == [line]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("- The bridge is open.", "bullet"),
        ("• The bridge is open.", "bullet"),
        ("— The bridge is open.", "bullet"),
        ("1. The bridge is open.", "bullet"),
        ("2) The bridge is open.", "bullet"),
        ("(3) The bridge is open.", "bullet"),
        ("a) The bridge is open.", "bullet"),
        ("(b) The bridge is open.", "bullet"),
        ("iv) The bridge is open.", "bullet"),
        ("а) Мост открыт.", "bullet"),
        ("г. Тула ждёт.", "paragraph"),
        ("— Мост открыт, — сказал он.", "paragraph"),
        ("— Мост открыт? — спросил он.", "paragraph"),
        ("– Мы ждали, – ответил он. – И дождались.", "paragraph"),
        ("What Moscow Says of the Bridge", "heading"),
        ("Background", "heading"),
        ("## What Moscow says of the bridge.", "heading"),
        ("**What Washington says of the bridge.**", "heading"),
        ("What does Washington say?", "paragraph"),
        ("Road | Bridge | Ferry", "table"),
    ],
)
def test_a_line_is_known_for_what_it_is(line: str, kind: str) -> None:
    assert kinds(line) == [kind]


def test_lines_broken_within_sentences_are_one_paragraph() -> None:
    text = (
        "The ministry said on Monday that the northern bridge would be\nopened again in May, after a year of work "
        "that cost more\n"
        "than anyone had thought. The engineers had asked for more\ntime, but the ministry would not wait any longer "
        "than that.\n"
        "\nThe second paragraph is as long as the first one was, and it\nruns over two lines of the text.\n- A "
        "point.\n- Another point."
    )
    made = document(text)
    assert [block.kind for block in made.blocks] == ["paragraph", "paragraph", "bullet", "bullet"]
    assert [len(block.sentences) for block in made.blocks] == [2, 1, 1, 1]
    assert made.text == text


def test_short_lines_that_are_whole_stay_apart() -> None:
    text = (
        "A first line that is whole, long enough and ends here.\nA second line that is whole, and it ends here as "
        "well.\n" * 4
    )
    assert len(document(text).blocks) == 8


def test_markup_that_a_feed_left_in_a_text_breaks_its_lines() -> None:
    text = (
        '<img src="a.jpg" /> The bridge is open.<br /><a href="https://example.org/1">Read the full article at '
        "Example</a>"
    )
    made = document(text)
    assert spoken(text) == ["The bridge is open."]
    assert made.text == text


def test_a_row_of_stars_parts_a_line() -> None:
    assert spoken("The talks ended * * * The bridge is open.") == ["The talks ended", "The bridge is open."]


def test_no_passage_comes_of_datelines_and_boilerplate() -> None:
    text = (
        "MOSCOW, Jan 3 (Agency) — The Kremlin said the bridge was open.\nRead more: The White House said it was "
        "not.\nPhoto: Kremlin."
    )
    made = document(text)
    found = attribute(made, VOICES, source_voice=None, at=datetime(2025, 1, 3, tzinfo=UTC))
    assert [(one.voice, one.text) for one in found] == [("kremlin", "The Kremlin said the bridge was open.")]
