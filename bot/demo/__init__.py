"""The demo: a made-up company's bills, a local Slack to talk in, and the bot as it is deployed, with endpoints by environment."""
