"""The windows that ask for the rest: until when, how much, whose it is; with what a snooze would have kept back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.anomalies.render.reviews import preview
from handlers.anomalies.render.words import about, total
from handlers.blocks import build, forms, ids
from handlers.blocks.mrkdwn import bold, escape
from services.anomalies.results import Act, Reach

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from handlers.request import Block
    from services.anomalies.results import Preview
    from storage.model.anomaly import Anomaly
    from storage.model.route import Route

NOTE = 500
TITLES = {
    Act.EXPECTED: ("Expected", "Save"),
    Act.FALSE_POSITIVE: ("False positive", "Save"),
    Act.SNOOZE: ("Snooze", "Snooze"),
    Act.REROUTE: ("Not mine", "Pass on"),
}
REMEMBER = "remember"
LISTED = 5


def expected(anomaly: Anomaly, found: Preview, until: date) -> Block:
    """Until when, whether it comes again each month, and why."""
    day = f"Comes again each month, about the {anomaly.figures.last.day.day}."
    blocks = [
        _intro(anomaly, "The series is left alone until that day, and judged against its new level from then on."),
        forms.day("until", "Expected until (that day included)", value=until),
        forms.checkboxes(REMEMBER, "And later", {REMEMBER: day}),
        _note(),
        *_previewed(found),
    ]
    return _window(Act.EXPECTED, anomaly, blocks)


def false_positive(anomaly: Anomaly, amount: Decimal) -> Block:
    """By how much the floor of this series alone is raised."""
    blocks = [
        _intro(
            anomaly,
            "Only this series is affected: it alerts again when it is further away from the expected than the raised floor.",
        ),
        forms.number(
            "amount",
            f"Raise its floor by, a day ({anomaly.series.currency[:12]})",
            value=f"{amount:.2f}",
            least="0.01",
            decimals=True,
            hint="As much as it was away from the expected on its worst day, unless you say otherwise.",
        ),
        _note(),
    ]
    return _window(Act.FALSE_POSITIVE, anomaly, blocks)


def snooze(anomaly: Anomaly, found: Preview, reach: Reach, until: date, reaches: Sequence[Reach]) -> Block:
    """Of what and until when; the preview follows the choice."""
    named = {each.value: _reach(each, anomaly) for each in reaches}
    blocks = [
        _intro(anomaly, "It is still judged and counted; only nobody is told."),
        forms.select(Field.REACH, "What", named, value=reach.value, action=ids.action("anomalies.preview", "reach")),
        forms.day(Field.UNTIL, "Until (that day included)", value=until, action=ids.action("anomalies.preview", "until")),
        _note(),
        *_previewed(found),
    ]
    return _window(Act.SNOOZE, anomaly, blocks)


def reroute(anomaly: Anomaly, routes: Sequence[Route]) -> Block:
    """Whose it is: a route, or a channel without one."""
    others = {str(each.id): each.name for each in routes if each.id != anomaly.route}
    choice = [forms.select("route", "A route", others, optional=True)] if others else []
    blocks = [
        _intro(anomaly, "It begins anew there: somebody has to acknowledge it. The message here says where it went."),
        *choice,
        forms.channel("channel", "Or a channel", optional=True, hint="I must be in it."),
        _note(),
    ]
    return _window(Act.REROUTE, anomaly, blocks)


class Field:
    """The names of the inputs."""

    REACH = "reach"
    UNTIL = "until"


def _window(act: Act, anomaly: Anomaly, blocks: Sequence[Block]) -> Block:
    title, submit = TITLES[act]
    callback = f"anomalies.{act}"
    metadata = {"id": str(anomaly.id), "seen": str(anomaly.touched)}
    return build.modal(title, blocks, callback=callback, submit=submit, close="Cancel", metadata=metadata)


def _intro(anomaly: Anomaly, effect: str) -> Block:
    return build.section(f"{bold(about(anomaly))}\n{escape(total(anomaly))}. {effect}")


def _note() -> Block:
    return forms.text("note", "Note", optional=True, most=NOTE, lines=True, placeholder="Why; shown with your name")


def _reach(reach: Reach, anomaly: Anomaly) -> str:
    value = anomaly.series.value(reach.value) or ""
    named = {
        Reach.SERIES: "This series only",
        Reach.SERVICE: f"All of {value}",
        Reach.ACCOUNT: f"All of account {anomaly.label or value}",
        Reach.ROUTE: "Everything of this alert's route",
    }
    return named[reach]


def _previewed(found: Preview) -> list[Block]:
    lines = [f"• {escape(about(each))}: {escape(total(each))}" for each in found.largest[:LISTED]]
    return [build.divider(), *build.sections("\n".join([bold(preview(found)), *lines]))]
