"""Make .venv ready, from nothing, with the standard library alone. A second run does nothing.

Everything but torch comes from requirements.lock, by version and hash. torch comes as its CPU build: from a folder of
wheels (UV_FIND_LINKS, PIP_FIND_LINKS or pip's own find-links), else from PyTorch's CPU wheel index, else, with a
warning, from the default index, whose Linux build brings gigabytes of CUDA.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV, LOCK, STAMP = ROOT / ".venv", ROOT / "requirements.lock", ROOT / ".venv" / "parallax-stamp.json"
PYTHON = VENV / "bin" / "python"
VERSIONS = ((3, 11), (3, 12), (3, 13))
TORCH = "2.13.0"
TORCH_NEEDS = ("filelock", "typing-extensions", "sympy", "networkx", "jinja2", "fsspec")
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
PROBE_SECONDS = 5
UV = "uv>=0.9"


def main() -> None:
    """Lock, or make ready."""
    if "--lock" in sys.argv[1:]:
        lock()
        return
    wanted = {"inputs": digest(), "python": os.fspath(VENV)}
    if STAMP.exists() and json.loads(STAMP.read_text()) == wanted:
        return
    began = time.monotonic()
    make_venv()
    install_lock()
    install_torch()
    step("installing parallax itself")
    pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    STAMP.write_text(json.dumps(wanted))
    print(f"ready in {time.monotonic() - began:.0f} s", file=sys.stderr)


def digest() -> str:
    """What the environment is made from."""
    made = hashlib.sha256()
    for path in (LOCK, ROOT / "pyproject.toml", Path(__file__)):
        made.update(path.read_bytes())
    return made.hexdigest()


def step(what: str) -> None:
    """Say what is being done."""
    print(f"setup: {what}", file=sys.stderr, flush=True)


def find_python() -> str:
    """A Python of a supported version: this one, or one by name."""
    if sys.version_info[:2] in VERSIONS:
        return sys.executable
    for major, minor in reversed(VERSIONS):
        if found := shutil.which(f"python{major}.{minor}"):
            return found
    supported = " or ".join(f"{major}.{minor}" for major, minor in VERSIONS)
    sys.exit(f"setup: Python {supported} is needed; this is {sys.version.split()[0]}: install one and run make again")


def make_venv() -> None:
    """An environment with uv in it, made anew unless it is one already."""
    if not PYTHON.exists():
        step("making .venv")
        run(
            find_python(),
            "-m",
            "venv",
            "--clear",
            os.fspath(VENV),
            why="python -m venv failed: on Debian, apt install python3-venv",
        )
    if not (VENV / "bin" / "uv").exists():
        step("installing uv")
        subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", UV], check=False)


def install_lock() -> None:
    """Everything but torch, by hash."""
    step("installing locked packages")
    pip("install", "--require-hashes", "--no-deps", "-r", os.fspath(LOCK))


def install_torch() -> None:
    """The CPU build of torch, from the first place that has it."""
    if folder := find_links():
        step(f"installing torch {TORCH} from {folder}")
        pip("install", "--no-deps", f"torch=={TORCH}+cpu", "--find-links", folder)
    elif sys.platform == "linux" and answers(CPU_INDEX):
        step(f"installing torch {TORCH} for the CPU")
        words = ("-m", "pip", "install", "--quiet", "--no-deps", f"torch=={TORCH}+cpu", "--extra-index-url", CPU_INDEX)
        run(os.fspath(PYTHON), *words, why="torch could not be installed: is the network there?")
    else:
        step(
            f"installing torch {TORCH} from the default index"
            + (": on Linux that is a CUDA build of gigabytes" if sys.platform == "linux" else "")
        )
        pip("install", f"torch=={TORCH}")


def find_links() -> str | None:
    """A folder that holds a CPU wheel of torch for this Python."""
    configured = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    places = [
        os.environ.get("UV_FIND_LINKS", ""),
        os.environ.get("PIP_FIND_LINKS", ""),
        *re.findall(r"find-links='([^']*)'", configured),
    ]
    tag = (
        "cp"
        + subprocess.run(
            [PYTHON, "-c", "import sys; print('%d%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    )
    for place in " ".join(places).replace(",", " ").split():
        if any(Path(place).glob(f"torch-{TORCH}+cpu-{tag}-*.whl")):
            return place
    return None


def answers(url: str) -> bool:
    """Whether an index answers soon: without this, one that does not costs 80 s of retries."""
    try:
        urllib.request.urlopen(urllib.request.Request(f"{url}/", method="HEAD"), timeout=PROBE_SECONDS).close()
    except OSError:
        return False
    return True


def pip(*words: str) -> None:
    """Uv's pip where uv is there, else pip."""
    why = "a package could not be installed: is the network there? run make again to go on"
    uv = VENV / "bin" / "uv"
    if uv.exists():
        run(os.fspath(uv), "pip", words[0], "--quiet", "--python", os.fspath(PYTHON), *words[1:], why=why)
    else:
        run(os.fspath(PYTHON), "-m", "pip", words[0], "--quiet", *words[1:], why=why)


def run(*command: str, why: str) -> None:
    """Run, or end with what to do."""
    environment = {**os.environ, "UV_COMPILE_BYTECODE": "1"}  # without it each start of the model costs 18 s, not 8
    if subprocess.run(command, env=environment, check=False).returncode:
        sys.exit(f"setup: {why}")


def lock() -> None:
    """Write requirements.lock for every platform, without torch but with what torch needs; needs uv in .venv."""
    make_venv()
    overrides, extra = VENV / "overrides.txt", VENV / "extra.in"
    overrides.write_text("torch ; sys_platform == 'never'\n")
    extra.write_text("\n".join((*TORCH_NEEDS, "setuptools>=77")) + "\n")
    words = ["pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header", "--no-annotate",
             "--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.11",
             "--extra", "embedded", "--extra", "sinks", "--extra", "dev", "--override", os.fspath(overrides),
             "-o", os.fspath(LOCK), "pyproject.toml", os.fspath(extra)]  # fmt: skip
    subprocess.run([VENV / "bin" / "uv", *words], cwd=ROOT, check=True)
    kept = re.sub(r"^torch==.*?(?=^\S)", "", LOCK.read_text(), flags=re.MULTILINE | re.DOTALL)
    LOCK.write_text(
        "# Made by `make lock`: every package but torch (scripts/bootstrap.py says why), by version and hash.\n" + kept
    )


if __name__ == "__main__":
    main()
