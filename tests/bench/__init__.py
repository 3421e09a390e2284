"""Benchmarks (`python -m tests.bench`). A bare probe does the same work in the same run as each figure's comparison."""
