"""Plan of disturbances, made by pure functions from one seed, so that a run can be repeated."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

SERVICES = ("intake", "router", "sla", "notifier")
POINTS = ("before_commit", "after_commit", "after_commit_before_offsets", "after_send")
Kind = Literal["kill", "stop_leader", "restart", "broker", "postgres"]


@dataclass(frozen=True, slots=True)
class Act:
    """One disturbance.

    `kill` ends a process at the ``count``-th passing of ``point``. `stop_leader` freezes the leader for ``seconds``.
    """

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


# Acts that happen at the same time.
Round = tuple[Act, ...]


def whole(seed: int) -> list[Round]:
    """Return the long plan, one act per round in random order.

    Every service is killed at every point, every leader is frozen, each service is restarted, and broker and Postgres
    are killed twice each.
    """
    rng = random.Random(seed)
    acts = [Act("kill", service, point, rng.randint(2, 12)) for service in SERVICES for point in POINTS]
    acts += [Act("stop_leader", service, seconds=20) for service in SERVICES]
    acts += [Act("restart", service) for service in SERVICES]
    acts += [Act("broker"), Act("broker"), Act("postgres"), Act("postgres")]
    rng.shuffle(acts)
    return [(act,) for act in acts]


def short(seed: int) -> list[Round]:
    """Return the short plan of three rounds.

    The first kills every service, each at another point. In random order follow a frozen leader, and broker and
    Postgres killed together.
    """
    rng = random.Random(seed)
    points = rng.sample(POINTS, len(POINTS))
    kills = tuple(
        Act("kill", service, point, rng.randint(2, 5)) for service, point in zip(SERVICES, points, strict=True)
    )
    rest: list[Round] = [(Act("stop_leader", rng.choice(SERVICES[:3]), seconds=6),), (Act("broker"), Act("postgres"))]
    rng.shuffle(rest)
    return [kills, *rest]


def armed(rounds: Sequence[Round]) -> dict[str, Act]:
    """Return the kills of the first round by service.

    The second replicas are started with these faults from the beginning, which saves one start of each.
    """
    return {act.service: act for act in rounds[0] if act.kind == "kill"} if rounds else {}
