"""What whoever acted is told, where they do not see the message change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.anomalies.render.buttons import buttons
from handlers.anomalies.render.reviews import tuning
from handlers.anomalies.render.words import about, lesson, series
from handlers.blocks import build, words
from handlers.blocks.mrkdwn import bold, escape
from handlers.request import Reply
from services.anomalies.results import Act

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.anomalies.results import Setting, Tuning
    from storage.model.anomaly import Anomaly, Feedback, SeriesKey
    from storage.model.period import Period

_SAID = {
    Act.ACKNOWLEDGE: "is acknowledged",
    Act.CLAIM: "is yours",
    Act.TAKE_OVER: "is yours now",
    Act.INVESTIGATE: "is being investigated",
    Act.EXPECTED: "is expected",
    Act.FALSE_POSITIVE: "is a false positive",
    Act.SNOOZE: "is snoozed",
    Act.ESCALATE: "is escalated",
    Act.REROUTE: "is passed on",
    Act.FIXED: "is fixed, you say",
    Act.REOPEN: "is open again",
}


def done(anomaly: Anomaly, act: Act, possible: Sequence[Act]) -> Reply:
    """It was done, and what can be done next; what everybody sees follows."""
    until = anomaly.expected_until if act is Act.EXPECTED else None
    snoozed = anomaly.snoozed_until.date() if act is Act.SNOOZE and anomaly.snoozed_until else None
    when = f" until {words.day(until)}" if until else f" until {words.day(snoozed)}, 00:00 UTC" if snoozed else ""
    where = f" It stands in <#{anomaly.channel}> now." if act is Act.REROUTE and anomaly.channel[:1] in {"C", "G"} else ""
    text = f"Anomaly {anomaly.id} {bold(_SAID[act])}{when}: {escape(about(anomaly))}.{where}"
    result = {"id": anomaly.id, "act": act.value, "status": anomaly.status.value, "revision": anomaly.revision}
    return Reply(text=build.fallback(text), blocks=(build.section(text), *buttons(anomaly, possible)), result=result)


def undone(number: int, feedback: Feedback) -> Reply:
    """It no longer counts."""
    text = f"Taken back: feedback {number} ({escape(lesson(feedback))}). It counts no more from the next judgement on."
    return Reply(text=build.fallback(text), blocks=(build.section(text),), result={"undone": number})


def again(found: Tuning) -> Reply:
    """The list, in place of the one in which somebody took something back."""
    return replace(tuning(found), replace=True)


def planned(scopes: Sequence[SeriesKey], period: Period) -> Reply:
    """Days that are neither judged nor learned from."""
    named = words.join_names([series(each) for each in scopes], 5)
    span = words.period(period)
    text = f"Planned: {escape(named)}, {span}. These days are neither judged nor learned from."
    shown = f"{text} `/anomalies tuning` takes it back."
    result = {
        "planned": [dict(each.parts) for each in scopes],
        "first": period.start.isoformat(),
        "last": period.last.isoformat(),
    }
    return Reply(text=build.fallback(shown), blocks=(build.section(shown),), result=result)


def settings(found: Sequence[Setting]) -> Reply:
    """Read only: a threshold is changed where the program is run, a series by feedback."""
    title = "What the watch goes by"
    rows = tuple((each.name, each.value, each.meaning) for each in found)
    lines = [f"{bold(name)}: {escape(value)} · {escape(meaning)}" for name, value, meaning in rows]
    variables = [f"`{each.variable}` ({each.name.lower()})" for each in found if each.variable]
    where = f"Changed where Tuppence is run: {words.join_names(variables)}."
    one = "One series: *Expected…*, *False positive…* or *Snooze…* on its alert; `/anomalies tuning` lists what is in force."
    routes = "Who is told, where, and when: `/tuppence routes`."
    blocks = (build.section(bold(title)), *build.sections("\n".join(lines)), build.context(where, one, routes))
    result = {"settings": [{"name": each.name, "value": each.value, "variable": each.variable} for each in found]}
    return Reply(text=build.fallback(" ".join([f"{title}.", *lines])), blocks=blocks, result=result)
