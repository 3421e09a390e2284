"""The HTTP interface: API and pages."""

from services.sla.api.app import make_api

__all__ = ["make_api"]
