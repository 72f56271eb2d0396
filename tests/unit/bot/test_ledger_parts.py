"""Given the pieces that the ledger is made of, when they are put together, then no cent is lost and nothing drifts."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.ledger.catalogue import SERVICES, aws, azure, gcp
from bot.sandbox.ledger.charges import Bill, refunds
from bot.sandbox.ledger.commitments import COMMITMENTS, Commitment, contracted
from bot.sandbox.ledger.days import ARRIVED, FULL_DAY, Days
from bot.sandbox.ledger.facts import BASES, NONE, joined
from bot.sandbox.ledger.noise import uniform
from bot.sandbox.ledger.organisation import ACCOUNTS, PAYERS, REGIONS
from bot.sandbox.ledger.plan import Cut, TooFewRowsError, plan
from bot.sandbox.ledger.slots import priced_slots
from bot.sandbox.ledger.story import growth
from bot.sandbox.ledger.streams import Stream, streams
from bot.sandbox.ledger.table import decimals
from bot.sandbox.ledger.usage import _split, source, usage
from bot.sandbox.ledger.workloads import WORKLOADS, Workload
from storage.model.period import Period

DAYS = Days(2, date(2026, 3, 19))
FEBRUARY = Period.month(date(2026, 2, 1))


@pytest.fixture(scope="module")
def found() -> list[Stream]:
    return streams(DAYS, 1)


def stream(found: list[Stream], key: str) -> Stream:
    return next(of for of in found if of.key == key)


# Numbers


@given(
    st.lists(st.lists(st.integers(0, 10**11), min_size=2, max_size=2), min_size=1, max_size=4),
    st.lists(st.floats(0.01, 10.0), min_size=1, max_size=40),
)
def test_what_is_split_adds_up_to_what_it_was(quantities: list[list[int]], weights: list[float]) -> None:
    whole = np.array(quantities, dtype=np.int64)
    parts = _split(whole, np.tile(np.array(weights), (len(quantities), 1)))
    assert (parts >= 0).all()
    assert (parts.sum(axis=2) == whole).all()


@given(st.lists(st.integers(-(2**62), 2**62), max_size=30), st.integers(0, 12))
def test_integer_steps_become_the_decimals_they_stand_for(steps: list[int], places: int) -> None:
    assert decimals(np.array(steps, dtype=np.int64), places).to_pylist() == [Decimal(n).scaleb(-places) for n in steps]


def test_no_quantity_is_null_and_not_zero() -> None:
    assert decimals(np.array([0, NONE, 5]), 1).to_pylist() == [Decimal("0.0"), None, Decimal("0.5")]


@given(st.integers(-(2**80), 2**80), st.lists(st.integers(0, 2**40), min_size=1, max_size=50))
def test_noise_is_in_its_range_and_does_not_depend_on_its_neighbours(seed: int, keys: list[int]) -> None:
    together = uniform(seed, 7, np.array(keys))
    assert ((together >= 0) & (together < 1)).all()
    assert [float(uniform(seed, 7, key)[0]) for key in keys] == together.tolist()


def test_noise_is_spread_evenly() -> None:
    drawn = uniform(1, np.arange(10_000))
    assert drawn.mean() == pytest.approx(0.5, abs=0.01)
    assert np.histogram(drawn, bins=10)[0].min() > 900


# Days


@settings(max_examples=60)
@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 16))
def test_a_ledgers_months_hold_each_of_its_days_once(as_of: date, months: int) -> None:
    days = Days(months, as_of)
    placed = np.concatenate([days.ordinals[days.index(month)] for month in days.billing_months()])
    assert placed.tolist() == days.ordinals.tolist()
    assert [days.is_open(month) for month in days.billing_months()] == [False] * (months - 1) + [True]
    assert [day for month in days.billing_months() for day in days.of(month)] == list(days.period)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.sampled_from(sorted(ACCOUNTS)))
def test_no_account_is_ahead_of_its_provider(as_of: date, account: str) -> None:
    days = Days(1, as_of)
    hours, provider = days.hours(account), days.arrived(ACCOUNTS[account].payer)
    assert ((hours >= 0) & (hours <= provider) & (provider <= FULL_DAY)).all()


def test_the_arrival_of_the_last_days_is_known_for_every_provider() -> None:
    assert set(ARRIVED) == set(PAYERS)


def test_growth_is_one_on_the_first_of_the_last_month() -> None:
    assert growth(DAYS, 5.0)[DAYS.index(Period.month(DAYS.as_of))][0] == 1.0


# Catalogue and company


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.key)
def test_a_workload_runs_where_its_service_is_sold(workload: Workload) -> None:
    sold = {"aws": aws.SERVICES, "gcp": gcp.SERVICES, "azure": azure.SERVICES}[ACCOUNTS[workload.account].payer]
    assert SERVICES[workload.service] in sold
    assert workload.region in REGIONS
    assert workload.dollars > 0


def test_no_two_workloads_and_no_two_services_share_a_key() -> None:
    assert len({workload.key for workload in WORKLOADS}) == len(WORKLOADS)
    names = [service.name for service in SERVICES.values()]
    assert len(set(names)) == len(names) >= 25


@pytest.mark.parametrize("commitment", COMMITMENTS, ids=lambda commitment: commitment.key)
def test_a_commitment_covers_workloads_that_exist_and_shares_no_more_than_all_of_itself(commitment: Commitment) -> None:
    workloads = {workload.key: workload for workload in WORKLOADS}
    assert set(commitment.covers) <= set(workloads)
    assert sum(commitment.covers.values()) == pytest.approx(1.0)
    assert {ACCOUNTS[workloads[key].account].payer for key in commitment.covers} == {ACCOUNTS[commitment.account].payer}
    if commitment.units:
        assert {(workloads[key].service, workloads[key].region) for key in commitment.covers} == {
            (commitment.service, commitment.region)
        }


@given(st.sampled_from(sorted(ACCOUNTS)), st.integers(100, 10**10))
def test_the_negotiated_price_is_below_the_list_price(account: str, price: int) -> None:
    assert 0 < contracted(account, price) < price


# Streams and plan


def test_covered_and_on_demand_parts_add_up_to_the_demand(found: list[Stream]) -> None:
    key = "platform-prod/ec2/platform/prod/us-east-1/"
    parts = [of.dollars for of in found if of.workload.key == key]
    assert len(parts) == 2
    assert float(np.sum(parts, axis=0)[:28].sum()) == pytest.approx(13500 / 30.4375 * 28, rel=0.1)


def test_streams_have_names_of_their_own(found: list[Stream]) -> None:
    assert len({of.key for of in found}) == len(found)


@settings(max_examples=12, deadline=None)
@given(st.integers(12_500, 3_000_000))
def test_a_plan_makes_about_the_rows_it_was_asked_for(asked: int) -> None:
    known = streams(DAYS, 1)
    cuts = plan(DAYS, known, asked)
    made = 0
    for of, cut in zip(known, cuts, strict=True):
        made += cut.skus * cut.resources * int((of.hours if cut.hours == FULL_DAY else of.hours > 0)[of.active].sum())
        assert cut.resources == 1 or of.several
    assert abs(made - asked) < asked * 0.05


def test_a_plan_that_cannot_be_names_the_least_that_can(found: list[Stream]) -> None:
    with pytest.raises(TooFewRowsError) as refused:
        plan(DAYS, found, 10)
    assert all(cut.rows >= 1 for cut in plan(DAYS, found, refused.value.least))


# Usage


@pytest.mark.parametrize("cut", [Cut(1, 1, 1), Cut(2, 3, 1), Cut(3, 2, 24), Cut(4, 11, 24)])
def test_slices_of_any_number_cost_what_the_stream_costs(found: list[Stream], cut: Cut) -> None:
    of = stream(found, "platform-prod/ec2/platform/prod/us-west-2/|")
    facts = usage(source(of, cut), DAYS, FEBRUARY, 1)
    assert len(facts) == 28 * cut.rows
    assert facts.total("contracted") / 10**12 == pytest.approx(float(of.dollars[:28].sum()), rel=1e-4)
    assert facts.total("billed") == facts.total("effective") == facts.total("contracted") < facts.total("list")


def test_what_a_commitment_pays_is_effective_and_not_billed(found: list[Stream]) -> None:
    of = stream(found, "payments-prod/rds/payments/prod/us-east-1/|rds-ri")
    facts = usage(source(of, Cut(1, 2, 24)), DAYS, FEBRUARY, 1)
    assert facts.total("billed") == 0 < facts.total("effective") < facts.total("contracted")


def test_a_month_without_data_has_no_rows() -> None:
    early = Days(1, date(2026, 3, 1))
    of = next(of for of in streams(Days(2, date(2026, 3, 1)), 1) if of.payer == "aws")
    assert not len(
        usage(source(Stream(of.workload, None, of.dollars[-1:], of.hours[-1:]), Cut()), early, Period.month(early.as_of), 1)
    )
    assert not len(joined([]))
    assert [joined([]).total(basis) for basis in BASES] == [0, 0, 0, 0]


def test_a_months_rows_are_the_same_in_a_longer_ledger() -> None:
    longer = Days(4, DAYS.as_of)
    key = "platform-prod/ec2/platform/prod/us-west-2/|"
    one, other = (usage(source(stream(streams(days, 1), key), Cut(2, 2, 24)), days, FEBRUARY, 1) for days in (DAYS, longer))
    assert (one.quantity == other.quantity).all()
    assert (one.start == other.start).all()


# Words


def test_the_first_resources_stay_when_more_are_asked_for(found: list[Stream]) -> None:
    of = stream(found, "g-data/gce/data/prod/europe-west3/|")
    few, many = ({p.slot.resource_id for p in priced_slots(of, Cut(1, count, 1))} for count in (3, 30))
    assert few < many
    assert len(many) == 30


def test_untagged_resources_come_in_three_kinds(found: list[Stream]) -> None:
    of = stream(found, "management/s3////us-east-1/|".replace("////", "///"))
    assert [p.slot.tags for p in priced_slots(of, Cut(1, 2, 1))] == [None, "{}"]
    third = json.loads(priced_slots(of, Cut(1, 3, 1))[2].slot.tags or "")
    assert list(third) == ["Name"]


def test_somebody_wrote_a_trap_into_a_tag(found: list[Stream]) -> None:
    of = stream(found, "nonprod/ec2/payments/dev/us-east-1/|")
    notes = [json.loads(p.slot.tags or "").get("note") for p in priced_slots(of, Cut(1, 7, 1))]
    assert notes[:6] == [None] * 6
    assert "<!channel>" in notes[6]


def test_azure_ids_are_lower_case_and_google_names_its_zone(found: list[Stream]) -> None:
    azure = priced_slots(stream(found, "z-platform/sql/platform/prod/eastus/|"), Cut(1, 5, 1))
    assert all(p.slot.resource_id == (p.slot.resource_id or "").lower() for p in azure)
    google = priced_slots(stream(found, "g-data/gce/data/prod/europe-west3/|"), Cut(1, 5, 1))
    assert {p.slot.zone for p in google} == {"europe-west3-a", "europe-west3-b", "europe-west3-c"}
    assert all(f"/zones/{p.slot.zone}/" in (p.slot.resource_id or "") for p in google)


def test_the_first_month_has_nothing_to_correct() -> None:
    first, last = DAYS.billing_months()
    sources = [source(of, Cut()) for of in streams(DAYS, 1) if of.payer == "aws"]
    assert list(refunds(Bill(DAYS, first, "aws", 1, sources, []))) == []
    assert len(list(refunds(Bill(DAYS, last, "aws", 1, sources, [])))) == 1
