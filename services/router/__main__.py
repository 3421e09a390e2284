"""The entry of `python -m services.router`."""

from __future__ import annotations

from services.router.cli import app

if __name__ == "__main__":
    app()
