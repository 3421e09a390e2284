"""Two Postgres servers of this machine: a primary, and a standby that has each commit before it is acknowledged."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from deploy.local.postgres import LocalPostgres
from deploy.postgres import pair


class LocalPair:
    """The pair in the folder: `postgres` and `postgres-2`, of which either may be the primary.

    A promotion makes a new history of the database. At the next start the server with the newest history is the primary,
    and the other is made anew from it.
    """

    def __init__(self, folder: Path) -> None:
        self.servers = (LocalPostgres(folder / "postgres"), LocalPostgres(folder / "postgres-2"))
        self.primary, self.standby = self.servers

    @property
    def admin_dsn(self) -> str:
        """The superuser's address, by which clients find whichever server is the primary."""
        parts = urlsplit(self.primary.admin_dsn)
        login = parts.netloc.rpartition("@")[0]
        hosts = ",".join(f"127.0.0.1:{server.port}" for server in self.servers)
        return urlunsplit(parts._replace(netloc=f"{login}@{hosts}", query="target_session_attrs=primary"))

    def start(self) -> None:
        """Start the primary, then the standby, and return when the primary waits for the standby at each commit."""
        self.primary, self.standby = sorted(self.servers, key=_rank, reverse=True)
        self.primary.start()
        try:
            if not self.standby.follows:
                self.standby.copy(self.primary)
            self.standby.start()
            asyncio.run(pair.synchronous(self.primary.admin_dsn))
        except BaseException:  # includes KeyboardInterrupt: after any error nothing is left running
            self.stop()
            raise

    def stop(self) -> None:
        """Stop both servers, the primary first: so the standby has all that the primary wrote."""
        self.primary.stop()
        self.standby.stop()


def _rank(server: LocalPostgres) -> tuple[bool, str]:
    """Return a server's claim to be the primary. Each promotion leaves the number of its history beside the log."""
    histories = (server.root / "data" / "pg_wal").glob("*.history")
    return (not server.follows, max((file.stem for file in histories), default=""))
