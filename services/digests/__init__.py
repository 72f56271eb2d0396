"""Digests: what a channel is told each day, week or month without asking."""
