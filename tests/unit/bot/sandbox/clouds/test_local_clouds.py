"""Given the local clouds, when a process takes on their environment, then its SDK finds them and nothing else."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import EndpointConnectionError

from bot.sandbox.clouds.rig import local_clouds
from tests.fakes.local_aws import client, refusal, usage

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

TODAY = date(2026, 3, 19)
OPTIONAL = ("pricing", "savingsplans", "cost-optimization-hub", "bcm-data-exports")


def today() -> date:
    return TODAY


async def test_one_environment_leads_to_all_clouds_while_they_are_there(written: Path, ledger: duckdb.DuckDBPyConnection) -> None:
    async with local_clouds(written, today) as clouds:
        environment, inventory = clouds.environment, clouds.inventory
        assert inventory is not None
        process = inventory._process

        def look() -> tuple[str, set[str], int]:
            identity = client(environment, "sts").get_caller_identity()["Account"]
            answer = usage(client(environment, "ce"), "2026-02-01", "2026-03-01", "LINKED_ACCOUNT")
            accounts = {group["Keys"][0] for group in answer["ResultsByTime"][0]["Groups"]}
            return identity, accounts, len(client(environment, "organizations").list_accounts()["Accounts"])

        identity, accounts, count = await asyncio.to_thread(look)
    known = ledger.execute("SELECT count(DISTINCT SubAccountId) FROM ledger WHERE source = 'aws'").fetchone()
    assert (identity, len(accounts), count) == ("000000000100", 6, 6)
    assert known == (6,)
    assert process is not None
    assert process.returncode == 0, "it ends by itself when it is told, and is gone with the clouds"
    with pytest.raises(EndpointConnectionError):
        await asyncio.to_thread(client(environment, "sts").get_caller_identity)


async def test_what_the_clouds_do_not_have_is_refused_and_not_down(written: Path) -> None:
    async with local_clouds(written, today, inventory=False) as clouds:

        def ask() -> list[str]:
            of = {service: client(clouds.environment, service) for service in OPTIONAL}
            return [
                refusal(of["pricing"].describe_services)[0],
                refusal(of["savingsplans"].describe_savings_plans)[0],
                refusal(of["cost-optimization-hub"].list_recommendations)[0],
                refusal(of["bcm-data-exports"].list_exports)[0],
            ]

        assert set(await asyncio.to_thread(ask)) == {"UnknownOperationException"}


async def test_nothing_is_left_behind(written: Path) -> None:
    async with local_clouds(written, today, inventory=False) as clouds:
        environment = clouds.environment
    with pytest.raises(EndpointConnectionError):
        await asyncio.to_thread(lambda: usage(client(environment, "ce"), "2026-02-01", "2026-03-01"))


async def test_without_a_ledger_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="write one with"):
        async with local_clouds(tmp_path, today):
            pass


async def test_every_endpoint_is_on_loopback_and_nobodys_profile_is_read(written: Path) -> None:
    async with local_clouds(written, today, inventory=False) as clouds:
        endpoints = {name: value for name, value in clouds.environment.items() if name.startswith("AWS_ENDPOINT_URL")}
        assert {"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_COST_EXPLORER"} <= set(endpoints)
        assert all(value.startswith("http://127.0.0.1:") for value in endpoints.values())
        assert clouds.environment["AWS_CONFIG_FILE"] == clouds.environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
        assert clouds.environment["AWS_EC2_METADATA_DISABLED"] == "true"
