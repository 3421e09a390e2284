"""Postgres: named queries, the pool, migrations."""

from shared.postgres.queries import Queries

__all__ = ["Queries"]
