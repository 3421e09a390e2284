"""An erasure blanks events, and the chain still fits; a blank without the record of an erasure is found."""

import pytest
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from shared.ids import new_id
from shared.pipeline.sealing import seal
from shared.pipeline.tables import Q
from tests.support.log import as_superuser, pool_of, sealed, verified, write
from tests.support.toys import Forget, World, empty_streams, fresh_key, say, until

KEY, OTHER = new_id(), new_id()


async def test_an_erasure_is_accepted_in_the_writer_and_in_a_reader(
    log: World, cluster_ready: LocalKafka, kafka_admin: AdminClient, secrets: Secrets
) -> None:
    """The whole way: two services write, seal and erase over the real Kafka."""
    empty_streams(kafka_admin)
    world, key = World(log.database, cluster_ready, secrets), fresh_key()
    async with world.intake() as intake, world.router() as router:
        await say(intake, key, "rahasia satu", "rahasia dua")

        async def answered() -> bool:
            return len(await world.rows("router", "SELECT FROM events WHERE key = $1", key)) == 2

        await until(answered, "the router has answered both")
        assert (await seal(intake.pool), await seal(router.pool)) == (2, 2)
        await intake.do(Forget(), keys=(key,), actor="citizen")

        async def forgotten() -> bool:
            return len(await world.rows("router", "SELECT FROM events WHERE key = $1", key)) == 3

        await until(forgotten, "the router has erased too")
        # Between an erasure and its seal, its record stands at the end of the log.
        checked = await verified(world)
        assert [(checked[name].finding, checked[name].unsealed) for name in ("intake", "router")] == [(None, 1)] * 2
        await seal(intake.pool)
        await seal(router.pool)
    for service in ("intake", "router"):
        assert "rahasia" not in str(await world.rows(service, "SELECT data FROM events"))
    checked = await verified(world)
    assert {name: (each.rows, each.finding) for name, each in checked.items() if each.rows} == {
        "intake": (3, None),
        "router": (3, None),
    }


@pytest.mark.parametrize("service", ["intake", "router"])
async def test_a_blank_without_a_record_is_altered(log: World, service: str) -> None:
    """Also when the service itself called the function that erases."""
    await sealed(log, (KEY, OTHER), service=service)
    async with pool_of(log.database, service) as pool:
        assert await pool.fetchval(Q["erase"], [KEY]) == 3
    finding = (await verified(log))[service].finding
    assert finding is not None
    assert (finding.kind, finding.number) == ("altered", 1)
    assert finding.what.endswith("blanked without a record of an erasure")


async def test_the_record_of_one_key_excuses_no_blank_of_another(log: World) -> None:
    await sealed(log, (KEY, OTHER))
    async with pool_of(log.database, "intake") as pool:
        await write(pool, KEY, 4, kind="erased")
        await seal(pool)
        await pool.fetchval(Q["erase"], [KEY])
        assert (await verified(log))["intake"].finding is None
        await pool.fetchval(Q["erase"], [OTHER])
    finding = (await verified(log))["intake"].finding
    assert finding is not None
    assert (finding.kind, finding.number) == ("altered", 2)


async def test_the_erasure_of_a_contact_is_a_record_as_well(log: World) -> None:
    await sealed(log, (KEY,))
    async with pool_of(log.database, "intake") as pool:
        await write(pool, KEY, 4, kind="contact.erased")
        await pool.fetchval(Q["erase"], [KEY])
    assert (await verified(log))["intake"].finding is None


async def test_an_erased_row_is_still_sealed_in_all_but_its_data(log: World) -> None:
    await sealed(log, (KEY,))
    async with pool_of(log.database, "intake") as pool:
        await write(pool, KEY, 4, kind="erased")
        await pool.fetchval(Q["erase"], [KEY])
    await as_superuser(log.database, "UPDATE intake.events SET actor = 'opd:dishub' WHERE sequence = 2")
    finding = (await verified(log))["intake"].finding
    assert finding is not None
    assert (finding.kind, finding.number) == ("altered", 2)
