"""Texts share frames: each has its own tokens, none is lost, and little is left empty."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.encoding.packing import FRAME, pack

lengths = st.lists(st.integers(1, FRAME), max_size=60)


@given(lengths)
def test_every_text_has_one_place_of_its_length_and_no_two_overlap(lengths):
    frames = pack(lengths, FRAME)
    places = [place for frame in frames for place in frame]
    assert sorted(place.text for place in places) == list(range(len(lengths)))
    assert all(place.end - place.start == lengths[place.text] for place in places)
    for frame in frames:
        ordered = sorted(frame, key=lambda place: place.start)
        assert all(one.end <= other.start for one, other in pairwise(ordered))
        assert ordered[0].start >= 0
        assert ordered[-1].end <= FRAME


@given(lengths)
def test_two_frames_could_not_have_been_one(lengths):
    filled = sorted(sum(place.end - place.start for place in frame) for frame in pack(lengths, FRAME))
    assert len(filled) < 2 or filled[0] + filled[1] > FRAME


@pytest.mark.parametrize("lengths", [[0], [FRAME + 1], [3, 0, 2]])
def test_what_fits_in_no_frame_is_refused(lengths):
    with pytest.raises(ValueError, match="holds no text"):
        pack(lengths, FRAME)
