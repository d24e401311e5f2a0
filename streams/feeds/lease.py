"""Who looks at the feeds: one process at a time, on whatever machine; the others stand by and take over.

The lease is the one partition of the topic of feeds, in a consumer group of its own: Kafka gives it to one member, and
to another once that one leaves or was not heard of for 10 s. A process that is killed and started again has its name,
and so its lease, at once. One that is stopped for longer and then goes on may publish for a moment beside its
successor: the ids are the same, and what reads the items takes each once (docs/feeds.md).
"""

import asyncio
import threading
from contextlib import suppress

from models.errors import InfrastructureError
from streams.connecting import Where
from streams.following import Following


class Lease:
    """A claim to look at the feeds, kept up in a thread; use it as an async context manager."""

    def __init__(self, bootstrap: Where, topic: str, *, group: str, member: str) -> None:
        self._how = {"group": group, "member": member}
        self._bootstrap, self._topic = bootstrap, topic
        self._stopped = threading.Event()
        self._changed = asyncio.Event()
        self._held = False
        self._failed: BaseException | None = None

    async def __aenter__(self) -> "Lease":
        """Begin to claim it."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)
        self._thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Give it up."""
        self._stopped.set()
        await asyncio.to_thread(self._thread.join)

    async def until(self, held: bool) -> None:
        """Wait until it is held, or is not.

        Raises:
            InfrastructureError: the broker refuses this member, or is gone.
        """
        while self._failed is None and self._held != held:
            self._changed.clear()
            await self._changed.wait()
        if self._failed is not None:
            raise self._failed

    def _keep(self) -> None:
        try:
            with Following(self._bootstrap, self._topic, **self._how, from_beginning=False) as following:
                for _ in following.answers(stop=self._stopped):
                    if following.placed != self._held:
                        self._tell(following.placed, None)
        except InfrastructureError as error:
            self._tell(False, error)

    def _tell(self, held: bool, failed: BaseException | None) -> None:
        def take() -> None:
            self._held, self._failed = held, failed
            self._changed.set()

        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(take)
