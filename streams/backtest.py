"""All three stages in one process, over the same calls as the agents: what Kafka and Faust would give."""

from collections.abc import Iterable, Iterator
from itertools import islice

from models.clustering import Narratives
from models.comparing import Comparer, Taken
from models.encoding import Encoder
from models.errors import InvalidItem
from models.news import NewsItem, Placement, Statement
from models.statements import make_statements
from models.voices import Voices
from streams.files import Refuse


def statements(
    items: Iterable[NewsItem], voices: Voices, encoder: Encoder, *, batch: int, passages: int, refuse: Refuse
) -> Iterator[tuple[NewsItem, Statement]]:
    """Each item with its statement, in order; an item without words goes to `refuse`."""
    source = iter(items)
    while some := tuple(islice(source, batch)):
        made = make_statements(some, voices, encoder, most_passages=passages)
        for item, statement in zip(some, made, strict=True):
            if isinstance(statement, InvalidItem):
                refuse(item.id, statement)
            else:
                yield item, statement


def placements(stream: Iterable[tuple[NewsItem, Statement]], narratives: Narratives) -> Iterator[Placement]:
    """Where the cluster stage puts each statement, with the departures and merges that follow from it."""
    for _, statement in stream:
        yield from narratives.take(statement).placements


def compared(stream: Iterable[Placement], comparer: Comparer) -> Iterator[tuple[Placement, Taken]]:
    """Each placement with what the compare stage makes of it: alert events, and a reading where both sides speak."""
    for placement in stream:
        yield placement, comparer.take(placement)
