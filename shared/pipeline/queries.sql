-- name: load
-- All rows of a batch, locked in key order.
SELECT key, version, read, written, waiting, due_at, data FROM state WHERE key = ANY($1::uuid[]) ORDER BY key FOR UPDATE;

-- name: save
-- What a step decided, in one statement: the changed rows, the new events with their outbox positions in the order given, and
-- how far each partition is handled. A row that another replica changed meanwhile is not written, and the count tells; then no
-- event is written either, for theirs may bear the same numbers.
WITH saved AS (
    INSERT INTO state AS s (key, version, read, written, waiting, due_at, data)
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::jsonb[], $4::jsonb[], $5::boolean[], $6::timestamptz[], $7::jsonb[])
    ON CONFLICT (key) DO UPDATE SET version = excluded.version, read = excluded.read, written = excluded.written,
        waiting = excluded.waiting, due_at = excluded.due_at, data = excluded.data
    WHERE s.version = excluded.version - 1
    RETURNING 1
), appended AS (
    INSERT INTO events (id, topic, key, sequence, type, occurred_at, actor, traceparent, data)
    SELECT id, topic, key, sequence, type, occurred_at, actor, traceparent, data
    FROM unnest($8::uuid[], $9::text[], $10::uuid[], $11::bigint[], $12::text[], $13::timestamptz[], $14::text[], $15::text[],
        $16::json[]) WITH ORDINALITY AS n (id, topic, key, sequence, type, occurred_at, actor, traceparent, data, place)
    WHERE (SELECT count(*) FROM saved) = cardinality($1::uuid[])
    ORDER BY place
    RETURNING position
), queued AS (
    INSERT INTO outbox (position) SELECT position FROM appended
), handled AS (
    INSERT INTO offsets AS o (topic, partition, next) SELECT * FROM unnest($17::text[], $18::integer[], $19::bigint[])
    ON CONFLICT (topic, partition) DO UPDATE SET next = excluded.next WHERE o.next < excluded.next
), receipted AS (
    INSERT INTO receipts (id, answer) SELECT * FROM unnest($20::uuid[], $21::jsonb[])
)
SELECT count(*) FROM saved;

-- name: receipts_missing
-- Which of these commands have not been committed. It waits for a transaction of theirs that is still open, for its commit may
-- be on its way; the rows that it makes only hold the place and go again with receipts_unhold.
INSERT INTO receipts (id, answer) SELECT id, 'null'::jsonb FROM unnest($1::uuid[]) AS asked (id)
ON CONFLICT DO NOTHING RETURNING id;

-- name: receipts_unhold
-- Gives the places back.
DELETE FROM receipts WHERE id = ANY($1::uuid[]);

-- name: receipts_found
-- What the callers of commands that were committed are to be told.
SELECT id, answer FROM receipts WHERE id = ANY($1::uuid[]);

-- name: receipts_forget
-- Takes out the oldest receipts before an id; ids sort by time.
DELETE FROM receipts WHERE id IN (SELECT id FROM receipts WHERE id < $1 ORDER BY id LIMIT $2);

-- name: claim
-- Claims what callers brought; what comes back was new.
INSERT INTO claims (scope, token, digest, key, answer)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::jsonb[])
ON CONFLICT DO NOTHING RETURNING scope, token;

-- name: claimed
-- The first answers of identities that were claimed before.
SELECT c.scope, c.token, c.digest, c.answer
FROM claims AS c JOIN unnest($1::text[], $2::text[]) AS wanted (scope, token) USING (scope, token);

-- name: unclaim
-- Gives back the identities of what was refused in this very transaction.
DELETE FROM claims AS c USING unnest($1::text[], $2::text[]) AS refused (scope, token)
WHERE c.scope = refused.scope AND c.token = refused.token;

-- name: offsets
-- How far each partition has been handled, for the timers and the metrics.
SELECT topic, partition, next FROM offsets;

-- name: offset_back
-- A partition that holds less than was handled was made anew; what it holds now is not handled.
UPDATE offsets SET next = $3 WHERE topic = $1 AND partition = $2 AND next > $3;

-- name: epochs
-- The epoch of each writer, where a restore began one.
SELECT writer, epoch FROM epochs;

-- name: own_epoch
-- The epoch that this service sends with its events.
SELECT coalesce(max(epoch), 0) FROM epochs WHERE writer = $1;

-- name: park
-- Puts aside what cannot be folded now; the same record twice is kept once.
INSERT INTO parked (topic, partition, "offset", appended_at, key, sequence, raw_key, headers, body, reason, detail, whole_bytes,
    sha256)
SELECT * FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::timestamptz[], $5::uuid[], $6::bigint[], $7::bytea[], $8::jsonb[],
    $9::bytea[], $10::text[], $11::text[], $12::bigint[], $13::bytea[])
ON CONFLICT DO NOTHING;

-- name: lockable
-- Which of these keys can be locked now, or have no row that could be held.
WITH free AS (SELECT key FROM state WHERE key = ANY($1::uuid[]) ORDER BY key FOR UPDATE SKIP LOCKED)
SELECT wanted.key FROM unnest($1::uuid[]) AS wanted (key)
WHERE wanted.key IN (SELECT key FROM free) OR NOT EXISTS (SELECT FROM state AS s WHERE s.key = wanted.key);

-- name: held_keys
-- The keys with records that were put aside because another session held their row.
SELECT DISTINCT key FROM parked WHERE reason = 'held' AND discarded_at IS NULL AND key IS NOT NULL;

-- name: held_waits
-- What was put aside for a held row and cannot go yet, though the row is free, waits like all that is behind a gap.
UPDATE parked SET reason = CASE WHEN sequence IS NULL THEN 'behind' ELSE 'gap' END WHERE key = $1 AND reason = 'held';

-- name: answers
-- Whether Postgres answers and can write.
SELECT NOT pg_is_in_recovery();

-- name: parked_of
-- What is parked of these keys, in the order in which it must be folded.
SELECT id, topic, partition, "offset", appended_at, key, sequence, raw_key, headers, body, reason
FROM parked WHERE key = ANY($1::uuid[]) AND discarded_at IS NULL AND (sequence IS NOT NULL OR reason <> 'undecodable')
ORDER BY key, (sequence IS NULL), topic, sequence, id;

-- name: unpark
-- Takes out what has been folded.
DELETE FROM parked WHERE id = ANY($1::bigint[]);

-- name: parked_newer
-- What waits because newer code had written its row, oldest first.
SELECT id FROM parked WHERE discarded_at IS NULL AND reason = 'fold' AND detail LIKE 'NewerState %' ORDER BY id LIMIT $1;

-- name: parked_reason
-- Why rows that were tried again stay.
UPDATE parked AS p SET reason = now.reason, detail = now.detail
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS now (id, reason, detail) WHERE p.id = now.id;

-- name: due
-- The keys whose timer is due, the oldest first.
SELECT key FROM state WHERE due_at <= $1 ORDER BY due_at LIMIT $2;

-- name: erase
-- Blanks the log and the parked rows of erased keys.
SELECT erase_keys($1::uuid[]);

-- name: lead
-- Tries to become the one relay of this schema; held as long as the connection lives.
SELECT lead_relay();

-- name: alive
-- Keeps the session, and with it the lock, while Kafka is waited for.
SELECT 1;

-- name: outbox_read
-- The next events to send, in the order they were written; nothing of a key that has a stuck row.
SELECT o.position, e.id, e.topic, e.key, e.sequence, e.type, e.occurred_at, e.actor, e.traceparent, e.data
FROM outbox AS o JOIN events AS e USING (position)
WHERE o.stuck IS NULL AND NOT EXISTS (
    SELECT FROM outbox AS s JOIN events AS held USING (position)
    WHERE s.stuck IS NOT NULL AND held.key = e.key AND held.topic = e.topic)
ORDER BY o.position LIMIT $1;

-- name: outbox_delete
-- Takes out what Kafka has acknowledged.
DELETE FROM outbox WHERE position = ANY($1::bigint[]);

-- name: outbox_stick
-- Marks what Kafka refuses for good.
UPDATE outbox SET stuck = $2 WHERE position = $1;

-- name: outbox_vacuum
-- Clears the dead rows of the outbox.
VACUUM outbox;

-- name: outbox_depth
-- How much waits to be sent, how much is stuck, and since when.
SELECT count(*) AS waiting, count(o.stuck) AS stuck, coalesce(extract(epoch FROM now() - min(e.recorded_at)), 0)::float8 AS age
FROM outbox AS o JOIN events AS e USING (position);

-- name: parked_count
-- How much is parked, by stream and reason.
SELECT topic, reason, count(*) AS rows FROM parked WHERE discarded_at IS NULL GROUP BY topic, reason;

-- name: parked_list
-- What is parked, oldest first.
SELECT id, topic, partition, "offset", key, sequence, reason, detail, parked_at FROM parked
WHERE discarded_at IS NULL AND id > $1 ORDER BY id LIMIT $2;

-- name: parked_show
-- One parked record with its headers and the size of its body.
SELECT id, topic, partition, "offset", appended_at, key, sequence, raw_key, headers, body, reason, detail, parked_at, discarded_at,
    whole_bytes, sha256
FROM parked WHERE id = $1;

-- name: parked_discard
-- Keeps the row without its content, says who gave it up and why.
UPDATE parked SET discarded_at = now(), discarded_by = $2, discarded_why = $3, body = NULL, raw_key = NULL
WHERE id = $1 AND discarded_at IS NULL;

-- name: stuck_retry
-- Tries again by itself what was refused for reasons that somebody may have mended on the broker.
UPDATE outbox SET stuck = NULL WHERE stuck = ANY($1::text[]);

-- name: stuck_release
-- Lets the relay try again what Kafka had refused.
UPDATE outbox SET stuck = NULL WHERE stuck IS NOT NULL RETURNING position;

-- name: republish_lock
-- Locks the states of what is sent again, so that nothing newer can pass it.
SELECT key FROM state WHERE key = ANY($1::uuid[]) ORDER BY key FOR UPDATE;

-- name: republish
-- Queues events of the log again, from a sequence on.
INSERT INTO outbox (position)
SELECT e.position FROM events AS e JOIN unnest($1::text[], $2::uuid[], $3::bigint[]) AS wanted (topic, key, since)
    ON e.topic = wanted.topic AND e.key = wanted.key AND e.sequence >= wanted.since
ORDER BY e.position ON CONFLICT DO NOTHING;

-- name: republish_keys
-- Which keys a stream has, for a new reader that starts from the beginning.
SELECT DISTINCT key FROM events WHERE topic = $1 AND key > $2 ORDER BY key LIMIT $3;

-- name: seal_horizon
-- The highest position that has committed, if it is not sealed yet, and the transactions that may still commit a lower one.
-- A writer holds its lock on the table before it takes a position, and until it has ended.
SELECT newest.position AS upto,
    ARRAY(SELECT virtualtransaction FROM pg_locks WHERE relation = 'events'::regclass AND mode = 'RowExclusiveLock') AS writers
FROM (SELECT max(position) AS position FROM events) AS newest
WHERE newest.position > coalesce((SELECT position FROM seals ORDER BY number DESC LIMIT 1), 0);

-- name: seal_writers
-- Whether one of these transactions still writes to the log.
SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'events'::regclass AND virtualtransaction = ANY($1::text[]));

-- name: seal_last
-- The end of the chain.
SELECT number, position, link FROM seals ORDER BY number DESC LIMIT 1;

-- name: seal_read
-- The next events to seal. Of the data only the digest leaves the server.
SELECT position, id, topic, key, sequence, type, occurred_at, actor, traceparent, recorded_at,
    sha256(convert_to(data::text, 'UTF8')) AS data
FROM events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3;

-- name: seal
-- Adds rows to the chain. A number that is taken refuses them all.
INSERT INTO seals (number, position, data, digest, link)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[]);

-- name: unsealed_age
-- For how long the oldest event has waited for its seal.
SELECT coalesce(extract(epoch FROM now() - (
    SELECT recorded_at FROM events
    WHERE position > coalesce((SELECT position FROM seals ORDER BY number DESC LIMIT 1), 0) ORDER BY position LIMIT 1)), 0)::float8;

-- name: registry_keep
-- Versions of the registry. One that is there already stays as it is.
INSERT INTO registry_versions (version, content, changes, changed_at, changed_by, why)
SELECT version, content::jsonb, string_to_array(changes, E'\n'), changed_at, changed_by, why
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[])
    AS kept (version, content, changes, changed_at, changed_by, why)
ON CONFLICT (version) DO NOTHING;

-- name: registry_newest
-- The newest version of the registry, if it is newer than the one that the caller has.
SELECT version, content->>'opds' AS opds, content->>'topics' AS topics FROM registry_versions WHERE version > $1 ORDER BY version DESC LIMIT 1;
