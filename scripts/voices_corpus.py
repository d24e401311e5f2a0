"""PolNeAR (Newell et al. 2018) as the tagger's net learns from it, with the encoder's token states of every chunk."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from voices_net import Chunk

from models.attribution import learned
from models.encoding import SentenceTransformerEncoder, TokenStates
from models.news import Document, NewsItem, Span
from models.reading import read
from streams.model_store import model_folder
from streams.settings import load_settings


@dataclass(frozen=True, slots=True)
class Article:
    """An article, its chunks, and where the rows of its chunks' states are."""

    row: Mapping[str, Any]
    document: Document
    chunks: Sequence[Span]
    tokens: Sequence[tuple[int, int]]


class Corpus:
    """Articles with the token states of all their chunks."""

    def __init__(self, path: Path, keep: Path, layers: Sequence[int]) -> None:
        """Read the articles, and their states from a folder, where they are made if there are none of these layers.

        Args:
            path: JSON Lines: id, text, date, attributions with source, source_spans, cue_spans and content_spans.
        """
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        documents = [read(NewsItem(id=row["id"], published_at=date(row), text=row["text"], lang="en")) for row in rows]
        states = keep / f"states-{'-'.join(map(str, layers))}.npy"
        if not states.is_file():
            _make_states(documents, layers, states, keep / "index.npz")
        self.states = np.load(states, mmap_mode="r")
        index = np.load(keep / "index.npz")
        self.offsets = index["offsets"]
        chunks: list[list[Span]] = [[] for _ in rows]
        tokens: list[list[tuple[int, int]]] = [[] for _ in rows]
        for (n, start, end), (a, b) in zip(index["chunks"].tolist(), index["tokens"].tolist(), strict=True):
            chunks[n].append(Span(start=start, end=end))
            tokens[n].append((a, b))
        self.articles = list(map(Article, rows, documents, chunks, tokens))

    def token_states(self, article: Article) -> list[TokenStates]:
        """The states of an article's chunks."""
        return [
            TokenStates(self.offsets[a:b], np.asarray(self.states[a:b], np.float32).swapaxes(0, 1))
            for a, b in article.tokens
        ]

    def lessons(self, article: Article) -> Iterator[Chunk]:
        """What the tagger learns from an article."""
        said = _nesting(article.row["attributions"])
        for chunk, (a, b) in zip(article.chunks, article.tokens, strict=True):
            yield Chunk(np.asarray(self.states[a:b]), *_gold(self.offsets[a:b] + chunk.start, said))


def date(row: Mapping[str, Any]) -> datetime:
    """When an article appeared."""
    return datetime.fromisoformat(row.get("date") or "2016-09-01").replace(tzinfo=UTC)


def encoder() -> SentenceTransformerEncoder:
    """The shipped one."""
    return SentenceTransformerEncoder(model_folder(load_settings().cache_dir, None, lambda *_: None))


def _make_states(documents: Sequence[Document], wanted: Sequence[int], states_path: Path, index: Path) -> None:
    """Keep the states of all chunks, and which articles' stretches and which rows of the states they are."""
    reader, end = encoder(), 0
    offsets, layers, chunks, tokens = [], [], [], []
    for n, document in enumerate(documents):
        some = learned.chunks_of(document)
        states = reader.states([document.text[chunk.start : chunk.end] for chunk in some], wanted)
        for chunk, one in zip(some, states, strict=True):
            offsets.append(one.offsets)
            layers.append(one.layers.swapaxes(0, 1).astype(np.float16))
            chunks.append((n, chunk.start, chunk.end))
            tokens.append((end, end := end + len(one.offsets)))
    np.savez(index, offsets=np.concatenate(offsets), chunks=np.array(chunks), tokens=np.array(tokens))
    np.save(states_path, np.concatenate(layers))


def _nesting(attributions: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], bool]]:
    """Each attribution, and whether its source (else its cue) stands in what another one's source says."""
    return [
        (one, any(
            a <= start and end <= b
            for other in attributions if other is not one
            for a, b in other["content_spans"] for start, end in one["source_spans"] or one["cue_spans"]
        ))
        for one in attributions
    ]  # fmt: skip


def _gold(
    offsets: npt.NDArray[np.int32], said: Sequence[tuple[Mapping[str, Any], bool]]
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.bool_]]:
    """Tags and pointers of a chunk's tokens; where one speaker reports another, the outer one is pointed to."""
    size = len(offsets)
    tags, link, depth = np.zeros((3, size), np.int8), np.zeros((size, size + 1), np.bool_), np.full(size, 2)
    for one, nested in said:
        tokens = [[_within(offsets, *span) for span in one[f"{kind}_spans"]] for kind in ("content", "source", "cue")]
        for k, spans in enumerate(tokens):
            for some in spans:
                if len(some) and not (k == 0 and nested and tags[0, some].any()):
                    tags[k, some] = 2
                    tags[k, some[0]] = 1
        sources = [n for some in tokens[1] for n in some] or [size]
        for n in (n for some in tokens[0] for n in some):
            if nested < depth[n]:
                link[n], depth[n] = False, nested
            if nested == depth[n]:
                link[n, sources] = True
    link[~link.any(axis=1), size] = True
    return tags, link


def _within(offsets: npt.NDArray[np.int32], start: int, end: int) -> npt.NDArray[np.intp]:
    return np.nonzero((offsets[:, 0] < end) & (offsets[:, 1] > start))[0]
