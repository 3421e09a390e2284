"""The act that follows a promotion."""

import asyncio

from deploy.local.postgres_pair import LocalPair
from deploy.postgres import pair


def follow(both: LocalPair) -> None:
    """Bring the lost primary back as the standby of the server that was promoted."""
    both.primary, both.standby = both.standby, both.primary
    both.standby.copy(both.primary)
    both.standby.start()
    asyncio.run(pair.synchronous(both.primary.admin_dsn))
