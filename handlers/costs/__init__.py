"""What was spent, and on what: the cost questions in Slack."""
