"""The command by which an analyst says that an alert is right, or what is wrong with it: feedback."""

from typing import Annotated

import typer

from models.alerts import AlertEvent
from models.feedback import JUDGEMENTS
from streams.bootstrap import reach
from streams.cli import show
from streams.cli.common import AsJson, Config, VoicesFile, emit, for_person, settings_and_voices, wall_clock
from streams.feedback import NEITHER, find_alert, judged, send, sentences
from streams.progress import say

_WORDS = ", ".join(one.replace("_", "-") for one in JUDGEMENTS)


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(feedback)


def feedback(
    alert: Annotated[str, typer.Argument(help="The alert's id, or how it begins.")],
    judgement: Annotated[str | None, typer.Argument(help=f"{_WORDS}; without it: what the alert quotes.")] = None,
    span: Annotated[str | None, typer.Option(help="ITEM or ITEM:START-END: what is wrong, as listed.")] = None,
    voice: Annotated[str | None, typer.Option(help=f"Whose words it really is; {NEITHER}: neither side's.")] = None,
    by: Annotated[str, typer.Option(help="Who says so.")] = "",
    note: Annotated[str, typer.Option(help="Why.")] = "",
    as_json: AsJson = False,
    voices: VoicesFile = None,
    config: Config = None,
) -> None:
    """Say that an alert is right, or what is wrong with it: the compare stage takes it up at once."""
    settings, book = settings_and_voices(config, voices)
    reached, person = reach(settings), for_person(as_json)
    event = find_alert(reached, alert)
    if judgement is None:
        for quote in _quotes(event):
            show.quote(quote, book) if person else emit(quote)
        return
    said = judged(event, judgement, at=wall_clock(), span=span, voice=voice, voices=book.ids, by=by, note=note)
    send(reached, said, about=said.item or event.cause)
    if person:
        say(f"{said.judgement.replace('_', '-')} of alert {said.alert} is sent: {event.headline}")
    else:
        emit({"feedback": said.id, "alert": said.alert, "judgement": said.judgement})


def _quotes(event: AlertEvent) -> list[dict[str, str]]:
    return [
        {"voice": voice, "span": f"{one.id}:{one.start}-{one.end}", "text": one.text} for voice, one in sentences(event)
    ]
