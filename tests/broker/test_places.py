"""A worker's name in its group: never two at a time under one, and free again however its holder ended."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from models.errors import InfrastructureError
from streams.places import take_place
from streams.settings import Settings, load_settings

HOLDER = """
import sys
from pathlib import Path
from streams.places import take_place
from streams.settings import load_settings
with take_place(load_settings(data_dir=Path(sys.argv[1]))) as place:
    print(place, flush=True)
    sys.stdin.read()
"""


def settings(folder: Path, **more: object) -> Settings:
    return load_settings({}, data_dir=folder, **more)


class Holder:
    """Another process that holds a place."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ
        )
        assert self.process.stdout is not None
        self.place = self.process.stdout.readline().decode().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def test_workers_of_one_folder_have_different_names_and_a_killed_ones_is_taken_again(tmp_path: Path) -> None:
    holders = [Holder(tmp_path) for _ in range(3)]
    try:
        names = [holder.place for holder in holders]
        assert len(set(names)) == 3
        assert {name.rpartition("-")[0] for name in names} == {
            (tmp_path / "workers" / "id").read_text(encoding="utf-8")
        }
        holders[1].kill()
        with take_place(settings(tmp_path)) as mine, take_place(settings(tmp_path)) as another:
            assert mine == names[1]
            assert another not in names
    finally:
        for holder in holders:
            holder.kill()


def test_two_folders_never_share_a_name(tmp_path: Path) -> None:
    with take_place(settings(tmp_path / "a")) as a, take_place(settings(tmp_path / "b")) as b:
        assert a != b
        assert all(re.fullmatch(r"[0-9a-f]{12}-0", name) for name in (a, b))


def test_first_workers_that_start_at_once_agree_on_the_folders_identity(tmp_path: Path) -> None:
    holders = [Holder.__new__(Holder) for _ in range(4)]
    for holder in holders:
        holder.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
    names = {holder.process.stdout.readline().decode().strip() for holder in holders if holder.process.stdout}
    for holder in holders:
        holder.kill()
    assert len(names) == 4
    assert len({name.rpartition("-")[0] for name in names}) == 1
    assert all(re.fullmatch(r"[0-9a-f]{12}-[0-3]", name) for name in names), names


def test_a_configured_name_is_used_as_it_is(tmp_path: Path) -> None:
    with take_place(settings(tmp_path, worker_id="mine")) as place:
        assert place == "mine"


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InfrastructureError, match="set PARALLAX_DATA_DIR"), take_place(settings(tmp_path / "file")):
        pass


def test_an_error_of_the_worker_is_not_taken_for_one_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ConnectionResetError, match="its own"), take_place(settings(tmp_path)):
        raise ConnectionResetError("its own")
