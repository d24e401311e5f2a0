"""A receiver of webhooks that answers as receivers do, well and badly."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Request:
    """One POST as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A server on every loopback address. How it answers depends on the first word of the event's narrative.

    ok-…: 200. flaky-…: 500 once, then 200. down-…: always 500. hang-…: no answer. close-…: closes the connection once,
    then 200. away-…: redirects to another address inside the network. busy-…: 429 once, with Retry-After.
    """

    requests: list[Request] = field(default_factory=list)
    accepted: list[Request] = field(default_factory=list)
    tries: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> "Receiver":
        self._ids: set[str] = set()
        self._released, self._changed = threading.Event(), threading.Condition()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer._answer(self)

            do_GET = do_POST

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """Whoever calls was killed, or has hung up: that is what the tests do."""

        self._server = Server(("", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    def until(self, accepted: int, seconds: float = 60) -> None:
        """Wait until requests with so many ids were accepted."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._ids) >= accepted, seconds), len(self._ids)

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        request = Request(handler.path, {name.lower(): value for name, value in handler.headers.items()}, body)
        key = request.headers.get("webhook-id", "")
        with self._changed:
            self.requests.append(request)
            self.tries[key] += 1
            tried = self.tries[key]
        how = handler.path.rpartition("/")[2] or request.headers.get("ce-subject", "ok").partition("-")[0]
        if how == "hang":
            self._released.wait()
            handler.close_connection = True
        elif how == "close" and tried == 1:
            handler.close_connection = True
        elif how == "away":
            self._say(handler, 307, location=f"http://127.0.0.2:{self.port}/inside")
        elif how == "busy" and tried == 1:
            self._say(handler, 429, retry_after="1")
        elif how == "down" or (how == "flaky" and tried == 1):
            self._say(handler, 500)
        else:
            with self._changed:
                self.accepted.append(request)
                self._ids.add(key)
                self._changed.notify_all()
            self._say(handler, 200)

    @staticmethod
    def _say(handler: BaseHTTPRequestHandler, status: int, **headers: str) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("content-length", "2")
        handler.end_headers()
        handler.wfile.write(b"ok")
