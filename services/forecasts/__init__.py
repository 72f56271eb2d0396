"""Where spend is heading: the total of days to come, with bands whose coverage was measured."""
