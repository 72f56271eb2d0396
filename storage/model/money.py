"""Money: an exact amount that never forgets its currency.

Two currencies are never added: that needs a dated rate, and a rate is somebody's decision, so it raises instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class CurrencyMismatchError(TypeError):
    """Two currencies met in one sum."""

    def __init__(self, left: str, right: str) -> None:
        """Name both, because the reader needs to know which bill brought the second one."""
        super().__init__(f"{left} and {right} cannot be added without a rate")


@dataclass(frozen=True, slots=True)
class Money:
    """An exact decimal amount in one ISO 4217 currency."""

    amount: Decimal
    currency: str

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in a currency."""
        return cls(Decimal(0), currency)

    @classmethod
    def total(cls, parts: Iterable[Money], currency: str) -> Money:
        """Add up parts of one currency; an empty sum is zero of that currency."""
        result = cls.zero(currency)
        for part in parts:
            result += part
        return result

    def __add__(self, other: Money) -> Money:
        """Exact sum; raises CurrencyMismatchError across currencies."""
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        """Exact difference; raises CurrencyMismatchError across currencies."""
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        """The same amount the other way."""
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        """Scale by an exact number; a float is refused by Decimal itself."""
        return Money(self.amount * factor, self.currency)

    def __truediv__(self, divisor: Decimal | int) -> Money:
        """Divide by a number of days, people or parts."""
        return Money(self.amount / divisor, self.currency)

    def __lt__(self, other: Money) -> bool:
        """Order within one currency; raises CurrencyMismatchError across currencies."""
        return self.amount < self._same(other)

    def __bool__(self) -> bool:
        """False for zero."""
        return bool(self.amount)

    def __abs__(self) -> Money:
        """The size of the amount."""
        return Money(abs(self.amount), self.currency)

    def ratio(self, whole: Money) -> Decimal | None:
        """Share of `whole` (1 = all of it); None where the whole is zero and a share means nothing."""
        divisor = self._same(whole)
        return self.amount / divisor if divisor else None

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatchError(self.currency, other.currency)
        return other.amount
