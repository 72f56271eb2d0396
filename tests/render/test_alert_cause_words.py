"""Given a cause, when it is put into words, then a name stands for an id that is too long, and dust of rounding is no row."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from handlers.anomalies.render import cause as render
from storage.model.anomaly import Cause, CauseStep, Driver
from tests.fakes.anomalies import spike

if TYPE_CHECKING:
    from services.anomalies.results import Alert

TABLE = "arn:aws:dynamodb:us-east-1:000000000101:table/payments-prod-store-001"


def alert(*steps: CauseStep) -> Alert:
    """An alert whose cause has these steps."""
    return cast("Alert", SimpleNamespace(anomaly=spike(cause=Cause(Driver.USAGE, steps)), route=None))


def test_a_name_stands_for_an_id_that_is_too_long() -> None:
    steps = (
        CauseStep("account", "111111111111", "Production", Decimal(9), Decimal(1)),
        CauseStep("resource", TABLE, "payments-prod-store-001", Decimal(9), Decimal("0.9")),
    )

    way = render.path(Cause(Driver.USAGE, steps))

    assert way == "Production (111111111111) (100 %) → payments-prod-store-001 (90 %)"


def test_what_rounding_leaves_is_no_row() -> None:
    dust, much = Decimal("0.000001"), Decimal("0.01")

    shown = [
        render.tree(alert(CauseStep("meter", "BoxUsage", None, Decimal(9), Decimal("0.9"), others=left))) for left in (dust, much)
    ]

    assert [len(grid.rows) if grid else 0 for grid in shown] == [1, 2]
