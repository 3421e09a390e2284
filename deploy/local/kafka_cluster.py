"""The brokers of this machine as one cluster: one by default, or three that keep each record on all of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.local.kafka import LocalKafka


class OtherSize(Exception):
    """The folder holds another number of servers, which would not know each other."""


class LocalCluster:
    """``brokers`` brokers in the folder: `kafka`, which has what they share, and beside it `kafka-2`, `kafka-3`."""

    def __init__(self, folder: Path, brokers: int = 1) -> None:
        self.root = folder.resolve() / "kafka"
        members = [self.root, *(self.root.with_name(f"kafka-{number}") for number in range(2, brokers + 1))]
        self.nodes = [LocalKafka(member, members=members) for member in members]
        self.admin_user = self.nodes[0].admin_user

    @property
    def bootstrap(self) -> str:
        return ",".join(node.bootstrap for node in self.nodes)

    @property
    def admin_password(self) -> str:
        return self.nodes[0].admin_password

    def start(self) -> None:
        """Start all brokers and return when all accept connections. If one fails, stop all and raise its error."""
        self._refuse_other_size()
        for node in self.nodes:
            node.prepare()
        try:
            self._all(LocalKafka.start)
        except BaseException:  # includes KeyboardInterrupt: after any error nothing is left running
            self.stop()
            raise

    def stop(self) -> None:
        """Stop all brokers in order."""
        self._all(LocalKafka.stop)

    def kill(self) -> None:
        """Kill all brokers by SIGKILL."""
        self._all(LocalKafka.kill)

    def _all(self, do: Callable[[LocalKafka], None]) -> None:
        with ThreadPoolExecutor(len(self.nodes)) as pool:
            for done in [pool.submit(do, node) for node in self.nodes]:
                done.result()

    def _refuse_other_size(self) -> None:
        marked = self.root / "brokers"
        formatted = (self.root / "data" / "meta.properties").exists()
        there = int(marked.read_text()) if marked.exists() else 1
        if formatted and there != len(self.nodes):
            raise OtherSize(
                f"{self.root} holds a cluster of {there} broker(s), not {len(self.nodes)}; `make clean` empties it"
            )
        self.root.mkdir(parents=True, exist_ok=True)
        marked.write_text(f"{len(self.nodes)}\n")
