"""Dead letters sent back: the original bytes, key and headers to the topic they came from, once the fault is mended.

Which of them can be is in streams/soundness.py. A mark follows its message, never the reverse.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from streams.connecting import Where, connection
from streams.dead_letters import Mark
from streams.letters import Letter, redriven_headers
from streams.publish import unreachable
from streams.soundness import Judge
from streams.topics import LARGEST_MESSAGE_BYTES, Topics
from streams.wire import encode

AT_ONCE = 32
"""Letters on the way together, all in memory (at most 8 MiB each, mostly some KB): a mark waits for its message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A letter that went back, `topic:partition:offset`; in a rehearsal the topic that it would go to."""

    letter: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A letter that did not, and stays as it is."""

    letter: str
    why: str


def redrive(
    bootstrap: Where,
    topics: Topics,
    chosen: Iterable[tuple[Letter, Mark | None]],
    *,
    now: datetime,
    again: bool = False,
    rehearse: bool = False,
) -> Iterator[Sent | Kept]:
    """Send letters back, in order, and mark each after the broker has its message.

    Killed between the two, a letter is sent once more the next time; none is lost.

    Args:
        again: also those that have a mark.
        rehearse: say what would be done, and do nothing.

    Raises:
        InfrastructureError: the broker is not there, or did not take everything.
    """
    judge, letters = Judge(bootstrap, topics), iter(chosen)
    with asyncio.Runner() as runner:
        while some := list(islice(letters, AT_ONCE)):
            judged = [(letter, judge.refuses(letter, None if again else mark)) for letter, mark in some]
            if rehearse:
                yield from (_rehearsed(letter, why) for letter, why in judged)
                continue
            try:
                yield from runner.run(_send_all(bootstrap, topics, judged, now))
            except KafkaError as error:
                raise unreachable(bootstrap, error) from None


def _rehearsed(letter: Letter, why: str | None) -> Sent | Kept:
    if why is not None or letter.failure is None:
        return Kept(letter=letter.letter, why=why or "")
    return Sent(letter=letter.letter, to=letter.failure.topic)


async def _send_all(
    bootstrap: Where, topics: Topics, judged: Iterable[tuple[Letter, str | None]], now: datetime
) -> list[Sent | Kept]:
    """Send some letters in order, and mark each once its message is there; what became of each, in order."""
    async with _producer(bootstrap) as sender:
        results = [await _begin(sender, letter, why) for letter, why in judged]
        return await asyncio.gather(*(_finish(sender, topics, letter, begun, now) for letter, begun in results))


async def _begin(sender: AIOKafkaProducer, letter: Letter, why: str | None) -> tuple[Letter, Kept | Awaitable[Any]]:
    failure = letter.failure
    if why is not None or failure is None:
        return letter, Kept(letter=letter.letter, why=why or "")
    there = await sender.partitions_for(failure.topic)
    part = failure.partition if failure.partition in there else None
    headers = redriven_headers(letter, failure)
    try:
        return letter, await sender.send(failure.topic, letter.value, letter.key, part, headers=headers)
    except MessageSizeTooLargeError:
        return letter, _too_large(letter)


async def _finish(
    sender: AIOKafkaProducer, topics: Topics, letter: Letter, begun: Kept | Awaitable[Any], now: datetime
) -> Sent | Kept:
    if isinstance(begun, Kept):
        return begun
    try:
        got = await begun
    except MessageSizeTooLargeError:
        return _too_large(letter)
    to = f"{got.topic}:{got.partition}:{got.offset}"
    mark = Mark(mark="redriven", at=now, letter_at=letter.written_at, to=to)
    await sender.send_and_wait(topics.dead_letter_marks.name, encode(mark), letter.letter.encode())
    return Sent(letter=letter.letter, to=to)


def _too_large(letter: Letter) -> Kept:
    why = "with the headers that tell where it comes from it is larger than its topic takes: publish it anew, shorter"
    return Kept(letter=letter.letter, why=why)


@asynccontextmanager
async def _producer(bootstrap: Where) -> AsyncIterator[AIOKafkaProducer]:
    """A producer as the stages have, of aiokafka: it sends headers without a value, which kafka-python's refuses."""
    made = AIOKafkaProducer(**connection(bootstrap), acks="all", max_request_size=LARGEST_MESSAGE_BYTES)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
