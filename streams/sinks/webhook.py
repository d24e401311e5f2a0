"""Delivery to a program: a signed POST, after the Standard Webhooks convention and CloudEvents' HTTP binding.

A sink that gets each event by itself POSTs the event as it stands in the topic, with CloudEvents attributes as `ce-`
headers (binary mode); one with groups, reminders or digests POSTs an envelope, whose `events` are such events.

`webhook-id` is the same at every attempt: the receiver's key against duplicates. `webhook-signature` is HMAC-SHA256
over id, time and body. Any 2xx within the time-out is taken as received.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import aiohttp
import msgspec
from standardwebhooks import Webhook as Signer

from streams.outbound import Guard, guarded_connector, is_forbidden
from streams.sinks.configuration import Receiver
from streams.sinks.digest import sections
from streams.sinks.package import Failure, Package, Told, json_of

ENVELOPE_VERSION = "1"
LONGEST_ANSWER = 2000
"""Bytes of a refusal that are read, for the dead letter's detail; the rest, however long, is not."""
LONGEST_RETRY_AFTER_SECONDS = 3600.0
"""A receiver that asks to be left alone for longer is asked again after an hour: an alert is worth the question."""
_WORTH_ANOTHER = frozenset({408, 425, 429})


class Webhook:
    """One receiver; use it as an asynchronous context manager, which holds the connections."""

    def __init__(self, receiver: Receiver, clock: Callable[[], datetime]) -> None:
        sink = receiver.sink
        self._address, self._clock = receiver.address, clock
        self._signer = Signer(receiver.secret) if receiver.secret else None
        # of one answer: to be connected, and to be all there, headers and body
        self._timeout = aiohttp.ClientTimeout(total=sink.timeout_seconds)
        self._guard, self._limit = Guard(sink.allow), sink.parallel

    async def __aenter__(self) -> "Webhook":
        """Ready to deliver."""
        self._open = aiohttp.ClientSession(
            connector=guarded_connector(self._guard, limit=self._limit),
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._open.close()

    async def deliver(self, package: Package) -> Failure | None:
        """Make one attempt."""
        body = body_of(package)
        headers = {"content-type": "application/json", "user-agent": "parallax", **cloudevent_headers(package)}
        headers |= signature_headers(package.id, body, self._signer, self._clock())
        try:
            async with self._open.post(self._address, data=body, headers=headers, allow_redirects=False) as answer:
                if 200 <= answer.status < 300:
                    return None
                said = (await answer.content.read(LONGEST_ANSWER)).decode(errors="replace")
                failure = refusal(answer.status, answer.headers, said, self._clock())
                answer.close()  # what else it has to say is not waited for
                return failure
        except TimeoutError:
            return Failure(reason="receiver_timeout", detail="no whole answer within timeout_seconds")
        except aiohttp.InvalidURL:  # which may hold a secret
            return Failure(reason="receiver_unreachable", detail="its url cannot be read", lasting=True)
        except aiohttp.ClientConnectorError as error:
            if is_forbidden(error.os_error):
                return Failure(reason="forbidden_address", detail=str(error.os_error), lasting=True)
            return Failure(reason="receiver_unreachable", detail=str(error))
        except (aiohttp.ClientError, OSError) as error:
            return Failure(reason="receiver_unreachable", detail=f"{type(error).__name__}: {error}")


def refusal(status: int, headers: Mapping[str, str], said: str, now: datetime) -> Failure:
    """What an answer other than 2xx means.

    5xx, 408, 425 and 429 may pass; other 4xx will not, and a redirect is not followed: the file must name the target.
    """
    told = f"HTTP {status}{': ' + ' '.join(said.split()) if said.strip() else ''}"
    found = {name.lower(): value for name, value in headers.items()}
    if 300 <= status < 400:
        target = found.get("location", "nowhere")
        return Failure(reason="receiver_redirects", detail=f"HTTP {status} to {target}, not followed", lasting=True)
    if status in _WORTH_ANOTHER or status >= 500:
        after = retry_after(found.get("retry-after"), now)
        return Failure(reason="receiver_failed", detail=told, after_seconds=after)
    return Failure(reason="receiver_refused", detail=told, lasting=True)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or a date; None where it says nothing."""
    if value is None:
        return None
    try:
        seconds = float(value) if value.strip().isdigit() else (_date(value) - now).total_seconds()
    except ValueError:
        return None
    return min(max(0.0, seconds), LONGEST_RETRY_AFTER_SECONDS)


def _date(value: str) -> datetime:
    found = parsedate_to_datetime(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def body_of(package: Package) -> bytes:
    """What is POSTed: the event as it stands, or the envelope."""
    if _is_alone(package):
        return json_of(package.events[0].message)
    return msgspec.json.encode(envelope(package))


def _is_alone(package: Package) -> bool:
    """One event by itself; a group that was under way when its sink became ungrouped is still a group."""
    return package.single and package.kind == "events" and len(package.events) == 1


def envelope(package: Package) -> dict[str, object]:
    """Several events, or a test: events as they stand in the topic, new ones in their order."""
    made: dict[str, object] = {
        "version": ENVELOPE_VERSION,
        "id": package.id,
        "kind": package.kind,
        "sink": package.sink,
        "status": package.status,
        "groupKey": package.group,
        "events": [_raw(one) for one in package.events],
    }
    if package.kind in ("reminder", "digest"):
        made["stillOpen"] = [_raw(one) for one in package.still_open]
    if package.kind == "digest":
        made["sections"] = {section.name: [one.event.alert for one in section.alerts] for section in sections(package)}
    return made


def _raw(one: Told) -> msgspec.Raw:
    return msgspec.Raw(json_of(one.message))


def cloudevent_headers(package: Package) -> dict[str, str]:
    """The attributes of a single event, from the message's own headers, else from the event."""
    if not _is_alone(package):
        return {}
    event, held = package.events[0].event, package.events[0].message.headers
    found = {
        "ce-specversion": "1.0",
        "ce-id": event.id,
        "ce-source": "parallax",
        "ce-type": event.type,
        "ce-time": event.time.isoformat(),
        "ce-subject": event.narrative,
    }
    for name, value in held.items():
        if name.startswith("ce_"):
            found[f"ce-{name.removeprefix('ce_')}"] = value.decode(errors="replace")
    return {name: quote(value, safe=_PRINTABLE) for name, value in found.items()}


_PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')
"""CloudEvents HTTP binding, 3.1.3.2: what is not percent-encoded in a header."""


def signature_headers(id_: str, body: bytes, signer: Signer | None, now: datetime) -> dict[str, str]:
    """Standard Webhooks: id and time of the message, and with a secret the signature of both and the body."""
    told = {"webhook-id": id_, "webhook-timestamp": str(int(now.timestamp()))}
    if signer is not None:
        told["webhook-signature"] = signer.sign(id_, now.astimezone(UTC), body.decode())
    return told
