"""Kafka: clients with safe defaults, and conversion between records and events."""
