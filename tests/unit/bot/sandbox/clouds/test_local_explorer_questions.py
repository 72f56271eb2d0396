"""Given the made-up company's bill, when somebody asks as AWS documents it, then the answer is to the question."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from bot.sandbox.clouds.explorer.server import LocalExplorer
from bot.sandbox.ledger.organisation import ACCOUNTS
from tests.fakes.local_aws import explorer_client, period, running, usage

if TYPE_CHECKING:
    from pathlib import Path

    from botocore.client import BaseClient

JANUARY_ON = period("2026-01-01", "2026-03-20")


def of(dimension: str, *values: str) -> dict[str, Any]:
    return {"Dimensions": {"Key": dimension, "Values": list(values)}}


def tagged(key: str, *values: str, options: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"Tags": {"Key": key, **({"Values": list(values)} if values else {"MatchOptions": list(options)})}}


def total(ce: BaseClient, **asked: object) -> Decimal:
    """What February came to."""
    return Decimal(usage(ce, "2026-02-01", "2026-03-01", **asked)["ResultsByTime"][0]["Total"]["UnblendedCost"]["Amount"])


def keys(answer: dict[str, Any], result: int = 0) -> list[list[str]]:
    return [group["Keys"] for group in answer["ResultsByTime"][result]["Groups"]]


def test_a_question_without_keys_has_a_total_and_no_groups(ce: BaseClient) -> None:
    result = usage(ce, "2026-02-01", "2026-03-01")["ResultsByTime"][0]
    assert result["TimePeriod"] == period("2026-02-01", "2026-03-01")
    assert result["Total"]["UnblendedCost"]["Unit"] == "USD"
    assert result["Groups"] == []


def test_a_question_with_keys_says_what_they_were_and_who_the_accounts_are(ce: BaseClient) -> None:
    answer = usage(ce, "2026-02-01", "2026-03-01", "LINKED_ACCOUNT", "TAG team")
    assert answer["GroupDefinitions"] == [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}, {"Type": "TAG", "Key": "team"}]
    names = {each["Value"]: each["Attributes"]["description"] for each in answer["DimensionValueAttributes"]}
    assert names == {account.id: account.name for account in ACCOUNTS.values() if account.payer == "aws"}
    assert ["000000000101", "team$payments"] in keys(answer)


def test_what_nobody_tagged_is_the_key_with_nothing_behind_it(ce: BaseClient) -> None:
    teams = [key[0] for key in keys(usage(ce, "2026-02-01", "2026-03-01", "TAG team"))]
    assert teams == ["team$", "team$data", "team$ml", "team$payments", "team$platform"]
    assert keys(usage(ce, "2026-02-01", "2026-03-01", "TAG nobody-has-this")) == [["nobody-has-this$"]]


def test_a_month_that_is_cut_keeps_its_edges(ce: BaseClient) -> None:
    results = usage(ce, "2026-01-15", "2026-03-04")["ResultsByTime"]
    assert [result["TimePeriod"] for result in results] == [
        period("2026-01-15", "2026-02-01"),
        period("2026-02-01", "2026-03-01"),
        period("2026-03-01", "2026-03-04"),
    ]
    days = usage(ce, "2026-01-15", "2026-02-01", Granularity="DAILY")["ResultsByTime"]
    whole = Decimal(results[0]["Total"]["UnblendedCost"]["Amount"])
    assert abs(sum(Decimal(day["Total"]["UnblendedCost"]["Amount"]) for day in days) - whole) < Decimal("0.00001")


def test_the_end_is_not_in_it(ce: BaseClient) -> None:
    results = usage(ce, "2026-02-01", "2026-02-02", Granularity="DAILY")["ResultsByTime"]
    assert [result["TimePeriod"] for result in results] == [period("2026-02-01", "2026-02-02")]


def test_the_open_month_is_estimated_and_invoiced_ones_are_not(ce: BaseClient) -> None:
    assert [result["Estimated"] for result in usage(ce, "2026-01-01", "2026-03-20")["ResultsByTime"]] == [False, False, True]
    edges = usage(ce, "2026-02-28", "2026-03-02", Granularity="DAILY")["ResultsByTime"]
    assert [result["Estimated"] for result in edges] == [False, True]


def test_today_is_not_known_yet(ce: BaseClient, written: Path, explorer: LocalExplorer) -> None:
    def last_days(asked: BaseClient) -> list[bool]:
        results = usage(asked, "2026-03-16", "2026-03-20", Granularity="DAILY")["ResultsByTime"]
        return [Decimal(result["Total"]["UnblendedCost"]["Amount"]) > 0 for result in results]

    assert last_days(ce) == [True, True, True, False]
    with running(LocalExplorer(written, explorer.today, lag=3)) as late:
        assert last_days(explorer_client(late)) == [True, False, False, False]


def test_filters_choose(ce: BaseClient) -> None:
    lambda_, s3 = of("SERVICE", "AWS Lambda"), of("SERVICE", "Amazon Simple Storage Service")
    both = of("SERVICE", "AWS Lambda", "Amazon Simple Storage Service")
    assert total(ce, Filter=lambda_) + total(ce, Filter=s3) == total(ce, Filter=both) == total(ce, Filter={"Or": [lambda_, s3]})
    assert total(ce, Filter={"And": [lambda_, s3]}) == 0
    assert abs(total(ce, Filter={"Not": both}) + total(ce, Filter=both) - total(ce)) < Decimal("0.000001")


def test_filters_nest(ce: BaseClient) -> None:
    data = of("LINKED_ACCOUNT", "000000000103")
    usage_only = {"Not": of("RECORD_TYPE", "Tax", "Credit", "Refund")}
    chosen = {"And": [data, usage_only, {"Or": [tagged("Team", "data"), tagged("Team", options=("ABSENT",))]}]}
    assert total(ce, Filter=chosen) == total(ce, Filter={"And": [data, usage_only]}) > 0


def test_without_credits_and_taxes_it_is_what_was_used(ce: BaseClient) -> None:
    spend = total(ce, Filter={"Not": of("RECORD_TYPE", "Credit", "Refund", "Tax")})
    left_out = total(ce, Filter=of("RECORD_TYPE", "Credit", "Refund", "Tax"))
    assert abs(spend + left_out - total(ce)) < Decimal("0.000001")
    assert spend != total(ce)


def test_what_has_no_tag_can_be_asked_for(ce: BaseClient) -> None:
    absent = total(ce, Filter=tagged("env", options=("ABSENT",)))
    assert absent == total(ce, Filter=tagged("env", "")) > 0
    present = total(ce, Filter={"Not": tagged("env", options=("ABSENT",))})
    assert abs(absent + present - total(ce)) < Decimal("0.000001")


def test_tags_are_spelled_as_they_are_spelled(ce: BaseClient) -> None:
    assert total(ce, Filter=tagged("team", "data")) != total(ce, Filter=tagged("Team", "data"))
    assert total(ce, Filter=tagged("team", "DATA")) == 0


def test_dimensions_have_values(ce: BaseClient) -> None:
    answer = ce.get_dimension_values(TimePeriod=JANUARY_ON, Dimension="PURCHASE_TYPE")
    values = [each["Value"] for each in answer["DimensionValues"]]
    assert values == ["On Demand Instances", "Savings Plans", "Spot Instances", "Standard Reserved Instances"]
    assert (answer["ReturnSize"], answer["TotalSize"]) == (4, 4)


def test_values_can_be_searched_and_put_in_order(ce: BaseClient) -> None:
    found = ce.get_dimension_values(TimePeriod=JANUARY_ON, Dimension="SERVICE", SearchString="elastic compute")
    assert [each["Value"] for each in found["DimensionValues"]] == ["Amazon Elastic Compute Cloud - Compute"]
    dearest = ce.get_dimension_values(
        TimePeriod=JANUARY_ON,
        Dimension="SERVICE",
        SortBy=[{"Key": "UnblendedCost", "SortOrder": "DESCENDING"}],
        MaxResults=1,
    )
    assert [each["Value"] for each in dearest["DimensionValues"]] == ["Amazon Elastic Compute Cloud - Compute"]


def test_tags_have_keys_and_keys_have_values(ce: BaseClient) -> None:
    assert {"Team", "team", "env", "app", "Name"} <= set(ce.get_tags(TimePeriod=JANUARY_ON)["Tags"])
    assert ce.get_tags(TimePeriod=JANUARY_ON, TagKey="Team")["Tags"] == ["", "data"]


def test_a_forecast_goes_on_as_the_last_weeks_went(ce: BaseClient) -> None:
    future = period("2026-03-19", "2026-05-01")
    answer = ce.get_cost_forecast(TimePeriod=future, Metric="UNBLENDED_COST", Granularity="MONTHLY", PredictionIntervalLevel=80)
    results = answer["ForecastResultsByTime"]
    assert [result["TimePeriod"] for result in results] == [
        period("2026-03-19", "2026-04-01"),
        period("2026-04-01", "2026-05-01"),
    ]
    april = results[1]
    assert float(april["PredictionIntervalLowerBound"]) < float(april["MeanValue"]) < float(april["PredictionIntervalUpperBound"])
    assert float(april["MeanValue"]) == pytest.approx(float(total(ce)), rel=0.15)
    assert float(answer["Total"]["Amount"]) == pytest.approx(sum(float(result["MeanValue"]) for result in results))


def test_questions_asked_at_once_are_answered_each_for_itself(ce: BaseClient) -> None:
    accounts = [account.id for account in ACCOUNTS.values() if account.payer == "aws"] * 3
    with ThreadPoolExecutor(len(accounts)) as people:
        at_once = list(people.map(lambda account: total(ce, Filter=of("LINKED_ACCOUNT", account)), accounts))
    assert at_once == [total(ce, Filter=of("LINKED_ACCOUNT", account)) for account in accounts]
    assert len(set(at_once)) == 6


QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "grouped": (
        "GetCostAndUsage",
        {
            "TimePeriod": JANUARY_ON,
            "Granularity": "DAILY",
            "Metrics": ["UnblendedCost", "UsageQuantity"],
            "GroupBy": [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}],
        },
    ),
    "plain": ("GetCostAndUsage", {"TimePeriod": JANUARY_ON, "Granularity": "MONTHLY", "Metrics": ["AmortizedCost"]}),
    "values": ("GetDimensionValues", {"TimePeriod": JANUARY_ON, "Dimension": "LINKED_ACCOUNT"}),
    "tags": ("GetTags", {"TimePeriod": JANUARY_ON}),
    "forecast": (
        "GetCostForecast",
        {
            "TimePeriod": period("2026-03-19", "2026-04-19"),
            "Metric": "AMORTIZED_COST",
            "Granularity": "DAILY",
            "PredictionIntervalLevel": 95,
        },
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_sent_is_what_the_model_of_aws_says_comes(explorer: LocalExplorer, question: str) -> None:
    operation, asked = QUESTIONS[question]
    model = ServiceModel(Loader().load_service_model("ce", "service-2"))
    sent: list[dict[str, Any]] = []
    client = explorer_client(explorer)
    client.meta.events.register("after-call.ce", lambda http_response, **_: sent.append(http_response))
    client._make_api_call(operation, asked)
    raw = json.loads(sent[0].content)
    shape = model.operation_model(operation).output_shape
    assert not ParamValidator().validate(raw, shape).generate_report()
