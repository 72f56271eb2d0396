"""What people taught, with buttons that take it back, and how good the alerts were."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from handlers.anomalies.render.words import lesson, scope, series
from handlers.blocks import build, limits, words
from handlers.blocks.mrkdwn import bold, escape
from handlers.blocks.tables import Grid, text_table
from handlers.request import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from handlers.request import Block
    from services.anomalies.results import Lesson, Preview, Quality, Tuning, Week
    from storage.model.money import Money

SHOWN = 20
CHARACTERS = 7_500


def tuning(found: Tuning) -> Reply:
    """Feedback in force and what it kept back."""
    count = len(found.lessons)
    title = (
        f"{words.plural(count, 'piece')} of feedback in force"
        if count
        else "No feedback is in force: everything is judged as it is"
    )
    blocks = [build.section(bold(title)), *(_lesson(each, found) for each in found.lessons[:SHOWN])]
    left = f"… and {count - SHOWN} older ones: `--json` in the terminal has all." if count > SHOWN else ""
    shown = build.fitted(blocks, limits.MESSAGE_BLOCKS - 1, CHARACTERS)
    context = [build.context(left)] if left else []
    return Reply(
        text=build.fallback(escape(title)),
        blocks=(*shown, *context),
        result={"lessons": [_plain(each) for each in found.lessons]},
    )


def _lesson(each: Lesson, found: Tuning) -> Block:
    feedback = each.feedback
    about = f" (anomaly {feedback.anomaly})" if feedback.anomaly is not None else ""
    who = f"{found.names.get(feedback.by, feedback.by)}, {words.day(feedback.at.date())}{about}"
    note = f": {feedback.note}" if feedback.note else ""
    lines = (scope(feedback, each.route), f"{who}{note}", kept(each))
    text = "\n".join([bold(f"{feedback.id} · {lesson(feedback)}"), *map(escape, lines)])
    if not each.may_undo:
        return build.section(text)
    question = build.confirm(
        "Take it back?",
        f"Feedback {feedback.id} ({lesson(feedback)}) no longer counts; the series is judged as if it had never been said.",
        "Take it back",
        "Keep it",
    )
    return build.section(
        text, accessory=build.button("Undo", f"anomalies.undo#{feedback.id}", {"lesson": str(feedback.id)}, confirm=question)
    )


def kept(each: Lesson) -> str:
    """`Kept back 3 alerts ($30.50 and €7.00), 21 Nov to 22 Nov 2026`."""
    if not each.kept_back or each.first is None or each.last is None:
        return "Kept nothing back so far"
    span = (
        f"on {words.day(each.first)}"
        if each.first == each.last
        else f"{words.day(each.first, each.last)} to {words.day(each.last)}"
    )
    return f"Kept back {words.plural(each.kept_back, 'daily alert')} ({sums(each.amounts)}), {span}"


def sums(amounts: Sequence[Money]) -> str:
    """One amount a currency."""
    return words.join_names([words.money(each) for each in amounts], len(amounts))


def preview(found: Preview) -> str:
    """What a scope would have kept back; plain."""
    since = words.day(found.since)
    if not found.count:
        return f"In the last 90 days (since {since}) this would have kept nothing back."
    count = words.plural(found.count, "alert")
    away = f", {sums(found.amounts)} away from the expected" if found.amounts else ""
    return f"Since {since} this would have kept back {count}{away}."


# Quality


def quality(found: Quality) -> Reply:
    """Eight weeks, by what people did."""
    total = found.total
    title = f"Alert quality: {precision(total)}, {acknowledged(total)}" if total.alerts else "No alerts in the last eight weeks"
    header = ("Week of", "Alerts", "Judged", "Precision", "False", "Expected", "Ack. in", "Unowned")
    rows = tuple(_row(each) for each in found.weeks)
    table = text_table(Grid("Weeks", header, rows, frozenset(range(1, 8)))) if total.alerts else []
    explained = (
        "Precision is the share of alerts that were no false positive, of those that somebody judged. "
        "“Ack. in” is the median until the first person acted."
    )
    silent = f"{words.plural(found.silent, 'anomaly', 'anomalies')} told nobody, because of a snooze." if found.silent else ""
    blocks = (build.section(bold(title)), *table, *_offenders(found), build.context(explained, silent))
    return Reply(text=build.fallback(escape(title)), blocks=tuple(build.fitted(blocks)), result=_measured(found))


def precision(week: Week) -> str:
    """`precision 92 % of 12 judged`; said where nobody judged any."""
    if not week.judged:
        return "no alert was judged by anybody"
    share = words.per_cent(_share(week))
    return f"precision {share} of {week.judged} judged"


def _share(week: Week) -> Decimal | None:
    return Decimal(week.judged - week.false_positives) / week.judged if week.judged else None


def acknowledged(week: Week) -> str:
    """`acknowledged in 12 min (median)`."""
    return (
        f"acknowledged in {span(week.time_to_acknowledge)} (median)"
        if week.time_to_acknowledge is not None
        else "none was acknowledged"
    )


def span(wait: timedelta | None) -> str:
    """`12 min`, `3 h`, `2 days`."""
    if wait is None:
        return words.NOTHING
    minutes = round(wait.total_seconds() / 60)
    if minutes < 120:  # noqa: PLR2004  # two hours are still told in minutes
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 48 else f"{round(hours / 24)} days"  # noqa: PLR2004  # two days in hours


def _row(week: Week) -> tuple[str, ...]:
    return (
        words.day(week.start),
        *map(str, (week.alerts, week.judged)),
        words.per_cent(_share(week)),
        *map(str, (week.false_positives, week.expected)),
        span(week.time_to_acknowledge),
        str(week.unowned),
    )


def _offenders(found: Quality) -> list[Block]:
    if not found.offenders:
        return []
    lines = [
        f"• {escape(series(each.series, each.label))}: {each.count} times, {words.money(each.excess)} away from the expected"
        for each in found.offenders
    ]
    return build.sections("\n".join([bold("Again and again"), *lines]))


def _plain(each: Lesson) -> dict[str, object]:
    feedback = each.feedback
    return {
        "id": feedback.id,
        "kind": feedback.kind.value,
        "scope": dict(feedback.scope.parts),
        "since": feedback.since.isoformat(),
        "until": feedback.until and feedback.until.isoformat(),
        "by": feedback.by,
        "note": feedback.note,
        "amount": str(feedback.amount),
        "kept_back": each.kept_back,
    }


def _measured(found: Quality) -> dict[str, object]:
    return {
        "weeks": [
            {
                "start": week.start.isoformat(),
                "alerts": week.alerts,
                "judged": week.judged,
                "false_positives": week.false_positives,
                "expected": week.expected,
                "seconds_to_acknowledge": week.time_to_acknowledge and week.time_to_acknowledge.total_seconds(),
                "unowned": week.unowned,
            }
            for week in found.weeks
        ]
    }
