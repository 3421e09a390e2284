-- name: case_by_key
-- Read one case by its complaint id.
SELECT key, data FROM state WHERE key = $1 AND data IS NOT NULL;

-- name: case_by_ticket
-- Read one case by its ticket.
SELECT key, data FROM state WHERE data->>'ticket' = $1;

-- name: key_by_ticket
-- Find the complaint id of a ticket.
SELECT key FROM state WHERE data->>'ticket' = $1;

-- name: cases_at_desk
-- List the cases that wait at a desk after a cursor (priority, key): urgent ones first, then the oldest.
SELECT key, data FROM state
WHERE data->>'state' = 'verification' AND data->>'desk' = $1
    AND ((data->>'priority') < $2 OR ((data->>'priority') = $2 AND key > $3))
ORDER BY (data->>'priority') DESC, key LIMIT $4;

-- name: count_at_desk
-- Count the cases that wait at a desk, up to a limit.
SELECT count(*) AS waiting FROM (
    SELECT 1 FROM state WHERE data->>'state' = 'verification' AND data->>'desk' = $1 LIMIT $2
) AS counted;

-- name: cases_with_replies
-- List the cases with unread replies after a cursor (unread since, key), the longest waiting reply first.
SELECT key, data FROM state
WHERE data->>'unread_since' IS NOT NULL
    AND ((data->>'unread_since') > $1 OR ((data->>'unread_since') = $1 AND key > $2))
ORDER BY (data->>'unread_since'), key LIMIT $3;

-- name: count_replies
-- Count the cases with unread replies, up to a limit.
SELECT count(*) AS waiting FROM (SELECT 1 FROM state WHERE data->>'unread_since' IS NOT NULL LIMIT $1) AS counted;

-- name: cases_to_call
-- List the cases whose citizens are to be called, closed since a time, after a cursor (closed at, key), the oldest first.
SELECT key, data FROM state
WHERE data->>'call_since' IS NOT NULL AND (data->>'call_since') >= $1
    AND ((data->>'call_since') > $2 OR ((data->>'call_since') = $2 AND key > $3))
ORDER BY (data->>'call_since'), key LIMIT $4;

-- name: cases_of_opd
-- List an OPD's cases in one state after a cursor, the oldest first.
SELECT key, data FROM state
WHERE data->>'opd' = $1 AND data->>'state' = $2 AND key > $3
ORDER BY key LIMIT $4;

-- name: cases_to_copy
-- List the cases with texts that must still be copied to SP4N, after a cursor, the oldest first.
SELECT key, data FROM state WHERE data->'copies' <> '[]'::jsonb AND key > $1 ORDER BY key LIMIT $2;

-- name: cases_with_news
-- List the cases with news from SP4N that a person must see, after a cursor, the oldest first.
SELECT key, data FROM state WHERE data->'news' <> '[]'::jsonb AND key > $1 ORDER BY key LIMIT $2;

-- name: history
-- Read the case events of one case from the log, the oldest first.
SELECT type, occurred_at, actor, data FROM events WHERE key = $1 AND topic = 'complaint.cases.v1' ORDER BY sequence LIMIT $2;

-- name: cases_filed_since
-- List the cases that were filed since a time, after a cursor (key).
SELECT key, data FROM state
WHERE data IS NOT NULL AND (data->>'filed_at')::timestamptz >= $1 AND key > $2
ORDER BY key LIMIT $3;

-- name: newest_cases
-- List the newest cases.
SELECT key, data FROM state WHERE data IS NOT NULL ORDER BY key DESC LIMIT $1;

-- name: decisions
-- List events of these types since a time, after a cursor (position), with the case and the candidates offered before.
SELECT e.position, e.key, e.type, e.occurred_at, e.actor, e.data, s.data AS "case", offered.candidates
FROM events e
JOIN state s ON s.key = e.key
LEFT JOIN LATERAL (
    SELECT t.data->'candidates' AS candidates FROM events t
    WHERE t.key = e.key AND t.position < e.position AND t.type = 'case.triaged' ORDER BY t.position DESC LIMIT 1
) AS offered ON true
WHERE e.topic = 'complaint.cases.v1' AND e.type = ANY($1) AND e.occurred_at >= $2 AND e.position > $3
    AND s.data IS NOT NULL AND NOT coalesce((s.data->>'erased')::boolean, false)
ORDER BY e.position LIMIT $4;
