"""Alert events in the wire format of Confluent's schema registries: a zero byte, the schema's id, then the JSON.

A worker asks its registry for the ids once, when it starts; readers need no registry to take the frame off. That is two
kinds of request, made here with the standard library: Confluent's own client would bring ten packages into each
installation, cryptography among them. It is the tests' judge of what is written here.
"""

import json
import struct
from base64 import b64encode
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from models.errors import InfrastructureError
from streams.settings import shown

Frame = Callable[[str, bytes], bytes]
"""From the type of an event and its JSON to the value that travels."""

ANSWERS_WITHIN_SECONDS = 10
"""A registry answers in milliseconds; this is for one that is starting (a judgement, as for the broker)."""
LONGEST_ANSWER_BYTES = 1 << 20
_MAGIC = b"\0"
_HEAD = struct.Struct(">cI")
_JSON = "application/vnd.schemaregistry.v1+json"


def plain(_type: str, data: bytes) -> bytes:
    """The JSON as it is."""
    return data


def payload(value: bytes) -> bytes:
    """The JSON of a value, framed or not: no JSON begins with a zero byte."""
    return value[_HEAD.size :] if value.startswith(_MAGIC) else value


def framing(registry: str, schemas: Mapping[str, Mapping[str, Any]]) -> Frame:
    """How values are framed: `plain` without a registry (an empty URL), else by the ids of these schemas there.

    Args:
        schemas: by type of event, which is their subject (docs/contract.md says why).

    Raises:
        InfrastructureError: the registry does not answer, or refuses the credentials or a schema; in one line, without
            the credentials.
    """
    if not registry:
        return plain
    heads = {name: _HEAD.pack(_MAGIC, _registered(registry, name, schema)) for name, schema in schemas.items()}
    return lambda name, data: heads[name] + data


def _registered(registry: str, subject: str, schema: Mapping[str, Any]) -> int:
    """The id of a schema under a subject, registered there if it is not yet."""
    asked = json.dumps({"schemaType": "JSON", "schema": json.dumps(schema, ensure_ascii=False)})
    answer = _post(registry, f"subjects/{quote(subject, safe='')}/versions", asked.encode(), subject)
    try:
        found = json.loads(answer)["id"]
        _HEAD.pack(_MAGIC, found)
    except (ValueError, KeyError, TypeError, struct.error):
        raise _another(registry) from None
    return int(found)


def _post(registry: str, path: str, body: bytes, subject: str) -> bytes:
    url = urlsplit(registry)
    headers = {"Content-Type": _JSON, "Accept": f"{_JSON}, application/json"}
    if url.username is not None:
        headers["Authorization"] = _basic(unquote(url.username), unquote(url.password or ""))
    where = url._replace(netloc=url.netloc.rpartition("@")[2]).geturl()
    try:
        request = Request(f"{where}/{path}", data=body, headers=headers, method="POST")  # noqa: S310 - http or https
        with build_opener(_NoRedirect).open(request, timeout=ANSWERS_WITHIN_SECONDS) as answer:
            return bytes(answer.read(LONGEST_ANSWER_BYTES))
    except HTTPError as error:
        with error:
            raise _refused(registry, subject, error.code, error.read(LONGEST_ANSWER_BYTES)) from None
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise InfrastructureError(
            f"{_at(registry)} does not answer ({_line(reason)}): is it running? PARALLAX_SCHEMA_REGISTRY names it; "
            "empty, alert events are plain JSON"
        ) from None


class _NoRedirect(HTTPRedirectHandler):
    """A redirect is an error: the credentials are for the host that is named, and a POST would become a GET."""

    def redirect_request(self, *_: Any) -> None:
        """None."""


def _basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def _refused(registry: str, subject: str, status: int, answer: bytes) -> InfrastructureError:
    if status in (401, 403):
        return InfrastructureError(
            f"{_at(registry)} refuses the credentials (HTTP {status}): "
            "PARALLAX_SCHEMA_REGISTRY holds them, https://user:password@host"
        )
    try:
        said = json.loads(answer)["message"]
    except (ValueError, KeyError, TypeError):
        said = answer.decode(errors="replace")
    if status in (404, 405):
        return _another(registry)
    if status == 409:
        return InfrastructureError(
            f"{_at(registry)} takes the schema of {subject} for incompatible: the subject's compatibility should be "
            f"FORWARD_TRANSITIVE (docs/contract.md); it says: {_line(said)}"
        )
    return InfrastructureError(f"{_at(registry)} does not take the schema of {subject} (HTTP {status}): {_line(said)}")


def _another(registry: str) -> InfrastructureError:
    return InfrastructureError(
        f"{_at(registry)} answers, but not as a schema registry does: is the path right? "
        "Apicurio's is /apis/ccompat/v7; PARALLAX_SCHEMA_REGISTRY names it"
    )


def _at(registry: str) -> str:
    return f"the schema registry at {shown('schema_registry', registry)}"


def _line(said: object) -> str:
    """Its first words, on one line."""
    return " ".join(str(said).split())[:300]
