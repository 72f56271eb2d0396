"""What the routes answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from storage.model.money import Money
    from storage.model.people import Subject
    from storage.model.period import Period
    from storage.model.route import Route


@dataclass(frozen=True, slots=True)
class Routed:
    """Where an anomaly belongs.

    Attributes:
        route: the one that takes it; None: there is none that does.
        is_fallback: nobody owns it: it goes where everything goes that nobody owns.
        owner: whose it is, as the bill's tags or the route call them; None: that is not known.
        why: the same as a sentence, in plain text.
        channel: where it is told; a person's id where there is no route at all, empty where there is not even an admin.
    """

    route: Route | None
    is_fallback: bool
    owner: str | None
    why: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a month's spend some route besides the fallback takes, in one currency. Gross, effective."""

    total: Money
    unowned: Money
    share: Decimal | None
    """Of the spend that nobody owns; 1 = all of it, None where nothing was spent."""


@dataclass(frozen=True, slots=True)
class Listing:
    """All routes, in order. `notes` say what an admin should look at.

    `names` is what people call the subjects, `accounts` what the bill calls the accounts.
    """

    routes: tuple[Route, ...]
    notes: tuple[str, ...] = ()
    names: Mapping[Subject, str] = field(default_factory=dict)
    coverage: tuple[Coverage, ...] = ()
    month: Period | None = None
    """The month that the coverage is of; None where there is no bill."""
    accounts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changed:
    """A route as it stands now, and what an admin should look at."""

    route: Route
    notes: tuple[str, ...] = ()
