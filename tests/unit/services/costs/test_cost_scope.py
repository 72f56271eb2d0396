"""Row limits count into every number, name and suggestion; and people are understood by the names they use."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from services.costs.names import resolve
from services.errors import NotFoundError
from storage.model.query import Basis, Charges, Filter, Granularity
from storage.model.scope import Scope
from tests.fakes.bills import DATA, WEB, usage
from tests.fakes.company import EC2, OCTOBER, S3, SANDBOX, SEPTEMBER
from tests.fakes.desk import adds_up, amounts, desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fakes.desk import Desk
    from tests.fakes.reckoning import Charge

SCOPES: dict[str, tuple[Scope, Callable[[Charge], bool]]] = {
    "an account": (Scope.only(account=(DATA,)), lambda each: each.value("account") == DATA),
    "two accounts": (Scope.only(account=(DATA, WEB)), lambda each: each.value("account") in (DATA, WEB)),
    "a team": (Scope.only(tag_team=("shop",)), lambda each: each.value("tag:team") == "shop"),
    "a team's account": (
        Scope.only(tag_team=("data",), account=(DATA,)),
        lambda each: (each.value("tag:team"), each.value("account")) == ("data", DATA),
    ),
    "a tag that no cube has": (Scope.only(tag_app=("checkout",)), lambda each: each.value("tag:app") == "checkout"),
    "nothing that exists": (Scope.only(account=("no such account",)), lambda _: False),
}


@pytest.mark.parametrize("name", SCOPES)
@pytest.mark.parametrize("dimension", ["service", "account", "resource", "tag:team", "source"])
def test_a_breakdown_is_of_the_rows_a_person_may_see(office: Desk, name: str, dimension: str) -> None:
    scope, may_see = SCOPES[name]

    sections = office.breakdown(dimension, scope=scope, top=1000, granularity=Granularity.WEEK).sections

    mine = office.books.where(may_see)
    assert {key: cost for section in sections for key, cost in amounts(section.rows).items()} == mine.gross.during(OCTOBER).by(
        dimension
    )
    for section in sections:
        assert section.net.amount == mine.during(OCTOBER).total()
        assert section.previous is not None
        assert section.previous.amount == mine.gross.during(SEPTEMBER).total()
        adds_up(section)


@pytest.mark.parametrize("name", SCOPES)
def test_every_other_answer_too(office: Desk, name: str) -> None:
    scope, may_see = SCOPES[name]
    mine = office.books.where(may_see).during(OCTOBER)

    figures = office.key_figures(period=OCTOBER, scope=scope).figures
    sides = office.bases(scope=scope, charges=Charges.NET).figures
    moved = office.movers("service", scope=scope).sections

    assert [each.to_date.amount for each in figures] == ([mine.gross.total()] if mine.charges else [])
    assert [each.amounts[Basis.LIST] and each.amounts[Basis.LIST].amount for each in sides] == (
        [mine.total("list")] if mine.charges else []
    )
    assert [each.after.amount for each in moved] == ([mine.gross.total()] if mine.charges else [])


def test_the_sources_that_a_person_sees_nothing_of_are_not_named(office: Desk) -> None:
    limited = office.breakdown(scope=Scope.only(account=(WEB,))).basics.completeness

    assert [source.name for source in limited.sources] == ["aws"]
    assert office.breakdown(scope=Scope.only(account=("nobody",))).basics.completeness.sources == ()


@pytest.mark.parametrize("dimension", ["service", "resource", "source"])
def test_nor_does_the_sql_name_them(office: Desk, dimension: str) -> None:
    limited = office.breakdown(dimension, scope=Scope.only(account=(DATA,))).basics.sql
    assert "'azure'" not in limited
    assert (DATA in limited) == (dimension == "resource"), "a lake's SQL has the limit in words, a cube's as a number"
    assert "'azure'" in office.breakdown("resource", "source").basics.sql


def test_a_filter_beyond_ones_limits_is_as_unknown_as_any(office: Desk) -> None:
    scope = Scope.only(account=(WEB,))

    for hidden in ("Data Platform", DATA, "Data Platfrom"):
        with pytest.raises(NotFoundError) as refused:
            office.breakdown(scope=scope, filters=(Filter("account", (hidden,)),))
        assert "Data Platform" not in refused.value.remedy
        assert DATA not in refused.value.remedy
    with pytest.raises(NotFoundError) as refused:
        office.breakdown(scope=scope, filters=(Filter("source", ("azure",)),))
    assert str(refused.value) == "There is no source “azure”."


def test_a_limit_and_a_filter_both_hold(office: Desk) -> None:
    section = office.only("resource", scope=Scope.only(account=(WEB,)), filters=(Filter("service", ("s3",)),))

    mine = office.books.gross.during(OCTOBER).where(lambda each: (each.value("account"), each.value("service")) == (WEB, S3))
    assert amounts(section.rows) == mine.by("resource")


def test_names_are_those_a_person_may_see_largest_first(office: Desk) -> None:
    costs = office.costs()

    everything = asyncio.run(costs.names("service", Scope()))
    mine = asyncio.run(costs.names("service", Scope.only(account=(SANDBOX,))))

    assert everything[0] == EC2
    assert set(everything) == {key[0] for key in office.books.by("service")}
    assert mine == ("AWS Lambda",)


def test_an_empty_store_has_no_names_and_refuses_no_filter(tmp_path: Path) -> None:
    with desk(tmp_path, {}) as empty:
        assert asyncio.run(empty.costs().names("service", Scope())) == ()
        assert empty.breakdown("service", filters=(Filter("service", ("ec2",)),)).sections == ()


def test_an_unknown_name_is_refused_with_near_ones(office: Desk) -> None:
    with pytest.raises(NotFoundError) as refused:
        office.breakdown(filters=(Filter("service", ("Amazon Simpel Storage",)),))

    assert str(refused.value) == "There is no service “Amazon Simpel Storage”."
    assert f"“{S3}”" in refused.value.remedy


def test_a_name_like_nothing_is_told_where_to_look(office: Desk) -> None:
    with pytest.raises(NotFoundError) as refused:
        office.breakdown(filters=(Filter("region", ("qqqq",), negate=True),))

    assert refused.value.remedy == "`/cost by region` lists what there is."


def test_a_part_of_several_names_is_refused_with_them(office: Desk) -> None:
    with pytest.raises(NotFoundError) as refused:
        office.breakdown(filters=(Filter("service", ("storage",)),))

    assert str(refused.value) == "More than one service has “storage” in its name."
    assert f"“{S3}”" in refused.value.remedy
    assert "“Storage Accounts”" in refused.value.remedy


def test_a_tag_key_that_is_not_configured_may_have_any_value(office: Desk) -> None:
    assert office.breakdown(filters=(Filter("tag:colour", ("blue",)),)).sections == ()


AWS_NAMES = (
    "Amazon Elastic Compute Cloud",
    "Amazon EC2 Container Registry (ECR)",
    "Amazon Elastic Container Service",
    "Amazon Elastic Container Service for Kubernetes",
    "Amazon Simple Storage Service",
    "Amazon S3 Glacier Deep Archive",
    "Red Hat OpenShift Service on AWS",
    "AWS Lambda",
    "Azure Kubernetes Service",
    "Kubernetes Engine",
)
CALLED = {
    "ec2": "Amazon Elastic Compute Cloud",
    "EC2": "Amazon Elastic Compute Cloud",
    "s3": "Amazon Simple Storage Service",
    "ecs": "Amazon Elastic Container Service",
    "eks": "Amazon Elastic Container Service for Kubernetes",
    "ecr": "Amazon EC2 Container Registry (ECR)",
    "aks": "Azure Kubernetes Service",
    "gke": "Kubernetes Engine",
    "lambda": "AWS Lambda",
    "awslambda": "AWS Lambda",
    "amazon-elastic-compute-cloud": "Amazon Elastic Compute Cloud",
    "glacier": "Amazon S3 Glacier Deep Archive",
}


@pytest.mark.parametrize("word", CALLED)
def test_what_engineers_call_a_service(word: str) -> None:
    assert resolve(Filter("service", (word,)), AWS_NAMES, {}).values == (CALLED[word],)


@pytest.mark.parametrize(
    ("dimension", "word", "known", "found"),
    [
        ("provider", "aws", ("AWS", "Microsoft"), ("AWS",)),
        ("provider", "aws", ("Amazon Web Services", "Microsoft"), ("Amazon Web Services",)),
        ("provider", "azure", ("Microsoft Azure", "Google Cloud"), ("Microsoft Azure",)),
        ("provider", "gcp", ("Google", "Google Cloud"), ("Google", "Google Cloud")),
        ("purchase", "savingsplan", ("Savings Plan", "Spot"), ("Savings Plan",)),
        ("purchase", "ri", ("Reserved", "Spot"), ("Reserved",)),
        ("service", "ec2", ("Amazon EC2", "AWS Lambda"), ("Amazon EC2",)),
        ("tag:team", "web", ("web", "Web"), ("web",)),
        ("tag:team", "WEB", ("web", "Web"), ("web", "Web")),
        ("region", "eu", ("eu-west-1", "us-east-1"), ("eu-west-1",)),
    ],
)
def test_what_people_call_other_things(dimension: str, word: str, known: tuple[str, ...], found: tuple[str, ...]) -> None:
    assert resolve(Filter(dimension, (word,), negate=True), known, {}) == Filter(dimension, found, negate=True)


def test_a_nickname_of_a_provider_is_none_of_a_service() -> None:
    with pytest.raises(NotFoundError, match="More than one service"):
        resolve(Filter("service", ("aws",)), AWS_NAMES, {})


def test_an_account_goes_by_its_number_its_name_or_a_part_of_that() -> None:
    known, labels = ("111", "222", "333"), {"111": "Atlas Nimbus", "222": "Atlas Web", "333": "Zenith"}

    def found(word: str | None) -> tuple[str | None, ...]:
        return resolve(Filter("account", (word,)), known, labels).values

    assert [found(word) for word in ("222", "atlas web", "Nimbus", "zenith", None)] == [
        ("222",),
        ("222",),
        ("111",),
        ("333",),
        (None,),
    ]
    with pytest.raises(NotFoundError, match="More than one account"):
        found("atlas")


def test_two_words_for_one_thing_are_one_value() -> None:
    assert resolve(Filter("service", ("ec2", "Amazon Elastic Compute Cloud", None)), AWS_NAMES, {}).values == (
        "Amazon Elastic Compute Cloud",
        None,
    )


def test_a_hostile_word_is_cut_and_found_nowhere() -> None:
    with pytest.raises(NotFoundError) as refused:
        resolve(Filter("service", ("<!channel>" * 50,)), AWS_NAMES, {})

    assert len(str(refused.value)) < 120


@pytest.mark.parametrize(
    "value", ["it's", 'a "quoted" one', "back\\slash", "100 %", "日本", "x'); DROP TABLE names; --", " padded "]
)
def test_a_value_may_hold_anything(tmp_path: Path, value: str) -> None:
    rows = [
        usage("3", "2026-10-05", ServiceName=value.strip(), ResourceId=value, Tags=json.dumps({"team": value, "app": value})),
        usage("4", "2026-10-05", ServiceName="plain", ResourceId="plain", Tags=None),
    ]
    with desk(tmp_path, {"aws": rows}) as small:
        for dimension in ("service", "resource", "tag:team", "tag:app"):
            held = value.strip() if dimension == "service" else value
            assert amounts(small.only(dimension).rows) == small.books.by(dimension)
            assert small.only(filters=(Filter(dimension, (held,)),)).total.amount == 3
            assert small.only(scope=Scope.only(**{dimension.replace(":", "_"): (held,)})).total.amount == 3
