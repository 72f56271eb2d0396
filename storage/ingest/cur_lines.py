"""Line item types of a CUR: what each is in FOCUS, and which commitment it belongs to.

AWS writes usage under a Savings Plan at its on-demand price and takes that back on a SavingsPlanNegation line; a fee for a
commitment is one line though it is two things, the money due and the part of the commitment nobody used. Types AWS adds later are
kept as adjustments. https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2-line-item.html, /cur-sp.html (2025-11)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.ingest.columns import Kind, literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.ingest.reader import Reader

USAGE = "Usage"
PLAN_USAGE = "SavingsPlanCoveredUsage"
RESERVED_USAGE = "DiscountedUsage"
PLAN_FEE = "SavingsPlanRecurringFee"
PLAN_UPFRONT = "SavingsPlanUpfrontFee"
RESERVED_FEE = "RIFee"
FEE = "Fee"
NEGATION = "SavingsPlanNegation"
REFUND = "Refund"
CREDIT = "Credit"
TAX = "Tax"

CONSUMED = (USAGE, PLAN_USAGE, RESERVED_USAGE)
COVERED = (PLAN_USAGE, RESERVED_USAGE)
RECURRING = (PLAN_FEE, RESERVED_FEE)
PURCHASES = (FEE, *RECURRING, PLAN_UPFRONT)
# Lines of something that has a price. Any other (EdpDiscount, PrivateRateDiscount, BundledDiscount, …) only takes off one.
PRICED = (*CONSUMED, *PURCHASES, REFUND, CREDIT, TAX)

# ChargeCategory by type. A refund is usage that was not; whether it corrects an earlier invoice, a CUR does not say.
CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "Usage": (*CONSUMED, REFUND),
    "Purchase": PURCHASES,
    "Tax": (TAX,),
    "Credit": (CREDIT,),
}
OTHER_CATEGORY = "Adjustment"


@dataclass(frozen=True, slots=True)
class Lines:
    """Conditions on the rows of one CUR, in SQL, each true or false and never NULL. The fields are SQL too."""

    type: str
    plan: str
    reservation: str
    usage_type: str
    term: str

    def are(self, *types: str) -> str:
        """The line is of one of the types."""
        return f"coalesce({self.type} IN ({', '.join(literal(each) for each in types)}), false)"

    def of_plan(self) -> str:
        """The line belongs to a Savings Plan."""
        return self.are(PLAN_USAGE, PLAN_FEE, PLAN_UPFRONT)

    def of_reservation(self) -> str:
        """The line belongs to a reservation. A plain Fee does when it names one: the payment upfront."""
        return f"({self.are(RESERVED_USAGE, RESERVED_FEE)} OR ({self.are(FEE)} AND {self.reservation} IS NOT NULL))"

    def pay_commitment(self) -> str:
        """The line is a fee for a commitment."""
        return f"({self.are(*PURCHASES)} AND ({self.of_plan()} OR {self.of_reservation()}))"

    def are_spot(self) -> str:
        """The line is of spot capacity."""
        spot = f"coalesce({self.usage_type} LIKE '%SpotUsage%', false) OR coalesce({self.term} = 'Spot', false)"
        return f"({self.are(USAGE, REFUND)} AND ({spot}))"

    def by_type(self, values: Mapping[str, tuple[str, ...]], otherwise: str) -> str:
        """The first value among whose types the line's is."""
        whens = " ".join(f"WHEN {self.are(*types)} THEN {literal(value)}" for value, types in values.items())
        return f"CASE {whens} ELSE {otherwise} END"


def lines(reader: Reader) -> Lines:
    """Read the columns that say what a line is."""
    return Lines(
        type=reader.value(Kind.WORD, "line_item_line_item_type"),
        plan=reader.value(Kind.TEXT, "savings_plan_savings_plan_a_r_n"),
        reservation=reader.value(Kind.TEXT, "reservation_reservation_a_r_n"),
        usage_type=reader.value(Kind.WORD, "line_item_usage_type"),
        term=reader.value(Kind.WORD, "pricing_term"),
    )
