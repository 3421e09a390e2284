"""The SQL statements of the media store."""

from __future__ import annotations

from pathlib import Path

from shared.postgres.queries import Queries

Q = Queries.load(Path(__file__).parent / "queries.sql")
