"""Micro-batches: one event is waited for, what already lies in the queue goes with it; acknowledged as a whole."""

from collections.abc import AsyncIterator, Sequence

from faust.types import EventT, StreamT

from streams.delivery.application import ParallaxApp


async def micro_batches(app: ParallaxApp, stream: StreamT, most: int) -> AsyncIterator[list[EventT]]:
    """Batches of 1 to `most` events, in order; the caller acknowledges or releases each before it asks for the next.

    Never waits to fill a batch: under load it fills itself. Nothing unacknowledged is held while waiting, which would
    hang a rebalance (faust-streaming issue 606).
    """
    unacked = stream.noack()
    async for first in unacked.events():
        batch, queue = [first], unacked.channel.queue
        while len(batch) < most and not queue.empty():
            event = queue.get_nowait()
            if app.flow_control.is_active() and is_current(app, event):  # an old one is delivered again
                _track(app, event)
                batch.append(event)
        yield batch


def is_current(app: ParallaxApp, event: EventT) -> bool:
    """Whether the event was handed out under the present assignment of partitions."""
    current: bool = event.message.generation_id == app.consumer_generation_id
    return current


def acknowledge(app: ParallaxApp, batch: Sequence[EventT]) -> None:
    """Acknowledge the events of the present assignment, let go of older ones: their new owner gets them again."""
    for event in batch:
        if is_current(app, event):
            event.ack()
        else:
            release(app, [event])


def release(app: ParallaxApp, batch: Sequence[EventT]) -> None:
    """Let go of events without acknowledging them: no rebalance waits for them, and they are delivered again."""
    for event in batch:
        app.consumer.unacked.discard(event.message)


def _track(app: ParallaxApp, event: EventT) -> None:
    """What Faust's own loop does for an event that it takes from the queue."""
    message = event.message
    if message.topic in app.topics.acking_topics and not message.tracked:
        message.tracked = True
        app.consumer.track_message(message)
