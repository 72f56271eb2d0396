"""How what happens in Slack reaches the app: over its sockets, or signed over HTTP."""
