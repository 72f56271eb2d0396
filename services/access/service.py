"""Identity, roles, row limits and the audit trail."""

from __future__ import annotations


class Access:
    """Placeholder: see the access issue of the plan."""
