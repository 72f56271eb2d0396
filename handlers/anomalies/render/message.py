"""The living message: what happened, how much, since when, why, whose, and who is on it; true in every state it can be in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.anomalies.render import cause
from handlers.anomalies.render.buttons import buttons
from handlers.anomalies.render.chart import chart
from handlers.anomalies.render.words import (
    FIRSTS,
    about,
    band,
    change,
    day,
    days,
    headline,
    lesson,
    moment,
    money,
    more_or_less,
    total,
)
from handlers.blocks import build, limits, words
from handlers.blocks.mrkdwn import bold, escape
from handlers.request import Reply
from services.anomalies.results import Act
from storage.model.anomaly import AnomalyKind, Ending, FeedbackKind, Status

if TYPE_CHECKING:
    from handlers.request import Block
    from services.anomalies.results import Alert
    from storage.model.anomaly import Anomaly, Happening

MEMBERS = 5
HEADLINE = 110
"""Characters of the whole headline; a header takes 150."""
CHARACTERS = 6_000
"""Of the 10,000 that a message may hold: the picture's words and the menus need theirs."""


def message(alert: Alert) -> Reply:
    """The whole of it."""
    anomaly = alert.anomaly
    title = headline(anomaly)
    parts = [amounts(anomaly), so_far(anomaly), running(anomaly), ending(alert), restated(anomaly), "\n".join(cause.lines(alert))]
    body = [part for part in parts if part]
    blocks = [
        build.header(title),
        *build.sections("\n".join(body[:-1])),
        *build.sections(body[-1]),
        *_members(alert),
        build.context(
            bold(status(alert)) if anomaly.is_open else escape(status(alert)), *_lessons(alert), escape(complete(anomaly))
        ),
    ]
    shown = build.fitted(blocks, limits.MESSAGE_BLOCKS - 3, CHARACTERS)
    said = " ".join([f"{escape(title)}.", *body, escape(status(alert)) + ".", escape(complete(anomaly)) + "."])
    return Reply(
        text=build.fallback(said),
        blocks=(*shown, *buttons(anomaly, alert.acts)),
        chart=chart(alert),
        result=plain(alert),
    )


def moved(alert: Alert) -> Reply:
    """What stands in a channel that it was passed on from."""
    anomaly = alert.anomaly
    last = next((each for each in reversed(alert.history) if each.what == "rerouted"), None)
    who = f" by {escape(alert.name(last.actor))}, {escape(moment(last.at))}" if last is not None else ""
    where = f"<#{anomaly.channel}>" if anomaly.channel[:1] in {"C", "G"} else "somebody else"
    text = f"Passed on to {where}{who}. It goes on there."
    title = f"Passed on: {about(anomaly)}"
    blocks = (build.header(title), build.section(text), build.context(f"Anomaly {anomaly.id}"))
    return Reply(text=build.fallback(f"{escape(title)}. {text}"), blocks=blocks)


# How much


def amounts(anomaly: Anomaly) -> str:
    """The newest day against what was expected; mrkdwn."""
    last, when = anomaly.figures.last, day(anomaly.figures.last.day, anomaly)
    if anomaly.kind is AnomalyKind.SILENCE:
        usual = f" About {money(anomaly, last.expected)} a day was usual." if last.expected else ""
        return f"{bold(f'No charge has arrived since {day(anomaly.since, anomaly)}')}: what is being spent is not known.{usual}"
    if anomaly.kind is AnomalyKind.UNUSED:
        paid = bold(f"{money(anomaly, last.value)} paid for and not used on {when}")
        return f"{paid}; {money(anomaly, last.expected)} was usual."
    if anomaly.kind in FIRSTS and not last.expected:
        so_far = " so far" if last.is_partial else ""
        first = f"first seen {day(anomaly.since, anomaly)}, so nothing was expected"
        return f"{bold(f'{money(anomaly, last.value)}{so_far} on {when}')}; {first}."
    return _against(anomaly, when)


def _against(anomaly: Anomaly, when: str) -> str:
    last = anomaly.figures.last
    expected = f"expected {money(anomaly, last.expected)} (band {band(anomaly)})"
    if last.is_partial:
        cost = bold(f"{money(anomaly, last.value)} so far on {when}")
        return f"{cost}, which is not complete and already above a whole day: {expected}, {bold(change(anomaly))}."
    return f"{bold(f'{money(anomaly, last.value)} on {when}')}, {expected}: {bold(change(anomaly))}."


def so_far(anomaly: Anomaly) -> str:
    """A day after the one that is told, which is not complete; mrkdwn."""
    newest = anomaly.figures.daily[-1]
    if not newest.is_partial or newest == anomaly.figures.last or anomaly.kind is AnomalyKind.SILENCE:
        return ""
    above = ", already above a whole day" if newest.value > anomaly.figures.upper else ""
    return f"{bold(f'{money(anomaly, newest.value)} so far on {day(newest.day, anomaly)}')}, which is not complete{above}."


def running(anomaly: Anomaly) -> str:
    """What it has cost so far, or what it cost; mrkdwn. Nothing of data that is missing."""
    if anomaly.kind is AnomalyKind.SILENCE:
        return ""
    if not anomaly.is_open:
        excess = anomaly.figures.excess
        return f"In all {bold(f'{money(anomaly, abs(excess))} {more_or_less(excess)} than expected')}, {days(anomaly)}."
    count = words.plural((anomaly.until - anomaly.since).days + 1, "day")
    return f"Since {day(anomaly.since, anomaly)} ({count}): {bold(total(anomaly))} so far."


def ending(alert: Alert) -> str:
    """What is true of how it ended: back, fixed and a new normal are three different things."""
    anomaly = alert.anomaly
    if anomaly.status is not Status.RESOLVED:
        return ""
    if anomaly.ending is Ending.NEW_NORMAL:
        return "The level stayed, so it is the new normal now: it was not fixed, and later days are judged against it."
    if anomaly.ending is Ending.FIXED:
        return "Whether the cost is back at its level from before is not measured yet; it is judged as before."
    if anomaly.kind is AnomalyKind.SILENCE:
        return "Charges arrive again."
    return "Back at the level from before it began, for two complete days."


def restated(anomaly: Anomaly) -> str:
    """What changed in days that were told already."""
    return f"{bold('Corrected:')} {escape(anomaly.restated)}" if anomaly.restated else ""


# Who is on it


def status(alert: Alert) -> str:
    """Where it stands, who did that and when; plain."""
    anomaly = alert.anomaly
    if anomaly.parent is not None:
        return f"Part of anomaly {anomaly.parent}"
    if not anomaly.is_open:
        return _closed(alert)
    if anomaly.status is Status.NEW:
        return _new(alert)
    claimed = f", claimed by {alert.name(anomaly.claimed_by)}" if anomaly.claimed_by else ""
    first = f"by {alert.name(anomaly.acknowledged_by)}" if anomaly.acknowledged_by else ""
    when = f", {moment(anomaly.acknowledged_at)}" if anomaly.acknowledged_at else ""
    if anomaly.status is Status.INVESTIGATING:
        is_same = anomaly.claimed_by == anomaly.acknowledged_by
        seen = f"acknowledged{when}" if is_same else f"acknowledged {first}{when}"
        text = f"{alert.name(anomaly.claimed_by) or 'Somebody'} is investigating; {seen}"
    else:
        text = f"Acknowledged {first}{when}{claimed}"
    return f"{text}{_snoozed(anomaly)}"


def _new(alert: Alert) -> str:
    anomaly, last = alert.anomaly, _last_hand(alert)
    said = f" ({alert.name(last.actor)} opened it again, {moment(last.at)})" if last and last.what == "reopened" else ""
    if last and last.what == "rerouted":
        said = f" ({alert.name(last.actor)} passed it on to here, {moment(last.at)})"
    told = {0: "", 1: "; the on-call were reminded"}.get(anomaly.reminded, "; it was escalated")
    return f"New: nobody has acknowledged it yet{said}{told}{_snoozed(anomaly)}"


def _snoozed(anomaly: Anomaly) -> str:
    return f"; snoozed until {moment(anomaly.snoozed_until)}" if anomaly.snoozed_until else ""


def _closed(alert: Alert) -> str:
    """Who closed it and how; by itself where nobody did."""
    anomaly = alert.anomaly
    what = {Status.EXPECTED: Act.EXPECTED, Status.FALSE_POSITIVE: Act.FALSE_POSITIVE}.get(anomaly.status, Act.FIXED)
    is_by_hand = anomaly.status is not Status.RESOLVED or anomaly.ending is Ending.FIXED
    said = next((each for each in reversed(alert.history) if each.what == what.done and each.actor), None)
    if not is_by_hand or said is None:
        when = f", {moment(anomaly.ended_at)}" if anomaly.ended_at else ""
        return f"Closed by itself{when}" if not is_by_hand else f"Closed{when}"
    did = {
        Act.EXPECTED: "Called expected",
        Act.FALSE_POSITIVE: "Called a false positive",
        Act.FIXED: "Said to be fixed",
    }[what]
    note = f": {said.note}" if said.note else ""
    return f"{did} by {alert.name(said.actor)}, {moment(said.at)}{note}"


def _last_hand(alert: Alert) -> Happening | None:
    return next((each for each in reversed(alert.history) if each.actor), None)


def _lessons(alert: Alert) -> list[str]:
    """What this alert taught and still counts; what others taught stands in the details."""
    taught = [each for each in alert.lessons if each.anomaly == alert.anomaly.id and each.kind is not FeedbackKind.SNOOZE]
    own = [lesson(each) for each in taught if each.scope == alert.anomaly.series]
    return [f"{escape('Learned: ' + '; '.join(own))}. `/anomalies tuning` takes it back."] if own else []


def complete(anomaly: Anomaly) -> str:
    """How far the bill was there, which money this is, and the number to ask for."""
    late = (
        f"; late: {words.join_names([words.cut_middle(words.clean(name), 40) for name in anomaly.late])}" if anomaly.late else ""
    )
    through = f"complete through {words.day(anomaly.through)}{late}"
    basis = "effective (amortised) cost of usage, gross"
    return f"Anomaly {anomaly.id} · {through} · {basis}, {words.clean(anomaly.series.currency)[:12]} · days are UTC"


def _members(alert: Alert) -> list[Block]:
    if not alert.members:
        return []
    largest = sorted(alert.members, key=lambda each: -abs(each.figures.excess))
    lines = [f"• {escape(about(each))}: {escape(total(each))}" for each in largest[:MEMBERS]]
    left = len(largest) - len(lines)
    rest = [f"… and {left} more"] if left else []
    return build.sections("\n".join([bold(f"Part of this ({len(largest)}):"), *lines, *rest]))


def plain(alert: Alert) -> dict[str, object]:
    """For `--json`."""
    anomaly = alert.anomaly
    return {
        "id": anomaly.id,
        "kind": anomaly.kind.value,
        "severity": anomaly.severity.word,
        "status": anomaly.status.value,
        "about": dict(anomaly.series.parts),
        "currency": anomaly.series.currency,
        "since": anomaly.since.isoformat(),
        "until": anomaly.until.isoformat(),
        "complete_through": anomaly.through.isoformat(),
        "excess": str(anomaly.figures.excess),
        "days": [
            {"day": each.day.isoformat(), "value": str(each.value), "expected": str(each.expected), "partial": each.is_partial}
            for each in anomaly.figures.daily
        ],
        "acts": [act.value for act in alert.acts],
        "history": [
            {"at": each.at.isoformat(), "by": each.actor, "what": each.what, "note": each.note} for each in alert.history
        ],
    }
