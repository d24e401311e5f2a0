"""Progress on standard error: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

Advance = Callable[[int, int], None]
"""advance(done, total): called as the work goes on; a total of 0 is not known yet."""
LINE_EVERY_SECONDS = 10.0

console = Console(stderr=True, highlight=False)


def say(message: str) -> None:
    """One line for a person, on standard error."""
    console.print(message, markup=False, soft_wrap=True)


@contextmanager
def progress(what: str, unit: str = "") -> Iterator[Advance]:
    """Show how far `what` has come until the block ends; nothing is shown for work that is done at once."""
    if not console.is_terminal:
        yield _lines(what, unit)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(unit or ""),
               TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=console) as bar:
        task, started = bar.add_task(what, total=None, visible=False, rate=""), time.monotonic()

        def advance(done: int, total: int) -> None:
            rate = done / max(time.monotonic() - started, 1e-3)
            bar.update(task, completed=done, total=total or None, visible=True, rate=f"{rate:,.1f}/s" if unit else "")

        yield advance


def _lines(what: str, unit: str) -> Advance:
    started = time.monotonic()
    shown = {"at": started}

    def advance(done: int, total: int) -> None:
        now = time.monotonic()
        if now - shown["at"] >= LINE_EVERY_SECONDS or (done == total and now - started >= LINE_EVERY_SECONDS):
            shown["at"] = now
            rate = f", {done / (now - started):,.1f} {unit}/s" if unit else ""
            left = f", {(total - done) * (now - started) / done:,.0f} s left" if done and total > done else ""
            print(f"{what}: {done:,} of {total or '?':,}{rate}{left}" if total else f"{what}: {done:,}{rate}",
                  file=sys.stderr, flush=True)  # fmt: skip

    return advance
