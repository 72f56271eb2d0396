"""Everything about one anomaly, for whoever asks: its days, the way down to the cause, its history, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.anomalies.render import cause
from handlers.anomalies.render.buttons import buttons
from handlers.anomalies.render.message import amounts, complete, ending, plain, restated, running, so_far, status
from handlers.anomalies.render.words import about, happened, headline, lesson, moment, money
from handlers.blocks import build, limits, words
from handlers.blocks.mrkdwn import bold, escape
from handlers.blocks.tables import Grid, text_table
from handlers.request import Reply
from storage.model.anomaly import AnomalyKind

if TYPE_CHECKING:
    from handlers.request import Block
    from services.anomalies.results import Alert
    from storage.model.anomaly import Anomaly, DayFigure

DAYS, HISTORY, MEMBERS, RATES = 14, 15, 15, 5
CHARACTERS = 8_500
NEXT = {
    AnomalyKind.SPIKE: (
        "Look at what started on the first day: a deployment, a batch that ran twice, a test that was left on.",
        "If it was meant, say *Expected…* until when; if it is over, it closes itself after two complete days.",
    ),
    AnomalyKind.STEP: (
        "Something new runs every day: look for resources that were first seen on that day.",
        "If it stays on purpose, say *Expected…*: the days from then on are judged against the new level.",
    ),
    AnomalyKind.DRIFT: (
        "Look for what only grows: storage without a lifecycle rule, logs that are kept for ever, snapshots.",
        "Compare with a month ago rather than with yesterday.",
    ),
    AnomalyKind.DROP: (
        "Check that the service still works, and that its bill arrives whole: less cost is not always good news.",
        "If something was switched off on purpose, say *Expected…*.",
    ),
    AnomalyKind.FEE: (
        "Read the invoice line: a tier, a seat count or a support plan may have changed.",
        "If it comes again each month, say *Expected…* and let it be remembered.",
    ),
    AnomalyKind.NEW_SERVICE: (
        "Ask whoever owns the account whether it is meant; somebody else's use of a key also begins like this.",
        "If it is meant, say *Expected…*.",
    ),
    AnomalyKind.NEW_REGION: (
        "Check who may create resources there: an unused region is where stolen keys are tried first.",
        "If it is meant, say *Expected…*.",
    ),
    AnomalyKind.NEW_ACCOUNT: ("Give it an owner: a route or a tag, so that its alerts find somebody.",),
    AnomalyKind.SILENCE: (
        "Check the export: the bucket, its permissions, the subscription; `/tuppence status` says how far each source reaches.",
        "Until it arrives nothing of it is judged: no news is not good news.",
    ),
    AnomalyKind.UNUSED: (
        "Find what used it before: a workload that was moved, resized or switched off.",
        "See whether another account can use it, or whether it can be exchanged or sold.",
    ),
}
PRICE = "The price changed: check the discounts, the commitments that ended, and the purchase option of the path above."


def details(alert: Alert) -> Reply:
    """The long answer."""
    title = headline(alert.anomaly, most=200)
    parts = [
        amounts(alert.anomaly),
        so_far(alert.anomaly),
        running(alert.anomaly),
        ending(alert),
        restated(alert.anomaly),
        *cause.lines(alert),
    ]
    lines = [part for part in parts if part]
    blocks = [
        *build.sections("\n".join([bold(title), *lines])),
        *_daily(alert),
        *_tree(alert),
        *_rates(alert),
        *_members(alert),
        *_history(alert),
        *_lessons(alert),
        *_next(alert),
        build.context(bold(status(alert)), escape(complete(alert.anomaly))),
    ]
    shown = build.fitted(blocks, limits.MESSAGE_BLOCKS - 2, CHARACTERS)
    text = build.fallback(" ".join([f"{escape(title)}.", *lines, f"{escape(status(alert))}."]))
    return Reply(text=text, blocks=(*shown, *buttons(alert.anomaly, alert.acts, details=False)), result=plain(alert))


def _daily(alert: Alert) -> list[Block]:
    rows = tuple(_day(each, alert.anomaly) for each in alert.daily[-DAYS:])
    left = f"The last {DAYS} of {len(alert.daily)} days" if len(alert.daily) > DAYS else "By day"
    return [build.section(bold(left)), *text_table(Grid(left, ("Day", "Actual", "Expected", "Away"), rows, frozenset({1, 2, 3})))]


def _day(each: DayFigure, anomaly: Anomaly) -> tuple[str, ...]:
    """Of a day without data only what was expected is known."""
    name = f"{words.day(each.day, anomaly.through)}{' (incomplete)' if each.is_partial else ''}"
    expected = money(anomaly, each.expected)
    if anomaly.kind is AnomalyKind.SILENCE:
        return name, "not known", expected, words.NOTHING
    return name, money(anomaly, each.value), expected, money(anomaly, each.excess, sign=True)


def _tree(alert: Alert) -> list[Block]:
    grid = cause.tree(alert)
    return [build.section(bold(grid.caption)), *text_table(grid)] if grid is not None else []


def _rates(alert: Alert) -> list[Block]:
    found = alert.anomaly.cause.rates if alert.anomaly.cause else ()
    if len(found) < 1:
        return []
    lines = [f"• {escape(cause.rate(each, alert.anomaly.series.currency))}" for each in found[:RATES]]
    return build.sections("\n".join([bold("Quantities and prices"), *lines]))


def _members(alert: Alert) -> list[Block]:
    if not alert.members:
        return []
    lines = [
        f"• {each.id}: {escape(about(each))}, {money(each, each.figures.excess, sign=True)}" for each in alert.members[:MEMBERS]
    ]
    left = [f"… and {len(alert.members) - MEMBERS} more"] if len(alert.members) > MEMBERS else []
    return build.sections("\n".join([bold(f"Part of this ({len(alert.members)})"), *lines, *left]))


def _history(alert: Alert) -> list[Block]:
    shown = alert.history[-HISTORY:]
    left = [f"… {len(alert.history) - HISTORY} earlier ones"] if len(alert.history) > HISTORY else []
    lines = [f"{escape(moment(each.at))}  {escape(happened(each, alert))}" for each in shown]
    return build.sections("\n".join([bold("History"), *left, *lines])) if lines else []


def _lessons(alert: Alert) -> list[Block]:
    if not alert.lessons:
        return []
    lines = [f"• {each.id}: {escape(lesson(each))} ({escape(alert.name(each.by))})" for each in alert.lessons]
    return build.sections(
        "\n".join([bold("Feedback in force for this series"), *lines, "`/anomalies tuning undo <number>` takes it back."])
    )


def _next(alert: Alert) -> list[Block]:
    anomaly = alert.anomaly
    is_price = anomaly.cause is not None and anomaly.cause.driver == "price"
    lines = [f"• {each}" for each in ((PRICE,) if is_price else ()) + NEXT[anomaly.kind]]
    return build.sections("\n".join([bold("What to do next"), *lines])) if anomaly.is_open else []
