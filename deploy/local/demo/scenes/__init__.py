"""The scenes of the demo: people whose way through the system is checked step by step."""
