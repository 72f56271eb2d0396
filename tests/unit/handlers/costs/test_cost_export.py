"""Given an answer, when it is taken as CSV, then every row is there to the last digit and nothing in it runs in a spreadsheet."""

from __future__ import annotations

import csv as table
import io
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from handlers.costs.export import csv, defused
from tests.fakes import cost_answers as answers

if TYPE_CHECKING:
    from services.costs.results import CostAnswer


def read(answer: CostAnswer) -> list[dict[str, str]]:
    """The file as a spreadsheet reads it."""
    return list(table.DictReader(io.StringIO(csv(answer).content.decode(), newline="")))


def test_columns_have_the_names_that_focus_gives_them() -> None:
    rows = read(answers.by_service())
    assert rows[0] == {
        "ServiceName": "Amazon Elastic Compute Cloud",
        "ServiceCategory": "Compute",
        "Line": "charges",
        "EffectiveCost": "5120.40",
        "BillingCurrency": "USD",
        "PreviousEffectiveCost": "4800",
        "ChargePeriodStart": "2026-11-01",
        "ChargePeriodEnd": "2026-11-22",
        "ConsumedQuantity": "8120.5",
        "ConsumedUnit": "Hours",
    }


def test_where_days_are_not_complete_the_cost_of_the_complete_ones_stands_beside_what_it_was_before() -> None:
    answer = answers.by_service_so_far()
    rows = [row for row in read(answer) if row["Line"] == "charges"]
    assert (rows[0]["EffectiveCost"], rows[0]["ComparableEffectiveCost"], rows[0]["PreviousEffectiveCost"]) == (
        "5120.40",
        "4096.320",
        "4800",
    )
    assert rows[-1]["ComparableEffectiveCost"] == "250"


def test_the_parts_add_up_to_the_total_and_with_what_is_below_to_the_net() -> None:
    answer = answers.by_service()
    rows = read(answer)
    charges = sum(Decimal(row["EffectiveCost"]) for row in rows if row["Line"] == "charges")
    assert charges == answer.sections[0].total.amount
    assert sum(Decimal(row["EffectiveCost"]) for row in rows) == answer.sections[0].net.amount
    assert [row["ServiceName"] for row in rows if row["Line"] == "charges"][-1] == "(other)"


def test_the_file_is_rfc_4180() -> None:
    name = 'a "quoted", name\nwith a line'
    content = csv(answers.by("service", (answers.row(name, answers.usd(5)),))).content
    assert b'"a ""quoted"", name\nwith a line"' in content
    assert content.count(b"\r\n") == 2
    assert read(answers.by("service", (answers.row(name, answers.usd(5)),)))[0]["ServiceName"] == name


@pytest.mark.parametrize("name", ["=1+1", "+49", "-x", "@SUM(A1)", " =1", "\t=1", "|cmd", "%x"])
def test_what_a_spreadsheet_would_run_is_defused(name: str) -> None:
    assert defused(name) == f"'{name}"
    rows = read(answers.by("tag:=x", (answers.row(name, answers.usd("-5"), by="tag:=x"),)))
    assert rows[0]["Tags/=x"] == f"'{name}"
    assert rows[0]["EffectiveCost"] == "-5"


def test_a_plain_name_and_an_account_keep_their_words() -> None:
    rows = read(answers.by("account", (answers.row("123", answers.usd(5), by="account", label="Prod"),)))
    assert (rows[0]["SubAccountId"], rows[0]["SubAccountName"]) == ("123", "Prod")
    assert defused("a-b=c") == "a-b=c"


def test_amounts_never_have_an_exponent() -> None:
    rows = read(answers.by("service", (answers.row("a", answers.usd("1E+3")), answers.row("b", answers.usd("1E-12")))))
    assert [row["EffectiveCost"] for row in rows] == ["1000", "0.000000000001"]


def test_a_trend_has_a_row_for_each_day_with_the_first_day_that_is_not_in_it() -> None:
    rows = read(answers.by_day(3))
    assert [(row["ChargePeriodStart"], row["ChargePeriodEnd"], row["EffectiveCost"]) for row in rows] == [
        ("2026-11-19", "2026-11-20", "300"),
        ("2026-11-20", "2026-11-21", "308"),
        ("2026-11-21", "2026-11-22", "316"),
    ]


def test_a_trend_by_service_has_a_row_for_each_service_and_day() -> None:
    rows = read(answers.by_day(3, rows=("EC2", "S3")))
    assert [row["ServiceName"] for row in rows] == ["EC2"] * 3 + ["S3"] * 3 + ["(other)"]


def test_two_currencies_stand_apart() -> None:
    second = answers.section((answers.row("EC2", answers.eur(30)),), "EUR")
    rows = read(answers.by("service", (answers.row("EC2", answers.usd(5)),), second))
    assert [(row["EffectiveCost"], row["BillingCurrency"]) for row in rows] == [("5", "USD"), ("30", "EUR")]


def test_movers_have_before_after_and_change() -> None:
    rows = read(answers.what_moved())
    assert rows[0]["PreviousEffectiveCost"] == "4800"
    assert rows[0]["EffectiveCost"] == "5700"
    assert sum(Decimal(row["Change"]) for row in rows) == Decimal("622.33")


def test_movers_by_two_dimensions_name_each_in_its_own_column() -> None:
    rows = read(answers.moved_twice())
    assert [(row["ServiceName"], row["SubAccountId"]) for row in rows][-3:] == [("(other)", ""), ("", "123"), ("(other)", "")]


def test_the_four_bases_are_four_columns_and_a_missing_one_is_empty() -> None:
    rows = read(answers.four_bases(gaps=True))
    assert rows[0]["BilledCost"] == "9001.10"
    assert "ListCost" not in rows[0]


def test_key_figures_are_their_services() -> None:
    assert [row["ServiceName"] for row in read(answers.month_so_far())][-1] == "(other)"


def test_an_empty_answer_is_a_file_with_a_header() -> None:
    file = csv(answers.by("region", ()))
    assert file.name == "costs-2026-11-01-to-2026-11-21.csv"
    assert file.content.startswith(b"RegionId,Line,EffectiveCost")
