"""Notifier: sends messages to citizens, officers, supervisors and other systems. Every message is a row first."""
