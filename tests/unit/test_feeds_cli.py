"""`parallax feeds`: list, add, remove, import, export; and check, against a server of ours on this machine."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.errors import InvalidSettings
from streams.cli import make_app, show_feeds
from streams.cli.show import console
from streams.feeds.checking import Checked, Shown, check
from streams.feeds.configuration import SHIPPED_FEEDS, load_feeds
from streams.feeds.entries import Entry, Feed, Fetched, FetchFailed, Parsed
from streams.settings import SHIPPED_VOICES, load_voices

BOOK = load_voices(SHIPPED_VOICES)
NOW = datetime(2025, 3, 18, 18, tzinfo=UTC)
WORDS = "The delegations agreed to extend the corridor by sixty days, and ships will be inspected in both ports again. "
ARTICLE = f"<html lang=en><body><nav><a href=/>Home</a></nav><article><p>{WORDS * 3}</p></article></body></html>"
RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Ours</title><link>{at}/</link><description>x</description>
<item><title>Short</title><link>{at}/article</link><guid>1</guid><description>A summary of few words.</description>
<pubDate>Tue, 18 Mar 2025 21:05:00 +0300</pubDate></item>
<item><title>Gone</title><link>{at}/gone</link><guid>2</guid><description>What is left of it.</description></item>
<item><title>Whole</title><link>{at}/whole</link><guid>3</guid>
<content:encoded><![CDATA[<p>Everything that there is.</p>]]></content:encoded></item></channel></rss>"""


def run(*words: str, data: Path, **variables: str):
    return CliRunner().invoke(make_app(), ["feeds", *words], env={"PARALLAX_DATA_DIR": str(data), **variables})


class _Site(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        at = f"http://127.0.0.1:{self.server.server_address[1]}"
        body = {"/feed": RSS.format(at=at), "/article": ARTICLE, "/page": ARTICLE}.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((body or "").encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    _Site.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def file(tmp_path: Path, site: str) -> str:
    made = tmp_path / "mine.toml"
    made.write_text(f'allow = ["127.0.0.1"]\n\n[[feed]]\nurl = "{site}/feed"\n\n[[feed]]\nurl = "{site}/page"\n')
    return str(made)


def test_the_list_is_the_shipped_one_with_the_voice_of_each_host(tmp_path):
    lines = [json.loads(line) for line in run("list", data=tmp_path).stdout.splitlines()]
    assert len(lines) == len(load_feeds(SHIPPED_FEEDS, BOOK).feeds)
    assert {line["url"]: line["voice"] for line in lines}["http://en.kremlin.ru/events/all/feed"] == "kremlin"
    assert {line["url"]: line["voice"] for line in lines}["https://www.whitehouse.gov/releases/feed/"] == "white_house"
    assert not list(tmp_path.iterdir())


def test_the_first_change_makes_a_copy_says_so_and_is_in_force(tmp_path):
    shipped = SHIPPED_FEEDS.read_bytes()
    done = run("add", "https://new.example/feed", "--voice", "kyiv", "--interval-minutes", "5", data=tmp_path)
    assert done.exit_code == 0, done.output
    own = tmp_path / "feeds.toml"
    assert f"{own} is a copy of the shipped feeds file" in done.stderr.replace("\n", "")
    assert own.read_bytes() == shipped.rstrip() + (
        b'\n\n[[feed]]\nurl = "https://new.example/feed"\nvoice = "kyiv"\ninterval_minutes = 5\n'
    )
    assert SHIPPED_FEEDS.read_bytes() == shipped
    assert json.loads(run("list", data=tmp_path).stdout.splitlines()[-1])["interval_minutes"] == 5
    done = run("remove", "https://new.example/feed", data=tmp_path)
    assert "copy" not in done.stderr
    assert b"new.example" not in own.read_bytes()


def test_a_change_that_is_refused_makes_no_copy(tmp_path):
    run("add", "http://kremlin.ru/events/all/feed", data=tmp_path)
    run("add", "https://new.example/", "--voice", "moscow", data=tmp_path)
    run("remove", "https://new.example/", data=tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "new.example/feed"), "feed.url = 'new.example/feed': it is no web address"),
        (("add", "https://a.example/", "--kind", "rss"), "feed.kind = 'rss': Input should be 'feed'"),
        (("add", "https://a.example/", "--kind", "page"), "needs links"),
        (("add", "https://a.example/", "--interval-minutes", "0.1"), "below 1 only for a host that `allow` names"),
        (("add", "http://Kremlin.ru/events/all/feed"), "there already"),
        (("remove", "https://me:secret@a.example/"), "https://***@a.example/: there is no such feed"),
        (("list", "--feeds", "nowhere.toml"), "nowhere.toml: No such file"),
        (("import", "nowhere.opml"), "nowhere.opml: No such file"),
        (("check", "all", "--lang", "en"), "--lang is for one feed, not for all"),
        (("check", "nonsense"), "no web address"),
    ],
)
def test_wrong_use_is_answered_with_what_to_do(tmp_path, words, said):
    done = run(*words, data=tmp_path)
    assert isinstance(done.exception, InvalidSettings)
    assert said in str(done.exception)


def test_feeds_go_out_as_opml_without_passwords_and_come_back(tmp_path):
    mine, other, out = tmp_path / "mine.toml", tmp_path / "other.toml", tmp_path / "out.opml"
    mine.write_text(
        '[[feed]]\nurl = "https://me:secret@a.example/"\nlang = "ru"\n[[feed]]\nurl = "https://b.example/"\n'
    )
    done = run("export", str(out), "--feeds", str(mine), data=tmp_path)
    assert "password of 1 address" in done.stderr
    assert b"secret" not in out.read_bytes()
    assert run("export", "--feeds", str(mine), data=tmp_path).stdout_bytes == out.read_bytes()
    other.write_text('# ours\n[[feed]]\nurl = "https://B.example"\n')
    done = run("import", str(out), "--feeds", str(other), data=tmp_path)
    assert "added 1, there already 1, refused 0" in done.stderr
    assert other.read_text() == (
        '# ours\n[[feed]]\nurl = "https://B.example"\n\n[[feed]]\nurl = "https://a.example/"\nlang = "ru"\n'
    )


def test_an_import_takes_what_it_can_and_names_the_rest(tmp_path):
    opml = tmp_path / "in.opml"
    opml.write_text(
        '<opml version="2.0"><body><outline xmlUrl="file:///etc/passwd"/><outline xmlUrl="https://a.example/"/>'
        '<outline xmlUrl="https://A.example"/></body></opml>'
    )
    (tmp_path / "mine.toml").touch()
    done = run("import", str(opml), "--feeds", str(tmp_path / "mine.toml"), data=tmp_path)
    assert done.exit_code == 1
    assert (tmp_path / "mine.toml").read_text() == '[[feed]]\nurl = "https://a.example/"\n'


def test_a_check_shows_what_would_be_published(tmp_path, site, file):
    done = run("check", f"{site}/feed", "--feeds", file, data=tmp_path)
    assert done.exit_code == 0, done.output
    (line,) = done.stdout.splitlines()
    checked = json.loads(line)
    short, gone, whole = checked["entries"]
    assert (checked["title"], checked["failure"]) == ("Ours", "")
    assert (short["source"], short["lang"], short["words"]) == ("page", "en", len(WORDS.split()) * 3)
    assert short["published"].startswith("2025-03-18T18:05:00")
    assert (gone["source"], gone["words"]) == ("summary", 5)
    assert "404" in gone["fault"]
    assert (whole["source"], whole["words"]) == ("feed", 4)
    assert "/whole" not in _Site.asked


def test_no_more_pages_are_asked_for_than_one_wants(tmp_path, site, file):
    done = run("check", f"{site}/feed", "--pages", "0", "--feeds", file, data=tmp_path)
    assert [entry["source"] for entry in json.loads(done.stdout)["entries"]] == ["unseen", "unseen", "feed"]
    done = run("check", f"{site}/feed", "--summary", "--feeds", file, data=tmp_path)
    assert [entry["source"] for entry in json.loads(done.stdout)["entries"]] == ["summary", "summary", "feed"]
    assert set(_Site.asked) <= {"/robots.txt", "/feed"}


def test_a_check_of_all_shows_each_and_fails_if_one_gives_nothing(tmp_path, file):
    done = run("check", "all", "--feeds", file, data=tmp_path)
    assert done.exit_code == 1
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert len(first["entries"]) == 3
    assert second["failure"]
    assert "1 of 2 feeds gave nothing" in done.stderr


def test_an_address_inside_the_network_is_not_reached_unless_the_file_allows_it(tmp_path, site):
    done = run("check", f"{site}/feed", data=tmp_path)
    assert done.exit_code == 1
    assert "inside the network" in json.loads(done.stdout)["failure"]
    assert not _Site.asked


class _Answers:
    """Answers without a network, for what the pages of a feed come to."""

    def __init__(self, **bodies: str) -> None:
        self.bodies, self.asked = bodies, []

    async def get(self, url: str) -> Fetched:
        self.asked.append(url)
        if (body := self.bodies.get(url.rpartition("/")[2])) is None:
            raise FetchFailed("status", f"{url}: 404", status=404)
        return Fetched(url=url, body=body.encode(), moved_to="https://me:secret@e.example/new")


async def _checked(entry: Entry, *, feed: Feed | None = None, **bodies: str) -> tuple[Checked, list[str]]:
    def parse(_feed: Feed, _fetched: Fetched, *, now: datetime) -> Parsed:
        assert now == NOW
        return Parsed(entries=(entry,), index=("https://e.example/map2",))

    answers = _Answers(feed="x", **bodies)
    asked = feed or Feed(url="https://me:secret@e.example/feed")
    return await check(asked, answers, parse, now=NOW, pages=5), answers.asked


async def test_a_page_without_an_article_leaves_the_summary_and_says_so():
    entry = Entry(key="1", link="https://e.example/a", title="Сделка", text="Коридор продлён на шестьдесят дней.")
    checked, _ = await _checked(entry, a="<html><body><p>404</p></body></html>")
    (shown,) = checked.entries
    assert (shown.source, shown.fault, shown.lang) == ("summary", "the page holds no article", "ru")
    assert "secret" not in f"{checked}"
    assert any("1 further sitemaps" in problem for problem in checked.problems)


async def test_the_feed_decides_whether_pages_are_read():
    whole = Entry(key="1", link="https://e.example/a", title="T", html=f"<p>{WORDS}</p>", complete=True)
    checked, asked = await _checked(whole, a=ARTICLE)
    assert (checked.entries[0].source, len(asked)) == ("feed", 1)
    checked, asked = await _checked(whole, feed=Feed(url="https://e.example/feed", full_text=True), a=ARTICLE)
    assert (checked.entries[0].source, len(asked)) == ("page", 2)
    bare = Entry(key="1", title="Only a title")
    checked, asked = await _checked(bare)
    assert (checked.entries[0].source, checked.entries[0].words, len(asked)) == ("title", 0, 1)


def test_a_person_sees_a_table():
    entry = Shown(
        published=NOW, lang="ru", words=1234, source="page", title="Сделка [продлена]", link="https://e.example/"
    )
    with console.capture() as captured:
        show_feeds.checked(Checked(url="https://e.example/[x]", title="Ours", encoding="utf-8", entries=(entry,)))
        show_feeds.checked(Checked(url="https://e.example/", failure="404 [gone]"))
        show_feeds.listing((Feed(url="https://me:secret@kremlin.ru/"), Feed(url="https://e.example/")), BOOK)
    seen = captured.get()
    for part in ("https://e.example/[x]", "2025-03-18 18:00Z", "1,234", "[продлена]", "404 [gone]", "***@kremlin.ru"):
        assert part in seen
    assert "Kremlin" in seen
    assert "secret" not in seen
