"""The letters that tell of an anomaly: its living message, the notes in that message's thread, and a call to another channel.

The keys are made here and nowhere else, so that everybody who changes an anomaly shows the same message anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from storage.model.anomaly import Anomaly, Happening, Told
from storage.model.letter import Letter
from storage.model.people import Subject, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Mapping

ALERT = "anomalies.alert"
"""The template of living messages: a channel's alerts of a day are counted by it."""
Letters = Callable[[Anomaly], Iterable[Letter]]


def key(anomaly: Anomaly) -> str:
    """The key of its living message: `alert:17`, and where it was passed on to another channel `alert:17:moved:1`."""
    return f"alert:{anomaly.id}:moved:{anomaly.moved}" if anomaly.moved else f"alert:{anomaly.id}"


def is_told(anomaly: Anomaly) -> bool:
    """Whether it has a message of its own in a channel; one in a digest, folded or snoozed from the start has none."""
    return anomaly.told is Told.CHANNEL and bool(anomaly.channel) and anomaly.parent is None


def alert(anomaly: Anomaly) -> Letter:
    """Its living message, to be shown (again). Ask `is_told` first."""
    args = {"id": str(anomaly.id), "post": str(anomaly.moved)}
    return Letter(key(anomaly), ALERT, args, channel=anomaly.channel)


def note(anomaly: Anomaly, said: Happening, *, mention: Iterable[Subject] = (), broadcast: bool = False) -> Letter:
    """A line of its history in the thread. `mention` are notified; `anomaly` as it is stored after what happened."""
    args = {**_words(said), "id": str(anomaly.id), "mention": " ".join(f"{each.kind}:{each.id}" for each in mention)}
    return Letter(
        f"alert:{anomaly.id}:note:{anomaly.revision}",
        "anomalies.note",
        args,
        thread_of=key(anomaly),
        broadcast=broadcast,
    )


def escalation(anomaly: Anomaly, said: Happening, channel: str, *, mention: Iterable[Subject] = ()) -> Letter:
    """A call to another channel to look at it; `said` is who called and why, or the clock."""
    args = {**_words(said), "id": str(anomaly.id), "mention": " ".join(f"{each.kind}:{each.id}" for each in mention)}
    return Letter(f"alert:{anomaly.id}:escalated:{anomaly.revision}", "anomalies.escalated", args, channel=channel)


def told(said: Happening | None, *, mention: Iterable[Subject] = (), broadcast: bool = False) -> Letters:
    """For a change: the message anew and, where something happened, its note. Nothing for what has no message."""

    def letters(stored: Anomaly) -> Iterable[Letter]:
        if is_told(stored):
            yield alert(stored)
            if said is not None:
                yield note(stored, said, mention=mention, broadcast=broadcast)

    return letters


def passed_on(before: Anomaly, said: Happening) -> Letters:
    """For a change of channel: the old message says where it went, in its thread too; the new one begins."""

    def letters(stored: Anomaly) -> Iterable[Letter]:
        if is_told(before) and stored.moved != before.moved:
            yield alert(before)
            yield replace(note(stored, said), thread_of=key(before))
        if is_told(stored):
            yield alert(stored)

    return letters


def mentioned(args: Mapping[str, str]) -> tuple[Subject, ...]:
    """Whom a letter is to notify."""
    pairs = (each.partition(":") for each in args.get("mention", "").split())
    return tuple(Subject(SubjectKind(kind), number) for kind, _, number in pairs)


def happening(args: Mapping[str, str]) -> Happening:
    """What a letter tells."""
    return Happening(datetime.fromisoformat(args["at"]), args["actor"], args["what"], args["note"])


def _words(said: Happening) -> dict[str, str]:
    return {"at": said.at.isoformat(), "actor": said.actor, "what": said.what, "note": said.note}
