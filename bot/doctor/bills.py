"""The stores and what is in them: databases sound, files there, sums agreeing, bills fresh. Nothing is mended or migrated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.doctor.check import Check, not_checked, ok, warning, wrong
from services.costs.freshness import completeness, reaches
from services.costs.service import recent_usage
from services.errors import StoreError, TuppenceError
from storage import swap
from storage.costs import CostStore
from storage.database import Database
from storage.home import PATIENCE, HomeLock
from storage.ingests import last_ingests
from storage.jobs import Jobs, Outcome
from storage.migrations.cost import migrations as cost_migrations
from storage.migrations.state import migrations as state_migrations
from storage.model.period import DAY, Period, utc_today
from storage.model.tags import TagKeys
from storage.verify import damage, verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from bot.settings import Settings
    from services.costs.freshness import Reaches
    from storage.catalog import Catalog
    from storage.ingests import LastIngest
    from storage.migrations import MigrationSet
    from storage.verify import Difference

NAMED = 3
"""So many of what is wrong are named; the others are counted."""
NO_BILL = warning("bills", "No bill is in the store.", "Bring one in: tuppence ingest PATH")
RESTORE = "Restore the last backup with `tuppence restore FILE`."


@dataclass(slots=True)
class Findings:
    """The checks, and what later checks need to know of the bills: None where they could not be read."""

    checks: list[Check] = field(default_factory=list)
    currencies: frozenset[str] | None = None
    newest_day: date | None = None
    newest_ingest: datetime | None = None


def store_findings(settings: Settings, now: datetime) -> Findings:
    """Look at everything under the home, while others may be using it."""
    found, home = Findings(), settings.folder
    if not home.is_dir():
        return found
    if swap.is_begun(home):
        found.checks.append(not_checked("stores", "A restore is under way, or was cut off.", "Wait for it, or start Tuppence."))
        return found
    lock = HomeLock(home)
    try:
        lock.share(PATIENCE)
    except StoreError as error:
        found.checks.append(not_checked("stores", error.sentence, error.remedy))
        return found
    try:
        _look(settings, now, found)
    except TuppenceError as error:
        found.checks.append(wrong("stores", error.sentence, error.remedy))
    finally:
        lock.release()
    return found


def _look(settings: Settings, now: datetime, found: Findings) -> None:
    home = settings.folder
    state, is_current = _database(home / "state.db", state_migrations, "It is made at the first start.")
    found.checks.append(state)
    if is_current:
        found.checks.append(_jobs(home))
    costs, is_current = _database(home / "cost.db", cost_migrations, "The first ingest makes it.")
    found.checks.append(costs)
    if not (home / "cost.db").exists():
        found.checks.append(NO_BILL)
    elif is_current:
        store = CostStore(home, TagKeys(tuple(settings.tags.items())), memory=settings.duckdb_memory)
        store.open()
        try:
            _look_into(store, now, found)
        finally:
            store.close()


def _database(path: Path, migrations: MigrationSet, absent: str) -> tuple[Check, bool]:
    """How a database is, and whether it may be asked."""
    name = path.name
    if not path.exists():
        return ok(name, f"There is none. {absent}"), False
    try:
        is_current, damaged = Database(path, migrations).check(), damage(path)
    except StoreError as error:
        return wrong(name, error.sentence, error.remedy), False
    if damaged:
        return wrong(name, f"{name} is damaged: {damaged[0]}.", RESTORE), False
    if not is_current:
        return warning(
            name, f"{name} is of an older version.", "The next start brings it up to date; make a backup first."
        ), False
    return ok(name, f"Sound, of this version, {path.stat().st_size / 1e6:,.1f} MB."), True


def _jobs(home: Path) -> Check:
    database = Database(home / "state.db", state_migrations)
    database.open()
    try:
        runs = Jobs(database).latest()
    finally:
        database.close()
    bad = [run for run in runs if run.outcome in (Outcome.FAILED, Outcome.LOST)]
    if bad:
        told = "; ".join(f"{run.job} of {run.scheduled_for:%-d %b %H:%M} UTC: {run.detail or run.outcome}" for run in bad[:NAMED])
        return warning("jobs", f"The last run did not come to its end: {told}.", "The log of that time says why.")
    if not runs:
        return ok("jobs", "None has run yet.")
    newest = max(runs, key=lambda run: run.scheduled_for)
    return ok("jobs", f"The last was {newest.job}, due {newest.scheduled_for:%-d %b %H:%M} UTC.")


def _look_into(store: CostStore, now: datetime, found: Findings) -> None:
    today = utc_today(now)
    with store.reading() as reading:
        catalog, ingests = reading.catalog, last_ingests(reading.connection)
        usage = {} if store.is_outdated else recent_usage(reading, today)
    found.currencies = frozenset(catalog.by_dimension.get("currency", ()))
    found.newest_day = max((part.days.last for part in catalog.parts), default=None)
    found.newest_ingest = max((each.finished_at for each in ingests.values()), default=None)
    found.checks += _sums(store)
    found.checks.append(_layout(store))
    if catalog.parts:
        found.checks.append(_rejected(list(ingests.values())))
        found.checks += _fresh(catalog, today, reaches(catalog, today, usage))


def _sums(store: CostStore) -> Iterator[Check]:
    verdict = verify(store)
    if not verdict.parts:
        yield NO_BILL
        return
    yield _differences(
        "lake", verdict.missing, f"All {verdict.parts:,} files that are listed are there and can be read.", "lake files are amiss"
    )
    looked_at = f"Facts, {verdict.tables - 1} cubes and lake agree on {verdict.charges:,} charges in {verdict.parts:,} periods."
    yield _differences("sums", verdict.unequal, looked_at, "tables disagree")


def _differences(name: str, found: Sequence[Difference], well: str, ill: str) -> Check:
    if not found:
        return ok(name, well)
    named = "; ".join(f"{each.source} {each.month}: {each.where} {each.what}" for each in found[:NAMED])
    periods = sorted({f"{each.source} {each.month}" for each in found})
    return wrong(name, f"{len(found)} {ill}: {named}.", f"Ingest the bill of {', '.join(periods[:NAMED])} again, or {RESTORE}")


def _layout(store: CostStore) -> Check:
    if store.is_outdated:
        return warning(
            "tables", "The tables are made for other tag settings, or by another version.", "The next start makes them anew."
        )
    return ok("tables", "Made for the tag settings as they are.")


def _rejected(ingests: Sequence[LastIngest]) -> Check:
    bad = [each for each in ingests if each.rejected]
    if not bad:
        return ok("rows", "The last ingest of every source kept every row.")
    told = ", ".join(f"{each.rejected:,} of {each.read:,} of {each.source}" for each in bad)
    return warning("rows", f"Rows that could not be read were left out: {told}.", "Mend the export and ingest it again.")


def _fresh(catalog: Catalog, today: date, known: Reaches) -> Iterator[Check]:
    days = [part.days for part in catalog.parts]
    whole = Period(min(each.start for each in days), max(today, *(each.last for each in days)) + DAY)
    for source in completeness(catalog, today, whole, known).sources:
        through = f"complete through {source.through:%-d %b %Y}" if source.through else "no day is complete"
        if source.late:
            yield warning("freshness", f"{source.name} is late: {through}.", f"Ingest a newer bill of {source.name}.")
        else:
            yield ok("freshness", f"{source.name}: {through}.")
