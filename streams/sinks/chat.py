"""Delivery to a person, through apprise: mail, Slack, Telegram, Matrix and whatever else it speaks.

Each message is sent by a process of its own (this module, run as a program): apprise's plug-ins open their own sockets
and know no common time-out, so that only a process can be guarded whole (streams/outbound.py) and ended when it hangs.
It costs about a second of start-up, for messages that come by the dozen a day.
"""

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import Sequence

from models.errors import InfrastructureError
from models.voices import Voices
from streams.outbound import ProcessGuard
from streams.sinks.configuration import Receiver
from streams.sinks.package import Failure, Package
from streams.sinks.rendering import render

START_SECONDS = 15.0
"""For the process to start on a busy machine; the sink's time-out comes on top (a judgement)."""
MOST_DETAIL = 500


class Chat:
    """One receiver."""

    def __init__(self, receiver: Receiver, book: Voices) -> None:
        self._receiver, self._book = receiver, book

    async def __aenter__(self) -> "Chat":
        """Nothing to hold."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing to let go."""

    async def deliver(self, package: Package) -> Failure | None:
        """Make one attempt."""
        sink = self._receiver.sink
        message = render(package, self._book, markdown=sink.format == "markdown")
        job = {
            "url": self._receiver.address,
            "title": message.title,
            "body": message.body,
            "format": sink.format,
            "allow": list(sink.allow),
            "seconds": sink.timeout_seconds,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "streams.sinks.chat",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(sink.timeout_seconds + START_SECONDS):
                answer, _ = await process.communicate(json.dumps(job).encode())
        except TimeoutError:
            return Failure(reason="receiver_timeout", detail="not sent within timeout_seconds")
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        return _failure(answer)


def _failure(answer: bytes) -> Failure | None:
    try:
        told = json.loads(answer)
    except ValueError:
        return Failure(reason="receiver_failed", detail="the process that sends it ended without a word")
    if told["sent"]:
        return None
    if told["refused"]:
        return Failure(reason="forbidden_address", detail="; ".join(told["refused"])[:MOST_DETAIL], lasting=True)
    return Failure(reason="receiver_failed", detail=told["said"][-MOST_DETAIL:] or "apprise could not send it")


def knows(url: str) -> bool:
    """Whether apprise has a service for a URL and can read it.

    Raises:
        InfrastructureError: apprise is not installed.
    """
    try:
        import apprise
    except ImportError:
        raise InfrastructureError(
            "a sink of kind apprise needs the extra `sinks`: pip install 'parallax-narratives[sinks]'"
        ) from None
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    return apprise.Apprise.instantiate(url, suppress_exceptions=True) is not None


class _Words(logging.Handler):
    """Keeps what apprise says of a failure; it names the service, not the secrets of its URL."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def _send(job: dict[str, object], allow: Sequence[str]) -> dict[str, object]:
    import apprise

    words, log = _Words(), logging.getLogger("apprise")
    log.addHandler(words)
    log.propagate = False
    guard = ProcessGuard(allow)
    service = apprise.Apprise()
    sent = bool(service.add(str(job["url"]))) and bool(
        service.notify(
            title=str(job["title"]),
            body=str(job["body"]),
            body_format=apprise.NotifyFormat.MARKDOWN if job["format"] == "markdown" else apprise.NotifyFormat.TEXT,
            interpret_escapes=False,
        )
    )
    return {"sent": sent, "refused": guard.refused, "said": "; ".join(words.said)}


def main() -> None:
    """Send the message on standard input; print what became of it."""
    job = json.load(sys.stdin)
    print(json.dumps(_send(job, job["allow"])))


if __name__ == "__main__":
    main()
