"""At-least-once delivery on Faust: a consumer that skips nothing, safe micro-batches, a durable journal."""

from streams.delivery.application import ParallaxApp, make_app
from streams.delivery.journal import Journal
from streams.delivery.stage import Stage, run_stage
from streams.delivery.worker import run_worker

__all__ = ["Journal", "ParallaxApp", "Stage", "make_app", "run_stage", "run_worker"]
