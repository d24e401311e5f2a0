"""One worker in the foreground: until a signal, or an error that must end it."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from models.errors import InfrastructureError, ParallaxError
from streams.connecting import Where, connection
from streams.delivery.application import ParallaxApp

log = logging.getLogger(__name__)

ANSWERS_WITHIN_SECONDS = 15
"""A broker that has not answered by then is not there (a judgement; the embedded one answers 2 s after its start)."""
STOPS_WITHIN_SECONDS = 20
"""A worker whose broker is gone can commit nothing; it then ends without, and what it held is delivered again."""
MOVES_WITHIN_SECONDS = 600
"""A worker whose partitions have moved for so long stands still for a reason that nobody foresaw: better it ends and is
started again. A judgement: a group forms in 15 s (docs/delivery.md), the state of 100,000 documents is there after 39 s
(docs/measurements.md)."""
NOISY = ("faust", "mode", "aiokafka", "kafka", "asyncio")


def run_worker(
    app: ParallaxApp,
    *,
    ready: Callable[[], None],
    prepared: Callable[[], object] = lambda: None,
    log_level: str = "warning",
    moves_within: float = MOVES_WITHIN_SECONDS,
) -> None:
    """Run `app` until SIGTERM or SIGINT.

    A broker that goes away later is waited for, but not for ever while partitions are moving.

    Args:
        ready: called after each (re)assignment of partitions.
        prepared: waited for in a thread before `ready`; a ParallaxError that it raises ends the worker.
        moves_within: seconds after which partitions that are still moving end the worker.

    Raises:
        ParallaxError: what ended the worker; InfrastructureError if the broker does not answer at the start.
    """
    logging.basicConfig(level=log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    asyncio.run(_run(app, ready, prepared, moves_within))


async def _run(
    app: ParallaxApp, ready: Callable[[], None], prepared: Callable[[], object], moves_within: float
) -> None:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[ParallaxError | None] = loop.create_future()

    def end(error: ParallaxError | None = None) -> None:
        if not ended.done():
            ended.set_result(error)

    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, end)
    preparing = loop.create_task(_prepare(prepared, end))
    watching = loop.create_task(_watch(app, end, moves_within))
    app.on_ready = lambda: preparing.add_done_callback(lambda _: None if ended.done() else ready())
    app.on_fatal = end
    app.loop = loop
    app.finalize()
    await _probe(app.where)
    starting = loop.create_task(_start(app, end))
    crashed = loop.create_task(app._crashed.wait())
    await asyncio.wait([ended, crashed], return_when=asyncio.FIRST_COMPLETED)
    error = ended.result() if ended.done() else InfrastructureError(f"the worker crashed: {app.crash_reason!r}")
    for task in (crashed, starting, preparing, watching):
        task.cancel()
    await _stop(app, error)
    if error is not None:
        raise error


async def _prepare(prepared: Callable[[], object], end: Callable[[ParallaxError], None]) -> None:
    try:
        await asyncio.to_thread(prepared)
    except ParallaxError as error:
        end(error)
    except Exception as error:
        log.debug("prepare", exc_info=True)
        end(InfrastructureError(f"the worker could not start: {type(error).__name__}: {error}"))


async def _watch(app: ParallaxApp, end: Callable[[ParallaxError], None], seconds: float) -> None:
    """End a worker that stands still between two assignments: nobody would see it but by its lag."""
    while True:
        since = app.moving_since
        if since is not None and time.monotonic() - since > seconds:
            end(
                InfrastructureError(
                    f"the worker has waited {seconds:g} s for its partitions: is the broker at {app.where} well "
                    "(`parallax doctor`)? Nothing is lost: start the worker again"
                )
            )
        await asyncio.sleep(seconds / 10)


async def _probe(where: Where) -> None:
    client = AIOKafkaClient(**connection(where), request_timeout_ms=ANSWERS_WITHIN_SECONDS * 1000)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it logs each refused connection; we say it once
    try:
        async with asyncio.timeout(ANSWERS_WITHIN_SECONDS):
            await client.bootstrap()
    except (KafkaError, OSError, TimeoutError) as error:
        raise InfrastructureError(
            f"the Kafka broker at {where} does not answer ({type(error).__name__}): "
            "is it running? PARALLAX_BROKERS names it; `parallax doctor` looks closer"
        ) from None
    finally:
        logging.getLogger("aiokafka").setLevel(logging.WARNING)
        await client.close()


async def _start(app: ParallaxApp, end: Callable[[ParallaxError], None]) -> None:
    try:
        await app.start()
    except Exception as error:
        log.debug("start", exc_info=True)
        end(InfrastructureError(f"the worker could not start: {type(error).__name__}: {error}"))


async def _stop(app: ParallaxApp, error: ParallaxError | None) -> None:
    """Finish what is in hand, commit, leave the group; without, if the broker does not answer."""
    try:
        async with asyncio.timeout(STOPS_WITHIN_SECONDS):
            await app.stop()
    except TimeoutError:
        log.warning("not ended within %d s: ended without; what was in hand is delivered again", STOPS_WITHIN_SECONDS)
        if error is not None:
            log.error("%s", error)
        logging.shutdown()
        os._exit(1)  # threads that wait for the broker would keep the process
