"""The buttons of each state, from what can be done in it: the likely ones in a row, one of them first, the rarer behind dots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build
from services.anomalies.results import Act

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.request import Block
    from storage.model.anomaly import Anomaly

LABELS = {
    Act.ACKNOWLEDGE: "Acknowledge",
    Act.CLAIM: "Claim",
    Act.TAKE_OVER: "Take over",
    Act.INVESTIGATE: "Investigate",
    Act.EXPECTED: "Expected…",
    Act.FALSE_POSITIVE: "False positive…",
    Act.SNOOZE: "Snooze…",
    Act.ESCALATE: "Escalate",
    Act.REROUTE: "Not mine…",
    Act.FIXED: "Fixed",
    Act.REOPEN: "Reopen",
}
"""Three dots where a window asks for more."""
FIRST = (Act.ACKNOWLEDGE, Act.INVESTIGATE, Act.FIXED, Act.REOPEN)
"""The first of these that can be done is the one that most people want next."""
IN_A_ROW = frozenset({Act.ACKNOWLEDGE, Act.CLAIM, Act.INVESTIGATE, Act.EXPECTED, Act.FIXED, Act.REOPEN})
"""Those that have a button of their own; the others stand in the menu only."""
BEHIND_DOTS = 5


def buttons(anomaly: Anomaly, acts: Sequence[Act], *, details: bool = True) -> list[Block]:
    """One row: what is likely, the details (where they are not shown already), and a menu of the rest."""
    first = next((act for act in FIRST if act in acts), None)
    rare = [act for act in acts if act not in IN_A_ROW or (act is Act.FIXED and act is not first)]
    shown = sorted((act for act in acts if act not in rare), key=lambda act: act is not first)
    # A menu takes five: what is too many for it stands in the row.
    shown += rare[BEHIND_DOTS:]
    row = [_button(act, anomaly, is_first=act is first) for act in shown]
    row += [build.button("Details", "anomalies.details", {"id": str(anomaly.id)})] if details else []
    if rare:
        options = [build.option(LABELS[act], {"id": str(anomaly.id), "act": act.value}) for act in rare[:BEHIND_DOTS]]
        row.append(build.overflow("anomalies.more", options))
    return build.actions(row)


def _button(act: Act, anomaly: Anomaly, *, is_first: bool) -> Block:
    return build.button(LABELS[act], f"anomalies.{act}", {"id": str(anomaly.id)}, style="primary" if is_first else "")
