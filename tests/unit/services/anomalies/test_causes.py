"""Given a bill with something planted in it, when the anomaly is explained, then what was planted is named, to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from storage.model.anomaly import AnomalyKind, CauseStep, Driver, SeriesKey
from storage.model.period import DAY, Period
from tests.fakes.bills import DATA, WEB
from tests.fakes.incidents import DISK, EC2, FIRST, LARGE, SERIES, SINCE, ask, days_from, steady, store_of, used

if TYPE_CHECKING:
    from pathlib import Path

    from storage.model.anomaly import Cause, Rate
    from tests.fakes.bills import Row

D = Decimal
GPU = "EUW1-BoxUsage:p5.48xlarge"


def disk(quantity: str = "20", price: str = "0.1") -> Row:
    """The disk on the Monday."""
    return used(SINCE, quantity, price, SkuMeter=DISK, ConsumedUnit="GB-Months", ResourceId="vol-1")


def machines(quantity: str = "24", price: str = "0.5") -> list[Row]:
    """The two machines and the disk on the Monday."""
    return [used(SINCE, quantity, price, ResourceId="i-1"), used(SINCE, quantity, price, ResourceId="i-2"), disk()]


def cause_of(folder: Path, rows: list[Row], series: SeriesKey = SERIES, kind: AnomalyKind = AnomalyKind.SPIKE) -> Cause:
    """The cause, when these are the Monday's charges."""
    with store_of(folder, [*steady(), *rows]) as store:
        return ask(store, series, kind)


def step(cause: Cause, dimension: str) -> CauseStep:
    (found,) = (each for each in cause.steps if each.dimension == dimension)
    return found


def places(cause: Cause) -> dict[str, str | None]:
    """Dimension → the value that was followed, in order."""
    return {each.dimension: each.value for each in cause.steps}


def only(cause: Cause) -> Rate:
    (found,) = cause.rates
    return found


def test_a_higher_price_is_named_a_price(tmp_path: Path) -> None:
    cause = cause_of(tmp_path, machines(price="0.8"))

    assert (cause.driver, cause.excess) == (Driver.PRICE, D("14.40"))
    rate = only(cause)
    assert (rate.meter, rate.unit, rate.quantity_before, rate.quantity) == (LARGE, "Hours", D(48), D(48))
    assert (rate.price_before, rate.price, rate.by_usage, rate.by_price) == (D("0.5"), D("0.8"), D(0), D("14.40"))
    assert (cause.missing, cause.notes) == ((), ())


def test_more_of_it_is_named_usage(tmp_path: Path) -> None:
    cause = cause_of(tmp_path, machines("72"))

    assert (cause.driver, cause.excess) == (Driver.USAGE, D(48))
    rate = only(cause)
    assert (rate.quantity_before, rate.quantity, rate.price_before, rate.price) == (D(48), D(144), D("0.5"), D("0.5"))
    assert (rate.by_usage, rate.by_price) == (D(48), D(0))


def test_more_of_it_at_a_higher_price_is_both(tmp_path: Path) -> None:
    cause = cause_of(tmp_path, machines("48", "0.8"))

    assert (cause.driver, cause.excess) == (Driver.MIXED, D("52.80"))
    rate = only(cause)
    # 48 hours more at the old price; 0.30 more for each of the 96 hours there are now.
    assert (rate.by_usage, rate.by_price) == (D(24), D("28.80"))


def test_a_little_of_the_one_does_not_hide_the_other(tmp_path: Path) -> None:
    assert cause_of(tmp_path, machines("72", "0.51")).driver is Driver.USAGE


def test_more_use_at_a_lower_price_is_use(tmp_path: Path) -> None:
    cause = cause_of(tmp_path, machines("72", "0.4"))

    assert cause.driver is Driver.USAGE
    assert (only(cause).by_usage, only(cause).by_price) == (D(48), D("-14.40"))


def test_units_are_never_mixed(tmp_path: Path) -> None:
    cause = cause_of(tmp_path, [*machines("48")[:2], disk("20", "1.3")])

    assert (cause.driver, cause.excess) == (Driver.MIXED, D(48))
    rates = {rate.meter: (rate.unit, rate.by_usage, rate.by_price) for rate in cause.rates}
    assert rates == {LARGE: ("Hours", D(24), D(0)), DISK: ("GB-Months", D(0), D(24))}


def test_a_new_machine_of_a_known_type_is_more_usage_and_is_named(tmp_path: Path) -> None:
    new = used(SINCE, "96", ResourceId="i-new", Tags='{"team": "data"}')
    cause = cause_of(tmp_path, [*machines(), new])

    assert cause.driver is Driver.USAGE
    assert cause.steps == (
        CauseStep("region", "eu-west-1", None, D(48), D(1)),
        CauseStep("meter", LARGE, None, D(48), D(1)),
        CauseStep("resource", "i-new", None, D(48), D(1)),
    )
    assert (cause.first_seen, cause.owner) == (SINCE, "data")


def test_a_new_usage_type_is_new_because_there_is_no_price_to_compare_with(tmp_path: Path) -> None:
    cause = cause_of(tmp_path, [*machines("26"), used(SINCE, "1", "98.32", SkuMeter=GPU, ResourceId="i-gpu")])

    assert (cause.driver, cause.excess) == (Driver.NEW, D("100.32"))
    assert places(cause) == {"region": "eu-west-1", "meter": GPU, "resource": "i-gpu"}
    assert step(cause, "meter") == CauseStep("meter", GPU, None, D("98.32"), D("0.9801"), ((LARGE, D(2)),))
    new = cause.rates[0]
    assert (new.meter, new.price_before, new.price, new.by_usage, new.by_price) == (GPU, None, D("98.32"), D("98.32"), D(0))
    assert cause.first_seen == SINCE


def test_what_moved_to_another_region_leaves_a_hole_where_it_was(tmp_path: Path) -> None:
    moved = [used(SINCE, "24", "0.7", ResourceId=name, RegionId="us-east-1", SkuMeter="BoxUsage") for name in ("i-3", "i-4")]
    cause = cause_of(tmp_path, [*moved, disk()])

    assert (cause.driver, cause.excess) == (Driver.NEW, D("9.60"))
    region = step(cause, "region")
    assert (region.value, region.amount, region.rest) == ("us-east-1", D("33.60"), (("eu-west-1", D(-24)),))
    assert region.share == D("3.5")


def test_a_commitment_that_ended_is_a_price_and_the_coverage_is_said(tmp_path: Path) -> None:
    def covered(day_hours: int, day: object = SINCE) -> list[Row]:
        plan: Row = {"PricingCategory": "Committed", "CommitmentDiscountStatus": "Used", "CommitmentDiscountId": "plan-1"}
        rest = used(day, str(100 - day_hours), "1", ResourceId="i-1")  # type: ignore[arg-type]  # a day
        return [used(day, str(day_hours), "0.6", ResourceId="i-1", **plan), rest]  # type: ignore[arg-type]  # a day

    before = [row for day in Period(FIRST, SINCE) for row in covered(80, day)]
    with store_of(tmp_path, [*before, *covered(20)]) as store:
        cause = ask(store)

    assert (cause.driver, cause.excess) == (Driver.PRICE, D(24))
    assert (only(cause).price_before, only(cause).price) == (D("0.68"), D("0.92"))
    assert cause.notes == ("Commitments covered 80 % of its use before, and cover 20 % now.",)


def test_machines_that_lost_their_spot_price_are_said(tmp_path: Path) -> None:
    before = [used(day, price="0.2", PricingCategory="Dynamic") for day in Period(FIRST, SINCE)]
    with store_of(tmp_path, [*before, used(SINCE)]) as store:
        cause = ask(store)

    assert cause.driver is Driver.PRICE
    assert cause.notes == ("Spot capacity was 100 % of its use before, and is 0 % now.",)


def test_a_drop_is_led_by_what_fell(tmp_path: Path) -> None:
    cause = cause_of(tmp_path, [used(SINCE, ResourceId="i-2"), disk("21")], kind=AnomalyKind.DROP)

    assert (cause.driver, cause.excess) == (Driver.USAGE, D("-11.90"))
    assert places(cause) == {"region": "eu-west-1", "meter": LARGE, "resource": "i-1"}
    resource = step(cause, "resource")
    assert (resource.amount, resource.rest, resource.others) == (D(-12), (), D("0.10"))
    assert (cause.first_seen, cause.owner) == (FIRST, "shop")


def test_each_currency_is_explained_by_itself(tmp_path: Path) -> None:
    euro: Row = {"BillingCurrency": "EUR", "ResourceId": "i-eu"}
    with store_of(
        tmp_path,
        [*steady(), *(used(day, "10", **euro) for day in Period(FIRST, SINCE)), *machines("48"), used(SINCE, **euro)],
    ) as store:
        dollars, euros = ask(store), ask(store, SeriesKey(SERIES.parts, "EUR"))

    assert (dollars.excess, dollars.driver) == (D(24), Driver.USAGE)
    assert (euros.excess, euros.driver) == (D(7), Driver.USAGE)
    assert step(euros, "resource").value == "i-eu"


def test_the_account_and_the_service_are_steps_where_the_series_leaves_them_open(tmp_path: Path) -> None:
    tagged = SeriesKey((("tag:team", "shop"),), "USD")
    other = used(SINCE, "50", "1", ServiceName="Amazon RDS", SubAccountId=DATA, SubAccountName="Data", ResourceId="db-1")
    cause = cause_of(tmp_path, [*machines("25"), other], tagged)

    assert places(cause) == {
        "service": "Amazon RDS",
        "account": DATA,
        "region": "eu-west-1",
        "meter": LARGE,
        "resource": "db-1",
    }
    assert step(cause, "account").label == "Data"
    assert [each.amount for each in cause.steps] == [D(50)] * 5
    assert step(cause, "service").rest == ((EC2, D(1)),)
    assert {each.others for each in cause.steps[1:]} == {D(1)}, "what the first step left aside"
    assert cause.driver is Driver.NEW


def test_what_is_spread_over_many_stops_there(tmp_path: Path) -> None:
    fleet = [used(day, "1", "1", ResourceId=f"i-{number}") for day in Period(FIRST, SINCE) for number in range(12)]
    more = [used(SINCE, "2", "1", ResourceId=f"i-{number}") for number in range(12)]
    with store_of(tmp_path, [*fleet, *more]) as store:
        cause = ask(store)

    assert places(cause) == {"region": "eu-west-1", "meter": LARGE}
    assert cause.notes == ("It is spread over 12 resources, none of which has a tenth of it.",)
    assert cause.driver is Driver.USAGE


def test_only_usage_is_explained(tmp_path: Path) -> None:
    nothing: Row = {"ConsumedQuantity": None, "ConsumedUnit": None, "ResourceId": None}
    others = [
        used(SINCE, "1", "500", ChargeCategory="Purchase", **nothing),
        used(SINCE, "1", "90", ChargeCategory="Tax", **nothing),
        used(SINCE, "1", "-70", ChargeCategory="Credit", **nothing),
    ]
    cause = cause_of(tmp_path, [*machines("48"), *others])

    assert (cause.excess, cause.driver) == (D(24), Driver.USAGE)


def test_the_days_are_compared_with_the_same_weekdays(tmp_path: Path) -> None:
    quiet_weekends = [used(day, "48" if day.weekday() < 5 else "0") for day in Period(FIRST, SINCE)]
    with store_of(tmp_path, [*quiet_weekends, used(SINCE, "60"), used(SINCE + DAY, "72")]) as store:
        cause = ask(store, days=days_from(2))

    assert only(cause).quantity_before == D(48)
    assert cause.excess == D(9)


def test_of_a_long_anomaly_the_last_whole_weeks_are_explained(tmp_path: Path) -> None:
    span = days_from(10)
    rows = [used(day, "24" if day < SINCE + DAY * 3 else "48") for day in span]
    with store_of(tmp_path, [*(used(day) for day in Period(FIRST, SINCE)), *rows]) as store:
        assert ask(store, days=span).excess == D(12)


def test_an_account_that_was_not_there_before_is_new_all_through(tmp_path: Path) -> None:
    cause = cause_of(
        tmp_path, [*machines(), used(SINCE, SubAccountId=DATA, ResourceId="i-9")], SeriesKey((("account", DATA),), "USD")
    )

    assert (cause.driver, cause.excess, cause.first_seen) == (Driver.NEW, D(12), SINCE)
    assert places(cause) == {"service": EC2, "region": "eu-west-1", "meter": LARGE, "resource": "i-9"}


@pytest.mark.parametrize(
    ("tags", "owner"),
    [('{"team": "data"}', "data"), ('{"owner-team": "data"}', "data"), ('{"team": ""}', None), (None, None)],
)
def test_the_owner_is_who_the_leading_resource_is_tagged_for(tmp_path: Path, tags: str | None, owner: str | None) -> None:
    assert cause_of(tmp_path, [*machines(), used(SINCE, "96", ResourceId="i-new", Tags=tags)]).owner == owner


def test_an_unused_commitment_is_named(tmp_path: Path) -> None:
    def plan(day: object, unused: str, name: str = "plan-1") -> Row:
        return used(
            day,  # type: ignore[arg-type]  # a day
            *("1", unused),
            PricingCategory="Committed",
            CommitmentDiscountStatus="Unused",
            CommitmentDiscountType="Savings Plan",
            CommitmentDiscountId=name,
            ConsumedQuantity=None,
            ConsumedUnit=None,
            ResourceId=None,
            SkuMeter=None,
        )

    before = [row for day in Period(FIRST, SINCE) for row in (plan(day, "1"), plan(day, "2", "plan-2"))]
    series = SeriesKey((("account", WEB),), "USD")
    with store_of(tmp_path, [*steady(), *before, *machines("99"), plan(SINCE, "1"), plan(SINCE, "40", "plan-2")]) as store:
        cause = ask(store, series, AnomalyKind.UNUSED)

    assert cause.excess == D(38)
    assert places(cause) == {
        "purchase": "Savings Plan",
        "commitment_id": "plan-2",
        "service": EC2,
        "region": "eu-west-1",
    }
    assert cause.missing == (), "what is not used has no usage type"


def test_a_fee_is_compared_with_the_same_day_of_the_months_before(tmp_path: Path) -> None:
    def fee(month: int, cost: str) -> Row:
        return used(
            SINCE.replace(month=month, day=1),
            *("1", cost),
            ServiceName="AWS Support",
            ResourceId=None,
            SkuMeter=None,
        )

    rows = [*steady(), fee(10, "100"), fee(11, "180")]
    day = SINCE.replace(day=1)
    series = SeriesKey((("account", WEB), ("service", "AWS Support")), "USD")
    with store_of(tmp_path, rows) as store:
        cause = ask(store, series, AnomalyKind.FEE, Period.of_days(day, day))

    assert (cause.excess, cause.first_seen) == (D(80), SINCE.replace(month=10, day=1))
