"""Replies, out: posted, edited, uploaded, as far as who may read them allows, with patience where Slack asks for it."""
