"""Delivery to standard output, one JSON line a notification: for trying a file out, and for a pipe."""

import sys

import msgspec

from models.errors import InfrastructureError
from streams.sinks.package import Failure, Package
from streams.sinks.webhook import envelope


class Lines:
    """The receiver is whoever reads our standard output."""

    async def __aenter__(self) -> "Lines":
        """Nothing to hold."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing to let go."""

    async def deliver(self, package: Package) -> Failure | None:
        """Write the line.

        Raises:
            InfrastructureError: nobody reads any more.
        """
        try:
            sys.stdout.buffer.write(msgspec.json.encode(envelope(package)) + b"\n")
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise InfrastructureError(f"sink {package.sink}: nobody reads standard output any more") from None
        return None
