"""What people see of simulations: ordinary, with nothing known, hostile, compared, and scored."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from handlers.blocks.validate import message_problems, view_problems
from handlers.budgets.render import scenario_lists, scenarios
from services.budgets.simulation.results import Evidence, LineEffect, Meter, Saved, Score, Scored, Simulation, Span
from services.costs.results import Basics, Completeness, SourceState
from storage.model.money import Money
from storage.model.period import Period
from storage.model.query import CostQuery
from storage.model.scenario import Course, LineKind, Prediction, Scenario, ScenarioLine
from storage.model.scope import Scope
from tests.fakes.budget_answers import usd

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from handlers.request import Reply

BASELINE = Period.of_days(date(2026, 10, 25), date(2026, 11, 21))
MONTH = Period.of_days(date(2026, 11, 23), date(2026, 11, 30))
YEAR = Period.of_days(date(2026, 11, 23), date(2027, 11, 22))
STOP = ScenarioLine(LineKind.STOP, "stop for env=dev")
COMMIT = ScenarioLine(LineKind.COMMIT, "commit 3000 a month at 30% off for service=ec2", change=Decimal("0.3"))
HOSTILE = ScenarioLine(LineKind.STOP, "stop for service=<!channel> *all* `x`" + "w" * 400)


def span(expected: str, low: str, high: str, *, has_band: bool = True) -> Span:
    """Dollars."""
    return Span(usd(expected), usd(low), usd(high), has_band=has_band)


def effect(line: ScenarioLine, *, problem: str = "", has_band: bool = True, meters: tuple[Meter, ...] = ()) -> LineEffect:
    """A line that saves something."""
    evidence = Evidence(usd("1400"), 1204, meters, usd("98"), Decimal("0.0291") if line is COMMIT else None, "the bill's rate")
    notes = () if problem else ("7 % of it is covered by commitments, which go on being paid unless something else uses them.",)
    nothing = Span.nothing("USD")
    if problem:
        return LineEffect(line, Evidence(usd("0"), 0), nothing, nothing, problem)
    year = span("-18250", "-15000", "-21000", has_band=has_band)
    return LineEffect(line, evidence, span("-400", "-380", "-420", has_band=has_band), year, "", notes)


HOURS = Meter("Hours", Decimal(33600), usd("1398.5"))
METERS = (
    HOURS,
    Meter("GB-Mo", Decimal(12), usd("1.2")),
    Meter("Requests", Decimal(10**9), usd("0.2")),
    Meter("GB", Decimal(1), usd("0.1")),
)


def simulation(*lines: LineEffect, month: Period | None = MONTH, left: tuple[Money, ...] = ()) -> Simulation:
    """Worked out on the 22nd of November."""
    source = SourceState("aws", date(2026, 11, 21), late=False)
    basics = Basics(CostQuery(BASELINE), Completeness(source.through, (source,)), (), "SELECT 1", 1, estimated=True)
    before = span("12000", "11800", "12300"), span("150000", "130000", "172000")
    return Simulation(lines, "USD", BASELINE, month, YEAR, *before, basics, "under 60 days of history", left)


SIMULATIONS = {
    "usual": simulation(effect(STOP, meters=(HOURS,)), effect(COMMIT, meters=(HOURS,))),
    "no quantity": simulation(effect(STOP)),
    "several units": simulation(effect(STOP, meters=METERS)),
    "nothing known": simulation(effect(STOP, problem="The bill names no resources on those days.")),
    "partly known": simulation(effect(STOP), effect(COMMIT, problem="Nothing of that is left.")),
    "no forecast": simulation(effect(STOP, has_band=False)),
    "last day of the month": simulation(effect(STOP), month=None, left=(Money(Decimal(12), "EUR"),)),
    "hostile": simulation(effect(HOSTILE, meters=(Meter("<!here>" * 9, Decimal(3), usd("1")),))),
}


def saved(name: str = "no dev", *lines: LineEffect) -> Saved:
    """Kept by Ana."""
    kept = tuple(each.line for each in lines or (effect(STOP),))
    course = Course((), (), ())
    said = Prediction(date(2026, 11, 23), "USD", tuple(course for _ in kept), course)
    scenario = Scenario(3, name, "U0ANA0001", datetime(2026, 11, 22, 9, tzinfo=UTC), kept, said)
    return Saved(scenario, "Ana <!here>", simulation(*(lines or (effect(STOP),))))


def sound(reply: Reply) -> Reply:
    """Within Slack's limits, and inert."""
    assert message_problems(reply.blocks, reply.text) == ()
    marked = [each["text"]["text"] for each in reply.blocks if each["type"] == "section" and "text" in each]
    assert not any("<!" in text for text in (reply.text, *marked))
    return reply


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_simulation(name: str, snapshot: SnapshotAssertion) -> None:
    reply = sound(scenarios.simulation(SIMULATIONS[name], may_save=True))
    assert reply.blocks == snapshot
    assert reply.result == snapshot(name="result")


def test_twelve_long_lines_fit() -> None:
    long = [effect(ScenarioLine(LineKind.STOP, f"stop for service={'x' * 150}{number}"), meters=METERS) for number in range(12)]
    reply = sound(scenarios.simulation(simulation(*long), may_save=True))
    assert "Change or save" not in str(reply.blocks) or len(str(reply.blocks)) < 40_000


def test_what_is_kept(snapshot: SnapshotAssertion) -> None:
    assert sound(scenario_lists.saved(saved())).blocks == snapshot
    assert sound(scenario_lists.listing((saved(), saved("<!channel>")))).blocks == snapshot(name="list")
    assert sound(scenario_lists.listing(())).blocks == snapshot(name="none")
    assert sound(scenario_lists.removed("no dev")).text == "The scenario *no dev* is removed."


def test_side_by_side(snapshot: SnapshotAssertion) -> None:
    reply = sound(scenario_lists.compared((saved(), saved("no dev and a plan", effect(STOP), effect(COMMIT)))))
    assert reply.text == "*no dev and a plan* costs least in twelve months."
    assert reply.blocks == snapshot


def test_scored(snapshot: SnapshotAssertion) -> None:
    days = Period.of_days(date(2026, 11, 23), date(2026, 12, 5))
    line = Score("stop for env=dev", usd("650"), usd("0"), usd("130"), Decimal("0.8"))
    total = Score("", usd("5200"), usd("4550"), usd("4800"), Decimal("0.6154"))
    reply = sound(scenario_lists.scored(Scored(saved(), days, (line,), total)))
    assert "*80 %* of the change that was said (−$650) has come." in reply.text
    assert reply.blocks == snapshot
    limited = sound(scenario_lists.scored(Scored(saved(), days, (line,), total, Scope.only(account=("1", "<!channel>")))))
    assert "complete days only; both of account 1, &lt;!channel&gt; only" in str(limited.blocks)
    assert "nothing can be scored yet" in sound(scenario_lists.scored(Scored(saved(), None))).text


def test_the_window_is_one_that_slack_takes() -> None:
    assert view_problems(scenarios.window("stop for env=dev\n" * 100, may_save=True)) == ()
    names = [each.get("block_id") for each in scenarios.window(may_save=False)["blocks"]]
    assert "name" not in names
