"""Laws of budgets: what is used and what is left make the amount; versions never overlap; a threshold is told once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from handlers.budgets.words import amount, thresholds, thresholds_words
from services.budgets.ahead import Ahead
from services.budgets.posting import telling
from services.budgets.results import State
from services.budgets.standing import outlook
from services.errors import UsageError
from storage.model.budget import Budget, Cadence, Measure, Terms, Threshold, Version
from storage.model.money import Money
from storage.model.period import DAY
from tests.fakes.budget_answers import MANY, NOVEMBER, budget, status

CENTS = st.decimals(0, 5000, places=2)
DAYS = st.lists(CENTS.map(str), min_size=0, max_size=30)
MOMENTS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@given(DAYS, st.integers(1, 10**6), st.integers(0, 30))
def test_used_and_left_make_the_amount(days: list[str], limit: int, complete: int) -> None:
    found = status(budget(str(limit)), days, complete=min(complete, len(days)))
    assert found.used + found.remaining == found.amount
    assert found.unsettled.amount == sum((Decimal(each) for each in days[found.elapsed :]), Decimal(0))
    assert (found.state is State.OVER) == (found.used.amount > limit)
    if found.crossing is not None and found.state is State.OVER:
        upto = (found.crossing - NOVEMBER.start).days
        assert sum(map(Decimal, days[:upto])) <= limit < sum(map(Decimal, days[: upto + 1]))


@given(DAYS, st.integers(0, 30), CENTS, st.decimals(0, 1, places=3))
def test_the_outlook_never_loses_what_is_billed(days: list[str], complete: int, expected: Decimal, off: Decimal) -> None:
    found = status(budget("10000"), days, complete=min(complete, len(days)))
    start = NOVEMBER.start + DAY * found.elapsed
    left = (NOVEMBER.end - start).days
    whole = expected * left
    ahead = Ahead(start, (expected,) * left, *(whole * each for each in (1 - off, 1 + off, 1 - off, 1 + off)))
    seen = outlook(found, ahead)
    assert len(seen.daily) == NOVEMBER.days
    assert Money.total(seen.daily, "USD") == seen.total
    assert seen.total.amount >= found.used.amount
    assert seen.low.amount <= max(seen.total.amount, found.used.amount)
    assert seen.low.amount <= seen.high.amount


@given(st.lists(st.tuples(MOMENTS, st.sampled_from(Cadence)), min_size=1, max_size=5), st.integers(1, 12))
def test_past_periods_meet_and_never_overlap(changes: list[tuple[date, Cadence]], year_start: int) -> None:
    versions = [
        Version(number, since, Terms(Money(Decimal(1), "USD"), cadence), "U1", datetime(2024, 1, 1, tzinfo=UTC))
        for number, (since, cadence) in enumerate(sorted(changes, key=lambda each: each[0]), 1)
    ]
    known, today = Budget(1, "x", tuple(versions)), date(2026, 12, 31) + timedelta(days=1)
    end = known.period(today, year_start).start
    for period in known.past(today, year_start):
        assert period.end == end
        assert known.at_end_of(period).since < period.end
        end = period.start
    assert end <= versions[0].since or not list(known.past(today, year_start))


@given(st.lists(st.decimals(0, 3000, places=2), min_size=1, max_size=25))
def test_each_threshold_is_told_at_most_once_a_period(course: list[Decimal]) -> None:
    known, post, reached = budget(thresholds=MANY), None, []
    for value in course:
        found = telling(status(known, [str(value)]), post)
        if found is not None:
            fresh = found.post.told[len(post.told) if post else 0 :]
            notes = [letter for letter in found.letters if letter.thread_of]
            assert len(found.letters) - len(notes) == 1, "there is one living message"
            assert bool(fresh) == bool(notes) or post is None
            reached += fresh
            post = found.post
    assert len(reached) == len(set(reached))


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_usage_error(text: str) -> None:
    try:
        value, _ = amount(text)
    except UsageError:
        return
    assert value >= 0


@given(st.lists(st.tuples(st.sampled_from(Measure), st.integers(1, 1000)), max_size=6))
def test_thresholds_are_written_as_they_are_read(given_ones: list[tuple[Measure, int]]) -> None:
    each = sorted({Threshold(measure, Decimal(share) / 100) for measure, share in given_ones})
    assert sorted(thresholds(thresholds_words(each))) == each
