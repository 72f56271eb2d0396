"""A Slack on this machine: what our app calls of it and is sent by it, as strict as the real one.

`server.LocalSlack` is the whole of it, written from Slack's documentation; it knows nothing of what Tuppence is like inside.
"""
