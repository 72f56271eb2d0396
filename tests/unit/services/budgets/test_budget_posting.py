"""A threshold is told once a period, in one living message; a note follows only when it got worse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.budgets.posting import telling
from services.budgets.results import BudgetStatus, State
from storage.model.budget import Measure, Post, Threshold
from tests.fakes.budget_answers import MANY, NOVEMBER, budget, changed, status

HALF = "actual:0.5"


def used(dollars: str, known: object = None, **more: object) -> BudgetStatus:
    """A budget of 1000 of which so much is used."""
    return status(known or budget(thresholds=MANY), [dollars], **more)  # type: ignore[arg-type]  # a Budget


def told(found: BudgetStatus, was: Post | None = None) -> tuple[Post | None, list[str]]:
    """What is remembered afterwards, and the keys of the letters."""
    telling_now = telling(found, was)
    return (telling_now.post, [letter.key for letter in telling_now.letters]) if telling_now else (was, [])


def test_below_every_threshold_nothing_is_told() -> None:
    assert telling(used("499.99"), None) is None
    assert used("499.99").state is State.ON_TRACK


def test_the_first_threshold_posts_the_living_message_of_the_period() -> None:
    post, letters = told(used("500"))
    assert letters == ["budget:7:2026-11-01"]
    assert post is not None
    assert post.told == (HALF,)
    found = telling(used("500"), None)
    assert found is not None
    (letter,) = found.letters
    assert (letter.template, letter.channel, letter.args) == (
        "budgets.threshold",
        "C0TEAM001",
        {"budget": "7", "start": "2026-11-01", "channel": "C0TEAM001"},
    )


def test_nothing_moved_nothing_told() -> None:
    post, _ = told(used("500"))
    assert telling(used("500"), post) is None
    assert telling(used("500.20"), post) is None, "cents are not shown"


def test_numbers_that_move_edit_the_message_only() -> None:
    post, _ = told(used("500"))
    post, letters = told(used("620"), post)
    assert letters == ["budget:7:2026-11-01"]
    assert post is not None
    assert post.notes == 0


def test_a_worse_threshold_adds_a_note_in_the_thread_that_the_channel_sees() -> None:
    post, _ = told(used("500"))
    found = telling(used("850"), post)
    assert found is not None
    living, note = found.letters
    assert (living.key, note.key) == ("budget:7:2026-11-01", "budget:7:2026-11-01:note:1")
    assert (note.thread_of, note.broadcast, note.args["reached"]) == (living.key, True, "actual:0.8")
    assert found.post.told == (HALF, "actual:0.8")


def test_several_at_once_are_one_note_and_passing_the_amount_is_always_told() -> None:
    post, _ = told(used("500"))
    post, letters = told(used("1250"), post)
    assert letters == ["budget:7:2026-11-01", "budget:7:2026-11-01:note:1"]
    assert post is not None
    assert post.told == (HALF, "actual:0.8", "actual:1.2", "over")
    without = used("1001", budget(thresholds=()))
    assert told(without)[1] == ["budget:7:2026-11-01"]


def test_a_restated_bill_corrects_the_message_and_the_same_threshold_is_not_told_twice() -> None:
    post, _ = told(used("500"))
    post, _ = told(used("850"), post)
    post, letters = told(used("600"), post)
    assert letters == ["budget:7:2026-11-01"]
    post, letters = told(used("860"), post)
    assert letters == ["budget:7:2026-11-01"], "once a period"
    assert post is not None
    assert post.notes == 1


def test_a_forecast_above_the_amount_is_a_threshold_of_its_own() -> None:
    found = status(budget(), ["20"] * 21, ahead="80")
    assert [each.key for each in found.reached] == ["forecast:1"]
    assert found.state is State.WARNING
    assert told(found)[0] == Post(7, NOVEMBER.start, 1, ("forecast:1",), 0, told(found)[0].shown)  # type: ignore[union-attr]  # there is


def test_new_terms_are_told_anew() -> None:
    known = budget(thresholds=MANY)
    post, _ = told(used("850", known))
    raised = changed(known, "5000")
    post, letters = told(used("850", raised), post)
    assert letters == ["budget:7:2026-11-01"], "the message is corrected"
    assert post is not None
    assert post.told == ()
    lowered = changed(raised, "1000", since=date(2026, 11, 11))
    _, letters = told(used("850", lowered), post)
    assert letters == ["budget:7:2026-11-01", "budget:7:2026-11-01:note:1"]


def test_muted_means_silent_but_correct() -> None:
    known = replace(budget(thresholds=MANY), muted_through=NOVEMBER.last)
    assert telling(used("850", known), None) is None
    post, _ = told(used("500"))
    _, letters = told(used("1250", known), post)
    assert letters == ["budget:7:2026-11-01"]
    over = replace(known, muted_through=date(2026, 10, 31))
    assert told(used("1250", over), post)[1][1:] == ["budget:7:2026-11-01:note:1"]


def test_where_it_cannot_be_told_nothing_is_queued() -> None:
    assert telling(used("850", budget(channel="")), None) is None
    assert telling(used("850", replace(budget(), refusal="archived")), None) is None
    assert telling(replace(used("850"), problem="No bill has been read yet."), None) is None


def test_a_budget_that_moved_has_its_message_in_the_new_channel() -> None:
    known = budget(thresholds=MANY)
    post, _ = told(used("500", known))
    _, letters = told(used("500", changed(known, "1000", channel="C0OTHER01")), post)
    assert letters == ["budget:7:2026-11-01:moved:1"]


def test_thresholds_stand_for_their_share() -> None:
    assert Threshold(Measure.ACTUAL, Decimal("0.80")).key == "actual:0.8"
    assert Threshold(Measure.FORECAST, Decimal("1.00")).key == "forecast:1"
