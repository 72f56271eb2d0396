"""The words of the grammar and what they mean: dimensions, bases, grains, options, each with its plurals and other names.

One table a subject, all in folded form with spaces for dashes and underscores, so that `charge-category`, `charge_category`
and `Charge Category` are one entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from handlers.parse.words import fold
from storage.model.query import DIMENSIONS, TAG_PREFIX, Axis, Basis, Charges, Granularity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NEAR = 62  # per cent of likeness below which a suggestion only confuses
_OTHER_NAMES = {
    "provider": "providers cloud clouds vendor vendors",
    "category": "categories service_category service_categories",
    "service": "services product products",
    "account": "accounts sub_account sub_accounts subaccount subaccounts subscription subscriptions project projects",
    "region": "regions location locations",
    "charge": "charges charge_category charge_categories charge_type charge_types",
    "pricing": "pricing_category pricing_categories pricing_model",
    "purchase": "purchases purchase_option purchase_options",
    "commitment": "commitments commitment_status commitment_discount commitment_discount_status",
    "currency": "currencies billing_currency",
    "meter": "meters usage_type usage_types",
    "resource": "resources",
    "commitment_id": "commitment_ids commitment_discount_ids",
    "source": "sources",
}
_TAG_WORDS = ("tag:", "tags:", "label:", "labels:")

GRAINS = {
    "day": Granularity.DAY,
    "days": Granularity.DAY,
    "daily": Granularity.DAY,
    "week": Granularity.WEEK,
    "weeks": Granularity.WEEK,
    "weekly": Granularity.WEEK,
    "month": Granularity.MONTH,
    "months": Granularity.MONTH,
    "monthly": Granularity.MONTH,
}
BASES = {
    "effective": Basis.EFFECTIVE,
    "amortised": Basis.EFFECTIVE,
    "amortized": Basis.EFFECTIVE,
    "billed": Basis.BILLED,
    "unblended": Basis.BILLED,
    "contracted": Basis.CONTRACTED,
    "list": Basis.LIST,
}
CHARGES = {"gross": Charges.GROSS, "net": Charges.NET}
AXES = {
    "charge": Axis.CHARGE,
    "usage": Axis.CHARGE,
    "billing": Axis.BILLING,
    "invoice": Axis.BILLING,
}
NUMBERS = {"top": "top", "first": "top", "limit": "top", "page": "page"}
OPTIONS = {"basis": "basis", "axis": "axis", "top": "top", "n": "top", "limit": "top", "page": "page"}
BY = dict.fromkeys(("by", "per"), True)
FOR = dict.fromkeys(("for", "where", "with"), True)
AGAINST = dict.fromkeys(("vs", "versus", "against", "compared to", "compared with"), True)
FILLERS = dict.fromkeys(("and", "in", "over", "during", "on", "of", "the", "from"), True)
WITHOUT_VALUE = ("none", "untagged")
WORDS = (*GRAINS, *BASES, *CHARGES, "billing", *NUMBERS, *BY, *FOR, *AGAINST)


def phrase(text: str) -> str:
    """A name as the tables have it."""
    return " ".join(fold(text).replace("-", " ").replace("_", " ").split())


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`; empty when none is like it."""
    found = process.extractOne(fold(word)[:40], list(known), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return found[0] if found else ""


def _fixed() -> dict[str, str]:
    names = {phrase(other): name for name, others in _OTHER_NAMES.items() for other in (name, *others.split())}
    return {column.casefold(): name for name, column in DIMENSIONS.items()} | names


_FIXED = _fixed()


@dataclass(frozen=True, slots=True)
class DimensionNames:
    """Every way to write a dimension, with the tags this company gave short names: short → its keys."""

    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find(self, text: str) -> str | None:
        """The dimension that `text` (as typed) names, or None."""
        key = self._tag_key(text)
        if key is not None:
            return self._tag(key) if key else None
        named = phrase(text)
        if named in _FIXED:
            return _FIXED[named]
        short = self._short(text)
        return f"{TAG_PREFIX}{short}" if short else None

    def known(self) -> tuple[str, ...]:
        """The words worth suggesting."""
        return (*DIMENSIONS, *self.tags, "services", "accounts", "regions", "resources", "tag:")

    @staticmethod
    def _tag_key(text: str) -> str | None:
        """What stands behind `tag:`; None when nothing of the kind does."""
        head, colon, key = text.replace("：", ":", 1).partition(":")
        return key if colon and f"{fold(head)}:" in _TAG_WORDS else None

    def _tag(self, key: str) -> str:
        return f"{TAG_PREFIX}{self._short(key) or key}"

    def _short(self, key: str) -> str | None:
        """The short name of a configured tag key. Exact spelling wins over one that differs in case."""
        for short, keys in self.tags.items():
            if key == short or key in keys:
                return short
        wanted = phrase(key)
        return next((short for short, keys in self.tags.items() if wanted and wanted in map(phrase, (short, *keys))), None)
