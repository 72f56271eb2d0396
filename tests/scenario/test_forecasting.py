"""Somebody asks where spend is heading, by command, in a thread or by button, and sees it with its band and its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.scenario.office import ADMIN, ALICE, buttons, words

if TYPE_CHECKING:
    from tests.scenario.office import Office


async def test_the_month_is_answered_first_with_its_band_and_how_little_it_stands_on(office: Office) -> None:
    answer = await office.slash("forecast for service=ec2")
    assert answer["response_type"] == "ephemeral"
    assert "Nov 2026 for service" in words(answer)
    assert "will end at *$300*" in words(answer)  # 30 days of EC2 at $10.00
    assert "(80 %)" in words(answer)
    assert "monthly charges are not known yet" in words(answer)
    assert office.posted == []


async def test_the_picture_has_the_numbers_in_words(office: Office) -> None:
    answer = await office.slash("forecast for service=ec2")
    pictures = [block for block in answer["blocks"] if block["type"] == "image"]
    assert pictures
    assert "Forecast through 30 Nov 2026: $300" in pictures[-1]["alt_text"]


async def test_a_mention_is_answered_in_its_thread(office: Office) -> None:
    await office.mention("cost forecast 30d by service")
    (message,) = office.posted
    assert "The next 30 days will cost" in words(message)
    assert "Share to channel" not in {button["text"]["text"] for button in buttons(message)}


async def test_by_service_takes_the_place_of_the_answer(office: Office) -> None:
    answer = await office.slash("forecast")
    await office.click(answer, "By service")
    (replaced,) = office.slack.ephemerals
    assert "Amazon EC2" in words(replaced)
    assert "80 % range" in words(replaced)


async def test_it_is_shared_with_the_channel(office: Office) -> None:
    answer = await office.slash("forecast for service=ec2")
    await office.click(answer, "Share to channel")
    (message,) = office.posted
    assert "will end at *$300*" in words(message)


async def test_a_budget_stands_beside_the_forecast_and_in_the_key_figures(office: Office) -> None:
    await office.slash("set everything 5000 USD monthly", command="/budget", user=ADMIN)
    assert "of $5,000 used" in words(await office.slash("forecast", user=ALICE))
    figures = words(await office.slash("", user=ALICE))
    assert "*Forecast*" in figures
    assert "*Confidence*" in figures
    assert "of $5,000 used" in figures


async def test_what_has_no_future_is_refused_with_an_example(office: Office) -> None:
    assert "/cost forecast 30d by service" in words(await office.slash("forecast last month"))
