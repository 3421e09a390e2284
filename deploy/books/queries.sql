-- name: compare
-- One pass over four schemas: per stream and reader (and per service that should know a complaint) the totals, and who is behind.
SELECT line.what, line.topic, line.reader, count(*) AS keys, sum(coalesce(line.written, 0))::bigint AS written,
    sum(least(coalesce(line.read, 0), coalesce(line.written, 0)))::bigint AS read,
    count(*) FILTER (WHERE line.read > coalesce(line.written, 0)) AS ahead,
    count(*) FILTER (WHERE coalesce(line.read, 0) < line.written) AS behind,
    (array_agg(key) FILTER (WHERE coalesce(line.read, 0) < line.written))[1:$1] AS keys_behind,
    (array_agg(line.written) FILTER (WHERE coalesce(line.read, 0) < line.written))[1:$1] AS written_behind,
    (array_agg(coalesce(line.read, 0)) FILTER (WHERE coalesce(line.read, 0) < line.written))[1:$1] AS read_behind
FROM intake.books_lines AS i
    FULL JOIN router.books_lines AS r USING (key)
    FULL JOIN sla.books_lines AS s USING (key)
    FULL JOIN notifier.books_lines AS n USING (key)
    CROSS JOIN LATERAL (VALUES
        ('stream', 'complaint.submissions.v1', 'router',
            (i.written->>'complaint.submissions.v1')::bigint, (r.read->>'complaint.submissions.v1')::bigint),
        ('stream', 'complaint.contacts.v1', 'notifier',
            (i.written->>'complaint.contacts.v1')::bigint, (n.read->>'complaint.contacts.v1')::bigint),
        ('stream', 'complaint.cases.v1', 'sla',
            (r.written->>'complaint.cases.v1')::bigint, (s.read->>'complaint.cases.v1')::bigint),
        ('stream', 'complaint.cases.v1', 'notifier',
            (r.written->>'complaint.cases.v1')::bigint, (n.read->>'complaint.cases.v1')::bigint),
        ('stream', 'complaint.cases.v1', 'intake',
            (r.written->>'complaint.cases.v1')::bigint, (i.read->>'complaint.cases.v1')::bigint),
        ('stream', 'complaint.deadlines.v1', 'router',
            (s.written->>'complaint.deadlines.v1')::bigint, (r.read->>'complaint.deadlines.v1')::bigint),
        ('stream', 'complaint.deadlines.v1', 'notifier',
            (s.written->>'complaint.deadlines.v1')::bigint, (n.read->>'complaint.deadlines.v1')::bigint),
        ('stream', 'complaint.deadlines.v1', 'intake',
            (s.written->>'complaint.deadlines.v1')::bigint, (i.read->>'complaint.deadlines.v1')::bigint),
        ('stream', 'complaint.notifications.v1', 'intake',
            (n.written->>'complaint.notifications.v1')::bigint, (i.read->>'complaint.notifications.v1')::bigint),
        ('stream', 'office.accounts.v1', 'notifier',
            (r.written->>'office.accounts.v1')::bigint, (n.read->>'office.accounts.v1')::bigint),
        ('stream', 'office.registry.v1', 'intake',
            (r.written->>'office.registry.v1')::bigint, (i.read->>'office.registry.v1')::bigint),
        ('stream', 'office.registry.v1', 'sla',
            (r.written->>'office.registry.v1')::bigint, (s.read->>'office.registry.v1')::bigint),
        ('stream', 'office.registry.v1', 'notifier',
            (r.written->>'office.registry.v1')::bigint, (n.read->>'office.registry.v1')::bigint),
        ('known', 'complaint.submissions.v1', 'router',
            CASE WHEN i.written ? 'complaint.submissions.v1' THEN 1 END,
            CASE WHEN i.written ? 'complaint.submissions.v1' AND r.read ? 'complaint.submissions.v1' THEN 1 END),
        ('known', 'complaint.cases.v1', 'sla',
            CASE WHEN i.written ? 'complaint.submissions.v1' THEN 1 END,
            CASE WHEN i.written ? 'complaint.submissions.v1' AND s.read ? 'complaint.cases.v1' THEN 1 END),
        ('known', 'complaint.cases.v1', 'notifier',
            CASE WHEN i.written ? 'complaint.submissions.v1' THEN 1 END,
            CASE WHEN i.written ? 'complaint.submissions.v1' AND n.read ? 'complaint.cases.v1' THEN 1 END),
        ('known', 'complaint.cases.v1', 'intake',
            CASE WHEN i.written ? 'complaint.submissions.v1' THEN 1 END,
            CASE WHEN i.written ? 'complaint.submissions.v1' AND i.read ? 'complaint.cases.v1' THEN 1 END)
    ) AS line (what, topic, reader, written, read)
WHERE line.written IS NOT NULL OR line.read IS NOT NULL
GROUP BY line.what, line.topic, line.reader;

-- name: positions
-- How far the router has read each partition.
SELECT topic, partition, next FROM router.books_positions;

-- name: forgotten
-- What a service had sent before a restore and its log does not hold, and nobody has dealt with yet.
SELECT id, topic, key, type, occurred_at, ticket, detail FROM {writer}.books_forgotten ORDER BY occurred_at, id LIMIT $1;

-- name: read_now
-- What a reader has of these keys by now.
SELECT key, last FROM {reader}.books_read WHERE topic = $1 AND key = ANY($2::uuid[]);

-- name: parked_why
-- Why a reader holds back the first parked record of each of these keys.
SELECT DISTINCT ON (key) key, reason FROM {reader}.books_parked
WHERE topic = $1 AND key = ANY($2::uuid[]) ORDER BY key, sequence NULLS LAST;
