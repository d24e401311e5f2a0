"""The letters of `parallax.dead-letters`, and the marks of `parallax.dead-letters.marks`: what was done about each.

A letter stays where it is; a mark under its place says that it was sent back or set aside. `purge` deletes letters
from the head of the topic, up to the first that has no mark.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kafka import TopicPartition

from models.errors import InvalidItem, InvalidSettings
from streams.connecting import Where
from streams.letters import Letter, read_letter
from streams.present import present
from streams.publish import BROKER_ANSWERS_WITHIN_MS, producer
from streams.topics import Topics, administration
from streams.wire import decode, encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What was done about a letter.

    to: where it went, `topic:partition:offset`. letter_at: the broker's timestamp of the letter, so that a mark is of
    no other letter at this place, should the topic ever be made anew.
    """

    mark: Literal["redriven", "purged"]
    at: datetime
    letter_at: datetime
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which letters are meant: those of which all of this is true; None is true of any. since: failed then or later."""

    stage: str | None = None
    reason: str | None = None
    topic: str | None = None
    since: datetime | None = None

    def fits(self, letter: Letter) -> bool:
        """Whether the letter is meant."""
        failure = letter.failure
        return (
            self.stage in (None, failure and failure.stage)
            and self.reason in (None, failure and failure.reason)
            and self.topic in (None, failure and failure.topic)
            and (self.since is None or letter.failed_at >= self.since)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """How many letters were marked, and how many left the topic."""

    marked: int
    deleted: int


def letters(bootstrap: Where, topics: Topics, wanted: Wanted) -> Iterator[tuple[Letter, Mark | None]]:
    """Every letter that is meant, oldest first, with its mark; one letter in memory at a time.

    Raises:
        InfrastructureError: the broker is not there, or has no such topic.
    """
    held = _marks(bootstrap, topics.dead_letter_marks.name)
    for record in present(bootstrap, topics.dead_letters.name):
        letter = read_letter(record)
        if wanted.fits(letter):
            yield letter, _mark_of(letter, held)


def named(bootstrap: Where, topics: Topics, places: Iterable[str]) -> Iterator[tuple[Letter, Mark | None]]:
    """The letters at these places.

    Raises:
        InvalidSettings: there is no letter at one of them.
        InfrastructureError: the broker is not there, or has no such topic.
    """
    held = _marks(bootstrap, topics.dead_letter_marks.name)
    for place in places:
        letter = _at(bootstrap, topics.dead_letters.name, place)
        yield letter, _mark_of(letter, held)


def purge(bootstrap: Where, topics: Topics, chosen: Iterable[tuple[Letter, Mark | None]], *, now: datetime) -> Purged:
    """Mark letters as purged, then delete the head of the topic as far as all letters have a mark.

    Letters that were sent back go with them: their message lies in its topic again, or has failed again and has a
    newer letter. No letter without a mark is deleted, and none behind one: Kafka deletes from the head only.

    Raises:
        InfrastructureError: the broker is not there.
    """
    marked = 0
    with producer(bootstrap) as sender:
        for letter, mark in chosen:
            if mark is None:
                made = Mark(mark="purged", at=now, letter_at=letter.written_at)
                sender.send(topics.dead_letter_marks.name, key=letter.letter.encode(), value=encode(made))
                marked += 1
    return Purged(marked=marked, deleted=_delete_head(bootstrap, topics))


def _delete_head(bootstrap: Where, topics: Topics) -> int:
    """Delete the letters before the first without a mark, then their marks; returns how many letters."""
    name, ends, deleted = topics.dead_letters.name, dict[int, int](), 0
    held = _marks(bootstrap, topics.dead_letter_marks.name)
    for record in present(bootstrap, name):  # one partition: in the order of the head
        if _mark_of(read_letter(record), held) is None:
            break
        ends[record.partition] = record.offset + 1
        deleted += 1
    if not ends:
        return 0
    until = {TopicPartition(name, part): end for part, end in ends.items()}
    with administration(bootstrap) as admin:
        admin.delete_records(until, timeout_ms=BROKER_ANSWERS_WITHIN_MS)
    with producer(bootstrap) as sender:
        for place in held:
            part, _, offset = place.partition(":")
            if int(offset) < ends.get(int(part), 0):
                sender.send(topics.dead_letter_marks.name, key=place.encode(), value=None)
    return deleted


def _marks(bootstrap: Where, topic: str) -> Mapping[str, Mark]:
    """The marks by place; what is none is left out, so that its letter is listed rather than hidden."""
    held: dict[str, Mark] = {}
    for record in present(bootstrap, topic):
        place = (record.key or b"").decode(errors="replace")
        held.pop(place, None)
        try:
            _place(place)
            if record.value is not None:
                held[place] = decode(record.value, Mark)
        except (InvalidItem, InvalidSettings):
            continue
    return held


def _mark_of(letter: Letter, held: Mapping[str, Mark]) -> Mark | None:
    mark = held.get(letter.letter)
    return mark if mark is not None and mark.letter_at == letter.written_at else None


def _at(bootstrap: Where, topic: str, place: str) -> Letter:
    partition, offset = _place(place)
    record = next(iter(present(bootstrap, topic, partition=partition, offset=offset)), None)
    if record is None or record.offset != offset:
        raise InvalidSettings(f"no dead letter {place}; `parallax dead-letters list` names them")
    return read_letter(record)


def _place(place: str) -> tuple[int, int]:
    partition, _, offset = place.partition(":")
    if not (partition.isdecimal() and offset.isdecimal() and place.isascii()):
        raise InvalidSettings(f"{place!r} is no letter: a letter is named partition:offset, as listed")
    return int(partition), int(offset)
