"""A message that tells a receiver that it would be told: marked as a test, whatever its kind."""

from collections.abc import Callable
from datetime import datetime

from models.alerts import AlertEvent, AlertQuote, AlertSide, Evidence, Versions
from models.voices import Voices
from streams.messages import Incoming
from streams.sinks.configuration import Receiver
from streams.sinks.package import Failure, Package, Told
from streams.sinks.running import channel
from streams.wire import encode


def package(receiver: Receiver, book: Voices, now: datetime) -> Package:
    """The test message: one made-up event of a type that no alert has, between the voices of the pair."""
    name = receiver.sink.name
    quote = AlertQuote(
        id="test", url="https://example.org/", text="This sentence stands for a quotation.", start=0, end=37, at=now
    )
    event = AlertEvent(
        id=f"test-{name}-{now:%Y%m%dT%H%M%S}",
        type="parallax.alert.test.v1",
        time=now,
        alert="test",
        narrative="test",
        headline=f"Test of sink {name}: nothing has happened",
        basis="observed",
        severity="low",
        score=0.0,
        interval=(0.0, 0.0),
        sides={voice: AlertSide(documents=("test",), quotes=(quote,)) for voice in book.pair},
        one_sided=(),
        opposed=(),
        words={},
        evidence=Evidence(pairs=0, e_value=1.0, alpha=1.0, fdr=1.0, guarantee="none", ledger="", latest=()),
        reason="test",
        revision=1,
        sequence=0,
        cause="test",
        parts={},
        counts={},
        versions=Versions(model="", config="", code=""),
    )
    message = Incoming(topic="", partition=0, offset=0, key=b"test", value=encode(event), headers={}, at=now)
    told = Told(message=message, event=event)
    return Package(id=event.id, sink=name, group="test", kind="test", single=True, events=(told,))


async def send(receiver: Receiver, book: Voices, clock: Callable[[], datetime]) -> Failure | None:
    """Make one attempt; None: the receiver has it."""
    async with channel(receiver, book, clock) as made:
        return await made.deliver(package(receiver, book, clock()))
