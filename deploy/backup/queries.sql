-- name: at_work
-- The sessions of services in this database.
SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND usename = ANY($1::text[]) ORDER BY 1;

-- name: quoted_aside
-- The statement that keeps a schema under another name.
SELECT format('ALTER SCHEMA %I RENAME TO %I', $1::text, $2::text);

-- name: lock
-- Keeps a service that starts meanwhile from changing anything.
LOCK TABLE {schema}.state, {schema}.events, {schema}.outbox, {schema}.parked, {schema}.epochs IN EXCLUSIVE MODE;

-- name: known
-- Which of the events that were sent the log still holds.
SELECT e.id FROM {writer}.events AS e
JOIN unnest($1::text[], $2::uuid[], $3::bigint[]) AS sent (topic, key, sequence) USING (topic, key, sequence);

-- name: remember
-- Puts events that the log does not hold on the list for people.
INSERT INTO {writer}.forgotten (id, topic, key, type, occurred_at, ticket, detail, epoch)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::bigint[])
ON CONFLICT DO NOTHING;

-- name: epoch
-- The highest epoch of a writer that a schema knows.
SELECT coalesce(max(epoch), 0) FROM {schema}.epochs WHERE writer = $1;

-- name: begin
-- Brings an epoch of a writer into force in one schema. A writer that was never restored has none.
INSERT INTO {schema}.epochs AS e (writer, epoch) SELECT $1, $2 WHERE $2::bigint > 0
ON CONFLICT (writer) DO UPDATE SET epoch = excluded.epoch, begun_at = now() WHERE e.epoch < excluded.epoch;

-- name: clamp
-- Counts as read no more than the writer has written.
UPDATE {reader}.state AS r
SET read = CASE WHEN w.last IS NULL THEN r.read - $1::text ELSE jsonb_set(r.read, ARRAY[$1::text], to_jsonb(w.last)) END
FROM (
    SELECT s.key, (w.written->>$1)::bigint AS last
    FROM {reader}.state AS s LEFT JOIN {writer}.state AS w USING (key) WHERE s.read ? $1
) AS w
WHERE r.key = w.key AND (r.read->>$1)::bigint > coalesce(w.last, 0);

-- name: unpark
-- Takes out what waits of a stream: all that is not read is sent again.
DELETE FROM {reader}.parked WHERE topic = $1 AND discarded_at IS NULL AND sequence IS NOT NULL;

-- name: unnumber
-- A record that somebody discarded must not stand in the way of a new one with its number.
UPDATE {reader}.parked AS p SET sequence = NULL
WHERE topic = $1 AND discarded_at IS NOT NULL
    AND sequence > coalesce((SELECT (s.read->>$1)::bigint FROM {reader}.state AS s WHERE s.key = p.key), 0);

-- name: no_longer_waiting
-- Keys of which nothing is parked any more wait for nothing.
UPDATE {reader}.state AS s SET waiting = false
WHERE waiting AND NOT EXISTS (SELECT FROM {reader}.parked AS p WHERE p.key = s.key AND p.discarded_at IS NULL);

-- name: queue
-- Sends again all that a reader has not read.
INSERT INTO {writer}.outbox (position)
SELECT e.position FROM {writer}.events AS e LEFT JOIN {reader}.state AS r USING (key)
WHERE e.topic = $1 AND e.sequence > coalesce((r.read->>$1)::bigint, 0)
ORDER BY e.position ON CONFLICT DO NOTHING;

-- name: tickets_ahead
-- Numbers that may have been handed out since the backup are never handed out again.
SELECT setval('intake.ticket_blocks', (SELECT last_value FROM intake.ticket_blocks) + $1::bigint);

-- name: versions_ahead
-- OPDs ignore a snapshot whose version is not above the one that they have.
UPDATE router.state SET data = jsonb_set(data, '{version}', to_jsonb((data->>'version')::bigint + $1::bigint))
WHERE (data->>'version')::bigint > 0;

-- name: settle
-- Notes that people have dealt with something that the database forgot.
UPDATE {writer}.forgotten SET settled_at = now(), settled_by = $2, settled_why = $3 WHERE id = $1 AND settled_at IS NULL;
