"""Run the benchmarks one after the other, each in a process of its own: `make bench`; nothing else should run.

Each prints one JSON line; every figure is a ratio or is printed beside its baseline of the same run. Name some of them
to run only those: `make bench BENCH_ARGS="encoder pipeline"`.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
QUICK = ("encoder", "clustering", "comparing", "pipeline")


def main() -> int:
    """Run; the status is that of the first that fails."""
    for name in sys.argv[1:] or QUICK:
        script = FOLDER / f"{name}.py"
        if not script.exists():
            print(
                f"no benchmark {name}: there are {', '.join(sorted(p.stem for p in FOLDER.glob('*.py')))}",
                file=sys.stderr,
            )
            return 2
        print(f"{name}:", file=sys.stderr, flush=True)
        if status := subprocess.run([sys.executable, str(script)], check=False).returncode:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
