"""`parallax watch` that comes as far as moving a file, prints `{"held": name}`, and stays there until it is killed."""

import json
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from streams.bootstrap import reach
from streams.intake import folder
from streams.settings import load_settings


def stay(_: object, path: Path, *__: object) -> None:
    print(json.dumps({"held": path.name}), flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    folder._Watching._move = stay
    settings = load_settings()
    folder.run(settings, Path(sys.argv[1]), reach(settings), clock=lambda: datetime.now(UTC), ready=lambda: None)
