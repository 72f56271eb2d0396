"""Whose alerts are whose: the list that an admin keeps, and which route takes an anomaly."""
