"""Laws of the words: any text escaped is inert and reads the same, any amount names its currency, any question comes back."""

from __future__ import annotations

import contextlib
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.blocks import ids, mrkdwn, words
from handlers.blocks.charts import distinct
from services.errors import UsageError
from storage.model.money import Money

LOOK = str.maketrans({"\u2217": "*", "\u223c": "~", "\u02cb": "`", "\u02cd": "_", "\uff20": "@"})
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20)
CODES = st.sampled_from(["USD", "EUR", "GBP", "JPY", "AUD", "CHF"])
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "AUD": "AUD ", "CHF": "CHF "}


@given(st.text())
def test_escaped_text_is_inert(text: str) -> None:
    safe = mrkdwn.escape(text)
    assert not set(safe) & set("<>*~`\n\r")
    assert not re.search(r"(?<!\w)@|&(?!amp;|lt;|gt;)", safe)
    assert not re.search(r":[\w+'-]+:", safe)
    assert not re.search(r"(?<![^\W_])_|_(?![^\W_])", safe)
    safe.encode()


@given(st.text())
def test_escaped_text_reads_the_same(text: str) -> None:
    plain = mrkdwn.clean(text)
    assert mrkdwn.unescape(mrkdwn.escape(text)).translate(LOOK) == plain.translate(LOOK)


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert mrkdwn.clean(mrkdwn.clean(text)) == mrkdwn.clean(text)


@given(st.text(), st.integers(8, 60))
def test_cuts_keep_their_limit_and_leave_short_text_alone(text: str, limit: int) -> None:
    for cutter in (mrkdwn.cut, mrkdwn.cut_middle, mrkdwn.cut_mrkdwn):
        shown = cutter(text, limit)
        assert mrkdwn.size(shown) <= limit
        assert (shown == text) or "…" in shown
        assert mrkdwn.size(text) > limit or shown == text


@given(st.text(), st.integers(10, 200))
def test_pieces_keep_their_limit(text: str, limit: int) -> None:
    assert all(mrkdwn.size(piece) <= limit for piece in mrkdwn.split_lines(text, limit))


@given(AMOUNTS, CODES)
def test_an_amount_names_its_currency_and_its_size(amount: Decimal, code: str) -> None:
    said = words.money(Money(amount, code))
    bare = said.removeprefix("≈").removeprefix("−")
    assert bare.startswith(SIGNS[code])
    shown = Decimal(bare.removeprefix(SIGNS[code]).replace(",", ""))
    step = Decimal("0.5") if "." not in bare else Decimal("0.005")
    assert abs(shown - abs(amount)) <= step
    assert ("." in bare) == (code != "JPY" and shown < 100)
    assert said.startswith("−") == (amount < 0 and shown != 0)


@given(AMOUNTS, AMOUNTS)
def test_a_change_has_a_sign_unless_there_is_none(now: Decimal, before: Decimal) -> None:
    said = words.change(Money(now, "USD"), Money(before, "USD"))
    assert said == "no change" if now == before else said[0] in "+−≈"


@given(st.lists(st.text(max_size=30), max_size=8), st.integers(4, 30))
def test_names_are_told_apart(names: list[str], limit: int) -> None:
    found = distinct(names, limit)
    assert len(set(found)) == len(names)
    assert all(mrkdwn.size(name) <= limit for name in found)


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=60), max_size=5))
def test_button_values_come_back_or_are_refused(values: dict[str, str]) -> None:
    if ids.fits(values):
        assert ids.decode(ids.encode(values)) == values
    else:
        with pytest.raises(ValueError, match=r"do not fit|surrogates"):
            ids.encode(values)


@given(st.text())
def test_any_value_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(UsageError):
        assert all(isinstance(each, str) for pair in ids.decode(text).items() for each in pair)


@given(st.text())
def test_any_action_id_is_named_or_refused(text: str) -> None:
    with contextlib.suppress(UsageError):
        assert ids.action_name(text).count(".") == 1
