"""HTTP interface for operators: messages, given-up ones above all, waiting notices, and stopped channels or templates.

No answer holds a message's text or a whole address.
"""

from fastapi import FastAPI

from services.notifier.api.routes_messages import add_message_routes
from services.notifier.api.routes_statistics import add_statistics_routes
from services.notifier.api.routes_stops import add_stop_routes
from services.notifier.state import NotifierState
from shared.runtime.running import Running
from shared.web.app import make_app
from shared.web.keys import needs


def make_api(running: Running[NotifierState]) -> FastAPI:
    """Return the FastAPI application of one running notifier."""
    app = make_app("Tanggap notifier", running)
    caller = needs(running)("operator", "koordinator")
    add_message_routes(app, running, caller)
    add_statistics_routes(app, running, caller)
    add_stop_routes(app, running, caller)
    return app
