"""Every metric of a worker, in one place; times are in seconds.

Alerts and dashboards in monitoring/ read these names.
"""

import math
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from models.errors import InfrastructureError

LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
SIZE_BUCKETS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


class Instruments:
    """The metrics of one worker, in a registry of their own."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register every metric in `registry`, by default a new one."""
        self.registry = registry or CollectorRegistry()
        ours = self.registry
        self.items = Counter(
            "parallax_items", "Messages by stage and fate: done, dead_letter", ["stage", "fate"], registry=ours
        )
        self.refused = Counter(
            "parallax_refused", "Dead letters by stage and reason", ["stage", "reason"], registry=ours
        )
        self.sent = Counter("parallax_sent", "Messages sent, by topic", ["topic"], registry=ours)
        self.alerts = Counter("parallax_alerts", "Alert events", ["type", "basis", "severity"], registry=ours)
        self.gaps = Counter(
            "parallax_gaps",
            "Records that a source topic no longer had: must stay 0 (docs/delivery.md)",
            ["topic"],
            registry=ours,
        )
        self.batch = Histogram(
            "parallax_batch_items", "Items of a micro-batch", ["stage"], buckets=SIZE_BUCKETS, registry=ours
        )
        self.seconds = Histogram(
            "parallax_stage_seconds",
            "One micro-batch through a stage, to its ack",
            ["stage"],
            buckets=LATENCY_BUCKETS,
            registry=ours,
        )
        self.latency = Histogram(
            "parallax_latency_seconds",
            "From the broker's timestamp of a stage's message to its ack",
            ["stage"],
            buckets=LATENCY_BUCKETS,
            registry=ours,
        )
        self.lag = Gauge(
            "parallax_lag_messages", "Messages of a topic not yet processed here", ["topic"], registry=ours
        )
        # a stage that this worker does not run has nothing to say: NaN, not 0
        self.narratives = Gauge("parallax_narratives_live", "Narratives that may still grow", registry=ours)
        self.open_alerts = Gauge("parallax_alerts_open", "Alerts open now", registry=ours)

        self.narratives.set(math.nan)
        self.open_alerts.set(math.nan)

    def follow_lag(self, topic: str, lag: Callable[[str], float]) -> None:
        """Ask `lag(topic)` at each scrape: messages not yet processed here, NaN while that is not known."""
        self.lag.labels(topic).set_function(lambda: lag(topic))

    def serve(self, host: str, port: int) -> None:
        """Serve /metrics; see `serve`."""
        serve(self.registry, host, port)


class SinkInstruments:
    """The metrics of `parallax sinks`, in a registry of their own."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register every metric in `registry`, by default a new one."""
        self.registry = registry or CollectorRegistry()
        ours = self.registry
        self.events = Counter(
            "parallax_sink_events",
            "Alert events by sink and fate: delivered, dead_letter, silenced, filtered, duplicate",
            ["sink", "fate"],
            registry=ours,
        )
        self.filtered = Counter(
            "parallax_sink_filtered",
            "Filtered events by why: no_match, update, resolved, never_told, replay, for_another_sink",
            ["sink", "why"],
            registry=ours,
        )
        self.silenced = Counter("parallax_sink_silenced", "Silenced events, by silence", ["silence"], registry=ours)
        self.attempts = Counter(
            "parallax_sink_attempts", "Attempts to deliver: delivered, retried, failed", ["sink", "how"], registry=ours
        )
        self.latency = Histogram(
            "parallax_sink_latency_seconds",
            "From the broker's timestamp of an alert event to its delivery",
            ["sink"],
            buckets=(*LATENCY_BUCKETS, 900, 3600, 86400),
            registry=ours,
        )
        self.waiting = Gauge("parallax_sink_waiting", "Events taken and not settled", ["sink"], registry=ours)


class FeedInstruments:
    """The metrics of `parallax feed`, in a registry of their own; `feed` is the feed's address, without credentials."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register every metric in `registry`, by default a new one."""
        self.registry = registry or CollectorRegistry()
        ours = self.registry
        self.looks = Counter(
            "parallax_feed_looks",
            "Looks at feeds by outcome: found, nothing_new, or why they failed (docs/feeds.md)",
            ["feed", "outcome"],
            registry=ours,
        )
        self.entries = Counter(
            "parallax_feed_entries",
            "Entries by fate: new, revised, withdrawn, same, old, elsewhere, refused; and pages without a text",
            ["feed", "fate"],
            registry=ours,
        )
        self.seconds = Histogram(
            "parallax_feed_look_seconds", "One look, to its last item's ack", buckets=LATENCY_BUCKETS, registry=ours
        )
        self.looking = Gauge("parallax_feed_looking", "Looks under way", registry=ours)
        self.late = Histogram(
            "parallax_feed_late_seconds", "How late looks begin", buckets=LATENCY_BUCKETS, registry=ours
        )
        self.answered = Gauge(
            "parallax_feed_answered_timestamp_seconds", "When a look last came to something", ["feed"], registry=ours
        )
        self.newest = Gauge(
            "parallax_feed_newest_timestamp_seconds", "The date of a feed's newest item", ["feed"], registry=ours
        )
        self.interval = Gauge("parallax_feed_interval_seconds", "Time to the next look", ["feed"], registry=ours)
        self.condition = Gauge(
            "parallax_feed_condition",
            "1 for what a feed is now: new, ok, silent, retrying, failing",
            ["feed", "condition"],
            registry=ours,
        )
        self.remembered = Gauge("parallax_feed_remembered_entries", "Entries remembered", registry=ours)
        self.holding = Gauge(
            "parallax_feed_holding", "1 where this process looks at the feeds, 0 where it stands by", registry=ours
        )


class IntakeInstruments:
    """The metrics of `parallax receive` and `parallax watch`, in a registry of their own."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register every metric in `registry`, by default a new one."""
        self.registry = registry or CollectorRegistry()
        ours = self.registry
        self.items = Counter(
            "parallax_intake_items",
            "Items by way (webhook, folder) and fate: accepted (Kafka has it), refused, unsent (Kafka did not take it)",
            ["way", "fate"],
            registry=ours,
        )
        self.refused = Counter(
            "parallax_intake_refused", "Refused items by way and reason", ["way", "reason"], registry=ours
        )
        self.answers = Counter(
            "parallax_intake_answers", "Answers of the webhook, by HTTP status", ["status"], registry=ours
        )


def serve(registry: CollectorRegistry, host: str, port: int) -> None:
    """Serve /metrics from a thread of its own.

    Raises:
        InfrastructureError: the port is taken.
    """
    try:
        start_http_server(port, addr=host, registry=registry)
    except OSError as error:
        raise InfrastructureError(
            f"metrics: {host}:{port}: {error.strerror}: set PARALLAX_METRICS_PORT to a free port, or to 0 for none"
        ) from None
