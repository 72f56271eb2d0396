"""Budgets: what was agreed, how far it is used, when it will not be enough, and what a change would save."""
