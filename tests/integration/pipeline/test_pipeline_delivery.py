"""What a stream delivers, on the real Kafka and Postgres."""

from tests.support.toys import World, fresh_key, say, until


async def test_what_is_said_arrives_in_order(world: World) -> None:
    key = fresh_key()
    async with world.intake() as intake, world.router():
        await say(intake, key, "satu", "dua", "tiga")

        async def arrived() -> bool:
            return await world.texts(key) == ["satu", "dua", "tiga"]

        await until(arrived, "three texts in order")
