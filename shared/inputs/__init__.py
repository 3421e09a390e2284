"""The inputs of a service: commands of callers, records of Kafka, and timers. Each hands batches to the step."""
