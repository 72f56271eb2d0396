"""The Block Kit kit: builders that keep every Slack limit, the words of a message, typed ids, and the check of all of it."""
