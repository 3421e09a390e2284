"""Invented measures of many cases, put straight into the table: enough for figures whose cost matters."""

import asyncpg

from shared.labels import CHANNELS
from shared.reference import opds, region_names, topics
from tests.support.sla_world import SlaWorld

# Every case has four rows, over 24 months until April 2026.
SEED_MEASURES = """
INSERT INTO measures (key, what, run, opd, topic, ended_at, outcome, late, worked, paused, pauses, channel, stars, scale,
    region, promised, broken, unanswered, silent, disputed, reopened)
SELECT key, what, 1, opd, topic, ended_at, CASE WHEN what = 'question' THEN heard ELSE outcome END,
    CASE WHEN what = 'verify' THEN false ELSE n % 7 = 0 END, (n * 7919 % 40) * 3600, 0, 0, channel,
    CASE WHEN what = 'question' AND n % 5 = 0 THEN 1 + n % 4 END, CASE WHEN what = 'question' AND n % 5 = 0 THEN 4 END, region,
    what = 'question' AND n % 11 = 0, false, what = 'question' AND n % 50 = 0,
    what = 'question' AND heard = 'asked' AND n % 3 > 0,
    what = 'question' AND heard = 'answered' AND n % 2 = 0, what = 'question' AND heard = 'answered' AND n % 4 = 0
FROM (
    SELECT n, gen_random_uuid() AS key, ($1::text[])[1 + n % cardinality($1::text[])] AS opd,
        ($2::text[])[1 + n * 31 % cardinality($2::text[])] AS topic,
        ($3::text[])[1 + n * 17 % cardinality($3::text[])] AS channel,
        ($4::text[])[1 + n * 13 % cardinality($4::text[])] AS region,
        timestamptz '2026-04-30 15:00+00' - (n::bigint * 60013 % 17500) * interval '1 hour' AS ended_at,
        (ARRAY['asked', 'asked', 'answered', 'confirmed', 'confirmed'])[1 + n * 7 % 5] AS heard,
        (ARRAY['met', 'met', 'met', 'declined', 'referred'])[1 + n * 3 % 5] AS outcome
    FROM generate_series(1, $5::integer) AS n
) AS cases CROSS JOIN unnest(ARRAY['verify', 'respond', 'resolve', 'question']) AS what
"""


async def put_measures(world: SlaWorld, cases: int) -> None:
    """Put the measures of so many cases into the table, of every OPD, topic, channel and region."""
    owner = await asyncpg.connect(world.world.database.dsn("sla_owner"))
    try:
        await owner.execute("SET statement_timeout = 0")
        values = (list(opds()), list(topics()), list(CHANNELS), [*region_names(), ""])
        await owner.execute(SEED_MEASURES, *values, cases)
        await owner.execute("INSERT INTO stale_months SELECT DISTINCT month_of(ended_at) FROM measures")
        await owner.execute("ANALYZE measures")
    finally:
        await owner.close()
