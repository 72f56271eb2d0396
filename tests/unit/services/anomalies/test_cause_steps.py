"""Given the parts of an excess, when they are put into steps and rates, then they add up, and like days are compared."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.anomalies.cause.changes import Change, total
from services.anomalies.cause.coverage import notes
from services.anomalies.cause.days import Days, judged, like_dates, like_weekdays
from services.anomalies.cause.path import LEAST_SHARE, NEIGHBOURS, rounded, step
from services.anomalies.cause.rates import Split, driver, rates, split
from services.costs.exact import exactly
from storage.model.anomaly import Driver
from storage.model.period import DAY, Period

D = Decimal
MONDAY = date(2026, 11, 9)
AMOUNTS = st.decimals(-(10**9), 10**9, places=9)
NAMES = st.one_of(st.none(), st.sampled_from("abcdefgh"))


def always(_: date) -> bool:
    return True


def used(name: str, quantity_before: object, price_before: object, quantity: object, price: object) -> Change:
    """A usage type's quantities and prices, on both sides."""
    q0, p0, q1, p1 = (D(str(each)) for each in (quantity_before, price_before, quantity, price))
    return Change((name,), "Hours", q0 * p0, q1 * p1, q0, q1)


@given(values=st.dictionaries(NAMES, AMOUNTS, min_size=1), whole=AMOUNTS)
def test_a_step_adds_up_to_the_whole(values: dict[str | None, Decimal], whole: Decimal) -> None:
    whole = rounded(whole)
    if abs(whole) < D("0.01"):
        return
    with exactly():
        found = step("meter", values, whole)
    if found is None:
        assert max(amount / whole for amount in values.values()) < LEAST_SHARE
        return
    assert found.amount + sum(amount for _, amount in found.rest) + found.others == whole
    assert len(found.rest) <= NEIGHBOURS
    assert found.value not in dict(found.rest)
    assert found.amount / whole >= max(amount / whole for amount in values.values()) - D("1e-3")


def test_neighbours_stand_largest_first_and_nothing_is_not_one() -> None:
    found = step("region", {"a": D(60), "b": D(-9), "c": D(40), "d": D("1e-9"), None: D(9), "e": D(0)}, D(100))

    assert found is not None
    assert (found.value, found.share) == ("a", D("0.6"))
    assert found.rest == (("c", D(40)), (None, D(9)), ("b", D(-9)))


def test_the_rounding_of_means_is_with_the_others() -> None:
    third = D(1) / 3
    found = step("meter", {"a": third, "b": third, "c": third}, D(1))

    assert found is not None
    assert (found.amount, found.others) == (D("0.333333"), D("0.000001"))


@given(q0=st.integers(1, 10**6), p0=AMOUNTS, q1=st.integers(0, 10**6), p1=AMOUNTS)
def test_usage_and_price_are_the_excess(q0: int, p0: Decimal, q1: int, p1: Decimal) -> None:
    change = used("m", q0, p0, q1, p1)
    with exactly():
        found = split(change)
        assert found.whole == change.excess
        assert abs(found.by_usage - (q1 - q0) * p0) < D("1e-40")
        assert abs(found.by_price - q1 * (p1 - p0)) < D("1e-40")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (Split(by_usage=D(80), by_price=D(20)), Driver.USAGE),
        (Split(by_usage=D(79), by_price=D(21)), Driver.MIXED),
        (Split(by_usage=D(20), by_price=D(80)), Driver.PRICE),
        (Split(by_usage=D(-80), by_price=D(-20)), Driver.USAGE),
        (Split(by_usage=D(30), new=D(50), by_price=D(20)), Driver.NEW),
        (Split(by_usage=D(50), new=D(30), by_price=D(20)), Driver.USAGE),
        (Split(by_usage=D(-10), new=D(110)), Driver.NEW),
        (Split(by_usage=D(49), unmetered=D(51)), Driver.UNKNOWN),
        (Split(by_usage=D(50), unmetered=D(50)), Driver.USAGE),
        (Split(unmetered=D(5)), Driver.UNKNOWN),
        (Split(), Driver.UNKNOWN),
    ],
)
def test_what_has_four_fifths_of_the_excess_drives_it(parts: Split, expected: Driver) -> None:
    assert driver(parts) is expected


def test_rates_stand_largest_first_and_those_that_did_not_move_are_left_out() -> None:
    changes = [used("small", 1, 1, 2, 1), used("still", 9, 9, 9, 9), used("large", 1, 1, 1, 7), used("gone", 3, 1, 0, 0)]
    found = rates(changes, 0)

    assert [each.meter for each in found] == ["large", "gone", "small"]
    assert sum(each.by_usage + each.by_price for each in found) == total(changes)
    gone = found[1]
    assert (gone.price_before, gone.price, gone.by_usage, gone.by_price) == (D(1), None, D(-3), D(0))


def test_coverage_is_said_from_a_tenth_on() -> None:
    def at(share_before: int, share: int) -> tuple[str, ...]:
        covered = Change(("Committed",), "Hours", quantity_before=D(share_before), quantity=D(share))
        rest = Change(("Standard",), "Hours", quantity_before=D(100 - share_before), quantity=D(100 - share))
        return notes([covered, rest], 0)

    assert at(80, 71) == ()
    assert at(80, 70) == ("Commitments covered 80 % of its use before, and cover 70 % now.",)
    assert at(0, 30) == ("Commitments covered 0 % of its use before, and cover 30 % now.",)


@pytest.mark.parametrize(
    ("length", "first", "last"), [(1, 0, 0), (6, 0, 5), (7, 0, 6), (10, 3, 9), (15, 1, 14), (60, 32, 59), (0, 0, 0)]
)
def test_a_long_anomaly_is_judged_by_its_last_whole_weeks(length: int, first: int, last: int) -> None:
    found = judged(MONDAY, max(MONDAY, MONDAY + DAY * (length - 1)), always)

    assert (found[0], found[-1]) == (MONDAY + DAY * first, MONDAY + DAY * last)


def test_weekdays_are_compared_with_their_like() -> None:
    found = like_weekdays(MONDAY, (MONDAY, MONDAY + DAY), always)

    assert len(found) == 8
    assert {day.weekday() for day in found} == {0, 1}
    assert max(found) < MONDAY
    assert min(found) == MONDAY - DAY * 28
    assert like_weekdays(MONDAY, (MONDAY,), lambda day: day > MONDAY - DAY * 8) == (MONDAY - DAY * 7,)


def test_fees_are_compared_with_the_same_day_of_the_months_before() -> None:
    first = date(2026, 12, 31)

    assert like_dates(first, (first,), lambda day: day.day == 31) == (date(2026, 10, 31),)
    assert like_dates(date(2026, 1, 1), (date(2026, 1, 1),), always) == (date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1))


def test_days_are_cut_where_one_side_ends() -> None:
    days = Days((MONDAY, MONDAY + DAY), (MONDAY - DAY * 7, MONDAY - DAY * 6))

    assert days.period == Period(MONDAY - DAY * 7, MONDAY + DAY * 2)
    assert days.starts == (MONDAY - DAY * 7, MONDAY - DAY * 5, MONDAY)
    assert days.sides == (False, None, True)
