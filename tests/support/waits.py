"""What the tests of the pipeline wait for."""

from tests.support.toys import World, until


async def quiet_outbox(world: World, *services: str) -> None:
    """Everything that was written has been sent."""

    async def empty() -> bool:
        return not any([await world.rows(service, "SELECT FROM outbox") for service in services])

    await until(empty, "everything is sent", 40)


async def everything_read(world: World, count: int) -> None:
    """The router has answered so many facts with an event."""

    async def read() -> bool:
        rows = await world.rows("router", "SELECT count(*) AS n FROM events")
        return bool(rows[0]["n"] >= count)

    await until(read, f"{count} events of the router", 40)
