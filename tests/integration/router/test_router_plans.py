"""The plans of the router's look-ups at 100,000 cases: each by its index."""

import re
from datetime import UTC, datetime

import asyncpg

from services.router.store import FIRST, Q
from tests.support.router_world import RouterWorld

NOW = datetime(2026, 4, 6, tzinfo=UTC)
SEED = """
INSERT INTO state (key, version, read, written, waiting, data)
SELECT gen_random_uuid(), 1, '{}', '{}', false, jsonb_build_object(
    'ticket', 'KT-' || n, 'state', CASE WHEN n % 50 = 0 THEN 'verification' WHEN n % 50 = 1 THEN 'referred' ELSE 'assigned' END,
    'referral', CASE WHEN n % 50 = 1 THEN jsonb_build_object('to', 'PLN', 'authority', 'centre', 'fresh', n % 100 = 1,
        'certainty', 0.9, 'told', CASE WHEN n % 100 <> 1 THEN 'mail' END) END,
    'desk', CASE WHEN n % 50 = 0 THEN 'triage' END, 'priority', CASE WHEN n % 500 = 0 THEN 'urgent' ELSE 'normal' END,
    'opd', CASE WHEN n % 50 <> 0 THEN 'opd' || n % 40 END,
    'text', 'jalan ' || CASE WHEN n % 200 = 0 THEN 'rusak' ELSE 'gelap' END || ' di gang ' || n, 'topic', 'road',
    'unread_since', CASE WHEN n % 1000 = 0 THEN '2026-04-06T02:00:00Z' END,
    'voice_since', CASE WHEN n % 1000 = 0 THEN '2026-04-06T02:00:00Z' END,
    'call_since', CASE WHEN n % 1000 = 0 THEN '2026-04-06T02:00:00Z' END,
    'appeal_since', CASE WHEN n % 1000 = 0 THEN '2026-04-06T02:00:00Z' END,
    'doubted', CASE WHEN n % 1000 = 0 THEN '[{"file": "a"}]'::jsonb ELSE '[]'::jsonb END,
    'held_until', CASE WHEN n % 1000 = 0 THEN '2026-04-06T02:00:00Z' END,
    'contacts', jsonb_build_array(gen_random_uuid()), 'place_code', '64.02.' || lpad((n % 90)::text, 2, '0') || '.2001',
    'filed_at', '2026-04-05T02:00:00Z',
    'application', CASE WHEN n % 100 = 0 THEN 'B-' || n END,
    'helpers', CASE WHEN n % 100 = 0 THEN jsonb_build_array(jsonb_build_object(
        'opd', 'opd' || n / 100 % 40, 'state', CASE WHEN n % 300 = 0 THEN 'assigned' ELSE 'resolved' END)) ELSE '[]' END,
    'copies', CASE WHEN n % 1000 = 0 THEN '[{"number": 1}]'::jsonb ELSE '[]'::jsonb END)
FROM generate_series(1, 100000) AS n
"""

EVENTS = """
INSERT INTO events (id, topic, key, sequence, type, occurred_at, actor, data)
SELECT gen_random_uuid(), 'complaint.cases.v1', ('00000000-0000-0000-0000-' || lpad((n / 50)::text, 12, '0'))::uuid, n % 50 + 1,
    'case.opened', now(), 'rules', '{}'
FROM generate_series(0, 49999) AS n
"""


async def test_every_look_up_uses_its_index(router_world: RouterWorld) -> None:
    admin = await asyncpg.connect(router_world.world.database.admin_dsn, server_settings={"search_path": "router"})
    try:
        await admin.execute(SEED)
        await admin.execute(EVENTS)
        await admin.execute("VACUUM ANALYZE state, events")
        asked = {
            "state_pkey": ("case_by_key", (FIRST,)),
            "state_ticket": ("key_by_ticket", ("KT-7",)),
            "state_desk": ("cases_at_desk", ("triage", "~", FIRST, 50)),
            "state_words": ("desk_list", ("triage", "mendesak", "", "", "", "", "rusak", "", FIRST, 50, "", NOW, "")),
            "state_opd": ("cases_of_opd", ("opd7", "assigned", FIRST, 50)),
            "state_opd_due": ("work_of_opd", ("opd7", ["assigned", "in_progress"], "", FIRST, 50, "", "")),
            "state_helpers": ("help_of_opd", ("opd7", "", FIRST, 50)),
            "state_unread": ("cases_with_replies", ("", FIRST, 50)),
            "state_voices": ("cases_with_voices", ("", FIRST, 50)),
            "state_calls": ("cases_to_call", ("2026-03-07T02:00:00+00:00", "", FIRST, 50)),
            "state_appeals": ("cases_appealed", ("", FIRST, 50)),
            "state_doubted": ("cases_doubted", (FIRST, 50)),
            "state_held": ("cases_held", (FIRST, 50)),
            "state_application": ("cases_of_application", ("B-700", FIRST, None, 50)),
            "state_copies": ("cases_to_copy", (FIRST, 50, "", "")),
            "state_alike": ("similar_cases", (FIRST, "road", "64.02.01", ["x"], NOW, 20)),
            "state_people": ("similar_cases", (FIRST, "road", "64.02.01", [str(FIRST)], NOW, 20)),
            "state_referrals": ("referrals", ("diberitahu", "terlama", "", "", "", "", "", "", FIRST, 50)),
            "events_topic_key_sequence_key": ("history", (FIRST, 500)),
        }
        for index, (name, values) in asked.items():
            statement = await admin.prepare(f"EXPLAIN {Q[name]}")
            plan = "\n".join(row[0] for row in await statement.fetch(*values))
            assert index in plan, plan
            # The looks and owners of the desk are few, so that reading all of them costs least.
            assert "Seq Scan" not in re.sub("Seq Scan on desk_(looks|owners)", "", plan), plan
            # The list of a desk is counted and sorted as a whole: it has some thousand cases at most. So are the cases
            # of a person and those that an OPD helps, of which there are few.
            assert "Sort" not in plan or name in ("desk_list", "similar_cases", "help_of_opd"), plan
        # The counts of what waits for people read the waiting cases alone. Almost all of these cases are with an OPD.
        for name, index in (("count_at_desks", "state_desk"), ("count_referred", "state_referrals")):
            plan = "\n".join(row[0] for row in await admin.fetch(f"EXPLAIN {Q[name]}"))
            assert index in plan, plan
        [triage] = await admin.fetch(Q["count_at_desks"])
        assert (triage["desk"], triage["number"]) == ("triage", 1_900)
        assert {row["stage"]: row["number"] for row in await admin.fetch(Q["count_referred"])} == {
            "baru": 1_000,
            "diberitahu": 1_000,
        }
        assert sum(row["number"] for row in await admin.fetch(Q["count_of_opds"])) == 96_000
        statement = await admin.prepare(f"EXPLAIN {Q['cases_of_ended']}")
        plan = "\n".join(
            row[0] for row in await statement.fetch(["opd7", "opd8"], ["assigned", "in_progress"], [FIRST], 200)
        )
        assert "state_opd" in plan, plan
        assert "state_helpers" in plan, plan
        for stage, order in (("baru", "ragu"), ("baru", "terlama"), ("diberitahu", "terlama")):
            statement = await admin.prepare(f"EXPLAIN ANALYZE {Q['referrals']}")
            values = (stage, order, "centre", "road", "", "", "pln", "", FIRST, 50)
            plan = "\n".join(row[0] for row in await statement.fetch(*values))
            assert "state_referrals" in plan, plan
        for order in ("mendesak", "tenggat", "terlama", "terbaru"):
            statement = await admin.prepare(f"EXPLAIN ANALYZE {Q['desk_list']}")
            values = ("triage", order, "road", "", "", "", "", "", FIRST, 50, "", NOW, "")
            plan = "\n".join(row[0] for row in await statement.fetch(*values))
            assert "state_desk" in plan, plan
            assert "Seq Scan on state" not in plan, plan
            print(order, plan.splitlines()[-1])
    finally:
        await admin.close()
