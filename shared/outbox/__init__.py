"""The outbox: relays committed events to Kafka, and queues events of the log again."""
