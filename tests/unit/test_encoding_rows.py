"""Rows read from a model's file: those that the library reads, whatever is asked, and nothing from another format."""

import os

import numpy as np
import pytest
import torch  # noqa: F401 - here, so that no example has to wait for it
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from models.encoding.rows import StoredRows, stored_rows
from models.errors import InfrastructureError

MATRIX = np.arange(7 * 5, dtype=np.float32).reshape(7, 5) / 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> str:
    made = tmp_path_factory.mktemp("model")
    other = {"a": np.zeros((3, 2), np.float32), "half": MATRIX.astype(np.float16), "bias": MATRIX[0]}
    save_file({**other, "words": MATRIX}, made / "model.safetensors")
    return str(made)


@given(numbers=st.lists(st.integers(0, 6), max_size=40))
def test_rows_are_the_matrix_at_these_numbers(folder, numbers):
    rows = stored_rows(folder, ["words"], MATRIX.shape)
    assert (rows(np.array(numbers, np.int64)).numpy() == MATRIX[numbers]).all()


def test_the_first_name_of_the_right_shape_is_taken(folder):
    assert stored_rows(folder, ["none", "a", "words"], MATRIX.shape).shape == MATRIX.shape


@pytest.mark.parametrize("names", [["none"], ["half"], ["bias"], ["a"], []])
def test_what_is_not_such_a_matrix_is_none(folder, names):
    assert stored_rows(folder, names, MATRIX.shape) is None


@pytest.mark.parametrize("content", [None, b"", b"\xff" * 8, b"\x02\0\0\0\0\0\0\0{}", b"\x05\0\0\0\0\0\0\0{bad}"])
def test_what_is_not_such_a_file_is_none(tmp_path, content):
    if content is not None:
        (tmp_path / "model.safetensors").write_bytes(content)
    assert stored_rows(str(tmp_path), ["words"], (7, 5)) is None


def test_a_file_cut_short_under_it_is_an_error_and_no_row(tmp_path):
    file = tmp_path / "model.safetensors"
    save_file({"words": MATRIX}, file)
    rows = StoredRows(file, "words")
    os.truncate(file, file.stat().st_size - 4)
    assert (rows(np.array([5])).numpy() == MATRIX[5]).all()
    with pytest.raises(InfrastructureError, match="within row 6"):
        rows(np.array([6]))
