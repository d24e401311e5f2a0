"""What the shipped numbers are worth, and what follows from numbers in general."""

import hashlib
import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calibration import NOT_SHORT, Calibration, Camps, Scale, shipped

DIM = 8


def calibration(*more: Scale, **changes: object) -> Calibration:
    made = {
        "centres": {"en": np.full(DIM, 0.1), "": np.zeros(DIM)},
        "camps": Camps(weights=np.eye(DIM)[:2], bias=np.zeros(2), camps=(0, 1), bound=4.0),
        "usual_within": 0.5,
        "usual_agreement": 0.25,
        "half_width": 0.5,
    }
    scale = {"fewest": 1, "bias": -1.0, "weights": {"gap": 4.0, "stance": 2.0}, "reference": (0.1, 0.2, 0.2, 0.4)}
    return Calibration(**made, scales=(Scale(**(scale | changes)), *more))


@pytest.mark.parametrize(("score", "p"), [(0.5, 0.2), (0.4, 0.4), (0.2, 0.8), (0.05, 1.0)])
def test_the_p_value_is_the_share_of_usual_pairs_that_score_as_high_the_pair_itself_counted(score, p):
    assert calibration().p_value(score, 1, 9) == pytest.approx(p)


def test_without_usual_pairs_there_is_no_p_value():
    assert calibration(reference=()).p_value(0.9, 1, 9) is None


@given(st.lists(st.floats(0, 1), min_size=20, max_size=60), st.integers(0, 59))
def test_p_values_of_the_usual_pairs_themselves_are_no_smaller_than_they_should_be(scores, which):
    """Conformal validity: leave one out, and its p-value is at most its rank among all of them."""
    own = scores[which % len(scores)]
    rest = tuple(sorted([*scores[: which % len(scores)], *scores[which % len(scores) + 1 :]]))
    rank = sum(one >= own for one in scores)

    assert calibration(reference=rest).p_value(own, 1, 9) == pytest.approx(rank / len(scores), abs=1e-6)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_scores_are_bounded_and_rise_with_their_parts(gap, stance):
    known = calibration()
    low, high = (known.score({"gap": gap, "stance": at}, 1) for at in (stance, stance + 0.1))

    assert 0 <= low < high <= 1
    below, above = known.interval_of_one(low)
    assert below <= low <= above


def test_parts_without_a_weight_explain_and_do_not_decide():
    assert calibration().score({"gap": 0.1, "tone": 9.0}, 1) == calibration().score({"gap": 0.1}, 1)


def test_agreement_lowers_a_score_from_where_it_is_more_than_usual():
    known = calibration(weights={"gap": 4.0, "agreement": -8.0})
    none, usual, more, full = (known.score({"gap": 0.1, "agreement": share}, 1) for share in (0.0, 0.25, 0.3, 1.0))

    assert none == usual > more > full


def test_several_documents_a_side_are_measured_against_usual_pairs_of_several():
    known = calibration(Scale(fewest=3, bias=-2.0, weights={"gap": 40.0}, reference=(0.6,) * 19))
    gap = {"gap": 0.1}

    assert known.score(gap, 1) == known.score(gap, 2) < known.score(gap, 3) == known.score(gap, 50)
    assert known.p_value(0.5, 2, 9) == 0.2
    assert known.p_value(0.5, 3, 9) == 1.0


def test_a_short_side_is_measured_against_usual_pairs_with_a_side_as_short_or_shorter():
    known = calibration(short=((1, (0.6,) * 9), (3, (0.1,) * 8 + (0.6,))))

    assert [known.p_value(0.5, 1, passages) for passages in (1, 2, 3, 5)] == [1.0, 1.0, 0.2, 0.2]
    assert known.p_value(0.5, 1, NOT_SHORT) == calibration().p_value(0.5, 1, 1) == 0.2


def test_an_unknown_language_has_the_centre_of_all_and_another_space_has_none():
    known = calibration()

    assert np.array_equal(known.centred(np.ones((2, DIM)), "en"), np.full((2, DIM), 0.9))
    assert np.array_equal(known.centred(np.ones((2, DIM)), "fi"), np.ones((2, DIM)))
    assert np.array_equal(known.centred(np.ones((2, 3)), "en"), np.ones((2, 3)))
    assert known.stance(np.ones(3)).shape == (0,)
    assert known.stance(np.ones(DIM)).shape == (1,)


def test_the_shipped_numbers_are_those_of_the_encoder_and_small():
    content = files("models").joinpath("calibration.json").read_bytes()
    held, known = json.loads(content), shipped()

    assert len(content) < 300_000
    assert held["made_by"] == "benchmarks/pairs.py"
    assert held["encoder"].startswith("multilingual-e5-small")
    assert {"en", "ru", ""} <= known.centres.keys()
    assert known.camps is not None
    assert known.camps.weights.shape == (len(known.camps.camps), len(known.centres["en"]))
    assert set(known.camps.camps) == {0, 1}
    assert known.scales[0].fewest == 1
    assert [one.fewest for one in known.scales] == sorted({one.fewest for one in known.scales})
    for scale in known.scales:
        assert set(scale.weights) == {"gap", "stance", "agreement", "dispute"}
        assert scale.weights["agreement"] < 0 < min(scale.weights["gap"], scale.weights["stance"])
        assert list(scale.reference) == sorted(scale.reference)
        assert len(scale.reference) >= 99, "p <= .01 needs 99 usual pairs"


def test_languages_are_told_apart_by_their_centres():
    centres = shipped().centres
    digests = {hashlib.sha256(centre.tobytes()).hexdigest() for centre in centres.values()}

    assert len(digests) == len(centres)
