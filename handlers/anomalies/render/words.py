"""One anomaly in words: what it is about, how much, since when, and where it stands. Plain text: escape it where it is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from handlers.blocks import words
from services.anomalies.results import BY_ITSELF, DID
from storage.model.anomaly import ROUTE, AnomalyKind, Ending, FeedbackKind, Status
from storage.model.money import Money
from storage.model.period import Period

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from services.anomalies.results import Alert
    from storage.model.anomaly import Anomaly, Feedback, Happening, SeriesKey

NAME = 70
"""Characters of a series' name; the details have all of it."""
KINDS = {
    AnomalyKind.SPIKE: "spike",
    AnomalyKind.STEP: "lasting increase",
    AnomalyKind.DRIFT: "slow drift",
    AnomalyKind.DROP: "drop",
    AnomalyKind.FEE: "larger fee",
    AnomalyKind.NEW_SERVICE: "first-seen service",
    AnomalyKind.NEW_REGION: "first-seen region",
    AnomalyKind.NEW_ACCOUNT: "first-seen account",
    AnomalyKind.SILENCE: "no data",
    AnomalyKind.UNUSED: "unused commitment",
}
FIRSTS = frozenset({AnomalyKind.NEW_SERVICE, AnomalyKind.NEW_REGION, AnomalyKind.NEW_ACCOUNT})


def series(key: SeriesKey, label: str | None = None, most: int = NAME) -> str:
    """`Amazon EC2 in Production (111111111111)`, `eu-west-1`, `everything`."""
    parts = dict(key.parts)
    if set(parts) == {"service", "account"}:
        (account,) = words.columns({"account": parts["account"]}, label)
        text = f"{words.value_words('service', parts['service'])} in {account}"
    elif parts:
        text = words.key_words(parts, label if "account" in parts else None)
    else:
        text = "everything"
    return words.cut_middle(words.clean(text), most)


def about(anomaly: Anomaly, most: int = NAME) -> str:
    """What money it is about."""
    return series(anomaly.series, anomaly.label, most)


def short(anomaly: Anomaly, most: int = 60) -> str:
    """The same with the account's name alone, where it has one: for a picture, which has no room for numbers."""
    account = anomaly.series.value("account")
    if not anomaly.label or account is None:
        return about(anomaly, most)
    parts = tuple((name, anomaly.label if name == "account" else value) for name, value in anomaly.series.parts)
    return series(replace(anomaly.series, parts=parts), most=most)


def scope(feedback: Feedback, route: str = "") -> str:
    """What a lesson is about."""
    if feedback.scope.dimensions == (ROUTE,):
        return f"everything of the route {route or feedback.scope.value(ROUTE)}"
    return series(feedback.scope)


def money(anomaly: Anomaly, amount: Decimal, *, sign: bool = False) -> str:
    """An amount of an anomaly's."""
    return words.money(Money(amount, anomaly.series.currency), sign=sign)


def standing(anomaly: Anomaly) -> str:
    """The first word of the headline: the severity while it is open, then how it ended."""
    if anomaly.status is Status.EXPECTED:
        return "Expected"
    if anomaly.status is Status.FALSE_POSITIVE:
        return "False positive"
    if anomaly.status is Status.RESOLVED:
        return {Ending.NEW_NORMAL: "New normal", Ending.FIXED: "Fixed"}.get(anomaly.ending or Ending.BACK, "Resolved")
    return anomaly.severity.word


def headline(anomaly: Anomaly, most: int = NAME) -> str:
    """`High: spike in Amazon EC2 in Production (111111111111)`."""
    between = "from" if anomaly.kind is AnomalyKind.SILENCE else "in" if anomaly.kind not in FIRSTS else "–"
    return f"{standing(anomaly)}: {KINDS[anomaly.kind]} {between} {about(anomaly, most)}"


def change(anomaly: Anomaly) -> str:
    """`+$935 (+307 %)`, of the newest day."""
    last = anomaly.figures.last
    ratio = f" ({words.per_cent(anomaly.figures.ratio, sign=True)})" if anomaly.figures.ratio is not None else ""
    return f"{money(anomaly, last.excess, sign=True)}{ratio}"


def band(anomaly: Anomaly) -> str:
    """`$250 to $351`."""
    figures = anomaly.figures
    return f"{money(anomaly, figures.lower)} to {money(anomaly, figures.upper)}"


def more_or_less(amount: Decimal) -> str:
    """`more` or `less` than expected."""
    return "less" if amount < 0 else "more"


def total(anomaly: Anomaly) -> str:
    """`$1,448 more than expected`, of the whole episode; of data that is missing, since when."""
    if anomaly.kind is AnomalyKind.SILENCE:
        return f"no charge since {day(anomaly.since, anomaly)}"
    excess = anomaly.figures.excess
    return f"{money(anomaly, abs(excess))} {more_or_less(excess)} than expected"


def days(anomaly: Anomaly) -> str:
    """`19–20 Nov 2026`."""
    return words.period(Period.of_days(anomaly.since, max(anomaly.since, anomaly.until)))


def day(moment: date, anomaly: Anomaly) -> str:
    """`20 Nov`, with the year unless it is that of the newest figures."""
    return words.day(moment, anomaly.through)


def moment(at: datetime) -> str:
    """`21 Nov 2026, 12:00 UTC`."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def happened(said: Happening, alert: Alert) -> str:
    """A line of history: `Ana claimed it: a note`."""
    if said.actor:
        text = f"{alert.name(said.actor)} {DID.get(said.what, said.what.replace('_', ' '))}"
    else:
        text = BY_ITSELF.get(said.what, said.what.replace("_", " ").capitalize())
    return f"{text}: {said.note}" if said.note else text


LESSONS = {
    FeedbackKind.EXPECTED: "expected",
    FeedbackKind.REMEMBER: "comes each month",
    FeedbackKind.FALSE_POSITIVE: "false positive",
    FeedbackKind.PLANNED: "planned",
    FeedbackKind.SNOOZE: "snoozed",
}


def lesson(feedback: Feedback) -> str:
    """`expected until 1 Dec 2026`, `false positive: floor raised by $936 a day`."""
    amount = words.money(Money(feedback.amount, feedback.scope.currency))
    until = f" until {words.day(feedback.until)}" if feedback.until else ""
    if feedback.kind is FeedbackKind.FALSE_POSITIVE:
        return f"false positive: floor raised by {amount} a day"
    if feedback.kind is FeedbackKind.REMEMBER:
        return f"comes each month: {amount} on day {feedback.since.day}"
    if feedback.kind is FeedbackKind.PLANNED and feedback.until:
        return f"planned, {words.period(Period.of_days(feedback.since, feedback.until))}"
    return f"{LESSONS[feedback.kind]}{until}"
