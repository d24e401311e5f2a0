"""The body of an answer, decompressed a little at a time: what swells is cut at the limit, what is cut off is refused.

aiohttp can decompress by itself, but takes half a gzip, brotli or zstd stream for a whole one, and half a feed looks
like a feed that lost entries; and it lets a zstd frame claim a window of 128 MiB.
"""

import zlib
from collections.abc import AsyncIterable, Callable
from typing import Protocol

import brotli
from backports import zstd

from streams.feeds.entries import FetchFailed

ACCEPTED_ENCODINGS = "gzip, deflate, br, zstd"
_AT_ONCE = 65536
"""Bytes that a step of decompression may give."""
_MOST_MEMBERS = 100
"""Streams one after the other in one body. One is usual; each copies the rest of its chunk, so that thousands of empty
ones would hold up everything else. A judgement."""
_GZIP = 16 + zlib.MAX_WBITS
_ZSTD_WINDOW = {int(zstd.DecompressionParameter.window_log_max): 23}
"""RFC 9659: zstd as a content coding needs no window of more than 8 MiB."""


class _Decoder(Protocol):
    """One compressed stream."""

    @property
    def over(self) -> bool:
        """It has come to its end."""

    @property
    def rest(self) -> bytes:
        """What came after its end."""

    def step(self, data: bytes) -> bytes:
        """Take data in, and give at most about _AT_ONCE bytes; with no data, more of what was taken in."""


async def read_body(chunks: AsyncIterable[bytes], encoding: str, most_bytes: int, *, cut: bool = False) -> bytes:
    """The whole body, decompressed.

    Args:
        chunks: as they come.
        encoding: the Content-Encoding header.
        most_bytes: a limit to the body as it comes and as it is decompressed.
        cut: take the first `most_bytes` of a longer body, and what there is of one cut off.

    Raises:
        FetchFailed: "too_large"; "encoding": not one of ACCEPTED_ENCODINGS, not what it says, or not all there.
    """
    unpack = _Unpacking(encoding)
    body, taken = bytearray(), 0
    async for chunk in chunks:
        taken += len(chunk)
        part = unpack.take(chunk)
        while part is not None:
            body += part
            if len(body) > most_bytes or taken > most_bytes:
                if cut:
                    return bytes(body[:most_bytes])
                raise FetchFailed("too_large", f"more than {most_bytes:,} bytes")
            part = unpack.more()
    if not (unpack.is_whole or cut):
        raise FetchFailed("encoding", f"its compressed ({encoding}) body is cut off: not all of it came")
    return bytes(body)


class _Unpacking:
    """Streams of one encoding, one after the other."""

    def __init__(self, encoding: str) -> None:
        self._name = encoding.strip().lower() or "identity"
        if self._name not in _MAKERS and self._name != "identity":
            raise FetchFailed("encoding", f"its body is encoded as {encoding[:80]!r}, not {ACCEPTED_ENCODINGS}")
        self._decoder: _Decoder | None = None
        self._members = 0
        self._waiting = b""
        """What came before there was enough to begin a stream with."""
        self._is_past = False
        """Past the last stream: what else comes is passed over, as browsers do."""

    @property
    def is_whole(self) -> bool:
        """Whether what was taken ends where a stream ends."""
        return not self._waiting if self._decoder is None else self._is_past or self._decoder.over

    def take(self, data: bytes) -> bytes | None:
        """What more data gives at first; None: nothing."""
        if self._name == "identity":
            return data
        if self._decoder is not None and not self._decoder.over:
            return self._step(data)
        self._waiting += data
        return self._begin()

    def more(self) -> bytes | None:
        """What the data taken gives further; None: nothing."""
        if self._decoder is None:
            return None
        return self._begin() if self._decoder.over else self._step(b"") or None

    def _begin(self) -> bytes | None:
        begins = _BEGINS if self._members else _FIRST_BEGINS
        if self._is_past or len(self._waiting) < begins.get(self._name, 1):
            self._waiting = b"" if self._is_past else self._waiting
            return None
        if self._members and not self._waiting.startswith(_MAGIC.get(self._name, ())):
            self._is_past, self._waiting = True, b""
            return None
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise FetchFailed("encoding", f"its body is more than {_MOST_MEMBERS} compressed streams in a row")
        self._decoder = _MAKERS[self._name](self._waiting)
        data, self._waiting = self._waiting, b""
        return self._step(data)

    def _step(self, data: bytes) -> bytes:
        decoder = self._decoder
        assert decoder is not None
        try:
            made = decoder.step(data)
        except (zlib.error, brotli.error, zstd.ZstdError) as error:
            raise FetchFailed("encoding", f"its body is not {self._name}, as it says: {error}") from None
        if decoder.over:
            self._waiting = decoder.rest
        return made


class _Zlib:
    def __init__(self, window: int) -> None:
        self._inner = zlib.decompressobj(window)

    @property
    def over(self) -> bool:
        return self._inner.eof

    @property
    def rest(self) -> bytes:
        return self._inner.unused_data

    def step(self, data: bytes) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, _AT_ONCE)


class _Brotli:
    rest = b""  # it refuses what comes after its end by itself

    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    @property
    def over(self) -> bool:
        return bool(self._inner.is_finished())

    def step(self, data: bytes) -> bytes:
        return bytes(self._inner.process(data, output_buffer_limit=_AT_ONCE))


class _Zstd:
    def __init__(self) -> None:
        self._inner = zstd.ZstdDecompressor(options=_ZSTD_WINDOW)

    @property
    def over(self) -> bool:
        return self._inner.eof

    @property
    def rest(self) -> bytes:
        return self._inner.unused_data

    def step(self, data: bytes) -> bytes:
        return self._inner.decompress(data, _AT_ONCE)


def _deflate(data: bytes) -> _Decoder:
    """What HTTP calls deflate is zlib's format (RFC 9110, 8.4.1.2), but some servers send the bare one (RFC 1951)."""
    has_header = data[0] & 15 == 8 and (len(data) < 2 or (data[0] << 8 | data[1]) % 31 == 0)
    return _Zlib(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)


_MAKERS: dict[str, Callable[[bytes], _Decoder]] = {
    "gzip": lambda _: _Zlib(_GZIP),
    "x-gzip": lambda _: _Zlib(_GZIP),
    "deflate": _deflate,
    "br": lambda _: _Brotli(),
    "zstd": lambda _: _Zstd(),
}
_FIRST_BEGINS = {"deflate": 2}
_BEGINS = {"gzip": 2, "x-gzip": 2, "zstd": 4}
"""Bytes by which a stream is known."""
_GZIP_MAGIC = (b"\x1f\x8b",)
_MAGIC = {
    "gzip": _GZIP_MAGIC,
    "x-gzip": _GZIP_MAGIC,
    "zstd": (b"\x28\xb5\x2f\xfd", *(bytes((low, 0x2A, 0x4D, 0x18)) for low in range(0x50, 0x60))),
}
"""How a further stream begins, where a format has several in a row (RFC 1952; RFC 8878, with skippable frames)."""
