"""What the feed reader remembers, in a compacted topic: a restart, or another machine, goes on where the last one was.

Keys are `feed URL` (value: FeedState) and `entry HASH` (value: Known, null once forgotten); all in one partition. An
item is published in three steps, each acknowledged before the next: the feed's state names it as pending; the item goes
to the news topic; its entry is remembered, and the state names it no more. A kill after the first step leaves open
whether the second happened, so whoever reads the memory next looks for pending items in the news topic.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kafka import KafkaProducer
from kafka.errors import KafkaError

from models.errors import InfrastructureError, InvalidItem
from streams.connecting import Where
from streams.feeds.health import FeedState
from streams.feeds.ledger import Known
from streams.present import present
from streams.publish import BROKER_ANSWERS_WITHIN_MS, producer_of, unreachable
from streams.topics import Topics
from streams.wire import HEADER_ITEM, decode, decode_item, encode

FEED, ENTRY = "feed ", "entry "
CLOCKS_DIFFER = timedelta(minutes=5)
"""How far before the noted time the news topic is searched: the clocks of two machines (a judgement)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """An item to publish: its fields' JSON, and what is remembered of its entry once it is out, id and revision too."""

    value: bytes
    known: Known


class Memory:
    """The topic of feeds, and the news topic that items go to; for several threads.

    Raises:
        InfrastructureError: (every method) the broker is not there, or took not everything.
    """

    def __init__(self, bootstrap: Where, topics: Topics) -> None:
        self._bootstrap, self._topics = bootstrap, topics
        self._producer: KafkaProducer = producer_of(bootstrap)

    def read(self) -> tuple[dict[str, FeedState], list[Known]]:
        """Everything remembered; an item whose publishing was cut off is known where the news topic has it.

        What is found out so is remembered at once: the next reader, should this one be killed, would not look again.
        """
        states, entries = read_memory(self._bootstrap, self._topics.feeds.name)
        cut_off = {(one.id, one.revision): one for state in states.values() for one in state.pending}
        sent: set[tuple[str, int]] = set()
        if cut_off:
            since = min(state.pending_at for state in states.values() if state.pending and state.pending_at)
            sent = set(self._sent_since(since - CLOCKS_DIFFER))
            entries |= {key_of(known): known for name, known in cut_off.items() if name in sent}
        for url, one in states.items():
            if one.pending:
                # without what would make the next answer "not modified": it is to be looked at as a whole again
                states[url] = replace(one, pending=(), pending_at=None, etag="", last_modified="", body="")
                self.note(states[url], [known for known in one.pending if (known.id, known.revision) in sent])
        return states, list(entries.values())

    def _sent_since(self, since: datetime) -> Iterator[tuple[str, int]]:
        """Id and revision of the items in the news topic."""
        for record in present(self._bootstrap, self._topics.news.name, since=since):
            with suppress(InvalidItem):
                item = decode_item(record.value, key=record.key, now=since)
                yield item.id, item.revision

    def publish(self, state: FeedState, items: Sequence[NewItem], now: datetime) -> FeedState:
        """Publish items of a feed, in order; returns its state, with them counted."""
        self.note(replace(state, pending=tuple(one.known for one in items), pending_at=now), ())
        news = self._topics.news.name
        self._send([(news, one.known.id.encode(), one.value, [(HEADER_ITEM, one.known.id.encode())]) for one in items])
        after = replace(state, pending=(), pending_at=None, published=state.published + len(items))
        self.note(after, [one.known for one in items])
        return after

    def note(self, state: FeedState, entries: Iterable[Known]) -> None:
        """Remember entries of a feed, then its state."""
        self._remember([*((key_of(one), encode(one)) for one in entries), (FEED + state.url, encode(state))])

    def forget(self, entries: Iterable[Known]) -> None:
        """Forget entries."""
        self._remember([(key_of(one), None) for one in entries])

    def _remember(self, records: Iterable[tuple[str, bytes | None]]) -> None:
        self._send([(self._topics.feeds.name, key.encode(), value, []) for key, value in records])

    def _send(self, records: Sequence[tuple[str, bytes, bytes | None, list[tuple[str, bytes]]]]) -> None:
        """Returns once the broker has all of them."""
        try:
            sent = [
                self._producer.send(topic, key=key, value=value, headers=headers)
                for topic, key, value, headers in records
            ]
            self._producer.flush(timeout=BROKER_ANSWERS_WITHIN_MS / 1000)
            for one in sent:
                one.get(timeout=BROKER_ANSWERS_WITHIN_MS / 1000)
        except KafkaError as error:
            raise unreachable(self._bootstrap, error) from None

    def close(self) -> None:
        """Disconnect."""
        self._producer.close(timeout=5)


def read_memory(bootstrap: Where, topic: str) -> tuple[dict[str, FeedState], dict[str, Known]]:
    """The feeds' states by URL, and the entries by their keys in the topic.

    Raises:
        InfrastructureError: the broker is not there, has no such topic, or the topic holds what this is not to read.
    """
    states: dict[str, FeedState] = {}
    entries: dict[str, Known] = {}
    for record in present(bootstrap, topic):
        key = (record.key or b"").decode("utf-8", "replace")
        try:
            if key.startswith(FEED) and record.value is not None:
                states[key.removeprefix(FEED)] = decode(record.value, FeedState)
            elif key.startswith(ENTRY) and record.value is not None:
                entries[key] = decode(record.value, Known)
            elif key.startswith((FEED, ENTRY)):
                states.pop(key.removeprefix(FEED), None)
                entries.pop(key, None)
        except InvalidItem as error:
            raise InfrastructureError(
                f"{topic}: offset {record.offset}, key {key!r}: {error}: written by another version of Parallax?"
            ) from None
    return states, entries


def key_of(known: Known) -> str:
    """The key of an entry: of one length, however long its GUID is."""
    return ENTRY + hashlib.sha256(f"{known.feed}\x1f{known.key}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
