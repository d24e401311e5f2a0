"""The npm packages that tests use come by hash, from whichever registry a machine is told to use."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(path for part in ("tests", "examples") for path in (ROOT / part).glob("**/package-lock.json"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_a_lock_names_versions_and_hashes_and_no_host(lock):
    packages = {name: one for name, one in json.loads(lock.read_text("utf-8"))["packages"].items() if name}
    assert packages
    assert all(one["version"] and one["integrity"].startswith("sha512-") for one in packages.values())
    assert not any("resolved" in one for one in packages.values())
