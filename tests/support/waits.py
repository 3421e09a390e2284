"""Conditions for which the tests of the pipeline wait."""

from tests.support.toys import World, until


async def quiet_outbox(world: World, *services: str) -> None:
    """Wait until the outboxes of these services are empty."""

    async def empty() -> bool:
        return not any([await world.rows(service, "SELECT FROM outbox") for service in services])

    await until(empty, "everything is sent", 40)


async def everything_read(world: World, count: int) -> None:
    """Wait until the router's log has at least ``count`` events."""

    async def read() -> bool:
        rows = await world.rows("router", "SELECT count(*) AS n FROM events")
        return bool(rows[0]["n"] >= count)

    await until(read, f"{count} events of the router", 40)
