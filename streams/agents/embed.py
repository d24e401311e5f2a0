"""Embed: a raw news item becomes a statement. Keeps nothing, so that as many workers as partitions may run it."""

from collections.abc import Sequence

from models.encoding import Encoder
from models.errors import InvalidItem
from models.news import NewsItem, Statement
from models.statements import make_statements
from models.voices import Voices
from streams.messages import Incoming, Outcome, Outgoing, following
from streams.wire import HEADER_AT, decode_item, encode, moment

NAME = "embed"


class EmbedStage:
    """News items in, statements out, by one call of the encoder for a whole micro-batch."""

    def __init__(self, voices: Voices, encoder: Encoder, *, topic: str, most_passages: int) -> None:
        """Send statements to `topic`; arguments as for `make_statements`."""
        self._voices, self._encoder, self._topic, self._most = voices, encoder, topic, most_passages

    def handle(self, messages: Sequence[Incoming]) -> list[Outcome]:
        """One outcome a message, in order."""
        decoded = [_decoded(message) for message in messages]
        items = [one for one in decoded if isinstance(one, NewsItem)]
        made = iter(make_statements(items, self._voices, self._encoder, most_passages=self._most))
        return [
            self._outcome(message, next(made) if isinstance(one, NewsItem) else one)
            for message, one in zip(messages, decoded, strict=True)
        ]

    def _outcome(self, message: Incoming, made: Statement | InvalidItem) -> Outcome:
        if isinstance(made, InvalidItem):
            return Outcome(rejected=made)
        headers = following(message, made.item)
        return Outcome(
            sends=(Outgoing(topic=self._topic, key=made.item.encode(), value=encode(made), headers=headers),)
        )


def _decoded(message: Incoming) -> NewsItem | InvalidItem:
    try:
        at = message.headers.get(HEADER_AT)
        now = moment(at.decode(errors="replace")) if at else message.at
        return decode_item(message.value, key=message.key, now=now)
    except InvalidItem as error:
        return error
