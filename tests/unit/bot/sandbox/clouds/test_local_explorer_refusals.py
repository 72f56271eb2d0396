"""Given a Cost Explorer as strict as AWS's, when a question is wrong or the day is bad, then it is refused in AWS's words."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.clouds.explorer.server import LocalExplorer
from bot.sandbox.ledger.generator import generate
from tests.fakes.local_aws import CREDENTIALS, client, explorer_client, period, refusal, running, usage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from botocore.client import BaseClient

FEBRUARY = ("2026-02-01", "2026-03-01")
INVALID = "ValidationException"


@pytest.fixture
def own(written: Path, explorer: LocalExplorer) -> Iterator[LocalExplorer]:
    """A Cost Explorer that a test may break, with small pages."""
    with running(LocalExplorer(written, explorer.today, page_size=7)) as started:
        yield started


def all_pages(ce: BaseClient, *groups: str, **asked: object) -> list[dict[str, Any]]:
    pages, more = [], {}
    while not pages or more:
        pages.append(usage(ce, "2026-01-01", "2026-04-01", *groups, **asked, **more))
        more = {"NextPageToken": pages[-1]["NextPageToken"]} if "NextPageToken" in pages[-1] else {}
    return pages


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("2026-02-01", "2026-02-01", "Start date (and hour) should be before end date (and hour)"),
        ("2026-03-01", "2026-02-01", "Start date (and hour) should be before end date (and hour)"),
        ("2026-03-01", "2026-04-02", "end date past the beginning of next month"),
        ("2025-01-31", "2025-03-01", "You haven't enabled historical data beyond 14 months."),
        ("2026-2-1", "2026-03-01", "Date 2026-2-1 is invalid. Valid format is: yyyy-MM-dd."),
        ("2026-02-30", "2026-03-01", "Date 2026-02-30 is invalid. Valid format is: yyyy-MM-dd."),
    ],
)
def test_periods_that_aws_does_not_have(ce: BaseClient, start: str, end: str, sentence: str) -> None:
    assert refusal(lambda: usage(ce, start, end)) == (INVALID, sentence)


def test_the_first_of_the_thirteenth_month_before_is_still_there(ce: BaseClient) -> None:
    assert usage(ce, "2025-02-01", "2025-03-01")["ResultsByTime"][0]["Total"]["UnblendedCost"]["Amount"] == "0"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"Granularity": "HOURLY"}, "Hourly granularity is not enabled for this account."),
        ({"Metrics": ["Unblended"]}, "Metric Unblended is invalid."),
        ({"Metrics": ["NormalizedUsageAmount"]}, "Metric NormalizedUsageAmount is invalid."),
        ({"GroupBy": [{"Type": "", "Key": "SERVICE"}]}, "Group Definition type is invalid."),
        ({"GroupBy": [{"Type": "DIMENSION", "Key": "SERVICES"}]}, "SERVICES is not a supported dimension."),
        (
            {"GroupBy": [{"Type": "DIMENSION", "Key": "RESOURCE_ID"}]},
            "RESOURCE_ID is supported by GetCostAndUsageWithResources only.",
        ),
        (
            {"GroupBy": [{"Type": "DIMENSION", "Key": key} for key in ("SERVICE", "REGION", "AZ")]},
            "Please only specify at most 2 Group Definitions.",
        ),
        ({"Filter": {}}, "Expression must have exactly one of: Or, And, Not, Dimensions, Tags, CostCategories."),
        (
            {"Filter": {"Dimensions": {"Key": "AZ", "Values": ["a"]}, "Tags": {"Key": "a", "Values": ["b"]}}},
            "Expression must have exactly one of: Or, And, Not, Dimensions, Tags, CostCategories.",
        ),
        (
            {"Filter": {"And": [{"Dimensions": {"Key": "AZ", "Values": ["a"]}}]}},
            "And expression must have at least 2 operands.",
        ),
        ({"Filter": {"Dimensions": {"Key": "AZ", "Values": []}}}, "Values of AZ must be a list of at least one string."),
        (
            {"Filter": {"Dimensions": {"Key": "AZ", "Values": ["a"], "MatchOptions": ["CONTAINS"]}}},
            "MatchOptions ['CONTAINS'] are not supported for this operation.",
        ),
        ({"Filter": {"Tags": {"Values": ["a"]}}}, "A tag filter needs a key."),
    ],
)
def test_questions_that_aws_does_not_answer(ce: BaseClient, asked: dict[str, Any], sentence: str) -> None:
    assert refusal(lambda: usage(ce, *FEBRUARY, **asked)) == (INVALID, sentence)


def test_a_value_that_looks_like_sql_is_a_value(ce: BaseClient) -> None:
    nothing = usage(ce, *FEBRUARY, "TAG team') OR ('1", Filter={"Tags": {"Key": "x'", "Values": ["' OR 1=1 --"]}})
    assert nothing["ResultsByTime"][0]["Groups"] == []


def test_pages_together_are_the_whole_answer(ce: BaseClient, own: LocalExplorer) -> None:
    whole = usage(ce, "2026-01-01", "2026-04-01", "SERVICE")
    assert "NextPageToken" not in whole
    pages = all_pages(explorer_client(own), "SERVICE")
    assert len(pages) > 3
    found = [
        (result["TimePeriod"]["Start"], group) for page in pages for result in page["ResultsByTime"] for group in result["Groups"]
    ]
    assert found == [(result["TimePeriod"]["Start"], group) for result in whole["ResultsByTime"] for group in result["Groups"]]
    assert all(sum(len(result["Groups"]) for result in page["ResultsByTime"]) <= 7 for page in pages)


def test_days_are_turned_over_in_pages_too(own: LocalExplorer) -> None:
    pages = all_pages(explorer_client(own), Granularity="DAILY")
    days = [result["TimePeriod"]["Start"] for page in pages for result in page["ResultsByTime"]]
    assert (len(days), days) == (90, sorted(set(days)))


def test_a_token_belongs_to_its_question(own: LocalExplorer) -> None:
    ce = explorer_client(own)
    token = usage(ce, *FEBRUARY, "SERVICE")["NextPageToken"]
    assert refusal(lambda: usage(ce, *FEBRUARY, "REGION", NextPageToken=token))[0] == "InvalidNextTokenException"
    assert refusal(lambda: usage(ce, *FEBRUARY, "SERVICE", NextPageToken="mine"))[0] == "InvalidNextTokenException"


def test_every_page_costs_a_cent(own: LocalExplorer) -> None:
    ce = explorer_client(own)
    pages = all_pages(ce, "SERVICE")
    ce.get_tags(TimePeriod=period(*FEBRUARY))
    assert own.meter.dollars == Decimal("0.01") * (len(pages) + 1)
    assert [request.operation for request in own.meter.answered] == ["GetCostAndUsage"] * len(pages) + ["GetTags"]
    assert own.meter.answered[0].body["GroupBy"] == [{"Type": "DIMENSION", "Key": "SERVICE"}]


def test_what_is_refused_is_noted_and_free(own: LocalExplorer) -> None:
    refusal(lambda: usage(explorer_client(own), "2026-03-01", "2026-02-01"))
    assert [request.refused for request in own.meter.requests] == [INVALID]
    assert own.meter.dollars == 0


@pytest.mark.parametrize(
    "code",
    ["ThrottlingException", "LimitExceededException", "DataUnavailableException", "ExpiredTokenException", "InternalFailure"],
)
def test_a_bad_day_is_switched_on_and_ends(own: LocalExplorer, code: str) -> None:
    ce = explorer_client(own)
    own.faults.refuse(code, times=2)
    assert [refusal(lambda: usage(ce, *FEBRUARY))[0] for _ in range(2)] == [code, code]
    assert usage(ce, *FEBRUARY)["ResultsByTime"]


def test_an_sdk_that_is_patient_gets_through_a_throttle(own: LocalExplorer) -> None:
    own.faults.refuse("ThrottlingException", times=1)
    answer = usage(explorer_client(own, attempts=2), *FEBRUARY)
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert [request.refused for request in own.meter.requests] == ["ThrottlingException", ""]


def test_a_missing_permission_is_named(own: LocalExplorer) -> None:
    own.faults.denied.add("GetTags")
    ce = explorer_client(own)
    code, sentence = refusal(lambda: ce.get_tags(TimePeriod=period(*FEBRUARY)))
    assert code == "AccessDeniedException"
    assert "not authorized to perform: ce:GetTags" in sentence
    assert usage(ce, *FEBRUARY)["ResultsByTime"]
    own.faults.off()
    assert ce.get_tags(TimePeriod=period(*FEBRUARY))["Tags"]


def test_a_fault_that_nobody_knows_is_a_mistake_of_the_test(own: LocalExplorer) -> None:
    with pytest.raises(ValueError, match="Tired is none of"):
        own.faults.refuse("Tired")


def test_a_slow_day_is_slow(own: LocalExplorer) -> None:
    own.faults.delay = 0.2
    started = time.monotonic()
    usage(explorer_client(own), *FEBRUARY)
    assert time.monotonic() - started >= 0.2


def test_without_a_signature_there_is_no_answer(explorer: LocalExplorer) -> None:
    headers = {"X-Amz-Target": "AWSInsightsIndexService.GetTags", "Content-Type": "application/x-amz-json-1.1"}
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(urllib.request.Request(explorer.url, b"{}", headers), timeout=5)  # noqa: S310 - our own loopback
    assert raised.value.code == 403
    assert b"MissingAuthenticationTokenException" in raised.value.read()
    raised.value.close()


def test_what_the_local_cloud_does_not_have_says_so(explorer: LocalExplorer) -> None:
    ce = explorer_client(explorer)
    assert refusal(lambda: ce.get_anomalies(DateInterval={"StartDate": "2026-02-01"})) == (
        "UnknownOperationException",
        "The local clouds do not have GetAnomalies.",
    )
    pricing = client({**CREDENTIALS, "AWS_ENDPOINT_URL_PRICING": explorer.url}, "pricing")
    assert refusal(pricing.describe_services)[0] == "UnknownOperationException"


def test_two_forecasts_that_aws_does_not_make(ce: BaseClient) -> None:
    def forecast(start: str, end: str, granularity: str = "DAILY") -> tuple[str, str]:
        asked = {"TimePeriod": period(start, end), "Metric": "UNBLENDED_COST", "Granularity": granularity}
        return refusal(lambda: ce.get_cost_forecast(**asked))

    assert forecast("2026-03-20", "2026-04-01") == (INVALID, "Start date must be no later than the current date.")
    assert forecast("2026-03-19", "2026-07-02") == (INVALID, "Daily forecasts go 3 months into the future at most.")
    assert forecast("2026-03-19", "2026-04-01", "HOURLY")[0] == INVALID


def test_a_young_account_has_no_forecast(tmp_path: Path, explorer: LocalExplorer) -> None:
    generate(tmp_path, months=1, as_of=explorer.today(), seed=1, rows=12_000)
    with running(LocalExplorer(tmp_path, explorer.today)) as young:
        ce = explorer_client(young)
        code, _ = refusal(
            lambda: ce.get_cost_forecast(
                TimePeriod=period("2026-03-19", "2026-04-01"), Metric="UNBLENDED_COST", Granularity="MONTHLY"
            )
        )
    assert code == "DataUnavailableException"


def test_values_in_an_order_are_neither_searched_nor_turned_over(ce: BaseClient) -> None:
    code, _ = refusal(
        lambda: ce.get_dimension_values(
            TimePeriod=period(*FEBRUARY), Dimension="SERVICE", SearchString="EC2", SortBy=[{"Key": "UnblendedCost"}]
        )
    )
    assert code == INVALID


def test_without_a_ledger_there_is_nothing_to_answer_from(tmp_path: Path, explorer: LocalExplorer) -> None:
    with pytest.raises(FileNotFoundError, match="write one with"), running(LocalExplorer(tmp_path, explorer.today)):
        pass
