"""What was spent: key figures, breakdowns, trends, bases, movers."""
