"""A schema registry over HTTP, in memory, as far as the REST interface of Confluent's goes here, and its errors."""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit


class Registry:
    """What is registered; `compatibility` is that of every subject, as a new registry has it.

    Of the rules only the one that matters here is kept: under BACKWARD a schema of open objects may not gain a
    property, under FORWARD_TRANSITIVE it may.
    """

    def __init__(self, *, credentials: str = "", compatibility: str = "BACKWARD") -> None:
        self.credentials, self.compatibility = credentials, compatibility
        self.schemas: dict[int, str] = {}
        self.subjects: dict[str, list[int]] = {}
        self.url = ""

    def register(self, subject: str, schema: str) -> int:
        found = next((one for one, known in self.schemas.items() if known == schema), None)
        number = found or 100 + len(self.schemas)  # any number will do, and 1, 2, 3 would hide a wrong byte order
        self.schemas[number] = schema
        versions = self.subjects.setdefault(subject, [])
        if number not in versions:
            versions.append(number)
        return number

    def compatible(self, subject: str, schema: str) -> bool:
        if self.compatibility != "BACKWARD" or not self.subjects.get(subject):
            return True
        last = json.loads(self.schemas[self.subjects[subject][-1]])
        return json.loads(schema).get("properties", {}).keys() <= last.get("properties", {}).keys()

    def answer(self, method: str, path: str, body: dict) -> tuple[int, object]:
        if match := re.fullmatch(r"/subjects/([^/]+)/versions", path):
            subject = unquote(match[1])
            if method == "GET":
                known = self.subjects.get(subject)
                return (200, list(range(1, len(known) + 1))) if known else _error(40401, "Subject not found.")
            if body.get("schemaType") != "JSON" or not _is_json(body.get("schema")):
                return _error(42201, "Invalid schema")
            if not self.compatible(subject, body["schema"]):
                return _error(409, "Schema being registered is incompatible: PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL")
            return 200, {"id": self.register(subject, body["schema"])}
        if match := re.fullmatch(r"/compatibility/subjects/([^/]+)/versions/latest", path):
            return 200, {"is_compatible": self.compatible(unquote(match[1]), body["schema"])}
        if (match := re.fullmatch(r"/schemas/ids/(\d+)", path)) and method == "GET":
            schema = self.schemas.get(int(match[1]))
            return (200, {"schemaType": "JSON", "schema": schema}) if schema else _error(40403, "Schema not found")
        if path == "/subjects":
            return 200, sorted(self.subjects)
        return _error(404, "HTTP 404 Not Found")


def _error(code: int, message: str) -> tuple[int, object]:
    return int(str(code)[:3]), {"error_code": code, "message": message}


def _is_json(text: object) -> bool:
    try:
        json.loads(str(text))
    except ValueError:
        return False
    return True


@contextmanager
def serving(registry: Registry) -> Iterator[Registry]:
    """The registry at a free port of this machine; its `url` holds the credentials that it wants."""

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            wanted = "Basic " + base64.b64encode(registry.credentials.encode()).decode()
            if registry.credentials and self.headers.get("Authorization") != wanted:
                status, said = _error(401, "Unauthorized")
            else:
                status, said = registry.answer(self.command, urlsplit(self.path).path, json.loads(body or b"{}"))
            answer = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = _do

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving_with(Handler) as address:
        registry.url = f"http://{registry.credentials}{'@' if registry.credentials else ''}{address}"
        yield registry


@contextmanager
def serving_with(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """host:port of a server that answers so."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
