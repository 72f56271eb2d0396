"""Everything that knows Slack: parse, authorise, call one service, render."""
