"""Given the made-up company's year, when somebody looks at its days, then what happened can be seen."""

# ruff: noqa: S608 - the SQL is put together from this file's own words

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from statistics import mean
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.ledger.generator import generate
from bot.sandbox.ledger.reader import connect
from bot.sandbox.ledger.story import LAUNCH_DAYS_AGO, LEAK_DAYS_AGO, SPIKE_DAYS, SPIKE_DAYS_AGO, SURGE_DAYS_AGO

if TYPE_CHECKING:
    import duckdb

AS_OF = date(2026, 3, 19)


@pytest.fixture(scope="module")
def bills(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    out = tmp_path_factory.mktemp("story")
    generate(out, months=7, as_of=AS_OF, seed=3, rows=70_000)
    return connect(out)


def rows(bills: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return bills.sql(sql).fetchall()


def daily(bills: duckdb.DuckDBPyConnection, where: str) -> dict[date, float]:
    """Effective dollars of usage by day."""
    sql = f"""SELECT ChargePeriodStart::DATE, sum(EffectiveCost)::DOUBLE FROM ledger
              WHERE ChargeCategory = 'Usage' AND ChargeClass IS NULL AND {where} GROUP BY 1"""
    return dict(bills.sql(sql).fetchall())


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


# Who


def test_three_clouds_twelve_accounts_four_teams_three_environments(bills: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT source, count(DISTINCT SubAccountId), count(DISTINCT SubAccountName) FROM ledger GROUP BY 1 ORDER BY 1"
    assert rows(bills, sql) == [("aws", 6, 6), ("azure", 3, 3), ("gcp", 3, 3)]
    teams = """SELECT DISTINCT coalesce(Tags->>'$.team', Tags->>'$.Team', Tags->>'$."owner-team"') AS team FROM ledger
               WHERE team IS NOT NULL ORDER BY 1"""
    assert rows(bills, teams) == [("data",), ("ml",), ("payments",), ("platform",)]
    environments = "SELECT DISTINCT Tags->>'$.env' AS env FROM ledger WHERE env IS NOT NULL ORDER BY 1"
    assert rows(bills, environments) == [("dev",), ("prod",), ("staging",)]


def test_services_are_many_and_of_most_kinds(bills: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT count(DISTINCT ServiceName), count(DISTINCT ServiceCategory) FROM ledger WHERE ChargeCategory = 'Usage'"
    services, categories = rows(bills, sql)[0]
    assert int(str(services)) >= 25
    assert int(str(categories)) >= 9
    names = {name for (name,) in rows(bills, "SELECT DISTINCT ServiceName FROM ledger")}
    assert {
        "Amazon Elastic Compute Cloud",
        "AWS Lambda",
        "BigQuery",
        "Compute Engine",
        "Virtual Machines",
        "Azure Storage",
    } <= names


def test_the_team_is_written_in_three_ways(bills: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT DISTINCT unnest(json_keys(Tags)) AS key FROM ledger WHERE Tags IS NOT NULL"
    assert {"team", "Team", "owner-team"} <= {key for (key,) in rows(bills, sql)}


def test_about_an_eighth_of_usage_has_no_team(bills: duckdb.DuckDBPyConnection) -> None:
    sql = """SELECT sum(EffectiveCost) FILTER (coalesce(Tags->>'$.team', Tags->>'$.Team', Tags->>'$."owner-team"') IS NULL)
                    / sum(EffectiveCost) FROM ledger WHERE ChargeCategory = 'Usage' AND ChargeClass IS NULL"""
    assert 0.10 < float(str(rows(bills, sql)[0][0])) < 0.15


def test_what_nobody_tagged_has_no_tags_empty_tags_or_only_a_name(bills: duckdb.DuckDBPyConnection) -> None:
    sql = """SELECT DISTINCT CASE WHEN Tags IS NULL THEN 'null' WHEN Tags = '{}' THEN 'empty' ELSE 'name' END FROM ledger
             WHERE Tags->>'$.env' IS NULL AND ResourceId IS NOT NULL"""
    assert {kind for (kind,) in rows(bills, sql)} >= {"null"}


def test_every_tag_is_json_text_whatever_people_wrote_into_it(bills: duckdb.DuckDBPyConnection) -> None:
    assert rows(bills, "SELECT count(*) FROM ledger WHERE Tags IS NOT NULL AND NOT json_valid(Tags)") == [(0,)]


def test_a_resource_belongs_to_one_account_and_one_service(bills: duckdb.DuckDBPyConnection) -> None:
    sql = """SELECT ResourceId FROM ledger WHERE ResourceId IS NOT NULL GROUP BY 1
             HAVING count(DISTINCT SubAccountId) > 1 OR count(DISTINCT ServiceName) > 1"""
    assert rows(bills, sql) == []


def test_resources_live_on_from_month_to_month(bills: duckdb.DuckDBPyConnection) -> None:
    sql = """SELECT count(*) FILTER (months < 6) FROM (SELECT ResourceId, count(DISTINCT BillingPeriodStart) AS months FROM ledger
             WHERE ResourceId IS NOT NULL AND ServiceName <> 'Amazon Bedrock' GROUP BY 1)"""
    assert rows(bills, sql) == [(0,)]


# When


def test_dev_is_almost_nothing_at_the_weekend_and_prod_is_not(bills: duckdb.DuckDBPyConnection) -> None:
    for env, least, most in (("dev", 0.0, 0.2), ("staging", 0.25, 0.6), ("prod", 0.7, 0.95)):
        days = {day: cost for day, cost in daily(bills, f"Tags->>'$.env' = '{env}'").items() if day < ago(14)}
        week = mean(cost for day, cost in days.items() if day.weekday() < 5)
        weekend = mean(cost for day, cost in days.items() if day.weekday() >= 5)
        assert least < weekend / week < most, env


def test_the_company_grows(bills: duckdb.DuckDBPyConnection) -> None:
    days = daily(bills, "ServiceName = 'Virtual Machines'")
    first, last = (mean(days[start + timedelta(days=n)] for n in range(28)) for start in (date(2025, 9, 1), date(2026, 2, 1)))
    assert 1.03 < last / first < 1.15


def test_the_launch_was_never_there_before_and_grows(bills: duckdb.DuckDBPyConnection) -> None:
    days = daily(bills, "ServiceName = 'Amazon Bedrock'")
    assert min(days) == ago(LAUNCH_DAYS_AGO)
    weeks = [mean(days[ago(LAUNCH_DAYS_AGO - start - n)] for n in range(7)) for start in (0, 21, 42, 84)]
    assert weeks == sorted(weeks)
    assert weeks[-1] > 4 * weeks[0]


def test_the_leak_is_slow_steady_and_one_bucket(bills: duckdb.DuckDBPyConnection) -> None:
    days = daily(bills, "ResourceName LIKE 'scratch-exports-%'")
    weeks = [mean(days[ago(start + n)] for n in range(7)) for start in range(LEAK_DAYS_AGO - 7, 2, -7)]
    assert all(later > earlier for earlier, later in zip(weeks, weeks[2:], strict=False))
    assert 2 < weeks[-1] / weeks[0] < 5
    before = [days[ago(LEAK_DAYS_AGO + n)] for n in range(1, 15)]
    assert max(before) < weeks[0] * 1.3
    assert rows(bills, "SELECT count(DISTINCT ResourceId) FROM ledger WHERE ResourceName LIKE 'scratch-exports-%'") == [(1,)]


def test_the_spike_is_three_days_and_over(bills: duckdb.DuckDBPyConnection) -> None:
    days = daily(bills, "ServiceName = 'BigQuery' AND SubAccountId = 'example-data-prod'")
    spike = [days.pop(ago(SPIKE_DAYS_AGO - n)) for n in range(SPIKE_DAYS)]
    usual = [cost for day, cost in days.items() if day < ago(2)]
    assert min(spike) > 2.5 * max(usual)


def test_the_surge_began_some_days_ago_and_goes_on(bills: duckdb.DuckDBPyConnection) -> None:
    days = daily(bills, "ServiceName = 'Amazon DynamoDB'")
    surge = [days.pop(ago(n)) for n in range(3, SURGE_DAYS_AGO + 1)]
    usual = [cost for day, cost in days.items() if day < ago(SURGE_DAYS_AGO)]
    assert min(surge) > 4 * max(usual)
    where = "ServiceName = 'Amazon DynamoDB' AND Tags->>'$.team' = 'payments'"
    assert daily(bills, where) == daily(bills, "ServiceName = 'Amazon DynamoDB'"), "all of it is the payments team's"


def test_growth_weeks_and_the_month_are_what_move_everything_else(bills: duckdb.DuckDBPyConnection) -> None:
    days = daily(bills, "ServiceName NOT IN ('BigQuery', 'Amazon Bedrock', 'Amazon DynamoDB', 'Amazon Simple Storage Service')")
    mondays = [cost for day, cost in sorted(days.items()) if day.weekday() == 0 and day < ago(2)]
    assert all(0.95 < later / earlier < 1.06 for earlier, later in pairwise(mondays))


# What has not arrived


def test_the_last_two_days_are_there_in_part_and_each_provider_is_late_in_its_own_way(bills: duckdb.DuckDBPyConnection) -> None:
    shares = {}
    for source in ("aws", "gcp", "azure"):
        days = daily(bills, f"source = '{source}' AND ServiceName <> 'BigQuery'")
        usual = days[ago(7)], days[ago(8)], days[ago(9)]
        shares[source] = [days.get(ago(n), 0.0) / mean(usual) for n in (2, 1)]
        assert 0 < shares[source][1] < 0.75, source
        assert shares[source][1] < shares[source][0] < 1.0, source
    assert len({round(yesterday, 1) for _, yesterday in shares.values()}) == 3


def test_one_account_has_sent_nothing_for_yesterday(bills: duckdb.DuckDBPyConnection) -> None:
    sql = """SELECT SubAccountName, max(ChargePeriodStart)::DATE FROM ledger
             WHERE ChargeCategory = 'Usage' AND source = 'azure' GROUP BY 1"""
    last = {name: day for name, day in rows(bills, sql)}  # noqa: C416 - dict() cannot be told that a row is a pair
    assert last == {"Payments Production": ago(1), "Platform Production": ago(1), "Non-production": ago(2)}


def test_of_the_day_itself_only_google_has_some_hours(bills: duckdb.DuckDBPyConnection) -> None:
    sql = f"SELECT DISTINCT source FROM ledger WHERE ChargePeriodStart >= '{AS_OF}'"
    assert rows(bills, sql) == [("gcp",)]
    assert rows(bills, f"SELECT count(*) FROM ledger WHERE ChargePeriodStart::DATE > '{AS_OF}'") == [(0,)]


def test_an_hour_that_has_not_arrived_has_no_row(bills: duckdb.DuckDBPyConnection) -> None:
    sql = f"""SELECT ChargePeriodStart::DATE, count(DISTINCT hour(ChargePeriodStart)), max(hour(ChargePeriodStart)) FROM ledger
              WHERE ChargePeriodEnd - ChargePeriodStart = INTERVAL 1 HOUR AND SubAccountId = '000000000101'
              AND ChargePeriodStart >= '{ago(3)}' GROUP BY 1 ORDER BY 1"""
    assert rows(bills, sql) == [(ago(3), 24, 23), (ago(2), 21, 20), (ago(1), 10, 9)]
