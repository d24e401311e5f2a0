"""Micro-batches: one event is waited for, what already lies in the queue goes with it; acknowledged as a whole."""

from collections.abc import AsyncIterator

from faust.types import EventT, StreamT

from streams.delivery.application import ParallaxApp


async def micro_batches(app: ParallaxApp, stream: StreamT, most: int) -> AsyncIterator[list[EventT]]:
    """Batches of 1 to `most` events, in order; the caller acknowledges each batch before it asks for the next.

    Never waits to fill a batch: under load it fills itself. Nothing unacknowledged is held while waiting, which would hang
    a rebalance (faust-streaming issue 606).
    """
    unacked = stream.noack()
    async for first in unacked.events():
        batch, queue = [first], unacked.channel.queue
        while len(batch) < most and not queue.empty():
            event = queue.get_nowait()
            if is_current(app, event):
                _track(app, event)
                batch.append(event)
        yield batch


def is_current(app: ParallaxApp, event: EventT) -> bool:
    """Whether the event was handed out under the present assignment; an older one is delivered again, to its new owner."""
    return app.flow_control.is_active() and event.message.generation_id == app.consumer_generation_id


def acknowledge(app: ParallaxApp, batch: list[EventT]) -> None:
    """Acknowledge the events of the present assignment."""
    for event in batch:
        if event.message.generation_id == app.consumer_generation_id:
            event.ack()


def _track(app: ParallaxApp, event: EventT) -> None:
    """What Faust's own loop does for an event that it takes from the queue."""
    message = event.message
    if message.topic in app.topics.acking_topics and not message.tracked:
        message.tracked = True
        app.consumer.track_message(message)
