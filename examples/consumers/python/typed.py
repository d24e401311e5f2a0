"""Follows the alerts with Parallax's typed client, and keeps a table of them in SQLite: each event in it exactly once.

    pip install parallax-narratives
    python typed.py 127.0.0.1:9092 parallax.alerts desk desk-1 alerts.sqlite

What `record` writes through `seen.connection` and "this event is handled" are one transaction: killed at any moment and
started again, the table has every event once. What is printed is no part of it and may come twice.
"""

import json
import signal
import sys
import threading

from streams.subscribe import Alert, SeenEvents, alerts


def record(alert: Alert, seen: SeenEvents) -> None:
    """A row for the desk's own table."""
    event = alert.event
    seen.connection.execute(
        "INSERT INTO desk VALUES (?, ?, ?, ?, ?, ?)",
        (event.id, event.alert, event.sequence, event.severity, event.time.isoformat(), event.headline),
    )


def tell(alert: Alert) -> None:
    """One line of JSON; a replay pages nobody."""
    event = alert.event
    told = {name: getattr(event, name) for name in ("id", "type", "alert", "sequence", "severity", "headline")}
    page = not alert.replay and event.severity in ("high", "critical")
    print(json.dumps({**told, "replay": alert.replay, "page": page}, ensure_ascii=False), flush=True)


def main(
    bootstrap: str,
    topic: str = "parallax.alerts",
    group: str = "desk",
    member: str = "desk-1",
    file: str = "alerts.sqlite",
) -> None:
    """Follow until SIGTERM or Ctrl-C."""
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    with SeenEvents(file) as seen:
        seen.connection.execute(
            "CREATE TABLE IF NOT EXISTS desk (id TEXT, alert TEXT, sequence INT, severity TEXT, at TEXT, headline TEXT)"
        )
        for alert in alerts(bootstrap, topic, group=group, member=member, from_beginning=True, seen=seen, stop=stop):
            record(alert, seen)
            tell(alert)


if __name__ == "__main__":
    main(*sys.argv[1:])
