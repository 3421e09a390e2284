"""The start of the intake service's command line."""

from services.intake.cli import app

if __name__ == "__main__":
    app()
