"""Kafka: one place for every safe default, and records to events and back."""
