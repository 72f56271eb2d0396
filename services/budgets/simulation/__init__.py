"""Simulation: what a change would do to the bill, from the bill's own quantities and rates; saved, compared, and scored later."""
