"""The envelope of an alert event, read back by the library that programs read it with."""

from dataclasses import replace

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from placing import START, comparer, opened

from models.alerts import SEVERITIES
from streams.envelope import REPLAY_ID, SEVERITY_NUMBERS, cloud_event_headers
from streams.wire import HEADER_ITEM, encode


@pytest.mark.parametrize("cause", ["item", "статья/1", "https://news.example/a?b=c&d", "a\nb"])
def test_a_cloudevents_library_reads_what_the_event_says(cause):
    event = replace(opened(comparer()), cause=cause)
    headers = cloud_event_headers(event, recorded_at=START)

    read = from_binary(KafkaMessage(headers=headers, key=event.alert.encode(), value=encode(event)), JSONFormat())

    assert (read.get_id(), read.get_type(), read.get_time()) == (event.id, event.type, event.time)
    assert (read.get_subject(), read.get_extension("correlationid")) == (event.narrative, event.narrative)
    assert read.get_extension("causationid") == headers[HEADER_ITEM].decode() == cause
    assert read.get_data()["headline"] == event.headline
    assert REPLAY_ID not in headers


def test_a_replay_is_marked():
    headers = cloud_event_headers(opened(comparer()), recorded_at=START, replay="autumn")
    assert headers[REPLAY_ID] == b"autumn"


def test_sequences_sort_as_text_and_severities_as_numbers():
    event = opened(comparer())
    told = [cloud_event_headers(replace(event, sequence=n), recorded_at=START)["ce_sequence"] for n in (9, 10, 2000)]
    assert told == sorted(told)
    assert list(SEVERITY_NUMBERS) == list(SEVERITIES)
    assert list(SEVERITY_NUMBERS.values()) == sorted(SEVERITY_NUMBERS.values())
