"""Compressed bodies: whole ones come out as they went in, cut ones and bombs come to nothing, in little memory."""

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from itertools import pairwise

import brotli
import pytest
from backports import zstd
from feed_server import FeedServer, answer, fetcher
from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.bodies import read_body
from streams.feeds.entries import FetchFailed

MB = 1_000_000
WRITERS = {
    "gzip": gzip.compress,
    "X-GZIP": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "": bytes,
}
PACKED = ("gzip", "deflate", "br", "zstd")


def bare(data: bytes) -> bytes:
    """What some servers call deflate: without zlib's header."""
    writer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return writer.compress(data) + writer.flush()


async def in_pieces(data: bytes, at: list[int]) -> AsyncIterator[bytes]:
    edges = sorted({0, len(data), *(one % (len(data) + 1) for one in at)})
    for begin, end in pairwise(edges):
        yield data[begin:end]


async def body_of(
    data: bytes, encoding: str, at: list[int] | None = None, most: int = MB, *, cut: bool = False
) -> bytes:
    return await read_body(in_pieces(data, at or []), encoding, most, cut=cut)


async def refused(data: bytes, encoding: str, at: list[int] | None = None, most: int = MB) -> FetchFailed:
    with pytest.raises(FetchFailed) as failed:
        await body_of(data, encoding, at, most)
    return failed.value


texts = st.binary(max_size=300) | st.builds(
    lambda part, times: part * times, st.binary(max_size=20), st.integers(0, 9999)
)
edges = st.lists(st.integers(0, 2**31), max_size=6)


@given(texts, st.sampled_from(list(WRITERS)), edges)
async def test_a_body_comes_out_as_it_went_in_whatever_pieces_it_comes_in(data, encoding, at):
    assert await body_of(WRITERS[encoding](data), encoding, at) == data


@given(texts, edges)
async def test_deflate_without_its_header_is_read(data, at):
    assert await body_of(bare(data), "deflate", at) == data


@given(st.lists(texts, min_size=2, max_size=4), st.sampled_from(["gzip", "zstd"]), edges)
async def test_streams_in_a_row_are_one_body_and_what_is_no_stream_is_passed_over(parts, encoding, at):
    whole = b"".join(map(WRITERS[encoding], parts))
    assert await body_of(whole, encoding, at) == b"".join(parts)
    assert await body_of(whole + b"\0\0\0\0\0 and more", encoding, at) == b"".join(parts)


@given(st.binary(min_size=1, max_size=200), st.sampled_from(PACKED), st.data())
async def test_a_body_cut_off_anywhere_is_refused_but_for_the_first_part_that_robots_txt_is(data, encoding, draw):
    packed = WRITERS[encoding](data)
    end = draw.draw(st.integers(1, len(packed) - 1))
    assert (await refused(packed[:end], encoding)).failure == "encoding"
    assert data.startswith(await body_of(packed[:end], encoding, cut=True))


@pytest.mark.parametrize("encoding", PACKED)
async def test_a_body_that_is_not_what_it_says_is_refused(encoding):
    assert (await refused(b"<rss>plain text, in no way compressed</rss>", encoding)).failure == "encoding"


@pytest.mark.parametrize("encoding", ["compress", "gzip, br", "gzip, gzip", "aes128gcm", "\xff" * 3])
async def test_an_encoding_that_was_not_asked_for_is_refused_by_its_name(encoding):
    async with FeedServer() as server, fetcher("127.0.0.1") as fetching:
        server.at("/feed", answer(b"x", Content_Encoding=encoding))
        with pytest.raises(FetchFailed, match="encoded as") as failed:
            await fetching.get(server.url("/feed"))
    assert failed.value.failure == "encoding"


@pytest.mark.parametrize("encoding", PACKED)
async def test_a_limit_is_of_what_comes_out_and_of_what_goes_in(encoding):
    packed = WRITERS[encoding](bytes(MB))
    assert await body_of(packed, encoding, most=MB) == bytes(MB)
    assert (await refused(packed, encoding, most=MB - 1)).failure == "too_large"
    assert await body_of(packed, encoding, most=1000, cut=True) == bytes(1000)
    if encoding != "br":  # which has no empty block that can be repeated
        empty = {"gzip": b"\0\0\0\xff\xff", "deflate": b"\0\0\0\xff\xff", "zstd": b"\0\0\0"}[encoding]
        begin = {"gzip": gzip.compress(b"")[:10], "deflate": b"\x78\x9c", "zstd": b"\x28\xb5\x2f\xfd\0\x58"}[encoding]
        assert (await refused(begin + empty * (MB // 3), encoding)).failure == "too_large"


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
async def test_thousands_of_streams_in_a_row_are_refused(encoding):
    assert "in a row" in str(await refused(WRITERS[encoding](b"") * 10_000, encoding))


async def test_a_zstd_stream_that_wants_more_memory_than_http_gives_it_is_refused():
    writer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    packed = writer.compress(b"a few words") + writer.flush()
    assert zstd.decompress(packed) == b"a few words"
    assert (await refused(packed, "zstd")).failure == "encoding"


@pytest.mark.parametrize("encoding", PACKED)
async def test_a_bomb_is_cut_at_the_limit_in_memory_of_about_the_limit(encoding):
    bomb = WRITERS[encoding](bytes(100 * MB)) if encoding != "br" else brotli.compress(bytes(100 * MB), quality=3)
    async with FeedServer() as server, fetcher("127.0.0.1") as fetching:
        server.at("/feed", answer(bomb, Content_Encoding=encoding))
        tracemalloc.start()
        try:
            with pytest.raises(FetchFailed) as failed:
                await fetching.get(server.url("/feed"), most_bytes=5 * MB)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert failed.value.failure == "too_large"
    assert peak < 10 * MB
