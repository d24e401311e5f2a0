"""What was handled is remembered, together with what the handler wrote or not at all."""

import sqlite3
from pathlib import Path

import pytest

from models.errors import InvalidSettings
from streams.seen import KEPT_FOR, REMEMBERED_IDS, SeenEvents, SeenInMemory


class Failed(Exception):
    """A handler that does not come to its end."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "seen.sqlite"


def handle(seen: SeenEvents | SeenInMemory, event: str) -> bool:
    with seen.once(event) as new:
        return new


def pages(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return [name for (name,) in connection.execute("SELECT event FROM pages ORDER BY rowid")]


def made_pages(seen: SeenEvents) -> SeenEvents:
    seen.connection.execute("CREATE TABLE IF NOT EXISTS pages (event TEXT)")
    return seen


def page(seen: SeenEvents, event: str, *, fail: bool = False) -> None:
    with seen.once(event) as new:
        if new:
            seen.connection.execute("INSERT INTO pages VALUES (?)", (event,))
        if fail:
            raise Failed


def test_an_event_is_new_once_over_restarts(path: Path) -> None:
    with SeenEvents(path) as seen:
        assert [handle(seen, event) for event in "abab"] == [True, True, False, False]
    with SeenEvents(path) as seen:
        assert [handle(seen, event) for event in "abc"] == [False, False, True]


def test_what_a_handler_wrote_stays_only_if_it_came_to_its_end(path: Path) -> None:
    with made_pages(SeenEvents(path)) as seen:
        page(seen, "a")
        with pytest.raises(Failed):
            page(seen, "b", fail=True)
        assert pages(path) == ["a"]
        page(seen, "b")
    assert pages(path) == ["a", "b"]


def test_a_process_that_is_gone_amid_an_event_has_not_handled_it(path: Path) -> None:
    first = made_pages(SeenEvents(path))
    handling = first.once("a")
    assert handling.__enter__()
    first.connection.execute("INSERT INTO pages VALUES ('a')")
    first.close()  # as the end of the process does: nothing was committed
    with SeenEvents(path) as seen:
        page(seen, "a")
    assert pages(path) == ["a"]


def test_two_members_with_one_file_take_turns(path: Path) -> None:
    with made_pages(SeenEvents(path)) as first, SeenEvents(path) as second:
        second.connection.execute("PRAGMA busy_timeout = 1")
        with first.once("a") as new:
            assert new
            with pytest.raises(Exception, match="locked"), second.once("a"):
                raise AssertionError("the second began while the first was at it")
        assert not handle(second, "a")


def test_a_handler_that_ends_the_transaction_is_told_so(path: Path) -> None:
    with made_pages(SeenEvents(path)) as seen:
        with pytest.raises(RuntimeError, match="leave that to `alerts`"), seen.once("a"):
            seen.connection.commit()
        assert handle(seen, "a")


def test_a_file_keeps_an_id_as_long_as_the_topic_may_deliver_it_and_not_for_ever(path: Path) -> None:
    now = [0.0]
    with SeenEvents(path, clock=lambda: now[0]) as seen:
        handle(seen, "a")
        now[0] = KEPT_FOR.total_seconds()
        handle(seen, "b")
        assert not handle(seen, "a")
        now[0] += 1
        handle(seen, "c")
        assert handle(seen, "a")


def test_a_file_that_is_none_of_ours_is_refused_in_one_line(path: Path) -> None:
    path.write_bytes(b"notes of a meeting, and more of them" * 100)
    with pytest.raises(InvalidSettings, match=r"seen\.sqlite: file is not a database"):
        SeenEvents(path)


def test_memory_keeps_the_last_ids_and_not_one_whose_handling_failed() -> None:
    seen = SeenInMemory()
    with pytest.raises(Failed), seen.once("a"):
        raise Failed
    assert handle(seen, "a")
    assert not handle(seen, "a")
    for number in range(REMEMBERED_IDS):
        handle(seen, str(number))
    assert handle(seen, "a")
