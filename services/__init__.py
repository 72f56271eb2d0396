"""All thinking. Knows no Slack; a cloud SDK is imported in its own adapter only."""
