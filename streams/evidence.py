"""The compare stage as it stands in a broker, read from its journal: what `parallax evidence` looks into."""

from models.comparing import Comparer, Record
from models.errors import InfrastructureError
from streams.agents.compare import NAME
from streams.bootstrap import Reached
from streams.present import present
from streams.subscribe import topic_is_there
from streams.wire import decode


def restored(reached: Reached, comparer: Comparer) -> Comparer:
    """An empty comparer made what the running system's is, as of the journal's last record.

    Raises:
        InfrastructureError: the broker is not there, or no worker has written a journal yet.
    """
    topic = reached.topics.compare_journal.name
    if not topic_is_there(reached.bootstrap, topic):
        raise InfrastructureError(
            f"the broker at {reached.bootstrap} has no {topic}: no worker has run its stage {NAME} here; "
            "`parallax worker` does, and --items FILE looks into the evidence of a file without a broker"
        )
    held: dict[str, Record] = {}
    for record in present(reached.bootstrap, topic):
        key = record.key.decode()
        if record.value is None:
            held.pop(key, None)
        else:
            held[key] = decode(record.value, Record)
    comparer.restore(held)
    return comparer
