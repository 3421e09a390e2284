"""The start of the deadlines service's command line."""

from services.sla.cli import app

if __name__ == "__main__":
    app()
