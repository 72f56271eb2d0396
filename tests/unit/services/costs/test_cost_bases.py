"""The four bases side by side: a month reckoned by hand, and bills in which a basis is missing."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from services.costs.results import MissingBasis
from storage.model.query import Axis, Basis, Charges, Filter, Granularity
from storage.model.scope import Scope
from tests.fakes.bills import PLAN, usage
from tests.fakes.company import OCTOBER, SEPTEMBER
from tests.fakes.desk import amounts, desk

if TYPE_CHECKING:
    from pathlib import Path

    from services.costs.results import Bases, BasisFigures
    from tests.fakes.bills import Row
    from tests.fakes.desk import Desk

SAVINGS_PLAN: Row = {"PricingCategory": "Committed", "CommitmentDiscountId": PLAN, "CommitmentDiscountType": "Savings Plan"}


def day(cost: str, number: int = 5, **columns: str | None) -> Row:
    """A charge in October."""
    return usage(cost, f"2026-10-{number:02d}", **columns)


def month() -> list[Row]:
    """List 300; 10 per cent negotiated; a plan of 100 paid at once, of which 80 cover usage worth 120, and 20 lapse."""
    return [
        day("100", EffectiveCost="100", BilledCost="90", ContractedCost="90", ListCost="100"),
        day("62.5", 6, BilledCost="54", EffectiveCost="54", ContractedCost="54", ListCost="60"),
        day("0", EffectiveCost="80", ContractedCost="120", ListCost="140", CommitmentDiscountStatus="Used", **SAVINGS_PLAN),
        day("0", EffectiveCost="20", ContractedCost="0", ListCost="0", CommitmentDiscountStatus="Unused", **SAVINGS_PLAN),
        day("100", 1, ChargeCategory="Purchase", EffectiveCost="0", ContractedCost="100", ListCost="100", **SAVINGS_PLAN),
        day("-7", ChargeCategory="Credit", EffectiveCost="-7", ListCost="0", ContractedCost="-7"),
        day("11", ChargeCategory="Tax", ListCost=None, ContractedCost=None),
    ]


def only(answer: Bases) -> BasisFigures:
    """The one currency's figures."""
    (figures,) = answer.figures
    return figures


def plain(figures: BasisFigures) -> dict[str, Decimal | None]:
    """Basis → amount."""
    return {basis.value: each and each.amount for basis, each in figures.amounts.items()}


def test_a_month_reckoned_by_hand(tmp_path: Path) -> None:
    with desk(tmp_path, {"aws": month()}) as small:
        answer = small.bases()

    figures = only(answer)
    assert plain(figures) == {"effective": 254, "billed": 244, "contracted": 364, "list": 400}
    assert figures.negotiated_saving is not None
    # List 300 less contracted 264: the purchase counts in neither, the credit and the tax are no discount.
    assert figures.negotiated_saving.amount == 36
    assert figures.negotiated_rate == Decimal("0.12")
    assert figures.commitment_saving is not None
    # The used part saved 120 - 80, the unused part wasted 20.
    assert figures.commitment_saving.amount == 20
    assert figures.commitment_rate == (Decimal(20) / 264).quantize(Decimal("1e-12"))
    assert (figures.used.amount, figures.unused.amount) == (80, 20)
    assert figures.utilisation == Decimal("0.8")
    assert answer.basics.missing == ()


def test_net_has_credits_and_tax_in_the_sums_and_the_same_discounts(tmp_path: Path) -> None:
    with desk(tmp_path, {"aws": month()}) as small:
        net, gross = (only(small.bases(charges=charges)) for charges in (Charges.NET, Charges.GROSS))
        missing = small.bases(charges=Charges.NET).basics.missing

    assert plain(net) == {"effective": 258, "billed": 248, "contracted": 357, "list": 400}
    assert (net.negotiated_saving, net.commitment_saving) == (gross.negotiated_saving, gross.commitment_saving)
    assert missing == (MissingBasis(Basis.CONTRACTED, "aws", 1), MissingBasis(Basis.LIST, "aws", 1))


def test_the_company_against_its_rows(office: Desk) -> None:
    figures = only(office.bases())

    october = office.books.gross.during(OCTOBER)
    assert plain(figures) == {basis.value: october.total(basis) for basis in Basis}
    used, unused = (
        october.where(lambda each, on=on: each.row.get("CommitmentDiscountStatus") == on) for on in ("Used", "Unused")
    )  # type: ignore[misc]  # a loop's word
    assert (figures.used.amount, figures.unused.amount) == (used.total(), unused.total())
    assert figures.commitment_saving is not None
    assert figures.commitment_saving.amount == used.total("contracted") - used.total() - unused.total()
    listed = october.where(lambda each: each.row["ChargeCategory"] != "Purchase")
    assert figures.negotiated_saving is not None
    assert figures.negotiated_saving.amount == listed.total("list") - listed.total("contracted")


def lean(cost: str, number: int = 5, **columns: str | None) -> Row:
    """A charge of a bill that knows neither list nor contracted prices."""
    return day(cost, number, ListCost=None, ContractedCost=None, **columns)


def test_a_source_without_a_basis_is_named_and_the_total_is_of_the_others(tmp_path: Path) -> None:
    with desk(tmp_path, {"aws": month(), "explorer": [lean("40"), lean("2", 7)]}) as both:
        answer, listed = both.bases(), both.breakdown("source", basis=Basis.LIST)

    figures = only(answer)
    assert plain(figures) == {"effective": 296, "billed": 286, "contracted": 364, "list": 400}
    assert figures.negotiated_saving is not None
    assert figures.negotiated_saving.amount == 36, "a source without list prices is no discount and no loss"
    assert answer.basics.missing == (MissingBasis(Basis.CONTRACTED, "explorer", 2), MissingBasis(Basis.LIST, "explorer", 2))
    (section,) = listed.sections
    assert amounts(section.rows) == {("aws",): 400}
    assert (section.total.amount, section.remainder.amount, section.remainder_rows, listed.rows_total) == (400, 0, 0, 1)
    assert listed.basics.missing == (MissingBasis(Basis.LIST, "explorer", 2),)


def test_a_basis_that_nobody_has_is_none_and_never_zero(tmp_path: Path) -> None:
    with desk(tmp_path, {"explorer": [lean("40"), lean("2", 7)]}) as one:
        figures, listed = only(one.bases()), one.breakdown("service", basis=Basis.LIST)

    assert plain(figures) == {"effective": 42, "billed": 42, "contracted": None, "list": None}
    assert (figures.negotiated_saving, figures.negotiated_rate) == (None, None)
    assert (figures.commitment_saving, figures.commitment_rate, figures.utilisation) == (None, None, None)
    assert listed.sections == ()
    assert listed.basics.missing == (MissingBasis(Basis.LIST, "explorer", 2),)


def test_only_the_charges_that_were_asked_for_are_counted_as_missing(tmp_path: Path) -> None:
    rows = [lean("1", 5), lean("1", 6, ServiceName="Other"), lean("1", 20, SubAccountId="9"), day("5")]
    with desk(tmp_path, {"aws": rows}) as one:

        def missing(**parts: object) -> list[int]:
            return [each.charges for each in one.breakdown(basis=Basis.LIST, **parts).basics.missing]

        assert missing() == [3]
        assert missing(filters=(Filter("service", ("Other",)),)) == [1]
        assert missing(scope=Scope.only(account=("9",))) == [1]
        assert missing(filters=(Filter("charge", ("Usage",), negate=True),)) == []


def test_a_basis_that_the_days_before_did_not_have_compares_with_nothing(tmp_path: Path) -> None:
    rows = [day("5", 31), usage("4", "2026-09-05", ListCost=None), usage("3", "2026-09-06", ListCost=None, ServiceName="Other")]
    with desk(tmp_path, {"aws": rows}) as one:
        answer = one.breakdown("service", basis=Basis.LIST, granularity=Granularity.DAY)

    (section,) = answer.sections
    assert (section.total.amount, section.previous, section.remainder_previous) == (5, None, None)
    assert [row.previous for row in section.rows] == [None]
    assert section.previous_trend == ()
    assert answer.basics.query.compare == SEPTEMBER
    assert answer.basics.missing == (MissingBasis(Basis.LIST, "aws", 2, is_compared=True),)


def test_unused_commitments_of_a_source_without_prices_are_no_loss(tmp_path: Path) -> None:
    used = lean("0", EffectiveCost="80", CommitmentDiscountStatus="Used", **SAVINGS_PLAN)
    unused = lean("0", EffectiveCost="20", CommitmentDiscountStatus="Unused", **SAVINGS_PLAN)
    with desk(tmp_path, {"azure": [used, unused]}) as one:
        figures = only(one.bases())

    assert figures.commitment_saving is None
    assert (figures.used.amount, figures.unused.amount, figures.utilisation) == (80, 20, Decimal("0.8"))


def test_a_plan_that_nobody_used_is_a_loss(tmp_path: Path) -> None:
    unused = day("0", EffectiveCost="20", CommitmentDiscountStatus="Unused", **SAVINGS_PLAN)
    with desk(tmp_path, {"aws": [unused, day("50")]}) as one:
        figures = only(one.bases())

    assert figures.commitment_saving is not None
    assert (figures.commitment_saving.amount, figures.utilisation) == (-20, 0)


def test_no_discount_is_a_rate_of_nothing_and_not_an_unknown_one(tmp_path: Path) -> None:
    with desk(tmp_path, {"aws": [day("50")]}) as one:
        figures = only(one.bases())

    assert figures.negotiated_saving is not None
    assert (figures.negotiated_saving.amount, figures.negotiated_rate) == (0, 0)


def test_discounts_of_the_billing_axis_and_of_a_tag_that_no_cube_has(office: Desk) -> None:
    billed = only(office.bases(axis=Axis.BILLING))
    tagged = only(office.bases(filters=(Filter("tag:app", ("checkout",)),)))

    assert plain(billed) == {basis.value: office.books.gross.invoiced(OCTOBER).total(basis) for basis in Basis}
    mine = office.books.gross.during(OCTOBER).where(lambda each: each.value("tag:app") == "checkout")
    assert plain(tagged) == {basis.value: mine.total(basis) for basis in Basis}
