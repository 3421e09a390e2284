"""What will be done to the system, all from one seed: pure, so that a run can be had again."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

SERVICES = ("intake", "router", "sla", "notifier")
POINTS = ("before_commit", "after_commit", "after_commit_before_offsets", "after_send")
Kind = Literal["kill", "stop_leader", "restart", "broker", "postgres"]


@dataclass(frozen=True, slots=True)
class Act:
    """One disturbance. ``kill``: at the ``count``-th passing of ``point``; ``stop_leader``: held still for ``seconds``."""

    kind: Kind
    service: str = ""
    point: str = ""
    count: int = 0
    seconds: float = 0

    def __str__(self) -> str:
        told = {
            "kill": f"kill {self.service} {self.point} ({self.count})",
            "stop_leader": f"hold the leading {self.service} still for {self.seconds:.0f} s",
            "restart": f"restart a replica of {self.service} in an orderly way",
            "broker": "kill the broker, start it again",
            "postgres": "kill Postgres, start it again",
        }
        return told[self.kind]


Round = tuple[Act, ...]
"""Acts at the same time."""


def whole(seed: int) -> list[Round]:
    """Every service killed at every point, every leader held still, broker and Postgres killed, rebalances between."""
    rng = random.Random(seed)
    acts = [Act("kill", service, point, rng.randint(2, 12)) for service in SERVICES for point in POINTS]
    acts += [Act("stop_leader", service, seconds=20) for service in SERVICES]
    acts += [Act("restart", service) for service in SERVICES]
    acts += [Act("broker"), Act("broker"), Act("postgres"), Act("postgres")]
    rng.shuffle(acts)
    return [(act,) for act in acts]


def short(seed: int) -> list[Round]:
    """Each service and each point once, all at once; one leader held still; then broker and Postgres at once."""
    rng = random.Random(seed)
    points = rng.sample(POINTS, len(POINTS))
    kills = tuple(Act("kill", service, point, rng.randint(2, 5)) for service, point in zip(SERVICES, points, strict=True))
    rest: list[Round] = [(Act("stop_leader", rng.choice(SERVICES[:3]), seconds=6),), (Act("broker"), Act("postgres"))]
    rng.shuffle(rest)
    return [kills, *rest]


def armed(rounds: Sequence[Round]) -> dict[str, Act]:
    """Kills of the first round by service: second replicas may be started with these faults, which saves a start of each."""
    return {act.service: act for act in rounds[0] if act.kind == "kill"} if rounds else {}
