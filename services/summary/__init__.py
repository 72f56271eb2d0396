"""How the month is going, in one answer: what is billed, where it is heading, and what of the budgets that uses."""
