"""The worker's application: the only place that knows everything."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from models.alerts import AlertEvent
from models.encoding import Encoder
from models.errors import InvalidSettings
from models.voices import Voices
from streams.agents import cluster, compare, embed
from streams.bootstrap import Reached
from streams.core import make_comparer, make_narratives
from streams.delivery import Journal, ParallaxApp, make_app, run_stage, run_worker
from streams.draft7 import draft_7
from streams.encoding import EncoderProcess
from streams.instruments import Instruments
from streams.places import take_place
from streams.registry import Frame, framing, plain
from streams.schemas import alert_schemas
from streams.settings import Settings
from streams.topics import create_topics, table_of

STAGES = (embed.NAME, cluster.NAME, compare.NAME)


def run(
    settings: Settings, voices: Voices, reached: Reached, stages: Sequence[str], *, ready: Callable[[], None]
) -> None:
    """Run the stages until a signal; `ready` is called whenever partitions were (re)assigned.

    Raises:
        InvalidSettings: a stage is unknown.
        ParallaxError: what ended the worker.
    """
    if unknown := sorted(set(stages) - set(STAGES)):
        raise InvalidSettings(f"--stages {','.join(unknown)}: the stages are {', '.join(STAGES)}")
    create_topics(reached.bootstrap, reached.topics)
    registered = {name: draft_7(schema) for name, schema in alert_schemas().items()}
    frame = framing(settings.schema_registry, registered) if compare.NAME in stages else plain
    instruments = Instruments()
    if settings.metrics_port:
        instruments.serve(settings.metrics_host, settings.metrics_port)
    with EncoderProcess(settings) as encoder, take_place(settings) as place:
        app = create_app(
            settings, voices, encoder, reached, stages, instance=place, instruments=instruments, frame=frame
        )
        run_worker(app, prepared=encoder.made, ready=ready, log_level=settings.log_level)


def create_app(
    settings: Settings,
    voices: Voices,
    encoder: Encoder,
    reached: Reached,
    stages: Sequence[str],
    *,
    instance: str,
    instruments: Instruments,
    frame: Frame = plain,
) -> ParallaxApp:
    """The Faust app with the agents of these stages."""
    app = make_app(
        reached.group,
        reached.bootstrap,
        data_dir=settings.data_dir / "faust" / instance,
        instance=instance,
        on_gap=lambda topic: instruments.gaps.labels(topic).inc(),
    )
    making = {
        embed.NAME: lambda: _add_embed(app, settings, voices, encoder, reached, instruments),
        cluster.NAME: lambda: _add_cluster(app, settings, reached, instruments),
        compare.NAME: lambda: _add_compare(app, settings, voices, encoder, reached, instruments, frame),
    }
    for stage in STAGES:
        if stage in stages:
            making[stage]()
    return app


def _add_embed(
    app: ParallaxApp, settings: Settings, voices: Voices, encoder: Encoder, reached: Reached, instruments: Instruments
) -> None:
    stage = embed.EmbedStage(voices, encoder, topic=reached.topics.statements.name, most_passages=settings.passages)
    _add(app, settings, reached, instruments, embed.NAME, [reached.topics.news.name], stage, None)


def _add_cluster(app: ParallaxApp, settings: Settings, reached: Reached, instruments: Instruments) -> None:
    stage = cluster.ClusterStage(
        lambda: make_narratives(settings),
        placements=reached.topics.placements.name,
        narratives=reached.topics.narratives.name,
    )
    instruments.narratives.set_function(lambda: stage.live_narratives)
    _add(app, settings, reached, instruments, cluster.NAME, [reached.topics.statements.name], stage, stage)


def _add_compare(
    app: ParallaxApp,
    settings: Settings,
    voices: Voices,
    encoder: Encoder,
    reached: Reached,
    instruments: Instruments,
    frame: Frame,
) -> None:
    def seen(event: AlertEvent) -> None:
        instruments.alerts.labels(event.type, event.basis, event.severity).inc()

    stage = compare.CompareStage(
        lambda: make_comparer(voices, settings, encoder.name),
        reached.topics,
        seen=seen,
        now=lambda: datetime.now(UTC),
        frame=frame,
    )
    instruments.open_alerts.set_function(lambda: stage.open_alerts)
    sources = [reached.topics.placements.name, reached.topics.feedback.name]
    _add(app, settings, reached, instruments, compare.NAME, sources, stage, stage)


def _add(app, settings, reached, instruments, name, sources, stage, stateful) -> None:  # type: ignore[no-untyped-def]
    topic = app.topic(*sources, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
    for source in sources:
        instruments.follow_lag(source, app.lag)
    journal = None if stateful is None else (stateful, Journal(app, table_of(name)))

    async def agent(stream) -> None:  # type: ignore[no-untyped-def]
        await run_stage(
            app,
            stream,
            stage,
            name=name,
            most=settings.batch,
            dead_letters=reached.topics.dead_letters.name,
            instruments=instruments,
            journal=journal,
        )

    app.agent(topic, name=name, concurrency=1)(agent)
