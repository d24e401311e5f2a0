"""What receivers get: the POST, the envelope, the message, the digest; and what their answers mean."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alert_events import AT, event
from hypothesis import given
from hypothesis import strategies as st
from sinking import message, package
from standardwebhooks import Webhook as Verifier

from models.alerts import AlertQuote
from models.explanation import Nearest, OneSided
from models.silence import Silence as FallenSilent
from models.voices import Voices, voices_from_toml
from streams.sinks.digest import sections
from streams.sinks.package import Told
from streams.sinks.rendering import render
from streams.sinks.webhook import (
    LONGEST_RETRY_AFTER_SECONDS,
    body_of,
    cloudevent_headers,
    refusal,
    retry_after,
    signature_headers,
)
from streams.wire import encode

SECRET = b"0123456789abcdef01234567"


@pytest.fixture(scope="session")
def book() -> Voices:
    return voices_from_toml(
        """
        pair = ["north", "south"]
        [voices.north]
        name = { en = "the North" }
        [voices.south]
        name = { en = "the South" }
        """,
        "voices.toml",
    )


def test_a_single_event_is_posted_as_it_stands_with_its_attributes():
    one = event("a")
    told = Told(
        message=message(one, ce_type="parallax.alert.opened.v1", ce_sequence="007", ce_subject="né «a»"), event=one
    )
    made = replace(package(one), single=True, events=(told,))
    headers = cloudevent_headers(made)
    assert body_of(made) == encode(one)
    assert (headers["ce-id"], headers["ce-sequence"], headers["ce-specversion"]) == (one.id, "007", "1.0")
    assert headers["ce-subject"] == "n%C3%A9%20%C2%ABa%C2%BB"


def test_a_group_is_an_envelope_with_the_events_as_they_stand_and_no_attributes():
    made = package(event("a"), event("a", 2, "resolved"), event("b", 1, "resolved"))
    held = json.loads(body_of(made))
    assert [one["id"] for one in held["events"]] == [one.event.id for one in made.events]
    assert held["events"][0] == json.loads(encode(event("a")))
    assert held["status"] == "resolved"
    assert json.loads(body_of(package(event("a"), event("b", 1, "resolved"))))["status"] == "firing"
    assert cloudevent_headers(made) == {}
    reminder = json.loads(body_of(package(still_open=[event("a")], kind="reminder", single=True)))
    assert (reminder["kind"], len(reminder["stillOpen"])) == ("reminder", 1)


def test_the_signature_is_one_that_a_receiver_of_standard_webhooks_accepts():
    body, now = body_of(package(event("a"))), datetime.now(UTC)
    headers = signature_headers("id", body, Verifier(SECRET), now)
    assert Verifier(SECRET).verify(body, headers)["version"] == "1"
    with pytest.raises(Exception, match="No matching signature"):
        Verifier(SECRET).verify(body + b" ", headers)
    assert "webhook-signature" not in signature_headers("id", body, None, now)


@pytest.mark.parametrize(
    ("status", "reason", "lasting"),
    [
        (500, "receiver_failed", False),
        (503, "receiver_failed", False),
        (429, "receiver_failed", False),
        (408, "receiver_failed", False),
        (425, "receiver_failed", False),
        (400, "receiver_refused", True),
        (404, "receiver_refused", True),
        (410, "receiver_refused", True),
        (302, "receiver_redirects", True),
        (307, "receiver_redirects", True),
    ],
)
def test_what_an_answer_means(status, reason, lasting):
    found = refusal(status, {"Retry-After": "7", "Location": "http://127.0.0.1/"}, "no\nthanks", AT)
    assert (found.reason, found.lasting) == (reason, lasting)
    assert found.after_seconds == (None if lasting else 7)
    assert "\n" not in found.detail


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("soon", None),
        ("", None),
        ("120", 120.0),
        ("-5", None),
        ("9" * 20, LONGEST_RETRY_AFTER_SECONDS),
        ("Tue, 18 Mar 2025 06:31:00 GMT", 60.0),
        ("Tue, 18 Mar 2025 06:00:00 GMT", 0.0),
    ],
)
def test_what_retry_after_asks_for(value, seconds):
    assert retry_after(value, AT) == seconds


def alone(voice: str, text: str, similarity: float = 0.1) -> OneSided:
    nearest = Nearest(id="x", text="", start=0, end=0)
    return OneSided(voice=voice, id="x", text=text, start=0, end=len(text), nearest=nearest, similarity=similarity)


def test_an_alert_reads_as_an_analyst_wants_it(book):
    made = event(
        "a",
        severity="high",
        p_value=0.012,
        one_sided=(alone("south", "Only this side mentions the gas."),),
    )
    found = render(package(made), book)
    assert found.title == "[HIGH] Framings differ on “a”: North and South"
    for expected in (
        "New: both sides have now spoken on this.",
        "Severity high, 18 Mar 2025 06:30 UTC.",
        "Score 0.70 of 1 (0.60 to 0.80). Observed: one look at what is there, calibrated, without a guarantee",
        "p = 0.012",
        "the North (1 document)\n  “The north says so.”\n  https://north.example/1",
        "the South (1 document)\n  “The south says so.”\n  https://south.example/1",
        "Only the South says, so far\n  “Only this side mentions the gas.”",
        f"parallax evidence {made.alert[:12]}",
    ):
        assert expected in found.body
    assert "Established: a promise." in render(package(event("a", basis="established")), book).body
    assert (
        "Score over 0.99 of 1 (0.60 to over 0.99)"
        in render(package(event("a", score=0.9987, interval=(0.6, 1.0))), book).body
    )


def test_an_end_does_not_shout_and_a_test_and_a_reminder_say_what_they_are(book):
    assert render(package(event("a", 2, "resolved")), book).title.startswith("Resolved: Framings")
    assert render(package(still_open=[event("a")], kind="reminder"), book).title.startswith("Still open: [MEDIUM]")
    assert render(package(event("a"), kind="test"), book).title.startswith("[TEST, nothing has happened]")


def test_a_side_that_fell_silent_is_named(book):
    quiet = FallenSilent(voice="south", since=AT - timedelta(days=3), documents=6, p_value=0.01)
    body = render(package(event("a", 2, "silence", silence=quiet)), book).body
    assert "the South: nothing since 15 Mar 2025, while the other side published 6 documents" in body


def test_several_alerts_are_told_in_full_up_to_a_number_and_then_in_a_line(book):
    found = render(package(*(event(f"n{number}") for number in range(20))), book)
    assert found.title.startswith("20 alerts, first: [MEDIUM]")
    assert found.body.count("parallax evidence") == 3
    assert "and 7 more" in found.body


marks = st.text(st.sampled_from("ab *_[](){}<>`~#+-!|@&\\\n."), max_size=60)


@given(marks, marks)
def test_nothing_from_the_news_formats_or_links_in_markdown(book, headline, text):
    quote = AlertQuote(id="i", url="javascript:alert(1)", text=text, start=0, end=1, at=AT)
    made = event("a", headline=headline)
    sides = {"north": replace(made.sides["north"], quotes=(quote,))}
    body = render(package(replace(made, sides=sides)), book, markdown=True).body
    line = next(one for one in body.splitlines() if one.startswith("> “"))
    inside = line.removeprefix("> “").removesuffix("”").replace("\\\\", "")
    assert not any(mark in inside.replace(f"\\{mark}", "") for mark in "*_[]()<>`~#@&|")
    assert "<javascript" not in body


@given(st.text(max_size=400))
def test_a_title_is_one_line_of_bounded_length(book, headline):
    title = render(package(event("a", headline=headline)), book).title
    assert len(title.splitlines()) == 1
    assert len(title) <= 220


def test_a_digest_sorts_alerts_by_what_happened_and_then_by_severity(book):
    made = package(
        event("new"),
        event("worse", 1, severity="critical"),
        event("worse", 2, "escalated", severity="critical"),
        event("grew", 5, "escalated", severity="high"),
        event("more", 5, "updated"),
        event("brief"),
        event("brief", 2, "resolved"),
        still_open=[event("old", 3, "updated"), event("grew", 4)],
        kind="digest",
    )
    found = {one.name: [told.event.narrative for told in one.alerts] for one in sections(made)}
    assert found == {
        "new": ["worse", "new"],
        "escalated": ["grew"],
        "still open": ["more", "old"] if event("more").alert < event("old").alert else ["old", "more"],
        "ended": ["brief"],
    }
    message = render(made, book)
    assert message.title == "Parallax, the last day: 2 new, 1 escalated, 2 still open, 1 ended"
    assert message.body.startswith("New (2)\n• CRITICAL, observed, 0.70: Framings differ on “worse”")
    assert json.loads(body_of(made))["sections"]["escalated"] == [event("grew").alert]


events = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["opened", "escalated", "updated", "resolved"])), min_size=1
)


@given(events, st.lists(st.sampled_from("abcdef"), unique=True))
def test_every_alert_of_a_digest_is_in_one_section(happened, others):
    new = [event(name, number, kind) for number, (name, kind) in enumerate(happened, 1)]
    made = package(*new, still_open=[event(name, 0) for name in others if name not in {one for one, _ in happened}])
    names = [told.event.alert for section in sections(made) for told in section.alerts]
    assert sorted(names) == sorted({one.event.alert for one in (*made.events, *made.still_open)})
