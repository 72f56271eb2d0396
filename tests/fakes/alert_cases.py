"""Alerts in every kind and state, as the board answers with them: what the messages are drawn from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from services.anomalies.results import Alert, DayLine
from services.anomalies.transitions import acts
from storage.model.anomaly import (
    Anomaly,
    AnomalyKind,
    Cause,
    CauseStep,
    Driver,
    Ending,
    Feedback,
    FeedbackKind,
    Figures,
    Happening,
    Rate,
    SeriesKey,
    Severity,
    Status,
    Told,
)
from tests.fakes.anomalies import ACCOUNT, ANA, BEN, CAUSE, DAY, FALLBACK, NOW, OPENED_AT, PAYMENTS, ROUTE, SERIES, days, spike

NAMES = {ANA: "Ana", BEN: "Ben"}
UNTIL = date(2026, 12, 1)
HOSTILE = "<!channel> *all* `x` _y_ :fire: <@U1> & \u202etxt"
LONG = "arn:aws:ec2:eu-west-1:123456789012:instance/" + "a-rather-long-resource-name-" * 40
SPIKE = spike(id=17, revision=3)


def chart_days(count: int = 30) -> tuple[DayLine, ...]:
    """A quiet month with the days of the spike at its end, and one that is not complete."""
    last = DAY + timedelta(days=2)
    quiet = [last - timedelta(days=back) for back in range(count - 1, -1, -1)]
    values = {DAY: Decimal("812.40"), DAY + timedelta(days=1): Decimal("1240.50"), last: Decimal(610)}
    return tuple(
        DayLine(day, values.get(day, Decimal(300) + day.day % 5), Decimal(302), Decimal(250), Decimal("350.5")) for day in quiet
    )


def alert(anomaly: Anomaly = SPIKE, *history: Happening, **more: object) -> Alert:
    """One as the board has it."""
    opened = Happening(OPENED_AT, "", "opened")
    given = {"names": NAMES, "route": ROUTE, "days": chart_days(), **more}
    return Alert(anomaly, acts(anomaly), history=(opened, *history), **given)  # type: ignore[arg-type]  # checked by the class


def by(what: str, note: str = "", who: str = ANA) -> Happening:
    """Somebody did something at noon."""
    return Happening(NOW, who, what, note)


def lesson(kind: FeedbackKind = FeedbackKind.EXPECTED, **more: object) -> Feedback:
    """What Ana taught about it."""
    given = {"kind": kind, "scope": SERIES, "since": DAY, "until": UNTIL, "by": ANA, "at": NOW, "anomaly": 17, "id": 4, **more}
    return Feedback(**given)  # type: ignore[arg-type]  # checked by the class


SEEN = {"acknowledged_by": ANA, "acknowledged_at": NOW, "remind_at": None}
CLOSED = {**SEEN, "ended_at": NOW}


def of(kind: AnomalyKind, *pairs: tuple[str, str], **more: object) -> Anomaly:
    """Another kind, with its days."""
    daily = days(*pairs)
    return SPIKE.but(kind=kind, figures=replace(SPIKE.figures, daily=daily), until=daily[-1].day, **more)


def member(number: int, **more: object) -> Anomaly:
    """Folded into it."""
    series = SeriesKey((("account", str(number)), ("service", "Amazon EC2")), "USD")
    return spike(id=number, series=series, parent=17, label=None, told=Told.SILENT, **more)


KINDS: dict[str, Alert] = {
    "spike": alert(),
    "step": alert(of(AnomalyKind.STEP, ("800", "300"), ("810", "300"), ("790", "300"))),
    "drift": alert(of(AnomalyKind.DRIFT, ("310", "300"), ("390", "300"), severity=Severity.MEDIUM)),
    "drop": alert(of(AnomalyKind.DROP, ("40", "300"), ("35.5", "300"), severity=Severity.LOW, cause=None)),
    "fee": alert(of(AnomalyKind.FEE, ("1500", "900"), severity=Severity.MEDIUM)),
    "first-seen service": alert(
        of(AnomalyKind.NEW_SERVICE, ("0.004", "0"), ("120", "0"), cause=Cause(Driver.NEW, CAUSE.steps[:1])), route=FALLBACK
    ),
    "first-seen region": alert(
        of(AnomalyKind.NEW_REGION, ("55", "0"), series=SeriesKey((("region", "ap-east-1"),), "USD"), label=None)
    ),
    "silence": alert(
        of(
            AnomalyKind.SILENCE,
            ("0", "300"),
            ("0", "300"),
            series=SeriesKey((("source", "aws-prod"),), "USD"),
            cause=None,
            label=None,
        ),
        days=(),
        route=None,
    ),
    "unused commitment": alert(of(AnomalyKind.UNUSED, ("96", "12"), ("97.5", "12"), cause=None)),
}
STATES: dict[str, Alert] = {
    "acknowledged": alert(SPIKE.but(status=Status.ACKNOWLEDGED, **SEEN), by("acknowledged", "looking")),
    "claimed": alert(SPIKE.but(status=Status.ACKNOWLEDGED, claimed_by=BEN, **SEEN), by("acknowledged"), by("claimed", who=BEN)),
    "investigating": alert(SPIKE.but(status=Status.INVESTIGATING, claimed_by=ANA, **SEEN), by("investigating")),
    "snoozed": alert(
        SPIKE.but(status=Status.ACKNOWLEDGED, snoozed_until=NOW + timedelta(days=7), **SEEN),
        by("snoozed", "this series until 28 Nov 2026"),
        lessons=(lesson(FeedbackKind.SNOOZE),),
    ),
    "escalated": alert(SPIKE.but(reminded=2, remind_at=None), by("escalated")),
    "reminded": alert(SPIKE.but(reminded=1)),
    "expected": alert(
        SPIKE.but(status=Status.EXPECTED, expected_until=UNTIL, **CLOSED),
        by("expected", "until 1 Dec 2026, and again each month: load test"),
        lessons=(lesson(), lesson(FeedbackKind.REMEMBER, until=None, amount=Decimal("935.5"))),
    ),
    "false positive": alert(
        SPIKE.but(status=Status.FALSE_POSITIVE, **CLOSED),
        by("false_positive"),
        lessons=(lesson(FeedbackKind.FALSE_POSITIVE, until=None, amount=Decimal("935.5")),),
    ),
    "fixed": alert(SPIKE.but(status=Status.RESOLVED, ending=Ending.FIXED, **CLOSED), by("fixed", "stopped them")),
    "resolved by itself": alert(SPIKE.but(status=Status.RESOLVED, ending=Ending.BACK, ended_at=NOW, remind_at=None)),
    "new normal": alert(SPIKE.but(status=Status.RESOLVED, ending=Ending.NEW_NORMAL, ended_at=NOW, remind_at=None)),
    "reopened": alert(SPIKE, by("fixed"), by("reopened", "not yet", BEN)),
    "passed on to here": alert(SPIKE.but(moved=1), by("rerouted", "to payments: yours")),
}
LOOKS: dict[str, Alert] = {
    "incomplete day": alert(
        SPIKE.but(
            through=DAY,
            figures=Figures(
                (*days(("812.40", "300.15")), replace(days(("900", "305"))[0], day=NOW.date(), is_partial=True)),
                *(Decimal(250), Decimal(350), 9.0),
            ),
            late=("azure", "gcp billing export"),
        )
    ),
    "nothing but an incomplete day": alert(
        SPIKE.but(
            through=DAY - timedelta(days=1),
            since=DAY,
            until=DAY,
            figures=Figures((replace(days(("900", "305"))[0], is_partial=True),), Decimal(250), Decimal(350), 9.0),
        )
    ),
    "restated": alert(SPIKE.but(restated="19 Nov was $700, and is $812 now")),
    "folded": alert(SPIKE, members=tuple(member(at) for at in range(201, 208))),
    "folded into another": alert(member(201)),
    "other currency": alert(SPIKE.but(series=replace(SERIES, currency="JPY")), days=()),
    "a higher price": alert(
        SPIKE.but(
            cause=Cause(
                Driver.PRICE,
                CAUSE.steps[:2],
                (Rate("Hours", Decimal(240), Decimal(240), Decimal("0.0416"), Decimal("0.192"), Decimal(0), Decimal(600), "m5"),),
                notes=("Held against the same weekdays of the four weeks before.", "Coverage fell from 80 % to 20 %."),
            )
        ),
        route=None,
    ),
    "cause unavailable": alert(
        SPIKE.but(cause=Cause(Driver.UNKNOWN, missing=("line items: this source has daily totals only",))), days=chart_days(3)
    ),
    "hostile": alert(
        SPIKE.but(
            series=SeriesKey((("account", ACCOUNT), ("service", HOSTILE)), "<!x>"),
            label=HOSTILE,
            cause=Cause(
                Driver.USAGE,
                (CauseStep("tag:<!here>", HOSTILE, HOSTILE, Decimal(5), Decimal(1), ((HOSTILE, Decimal(1)),)),),
                (Rate(HOSTILE, Decimal(1), Decimal(2), None, Decimal(1), Decimal(1), Decimal(0), HOSTILE),),
                owner=HOSTILE,
                missing=(HOSTILE,),
                notes=(HOSTILE,),
            ),
            late=(HOSTILE,),
            restated=HOSTILE,
            status=Status.INVESTIGATING,
            claimed_by=ANA,
            **SEEN,
        ),
        by("investigating", HOSTILE),
        names={ANA: HOSTILE},
        route=replace(ROUTE, name=HOSTILE),
        members=(replace(member(201), label=HOSTILE),),
    ),
    "very long": alert(
        SPIKE.but(
            series=SeriesKey((("account", LONG), ("service", LONG), ("tag:team", LONG)), "USD"),
            label=LONG,
            cause=Cause(Driver.USAGE, tuple(CauseStep("resource", LONG, LONG, Decimal(5), Decimal(1)) for _ in range(9)),
                        owner=LONG, missing=(LONG, LONG), notes=(LONG, LONG, LONG)),
            late=(LONG,) * 20,
            restated=LONG,
        ),
        by("acknowledged", LONG),
        members=tuple(member(at ) for at in range(201, 240)),
    ),
    "nothing but zeros": alert(of(AnomalyKind.SPIKE, ("0", "0")), days=()),
}  # fmt: skip
ALERTS = {**KINDS, **STATES, **LOOKS}
HERE = PAYMENTS
