"""Pages that stand on their own, whatever the feeds say."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from models.alerting import Reading
from models.comparing import Taken
from models.errors import InvalidSettings
from models.news import EncodedPassage, Placement, Statement
from streams.pages import Report, report_page, write_page
from streams.settings import SHIPPED_VOICES, load_voices

START = datetime(2022, 1, 1, tzinfo=UTC)
VOICES = load_voices(SHIPPED_VOICES)
NOTHING = np.zeros(0, np.float16)


def placement(item: str, voice: str | None, narrative: str = "N", *, title: str = "", hours: int = 0) -> Placement:
    at = START + timedelta(hours=hours)
    passage = EncodedPassage(start=0, end=4, text="said", voice=voice, confidence=0.9, vector=NOTHING)
    statement = Statement(
        item=item, revision=0, withdrawn=False, published_at=at, source="", url="", title=title or f"Title of {item}",
        lang="en", voice=voice, words=40, lead=NOTHING, headline=NOTHING, terms=(), signature=(),
        passages=(passage,) if voice else (), passages_left_out=0, encoder="fake",
    )  # fmt: skip
    return Placement(
        item=item, revision=0, narrative=narrative, how="joined", similarity=0.5, at=at, statement=statement
    )


def reading(score: float) -> Taken:
    return Taken(
        reading=Reading(score=score, p_value=0.5, documents=2, log_e_value=0.1, established=False, authority=1.0)
    )


def told(*steps: tuple[Placement, Taken]) -> Report:
    report = Report(VOICES.pair)
    for one, taken in steps:
        report.add(one, taken)
    return report


class Text(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_titles_of_feeds_are_text_and_nothing_is_fetched() -> None:
    wicked = '<script>alert(1)</script> & "quoted" <img src=x onerror=alert(1)>'
    page = report_page(
        told(
            (placement("k", "kremlin", title=wicked), Taken()), (placement("w", "white_house", hours=1), reading(0.7))
        ),
        VOICES,
    )
    read = Text(page)
    assert wicked in read.text
    assert not {"script", "img", "link", "iframe"} & set(read.tags)
    assert not re.search(r"(src|href)=\"(?!#)", page)


def test_a_report_holds_what_both_sides_said_in_order_with_every_reading() -> None:
    report = told(
        (placement("k", "kremlin", hours=2), Taken()),
        (placement("x", None, "M"), Taken()),
        (placement("w", "white_house", hours=1), reading(0.25)),
        (placement("w2", "white_house", hours=3), reading(0.75)),
    )
    (story,) = report.stories()
    assert [title for _, _, title in story.documents] == ["Title of w", "Title of k", "Title of w2"]
    assert [one.score for one in story.points] == [0.25, 0.75]
    text = Text(report_page(report, VOICES)).text
    assert "the Kremlin" in text
    assert "0 alerts opened" in text
    assert text.count("score 0.75") == 2


def test_merged_narratives_are_one_story() -> None:
    merged = Placement(
        item="m", revision=0, narrative="N", how="merged", similarity=0.0, at=START + timedelta(hours=9), absorbed="M"
    )
    report = told(
        (placement("k", "kremlin", "M"), Taken()), (placement("w", "white_house", "M", hours=1), reading(0.4)),
        (placement("k2", "kremlin", "N"), Taken()), (merged, reading(0.5)),
    )  # fmt: skip
    (story,) = report.stories()
    assert [one.score for one in story.points] == [0.4, 0.5]
    assert len(story.documents) == 3


def test_an_empty_backtest_has_a_page() -> None:
    assert "0 items" in Text(report_page(told(), VOICES)).text


def test_a_page_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="No such file"):
        write_page(tmp_path / "nowhere" / "page.html", "")
