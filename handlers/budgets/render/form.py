"""The window in which a budget is set or edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, forms, limits, words
from handlers.blocks.mrkdwn import size
from handlers.budgets.words import thresholds_words
from handlers.parse import written
from services.budgets.terms import LONGEST_NAME
from storage.model.budget import USUAL, Cadence
from storage.model.query import Basis, Charges

if TYPE_CHECKING:
    from handlers.request import Block
    from storage.model.budget import Budget

CADENCES = {Cadence.MONTHLY.value: "a month", Cadence.QUARTERLY.value: "a quarter", Cadence.YEARLY.value: "a year"}
BASES = {each.value: words.basis_noun(each) for each in Basis}
CHARGES = {Charges.GROSS.value: "gross: without credits, refunds and tax", Charges.NET.value: "net: everything on the invoice"}
SUBMIT = "budgets.put"


def window(budget: Budget | None = None, channel: str = "") -> Block:
    """The fields, filled in with the budget as it is. `channel` is where it is told unless another is chosen."""
    terms = budget.current.terms if budget else None
    place = terms.channel if terms else channel
    shown = place if place[:1] in ("C", "G") else ""
    amount = format(terms.amount.amount.normalize(), "f") if terms else ""
    return build.modal(
        "Edit the budget" if budget else "Set a budget",
        [
            forms.text("name", "Name", value=budget.name if budget else "", placeholder="web", most=LONGEST_NAME),
            forms.text("amount", "Amount", value=amount, placeholder="12000", hint="Like 12000, 12,000.50 or 12k.", most=40),
            forms.text(
                "currency", "Currency", value=terms.amount.currency if terms else "", optional=True, most=12, hint=CURRENCY
            ),
            forms.select("cadence", "How often", CADENCES, value=(terms.cadence if terms else Cadence.MONTHLY).value),
            _filters(written.filters(terms.filters).removeprefix("for ") if terms else ""),
            forms.select("basis", "Cost basis", BASES, value=(terms.basis if terms else Basis.EFFECTIVE).value),
            forms.radio("charges", "Charges", CHARGES, value=(terms.charges if terms else Charges.GROSS).value),
            forms.text(
                "thresholds",
                "Tell at",
                value=thresholds_words(terms.thresholds if terms else USUAL),
                hint="Of what was billed, and of the forecast. Passing the amount is told in any case.",
                optional=True,
                most=120,
            ),
            forms.channel("channel", "Tell in", value=shown, optional=True, hint=TOLD),
        ],
        callback=SUBMIT,
        submit="Save",
        close="Cancel",
        metadata={"budget": str(budget.id) if budget else "", "place": place},
    )


CURRENCY = "Empty: the one that most of it is billed in."
TOLD = "Invite me there first. Empty: where the window was opened."


def _filters(said: str) -> Block:
    """What it is for. Words that do not fit into a field are not cut, they would mean something else: then there is no field."""
    if size(said) > limits.INPUT_TEXT:
        return build.section("What it is for is longer than a window can hold, and stays as it is.")
    hint = "As in /cost: dimension=value, several values with commas. Empty: everything you may see."
    return forms.text("filters", "For", value=said, placeholder="team=web account=123456789012", hint=hint, optional=True)
