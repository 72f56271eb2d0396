"""Given a bill that does not say everything, when an anomaly is explained, then what is known is said, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.anomalies.cause.explain import Episode, explain
from storage.model.anomaly import AnomalyKind, Cause, Driver, SeriesKey
from storage.model.period import DAY, Period
from tests.fakes.bills import DATA, FOCUS_1_0, FOCUS_1_2, WEB
from tests.fakes.incidents import EC2, FIRST, LARGE, SERIES, SINCE, ask, days_from, steady, store_of, used

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.bills import Row

NO_QUANTITIES: Row = {"ConsumedQuantity": None, "ConsumedUnit": None, "PricingQuantity": None, "PricingUnit": None}
AGGREGATED = tuple(name for name in FOCUS_1_0 if not name.startswith(("Sku", "Resource", "Consumed", "Pricing", "List")))


def dimensions(cause: Cause) -> list[str]:
    return [each.dimension for each in cause.steps]


def broken(cause: Cause) -> bool:
    """Whether any step does not add up to the excess."""
    return any(each.amount + sum(amount for _, amount in each.rest) + each.others != cause.excess for each in cause.steps)


def test_a_bill_of_sums_alone_says_which_steps_it_cannot_take(tmp_path: Path) -> None:
    with store_of(tmp_path, [*steady(), used(SINCE, "99")], AGGREGATED) as store:
        cause = ask(store, SeriesKey((("account", WEB),), "USD"))

    assert dimensions(cause) == ["service", "region"]
    assert cause.driver is Driver.UNKNOWN
    assert cause.missing == (
        "The bill names no usage types here.",
        "The bill names no resources here.",
        "The bill has no quantities here, so usage and price cannot be told apart.",
    )
    assert (cause.first_seen, cause.owner) == (FIRST, "shop")


def test_without_the_line_items_it_goes_as_deep_as_the_daily_sums(tmp_path: Path) -> None:
    other = used(SINCE, "99", SubAccountId=DATA, SubAccountName="Data")
    with store_of(tmp_path, [*steady(), *steady(days_from()), used(SINCE, "3"), other]) as store:
        for file in store.lake.iterdir():
            file.write_bytes(b"")
        cause, all_of_it = ask(store), ask(store, SeriesKey((("service", EC2),), "USD"))

    for each in (cause, all_of_it):
        assert each.missing == ("The line items cannot be read, so there is no usage type, no resource and no price.",)
        assert each.driver is Driver.UNKNOWN
        assert not broken(each)
    assert (cause.excess, cause.steps) == (1.5, ())
    assert [(step.dimension, step.value, step.label) for step in all_of_it.steps] == [("account", DATA, "Data")]
    assert all_of_it.first_seen == SINCE


def test_what_has_no_quantity_is_said_beside_what_has(tmp_path: Path) -> None:
    part = [used(day, "1", "10", **NO_QUANTITIES, SkuMeter="Flat") for day in Period(FIRST, SINCE)]
    with store_of(
        tmp_path, [*steady(), *part, *steady(days_from()), used(SINCE), used(SINCE, "1", "18", **NO_QUANTITIES)]
    ) as store:
        cause = ask(store)

    assert cause.missing == ("40 % of it has no quantity: usage or price is said of the others.",)
    assert cause.driver is Driver.USAGE
    assert sum(rate.by_usage + rate.by_price for rate in cause.rates) == 12


def test_what_is_priced_and_not_consumed_has_the_quantity_that_is_priced(tmp_path: Path) -> None:
    def priced(day: object, quantity: str) -> Row:
        no_use: Row = {**NO_QUANTITIES, "PricingQuantity": quantity, "PricingUnit": "Months"}
        return used(day, quantity, **no_use)  # type: ignore[arg-type]  # a day

    with store_of(tmp_path, [*(priced(day, "2") for day in Period(FIRST, SINCE)), priced(SINCE, "5")]) as store:
        cause = ask(store)

    assert cause.driver is Driver.USAGE
    assert [(rate.unit, rate.quantity_before, rate.quantity) for rate in cause.rates] == [("Months", 2, 5)]


def test_a_bill_without_meters_has_its_skus(tmp_path: Path) -> None:
    rows: list[Row] = [{**row, "SkuId": "SKU7"} for row in (*steady(), used(SINCE, "99"))]
    with store_of(tmp_path, rows, FOCUS_1_0) as store:
        assert {each.dimension: each.value for each in ask(store).steps}["meter"] == "SKU7"


def test_an_older_bill_has_the_usage_types_of_the_exporter(tmp_path: Path) -> None:
    rows: list[Row] = [{**row, "x_UsageType": row["SkuMeter"]} for row in (*steady(), used(SINCE, "99"))]
    with store_of(tmp_path, rows, (*FOCUS_1_0, "x_UsageType")) as store:
        assert {each.dimension: each.value for each in ask(store).steps}["meter"] == LARGE


def test_costs_that_are_not_effective_are_not_taken_for_it(tmp_path: Path) -> None:
    with store_of(tmp_path, [*steady(), *steady(days_from()), used(SINCE), used(SINCE, "999", EffectiveCost=None)]) as store:
        cause = ask(store)

    assert cause.excess == 12
    assert cause.missing == ("Some charges of these months have no effective cost, and are not counted.",)


def test_data_that_stopped_has_no_cause(tmp_path: Path) -> None:
    with store_of(tmp_path, steady()) as store:
        cause = ask(store, kind=AnomalyKind.SILENCE)

    assert (cause.driver, cause.steps) == (Driver.UNKNOWN, ())
    assert cause.missing == ("Nothing is known of days whose data did not arrive.",)


def test_days_without_a_bill_have_no_cause(tmp_path: Path) -> None:
    with store_of(tmp_path, steady()) as store:
        assert ask(store).missing == ("There is no bill of these days.",)


def test_a_bill_that_begins_with_the_anomaly_has_nothing_to_compare_with(tmp_path: Path) -> None:
    with store_of(tmp_path, steady(days_from(3))) as store:
        cause = ask(store)

    assert cause.missing == ("There is no bill of the weeks before, so there is nothing to compare with.",)
    assert cause.driver is Driver.UNKNOWN


def test_days_that_cost_no_more_are_not_explained(tmp_path: Path) -> None:
    said = ("These days do not differ that way from the days they are compared with, so no part of them stands out.",)
    with store_of(tmp_path, [*steady(), used(SINCE)]) as store:
        as_a_rise, as_a_drop = ask(store), ask(store, kind=AnomalyKind.DROP)

    assert (as_a_rise.missing, as_a_rise.steps, as_a_rise.excess) == (said, (), -14)
    assert as_a_drop.steps


def test_the_days_to_compare_with_can_be_named(tmp_path: Path) -> None:
    before = [used(day, "24" if day < SINCE - DAY * 28 else "99") for day in Period(FIRST, SINCE)]
    named = Episode(SERIES, AnomalyKind.STEP, SINCE, SINCE, before=(FIRST, FIRST + DAY, FIRST - DAY * 99))
    with store_of(tmp_path, [*before, used(SINCE, "99")]) as store, store.reading() as reading:
        cause = explain(reading, named)

    assert cause.excess == used_cost("99") - used_cost("24")


def test_the_days_of_an_earlier_anomaly_are_not_usual_ones(tmp_path: Path) -> None:
    last_week = SINCE - DAY * 7
    before = [used(day, "999" if day == last_week else "24") for day in Period(FIRST, SINCE)]
    with store_of(tmp_path, [*before, used(SINCE, "99")]) as store, store.reading() as reading:
        apart = Episode(SERIES, AnomalyKind.SPIKE, SINCE, SINCE, apart=frozenset({last_week}))
        always = Episode(SERIES, AnomalyKind.SPIKE, SINCE, SINCE, apart=frozenset(Period(FIRST, SINCE)))
        cause, without_any = explain(reading, apart), explain(reading, always)

    assert cause.excess == used_cost("99") - used_cost("24")
    assert without_any.excess < 0, "where every day was unusual, all of them are what there is"


def used_cost(quantity: str) -> float:
    return float(quantity) / 2


def test_of_very_many_resources_the_largest_are_named_and_the_others_stay_together(tmp_path: Path) -> None:
    def fleet(day: object) -> list[Row]:
        return [used(day, "0.5", ResourceId=f"i-{number:03}") for number in range(300)]  # type: ignore[arg-type]  # a day

    rows = [row for day in Period(SINCE - DAY * 28, SINCE + DAY) for row in fleet(day)]
    new = [used(SINCE, "300", ResourceId="i-new"), *(used(SINCE, "1", ResourceId=f"i-{number:03}") for number in range(300))]
    episode = Episode(SeriesKey((), "USD"), AnomalyKind.SPIKE, SINCE, SINCE)
    with store_of(tmp_path, [*rows, *new], FOCUS_1_2) as store, store.reading() as reading:
        whole, limited = explain(reading, episode), explain(reading, episode, most=50)
        asked = len(reading.asked)

    assert whole.steps[-1].value == limited.steps[-1].value == "i-new"
    assert [each.amount for each in whole.steps] == [each.amount for each in limited.steps]
    assert whole.excess == limited.excess == 300
    assert whole.rates == limited.rates
    assert not broken(whole)
    assert not broken(limited)
    assert asked < 40
