"""Given the chain around every dispatch, when Slack delivers twice, or somebody clicks like a machine, then work is done once."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
import structlog
from prometheus_client import CollectorRegistry, generate_latest

from bot.metrics import Metrics
from bot.middleware import Deduplication, Measuring, RateLimit, RequestId, standard
from bot.middleware.rate_limit import MANY_BUCKETS
from handlers.feature import Feature
from handlers.request import Reply
from services.access.background import Background
from services.errors import BusyError, DeniedError, TemporaryError, UsageError
from services.status.results import SourceStatus
from storage.database import Database
from storage.deliveries import LEASE, Deliveries
from storage.migrations.state import migrations
from tests.fakes.house import ANA, BEN, NOON, MovableClock, house, typed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handlers.incoming import Incoming

DONE = Reply("done")


async def answers(_incoming: Incoming) -> Reply:
    return DONE


def raises(error: BaseException) -> object:
    async def proceed(_incoming: Incoming) -> Reply:
        raise error

    return proceed


# Request id


async def test_every_line_of_a_request_carries_its_id_and_the_next_one_does_not() -> None:
    bound: list[dict[str, object]] = []

    async def looks(_incoming: Incoming) -> Reply:
        bound.append(structlog.contextvars.get_contextvars())
        return DONE

    incoming = typed("by service", root="cost")
    assert await RequestId()(incoming, looks) is DONE
    assert bound == [{"request_id": incoming.request_id, "person": ANA, "what": "command cost"}]
    assert structlog.contextvars.get_contextvars() == {}


async def test_ids_differ() -> None:
    assert len({typed("").request_id for _ in range(100)}) == 100


# Deduplication


@pytest.fixture
def background() -> Iterator[Background]:
    with ThreadPoolExecutor(2) as executor:
        yield Background(executor)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    each = Database(tmp_path / "state.db", migrations)
    each.open()
    yield each
    each.close()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def dedupe(database: Database, background: Background, clock: MovableClock) -> Deduplication:
    return Deduplication(Deliveries(database), background, clock)


EVENT = typed("", delivery="Ev1")


async def test_the_second_delivery_is_answered_with_nothing(dedupe: Deduplication) -> None:
    assert await dedupe(EVENT, answers) is DONE
    assert await dedupe(EVENT, raises(AssertionError("a second time"))) is None


async def test_another_workspace_may_have_the_same_key(dedupe: Deduplication) -> None:
    assert await dedupe(EVENT, answers) is DONE
    assert await dedupe(replace(EVENT, team="T2"), answers) is DONE


async def test_without_a_key_nothing_is_a_duplicate(dedupe: Deduplication) -> None:
    for _ in range(2):
        assert await dedupe(typed(""), answers) is DONE


async def test_of_deliveries_at_once_one_is_answered(dedupe: Deduplication) -> None:
    replies = await asyncio.gather(*(dedupe(EVENT, answers) for _ in range(8)))
    assert [each for each in replies if each] == [DONE]


@pytest.mark.parametrize("error", [UsageError("No."), TemporaryError("Later."), KeyError("x")])
async def test_an_error_was_told_so_it_is_not_told_again(dedupe: Deduplication, clock: MovableClock, error: Exception) -> None:
    with pytest.raises(type(error)):
        await dedupe(EVENT, raises(error))
    clock.move(minutes=5)
    assert await dedupe(EVENT, answers) is None


async def test_what_the_stop_of_the_program_cut_off_is_done_by_the_next_delivery(
    dedupe: Deduplication, clock: MovableClock
) -> None:
    with pytest.raises(asyncio.CancelledError):
        await dedupe(EVENT, raises(asyncio.CancelledError()))
    assert await dedupe(EVENT, answers) is None
    clock.move(seconds=LEASE.total_seconds() + 1)
    assert await dedupe(EVENT, answers) is DONE


# Rate limit


class Ticks:
    """A monotonic clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


async def test_a_burst_is_fine_and_then_it_goes_on_at_the_rate() -> None:
    ticks = Ticks()
    limit = RateLimit(burst=3, per_second=0.5, clock=ticks)
    for _ in range(3):
        assert await limit(typed(""), answers) is DONE
    with pytest.raises(BusyError) as caught:
        await limit(typed(""), answers)
    assert caught.value.remedy == "Try again in 2 s."
    ticks.now = 2.0
    assert await limit(typed(""), answers) is DONE
    with pytest.raises(BusyError):
        await limit(typed(""), answers)


async def test_one_person_does_not_use_up_what_another_has() -> None:
    limit = RateLimit(burst=1, clock=Ticks())
    assert await limit(typed("", ANA), answers) is DONE
    assert await limit(typed("", BEN), answers) is DONE


async def test_who_rests_never_has_more_than_a_burst() -> None:
    ticks = Ticks()
    limit = RateLimit(burst=2, clock=ticks)
    ticks.now = 1000.0
    for _ in range(2):
        await limit(typed(""), answers)
    with pytest.raises(BusyError):
        await limit(typed(""), answers)


async def test_people_who_rest_are_forgotten() -> None:
    ticks = Ticks()
    limit = RateLimit(burst=2, clock=ticks)
    for n in range(MANY_BUCKETS + 1):
        await limit(typed("", f"U{n}"), answers)
    ticks.now = 60.0
    await limit(typed("", "U1"), answers)
    assert len(limit._buckets) == 1


# Measuring


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(CollectorRegistry())


def counted(metrics: Metrics, kind: str, name: str, outcome: str) -> float:
    return metrics.registry.get_sample_value("tuppence_requests_total", {"kind": kind, "name": name, "outcome": outcome}) or 0.0


OUTCOMES = {
    "usage": UsageError("No."),
    "refused": DeniedError("No."),
    "busy": BusyError("No."),
    "error": TemporaryError("No."),
    "broken": KeyError("x"),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
async def test_what_people_do_is_counted_by_how_it_ends(metrics: Metrics, outcome: str) -> None:
    measuring = Measuring(metrics, frozenset({"cost"}))
    with pytest.raises(type(OUTCOMES[outcome])):
        await measuring(typed("", root="cost"), raises(OUTCOMES[outcome]))
    assert counted(metrics, "command", "cost", outcome) == 1


async def test_what_is_done_is_counted_and_timed(metrics: Metrics) -> None:
    measuring = Measuring(metrics, frozenset({"cost", "costs.press"}))
    await measuring(typed("", root="cost"), answers)
    await measuring(typed("", root="costs.press#2"), answers)
    assert counted(metrics, "command", "cost", "done") == counted(metrics, "command", "costs.press", "done") == 1
    assert metrics.registry.get_sample_value("tuppence_request_seconds_count", {"kind": "command"}) == 2


async def test_a_name_that_nobody_declared_makes_no_series_of_its_own(metrics: Metrics) -> None:
    measuring = Measuring(metrics, frozenset({"cost"}))
    for n in range(3):
        await measuring(typed("", root=f"made up {n}"), answers)
    assert counted(metrics, "command", "other", "done") == 3


async def test_all_metrics_can_be_printed(metrics: Metrics) -> None:
    metrics.cache.labels("hit").inc()
    metrics.posts.labels("sent").inc()
    metrics.shown.labels("command").observe(0.2)
    page = generate_latest(metrics.registry).decode()
    for line in (
        'cache_lookups_total{result="hit"} 1.0',
        'posts_total{outcome="sent"} 1.0',
        'shown_seconds_bucket{kind="command",le="0.2"} 1.0',
    ):
        assert f"tuppence_{line}" in page


AWS = SourceStatus("aws", date(2026, 1, 1), date(2026, 11, 20), late=False, charges=900, ingested_at=NOON, rejected=3, read=903)


async def test_what_the_store_says_of_each_source_is_told_and_a_source_that_is_gone_is_not(metrics: Metrics) -> None:
    metrics.show_sources([AWS, replace(AWS, name='od"d\n', through=None, ingested_at=None)])
    page = generate_latest(metrics.registry).decode()
    for line in (
        'ingest_rows{outcome="kept",source="aws"} 900.0',
        'ingest_rows{outcome="rejected",source="aws"} 3.0',
        f'ingest_time_seconds{{source="aws"}} {NOON.timestamp():.9e}',
        'stored_charges{source="aws"} 900.0',
    ):
        name, value = line.rsplit(" ", 1)
        (found,) = [each for each in page.splitlines() if each.startswith(f"tuppence_{name}")]
        assert float(found.rsplit(" ", 1)[1]) == float(value)
    reach = metrics.registry.get_sample_value("tuppence_complete_until_seconds", {"source": "aws"})
    assert reach == datetime(2026, 11, 21, tzinfo=UTC).timestamp()
    metrics.show_sources([])
    assert "aws" not in generate_latest(metrics.registry).decode()


async def test_a_loop_that_is_blocked_is_seen(metrics: Metrics) -> None:
    watch = asyncio.create_task(metrics.watch_loop(every=0.01))
    await asyncio.sleep(0)
    until = time.monotonic() + 0.1
    while time.monotonic() < until:
        pass
    await asyncio.sleep(0.02)
    watch.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watch
    assert (metrics.registry.get_sample_value("tuppence_loop_lag_seconds_sum") or 0) > 0.05


# All of it


async def test_the_standard_chain_around_a_dispatcher(tmp_path: Path, metrics: Metrics) -> None:
    feature = Feature("tills", root="till", summary="tills")
    feature.verb("", summary="the till", example="")(answers)
    with house(tmp_path) as company:
        chain = standard(Deliveries(company.database), company.background, company.clock, metrics, frozenset({"till"}))
        dispatcher = company.dispatcher(feature, middleware=chain)
        first = await dispatcher.dispatch(typed("", root="till", delivery="Ev1"))
        assert first is DONE
        assert await dispatcher.dispatch(typed("", root="till", delivery="Ev1")) is None
        flood = [await dispatcher.dispatch(typed("", root="till")) for _ in range(25)]
    assert flood[0] is DONE
    assert flood[-1] is not None
    assert "more at once than I answer" in flood[-1].text
    assert counted(metrics, "command", "till", "nothing") == 1
    assert counted(metrics, "command", "till", "busy") >= 1
