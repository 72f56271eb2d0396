"""What is said without being asked: queued here, sent by whoever watches the outbox."""
