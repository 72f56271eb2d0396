"""Keeping the home tidy: what nobody needs any more goes, after its time."""
