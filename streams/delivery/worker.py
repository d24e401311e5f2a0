"""One worker in the foreground: until a signal, or an error that must end it."""

import asyncio
import logging
import signal
from collections.abc import Callable

from models.errors import InfrastructureError, ParallaxError
from streams.delivery.application import ParallaxApp


def run_worker(app: ParallaxApp, *, ready: Callable[[], None], log_level: str = "warning") -> None:
    """Run `app` until SIGTERM or SIGINT; `ready` is called after each (re)assignment of partitions.

    Raises:
        ParallaxError: what ended the worker.
    """
    logging.basicConfig(level=log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(_run(app, ready))


async def _run(app: ParallaxApp, ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[ParallaxError | None] = loop.create_future()

    def end(error: ParallaxError | None = None) -> None:
        if not ended.done():
            ended.set_result(error)

    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, end)
    app.on_ready, app.on_fatal = ready, end
    app.loop = loop
    app.finalize()
    await app.start()
    crashed = asyncio.ensure_future(app._crashed.wait())
    await asyncio.wait([ended, crashed], return_when=asyncio.FIRST_COMPLETED)
    error = ended.result() if ended.done() else InfrastructureError(f"the worker crashed: {app.crash_reason!r}")
    crashed.cancel()
    await app.stop()
    if error is not None:
        raise error
