"""What is said in an alert's thread and in the channel it is escalated to; the one summary of a new account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.anomalies.render.message import amounts, running
from handlers.anomalies.render.words import about, happened, headline, moment, money
from handlers.blocks import build, words
from handlers.blocks.mrkdwn import bold, escape
from handlers.request import Reply
from storage.model.people import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.anomalies.results import Alert
    from storage.model.anomaly import Happening
    from storage.model.people import Subject

MEMBERS = 8


def note(alert: Alert, said: Happening, mention: Sequence[Subject] = ()) -> Reply:
    """One line of history."""
    where = f" <#{alert.anomaly.channel}>" if said.what == "rerouted" and alert.anomaly.channel[:1] in {"C", "G"} else ""
    text = f"{mentions(mention)}{escape(happened(said, alert))}{where}"
    when = escape(moment(said.at))
    return Reply(text=build.fallback(f"{text} ({when})"), blocks=(*build.sections(text), build.context(when)))


def escalated(alert: Alert, said: Happening, mention: Sequence[Subject] = ()) -> Reply:
    """A call for help in another channel: what it is, and where it is worked on. Its buttons are there."""
    anomaly = alert.anomaly
    who = f"{escape(alert.name(said.actor))} escalated this" if said.actor else "Nobody has acknowledged this"
    note_ = f": {escape(said.note)}" if said.note else ""
    where = f"It stands in <#{anomaly.channel}>." if anomaly.channel[:1] in {"C", "G"} else ""
    text = " ".join(filter(None, [f"{mentions(mention)}{bold(headline(anomaly))}", f"\n{who}{note_}.", where]))
    body = "\n".join(filter(None, [amounts(anomaly), running(anomaly)]))
    blocks = (
        *build.sections(text),
        *build.sections(body),
        build.context(f"Anomaly {anomaly.id} · `/anomalies show {anomaly.id}`"),
    )
    return Reply(text=build.fallback(f"{text} {body}"), blocks=blocks)


def summary(alert: Alert) -> Reply:
    """What was connected and filled in silently: one message in place of one for each thing in it."""
    anomaly, members = alert.anomaly, alert.members
    is_account = bool(anomaly.series.parts)
    title = f"New account: {about(anomaly)}" if is_account else "Watched from now on"
    parts = sorted(members, key=lambda each: -each.figures.last.value)
    lines = [f"• {escape(about(each))}: {escape(money(each, each.figures.last.value))}" for each in parts[:MEMBERS]]
    left = [f"… and {len(parts) - MEMBERS} smaller ones"] if len(parts) > MEMBERS else []
    last = anomaly.figures.last
    cost = f"{bold(money(anomaly, last.value))} on {words.day(last.day)}, with a history since {words.day(anomaly.since)}."
    why = "It is filled in without an alert for each thing in it." if is_account else "What is there already raises no alerts."
    text = "\n".join([f"{cost} {why}", *lines, *left])
    blocks = (build.header(title), *build.sections(text), build.context(f"Anomaly {anomaly.id}"))
    return Reply(text=build.fallback(f"{escape(title)}. {text}"), blocks=blocks)


def mentions(subjects: Sequence[Subject]) -> str:
    """Whoever is to be notified."""
    tags = [f"<@{each.id}>" if each.kind is SubjectKind.PERSON else f"<!subteam^{each.id}>" for each in subjects]
    return "".join(f"{tag} " for tag in tags)
