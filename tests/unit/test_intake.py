"""Bodies taken apart, files that are complete, lines of dropped files: what needs no broker of the other ways in."""

import gzip
import io
import json
import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidItem, InvalidSettings
from streams.files import Line
from streams.intake import dropped
from streams.intake.body import JSON, JSON_LINES, MOST_ITEMS, BadBody, TooLarge, TooMany, judge, parts, unpacked
from streams.intake.body import MOST_BYTES as MOST_BODY
from streams.intake.dropped import Unreadable, changed_at, lines_of, opened, read
from streams.intake.folder import free_name, shown
from streams.intake.settling import STILL_SECONDS, Seen, Settling, files_in
from streams.settings import load_settings
from streams.settings import shown as shown_setting
from streams.wire import MOST_BYTES

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
objects = st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20) | st.none(), max_size=4)
spaces = st.text(" \n\t\r", max_size=3)


@given(st.lists(st.tuples(objects, spaces), min_size=1, max_size=6), st.booleans())
def test_each_element_of_an_array_keeps_its_bytes(told, escaped):
    written = [json.dumps(one, ensure_ascii=escaped, indent=1).encode() for one, _ in told]
    body = (
        b"[" + b",".join(gap.encode() + one + gap.encode() for (_, gap), one in zip(told, written, strict=True)) + b"]"
    )
    assert parts(body, JSON) == written


@given(st.lists(objects, min_size=1, max_size=6), st.sampled_from([b"\n", b"\r\n", b"\n\n  \n"]))
def test_each_line_keeps_its_bytes_and_blank_ones_are_none(told, end):
    written = [json.dumps(one).encode() for one in told]
    assert parts(b"".join(one + end for one in written), JSON_LINES) == written
    assert parts(end.join(written), JSON_LINES) == written


def test_one_object_is_one_item_with_or_without_a_byte_order_mark():
    assert parts(b'\xef\xbb\xbf {"text": "Words."}\n', JSON) == [b'{"text": "Words."}']


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'[{"text": "Words."}, {"text": ]', "byte 30"),
        (b'{"text": "half', "not JSON"),
        (b'{"text": "one"}\n{"text": "two"}', "x-ndjson"),
        (b'{"text": "caf\xe9"}', "not UTF-8: byte 13"),
        (b"[" * 100_000, "too deep"),
        (b"", "no item"),
        (b" \n", "no item"),
        (b"[]", "no item"),
    ],
)
def test_what_is_no_body_is_declined_and_says_where(body, says):
    with pytest.raises(BadBody, match=says):
        parts(body, JSON)


def test_a_body_of_very_many_items_is_declined():
    assert len(parts(b"{}\n" * MOST_ITEMS, JSON_LINES)) == MOST_ITEMS
    with pytest.raises(TooMany, match="10,001 items"):
        parts(b"{}\n" * (MOST_ITEMS + 1), JSON_LINES)


@given(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=3))
def test_a_gzip_of_any_number_of_members_is_unpacked_whole_or_not_at_all(members):
    packed = b"".join(map(gzip.compress, members))
    assert unpacked(packed) == b"".join(members)
    last = len(packed) - len(gzip.compress(members[-1]))
    for end in range(last + 1, len(packed)):
        with pytest.raises(BadBody, match="too early"):
            unpacked(packed[:end])
    with pytest.raises(BadBody, match="no gzip"):
        unpacked(packed + b"more")


def test_a_gzip_holds_at_most_so_much():
    assert len(unpacked(gzip.compress(bytes(MOST_BODY)))) == MOST_BODY
    for bomb in (gzip.compress(bytes(MOST_BODY + 1)), gzip.compress(bytes(MOST_BODY // 2 + 1)) * 2):
        with pytest.raises(TooLarge):
            unpacked(bomb)


def test_a_bad_item_is_refused_by_its_place_and_the_others_stand():
    told = [
        b'{"text": "One."}',
        b"7",
        b'{"text": "half',
        b'{"text": "Two.", "date": "' + b"x" * 5000 + b'"}',
        b'{"title": "T"}',
    ]
    judged = judge(told, NOW)
    assert [value for _, value in judged.items] == [told[0], told[4]]
    assert [(one.index, one.reason) for one in judged.refused] == [
        (1, "not_an_object"),
        (2, "not_json"),
        (3, "bad_date"),
    ]
    assert all(len(one.detail) <= 1000 for one in judged.refused)


def seen(*, size=1, changed=NOW, inode=1):
    return Seen(device=1, inode=inode, bytes=size, mtime_ns=int(changed.timestamp() * 1e9))


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 3)), min_size=1, max_size=30))
def test_a_file_is_complete_once_it_was_seen_unchanged_for_long_enough_and_never_before(looks):
    """Its own time says nothing here: it lies ahead."""
    settling, now, size, since = Settling(), NOW, 0, NOW
    for pause, new_size in looks:
        now += timedelta(seconds=pause)
        if new_size != size:
            size, since = new_size, now
        found = {"a.txt": seen(size=size, changed=NOW + timedelta(days=1))}
        assert (settling.complete(found, now) == ("a.txt",)) == ((now - since).total_seconds() >= STILL_SECONDS)


def test_a_file_that_was_changed_long_ago_need_not_wait_and_the_oldest_comes_first():
    found = {"new": seen(), "b": seen(changed=NOW - timedelta(hours=1)), "a": seen(changed=NOW - timedelta(minutes=1))}
    assert Settling().complete(found, NOW) == ("b", "a")


def test_a_file_that_takes_the_name_of_another_waits_anew():
    settling, ahead = Settling(), NOW + timedelta(days=1)
    settling.complete({"a": seen(changed=ahead, inode=1)}, NOW)
    assert settling.complete({"a": seen(changed=ahead, inode=2)}, NOW + timedelta(seconds=5)) == ()
    settling.complete({}, NOW + timedelta(seconds=6))
    assert settling.complete({"a": seen(changed=ahead, inode=2)}, NOW + timedelta(seconds=9)) == ()


def test_what_is_being_written_and_what_is_no_file_is_left_alone(tmp_path):
    for name in ("a.txt", ".hidden.txt", "b.txt.part", "c.TMP"):
        (tmp_path / name).write_text("Words.")
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    assert set(files_in(tmp_path)) == {"a.txt", "link.txt"}


@pytest.mark.parametrize("name", ["link.txt", "picture.png", "none"])
def test_a_link_and_a_file_of_another_kind_are_not_read(tmp_path, name):
    outside = tmp_path / "outside.txt"
    outside.write_text("A secret.")
    (tmp_path / name).symlink_to(outside)
    with pytest.raises(Unreadable, match=r"a link|unknown_kind.*\.jsonl"), opened(tmp_path / name):
        pass


def test_a_pipe_that_takes_the_place_of_a_file_does_not_hold_it_up(tmp_path):
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(Unreadable, match="no regular file"), opened(tmp_path / "a.txt"):
        pass


@given(st.lists(st.text("ab \r", max_size=25), max_size=8), st.booleans())
def test_lines_are_numbered_as_they_stand_and_one_that_is_too_long_takes_no_other_along(raw, ended):
    """With a limit of 10 bytes: of a longer line there is a little more than that, and the next line is the next."""
    written = "\n".join(raw) + ("\n" if ended else "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dropped, "LONGEST", 10)
        found = list(lines_of(io.BytesIO(written.encode()), "a.jsonl"))
    assert [(one.where, one.value.decode()) for one in found] == [
        (f"a.jsonl:{number}", line[:11] if len(line) > 10 else line.strip())
        for number, line in enumerate(raw, 1)
        if len(line) > 10 or line.strip()
    ]


def test_a_text_whose_json_is_too_large_is_refused_before_a_worker_must():
    text = b'"' * (MOST_BYTES - 10)  # each of them takes two bytes in JSON
    with pytest.raises(InvalidItem, match="as an item") as refused:
        read(Line(where="a.txt", value=b"Words. " + text[:-10], whole_file=True), NOW)
    assert refused.value.reason == "too_large"


def test_a_time_of_change_beyond_the_calendar_is_named():
    assert changed_at(1_772_366_400_000_000_000) == NOW
    with pytest.raises(Unreadable, match="touch"):
        changed_at(10**21)


def test_a_name_that_is_taken_gets_a_number_before_its_ending(tmp_path):
    for expected in ("a.b.jsonl", "a.b-2.jsonl", "a.b-3.jsonl"):
        assert free_name(tmp_path, "a.b.jsonl").name == expected
        (tmp_path / expected).touch()
    (tmp_path / "link.txt").symlink_to("nowhere")
    assert free_name(tmp_path, "link.txt").name == "link-2.txt"


def test_a_name_is_shown_without_what_a_terminal_would_act_on():
    assert shown("новости\x1b[2J\n\udce9.txt") == "новости?[2J??.txt"


def test_a_token_is_long_and_never_shown():
    assert load_settings({"PARALLAX_RECEIVE_TOKEN": "x" * 16}).receive_token == "x" * 16
    for wrong in ("x" * 15, "with spaces in its middle", "короткийнеascii!"):
        with pytest.raises(InvalidSettings, match="at least 16") as refused:
            load_settings({"PARALLAX_RECEIVE_TOKEN": wrong})
        assert wrong not in str(refused.value)
    assert shown_setting("receive_token", "x" * 16) == "***"
