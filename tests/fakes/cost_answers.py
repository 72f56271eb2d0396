"""Cost answers as `services.costs` gives them, small enough to check by eye: one company, November 2026 up to the 21st."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.costs.results import (
    Bases,
    Basics,
    BasisFigures,
    BelowLine,
    Breakdown,
    Completeness,
    CostRow,
    KeyFigure,
    KeyFigures,
    MissingBasis,
    Mover,
    Movers,
    MoverSection,
    Section,
    SourceState,
    Usage,
)
from storage.model.money import Money
from storage.model.period import DAY, Period
from storage.model.query import Basis, CostQuery, Granularity, Line

NOVEMBER = Period.of_days(date(2026, 11, 1), date(2026, 11, 21))
SOURCES = ("aws-prod", "azure-main", "gcp-data")
ON_TIME = Completeness(date(2026, 11, 21), tuple(SourceState(name, date(2026, 11, 21), late=False) for name in SOURCES))
LATE = Completeness(
    date(2026, 11, 18),
    (
        SourceState("aws-prod", date(2026, 11, 21), late=False),
        SourceState("azure-main", date(2026, 11, 18), late=True),
        SourceState("gcp-data", None, late=True),
    ),
)
NO_DATA = Completeness(None, ())
HOSTILE = (
    "<!channel>",
    "*bold* _it_ ~no~ `code`",
    "<https://evil.example|click>",
    "@here :fire:",
    "a\nb\u202ec",
    "=cmd|' /C calc'!A0",
    "",
)
SERVICES = (
    ("Amazon Elastic Compute Cloud", "5120.40", "4800", "Compute", ("8120.5", "Hours")),
    ("Amazon Simple Storage Service", "1200.005", "1310.10", "Storage", ("52.125", "TB-Months")),
    ("AWS Lambda", "64.10", "0", "Compute", None),
    ("Tax-like & odd", "0.0004", "12.50", None, None),
    ("Refunded thing", "-25", "-10", "Other", None),
)


def usd(text: str | Decimal | int) -> Money:
    """An amount in dollars."""
    return Money(Decimal(text), "USD")


def eur(text: str | Decimal | int) -> Money:
    """An amount in euros."""
    return Money(Decimal(text), "EUR")


def basics(query: CostQuery, state: Completeness = ON_TIME, **changes: object) -> Basics:
    """What every answer carries."""
    sql = "SELECT sub_account, sum(effective) AS amount\nFROM cube_account\nWHERE day >= '2026-11-01' AND day < '2026-11-22'"
    return replace(Basics(query, state, (), sql, 7, estimated=True), **changes)


def row(
    name: str | None,
    amount: Money,
    previous: Money | None = None,
    *,
    by: str = "service",
    label: str | None = None,
    trend: tuple[Money, ...] = (),
    category: str | None = None,
    usage: Usage | None = None,
    share: Decimal | None = None,
) -> CostRow:
    """One line of a breakdown by one dimension."""
    return CostRow({by: name}, label, amount, previous, share, trend, category, usage)


def section(
    rows: tuple[CostRow, ...],
    currency: str = "USD",
    *,
    hidden: str = "0",
    hidden_rows: int = 0,
    below: tuple[BelowLine, ...] = (),
    trend: tuple[Money, ...] = (),
    previous_trend: tuple[Money, ...] = (),
) -> Section:
    """A section whose totals follow from its rows."""
    rest = Money(Decimal(hidden), currency)
    total = Money.total([each.amount for each in rows], currency) + rest
    before = [each.previous for each in rows if each.previous is not None]
    return Section(
        currency=currency,
        rows=tuple(replace(each, share=each.amount.ratio(total)) for each in rows),
        remainder=rest,
        remainder_previous=rest if hidden_rows else None,
        remainder_rows=hidden_rows,
        total=total,
        previous=Money.total(before, currency) + rest if before else None,
        below=below,
        net=total + Money.total([each.amount for each in below], currency),
        trend=trend,
        previous_trend=previous_trend,
    )


def ramp(amount: Money, days: int = 21) -> tuple[Money, ...]:
    """A series that grows day by day and adds up to roughly the amount."""
    return tuple(amount * (Decimal(2 * each) / Decimal(days * (days + 1))) for each in range(1, days + 1))


def services() -> tuple[CostRow, ...]:
    """Five services with all there is to show of them."""
    return tuple(
        row(
            name,
            usd(now),
            usd(before),
            category=category,
            usage=Usage(Decimal(usage[0]), usage[1]) if usage else None,
            trend=ramp(usd(now)),
        )
        for name, now, before, category, usage in SERVICES
    )


BELOW = (BelowLine(Line.CREDITS, usd("-500")), BelowLine(Line.REFUNDS, usd("-20.25")), BelowLine(Line.TAX, usd("1208.55")))


def by_service(state: Completeness = ON_TIME, **changes: object) -> Breakdown:
    """Services of November so far, a remainder, and credits, refunds and tax below."""
    query = CostQuery(NOVEMBER, by=("service",), top=5)
    answer = section(services(), hidden="310.5", hidden_rows=12, below=BELOW)
    return Breakdown(basics(query, state, **changes), (answer,), rows_total=17)


def by_service_so_far(**question: object) -> Breakdown:
    """Services of a month whose last three days are not complete: 18 days are held against 18, and one service is new since."""
    whole = by_service()
    only = whole.sections[0]
    rows = tuple(replace(each, judged=each.amount * Decimal("0.8") if each.previous else usd(0)) for each in only.rows)
    query = whole.basics.query.but(compare=Period.of_days(date(2026, 10, 1), date(2026, 10, 18)), **question)
    answer = replace(only, rows=rows, judged=only.total * Decimal("0.8"), remainder_judged=usd("250"))
    return replace(
        whole,
        basics=basics(query, LATE),
        sections=(answer,),
        judged=Period.of_days(date(2026, 11, 1), date(2026, 11, 18)),
    )


def by_week_so_far() -> Breakdown:
    """Four weeks, the last of them with three complete days; those before have as many."""
    period = Period.of_days(date(2026, 10, 26), date(2026, 11, 22))
    starts = tuple(period.start + DAY * 7 * at for at in range(4))
    now, before = (usd(700), usd(710), usd(720), usd(500)), (usd(690), usd(700), usd(700), usd(300))
    whole = section((), trend=now, previous_trend=before)
    total = Money.total(now, "USD")
    answer = replace(whole, total=total, net=total, previous=Money.total(before, "USD"), judged=usd(2440))
    compare = Period.of_days(date(2026, 9, 28), date(2026, 10, 21))
    query = CostQuery(period, granularity=Granularity.WEEK, compare=compare)
    judged = Period.of_days(period.start, date(2026, 11, 18))
    return Breakdown(basics(query, LATE), (answer,), rows_total=0, buckets=starts, judged=judged)


def by(name: str, rows: tuple[CostRow, ...], *more: Section, **question: object) -> Breakdown:
    """Any breakdown by one dimension."""
    query = CostQuery(NOVEMBER, by=(name,)).but(**question)
    return Breakdown(basics(query), (section(rows), *more), rows_total=len(rows) + sum(len(each.rows) for each in more))


def by_day(days: int = 14, *, state: Completeness = ON_TIME, rows: tuple[str, ...] = ()) -> Breakdown:
    """A daily trend of the last days up to the 21st, with the days before beside it."""
    period = Period(date(2026, 11, 22) - DAY * days, date(2026, 11, 22))
    values = tuple(usd(Decimal(300 + 7 * (at % 5) + at)) for at in range(days))
    named = tuple(row(name, usd(90 * days), trend=(usd(90),) * days) for name in rows)
    whole = section(
        named or (CostRow({}, None, Money.total(values, "USD"), None, None),), trend=values, previous_trend=values[::-1]
    )
    total = Money.total(values, "USD")
    answer = replace(
        whole, total=total, net=total, previous=total, remainder=total - Money.total([r.amount for r in named], "USD")
    )
    query = CostQuery(period, by=("service",) if rows else (), granularity=Granularity.DAY)
    return Breakdown(basics(query, state), (replace(answer, rows=named),), rows_total=len(named), buckets=tuple(period))


def figure(scale: str = "1", currency: str = "USD") -> KeyFigure:
    """A month going a little up."""
    money = lambda text: Money(Decimal(text) * Decimal(scale), currency)  # noqa: E731  # a name for one line
    daily = tuple(money(str(390 + 3 * (at % 6))) for at in range(21))
    return KeyFigure(
        to_date=money("8412.33"),
        previous=money("7790"),
        last_month=money("11204.10"),
        run_rate=money("400.587"),
        remaining=money("3605.28"),
        below=tuple(BelowLine(each.line, Money(each.amount.amount * Decimal(scale), currency)) for each in BELOW),
        net=money("9100.63"),
        daily=daily,
    )


def month_so_far(*figures: KeyFigure, state: Completeness = ON_TIME) -> KeyFigures:
    """The bare question on the 22nd."""
    query = CostQuery(Period.month(date(2026, 11, 1)))
    return KeyFigures(
        basics=basics(query, state),
        figures=figures or (figure(),),
        days=NOVEMBER,
        compared=NOVEMBER.previous(),
        week=Period.of_days(date(2026, 11, 15), date(2026, 11, 21)),
        top=(section(services()[:3], hidden="2027.83", hidden_rows=14),),
    )


def four_bases(*, gaps: bool = False) -> Bases:
    """The four bases, with what discounts and commitments did; with gaps a source has no list price."""
    amounts: dict[Basis, Money | None] = {
        Basis.EFFECTIVE: usd("8412.33"),
        Basis.BILLED: usd("9001.10"),
        Basis.CONTRACTED: usd("9400"),
        Basis.LIST: None if gaps else usd("10500"),
    }
    found = BasisFigures(
        currency="USD",
        amounts=amounts,
        negotiated_saving=None if gaps else usd("1100"),
        negotiated_rate=None if gaps else Decimal("0.1047"),
        commitment_saving=usd("987.67"),
        commitment_rate=Decimal("0.105"),
        used=usd("2100"),
        unused=usd("120.5"),
        utilisation=Decimal("0.9457"),
    )
    missing = (MissingBasis(Basis.LIST, "gcp-data", 1204),) if gaps else ()
    return Bases(basics(CostQuery(NOVEMBER), missing=missing), (found,))


def what_moved(*more: MoverSection, names: tuple[str | None, ...] = ("Amazon EC2", "Amazon S3", "AWS Lambda")) -> Movers:
    """Three movers, one new and one gone, and a rest."""
    query = CostQuery(NOVEMBER, by=("service",))
    found = (
        mover(names[0], "4800", "5700"),
        mover(names[1], "300", "0", is_gone=True),
        mover(names[2], "0", "210.5", is_new=True),
    )
    only = MoverSection("USD", usd("7790"), usd("8412.33"), usd("622.33"), found, usd("-188.17"), "service")
    return Movers(basics(query), (only, *more))


def moved_twice() -> Movers:
    """The same change by service and by account, and one in euros."""
    found = what_moved(
        MoverSection(
            "USD", usd("7790"), usd("8412.33"), usd("622.33"), (mover("123", "7000", "7622.33", by="account"),), usd(0), "account"
        ),
        MoverSection("EUR", eur(100), eur(90), eur(-10), (), eur(-10), "service"),
    )
    return replace(found, basics=basics(CostQuery(NOVEMBER, by=("service", "account"))))


def mover(
    name: str | None, before: str, after: str, *, by: str = "service", is_new: bool = False, is_gone: bool = False
) -> Mover:
    """What one service contributed, of a change of 622.33."""
    change = usd(after) - usd(before)
    return Mover({by: name}, None, usd(before), usd(after), change, change.ratio(usd("622.33")), is_new, is_gone)
