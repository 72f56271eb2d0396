"""state.db: what people decided and what happened. One file a migration; a new file is found by looking."""

from __future__ import annotations

from storage.migrations import MigrationSet

migrations = MigrationSet.from_package("state", __name__, __path__)
