"""The window of a budget, submitted: the same as the words, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from handlers.budgets import feature, render
from handlers.budgets.asking import SETS, may_set, put
from handlers.budgets.scenario_words import typed_lines
from handlers.budgets.simulating import saved, worked_out
from handlers.budgets.words import amount, narrowing, thresholds
from handlers.parse.narrowing import words_of
from services.budgets.terms import Wanted
from services.errors import UsageError
from storage.model.budget import Cadence
from storage.model.query import Basis, Charges

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.request import Reply, Request
    from storage.model.query import Filter

Choice = TypeVar("Choice", Cadence, Basis, Charges)


@feature.submission("put", needs=SETS)
async def submitted(request: Request) -> Reply:
    """Set it; a field that is wrong is said below it and the window stays."""
    values = request.values
    size, sign = amount(values.get("amount", ""))
    number = values.get("budget", "")
    wanted = Wanted(
        name=" ".join(values.get("name", "").split()),
        amount=size,
        currency=values.get("currency", "").strip().upper() or sign,
        cadence=_chosen(Cadence, values, "cadence"),
        filters=_filters(request),
        basis=_chosen(Basis, values, "basis"),
        charges=_chosen(Charges, values, "charges"),
        thresholds=thresholds(values.get("thresholds", "")),
        channel=values.get("channel") or None,
        budget=int(number) if number.isascii() and number.isdigit() else 0,
    )
    return render.settled(await put(request, wanted, values.get("place", "")), may_set=True)


def _chosen(kind: type[Choice], values: Mapping[str, str], name: str) -> Choice:
    try:
        return kind(values.get(name, ""))
    except ValueError:
        raise UsageError("That is not one of the choices.", field=name) from None


def _filters(request: Request) -> tuple[Filter, ...] | None:
    """What it is for; None where the window had no room for it, so that it stays as it is."""
    said = request.values.get("filters")
    if said is None:
        return None
    try:
        return narrowing(words_of(said), request.grammar, request.today)[0] or ()
    except UsageError as error:
        raise UsageError(error.sentence, error.remedy, field="filters") from error


@feature.submission("simulate")
async def simulated(request: Request) -> Reply:
    """Worked out; saved too where a name is given and the asker may."""
    given = typed_lines(request.values.get("lines", ""), request.grammar, request.today)
    name = request.values.get("name", "").strip()
    if name and may_set(request):
        return await saved(request, name, given)
    return await worked_out(request, given)
