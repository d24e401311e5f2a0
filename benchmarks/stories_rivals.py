"""Other ways to find the stories of a stream, for `stories.py --rivals`: each yields labels for each of its settings.

All see the items of a corpus once, in its order. river's clusterers get our vectors (lead and headline minus their
means), reduced to 32 dimensions by a principal component analysis of the corpus itself, which is in their favour: in
768 dimensions their micro-clusters do not form.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer

if TYPE_CHECKING:
    from stories import Corpus

THRESHOLDS = np.linspace(0.05, 0.6, 23)
DIMENSIONS = 32
BATCH = 100


def tf_idf(corpus: "Corpus") -> Iterator[list[int]]:
    """One pass: a document joins the centroid nearest by TF-IDF, weighed over the whole corpus, or founds one."""
    rows = TfidfVectorizer(sublinear_tf=True, stop_words="english", ngram_range=(1, 2), min_df=2).fit_transform(
        corpus.texts
    )
    for threshold in THRESHOLDS:
        sums = np.zeros((len(corpus.texts), rows.shape[1]), np.float32)
        labels: list[int] = []
        number = 0
        for i in range(rows.shape[0]):
            row = rows[i]
            norms = np.linalg.norm(sums[:number], axis=1)
            likeness = (row @ sums[:number].T).ravel() / np.maximum(norms, 1e-9) if number else np.zeros(0)
            best = int(likeness.argmax()) if number else -1
            if best < 0 or likeness[best] < threshold:
                best, number = number, number + 1
            sums[best, row.indices] += row.data
            labels.append(best)
        yield labels


def _vectors(corpus: "Corpus") -> np.ndarray:
    vectors = np.stack([np.concatenate([one.lead, one.headline]) for one in corpus.statements]).astype(np.float64)
    vectors -= vectors.mean(axis=0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    reduced = PCA(min(DIMENSIONS, len(vectors) - 1), random_state=0).fit_transform(vectors)
    reduced /= np.maximum(np.linalg.norm(reduced, axis=1, keepdims=True), 1e-9)
    return reduced


def _points(corpus: "Corpus") -> list[dict[int, float]]:
    return [dict(enumerate(row.tolist())) for row in _vectors(corpus)]


def den_stream(corpus: "Corpus") -> Iterator[list[int]]:
    """River's DenStream (Cao et al. 2006)."""
    from river import cluster

    points = _points(corpus)
    for epsilon in (0.3, 0.4, 0.5, 0.6, 0.7):
        for mu in (1.5, 2.5):
            model = cluster.DenStream(
                decaying_factor=0.001, beta=0.7, mu=mu, epsilon=epsilon, n_samples_init=30, stream_speed=1
            )
            for point in points:
                model.learn_one(point)
            yield [model.predict_one(point) for point in points]


def db_stream(corpus: "Corpus") -> Iterator[list[int]]:
    """River's DBSTREAM (Hahsler and Bolaños 2016)."""
    from river import cluster

    points = _points(corpus)
    for radius in (0.3, 0.4, 0.5, 0.6, 0.7):
        for factor in (0.1, 0.3):
            model = cluster.DBSTREAM(
                clustering_threshold=radius,
                fading_factor=0.0001,
                cleanup_interval=1000,
                intersection_factor=factor,
                minimum_weight=1.0,
            )
            for point in points:
                model.learn_one(point)
            yield [model.predict_one(point) for point in points]


def bertopic_online(corpus: "Corpus") -> Iterator[list[int]]:
    """BERTopic (Grootendorst 2022) in its online mode: mini-batch k-means, told how many topics there are to be.

    The first batch has as many documents as topics, which k-means wants; labels are those of each batch, and then those
    that the final model gives to all, whichever is better.
    """
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.vectorizers import OnlineCountVectorizer
    from sklearn.cluster import MiniBatchKMeans

    vectors = _vectors(corpus)
    for share in (0.1, 0.2, 0.3, 0.4, 0.5):
        topics = max(2, int(share * len(vectors)))
        model = BERTopic(
            umap_model=BaseDimensionalityReduction(),
            hdbscan_model=MiniBatchKMeans(n_clusters=topics, random_state=0),
            vectorizer_model=OnlineCountVectorizer(stop_words="english"),
        )
        labels: list[int] = []
        starts = [0, *range(max(topics, BATCH), len(vectors), BATCH)]
        for start, end in zip(starts, [*starts[1:], len(vectors)], strict=True):
            model.partial_fit(corpus.texts[start:end], embeddings=vectors[start:end])
            labels += model.topics_
        yield labels
        yield model.hdbscan_model.predict(vectors).tolist()


RIVALS = {"tf_idf": tf_idf, "den_stream": den_stream, "db_stream": db_stream, "bertopic_online": bertopic_online}
