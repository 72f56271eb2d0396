"""What people do in Slack, as a client would send it: the control API and the page are thin over this, and so are tests."""
