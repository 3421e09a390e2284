-- name: case_by_key
-- One case by its complaint id.
SELECT key, data FROM state WHERE key = $1 AND data IS NOT NULL;

-- name: case_by_ticket
-- One case by its ticket.
SELECT key, data FROM state WHERE data->>'ticket' = $1;

-- name: key_by_ticket
-- The complaint id of a ticket.
SELECT key FROM state WHERE data->>'ticket' = $1;

-- name: cases_at_desk
-- What waits at a desk, urgent first, oldest first, after a cursor (priority, key).
SELECT key, data FROM state
WHERE data->>'state' = 'verification' AND data->>'desk' = $1
    AND ((data->>'priority') < $2 OR ((data->>'priority') = $2 AND key > $3))
ORDER BY (data->>'priority') DESC, key LIMIT $4;

-- name: count_at_desk
-- How many wait at a desk, counted up to a limit.
SELECT count(*) AS waiting FROM (
    SELECT 1 FROM state WHERE data->>'state' = 'verification' AND data->>'desk' = $1 LIMIT $2
) AS counted;

-- name: cases_with_replies
-- Cases on which a citizen's words wait for a person, the oldest word first, after a cursor (since when, key).
SELECT key, data FROM state
WHERE data->>'unread_since' IS NOT NULL
    AND ((data->>'unread_since') > $1 OR ((data->>'unread_since') = $1 AND key > $2))
ORDER BY (data->>'unread_since'), key LIMIT $3;

-- name: count_replies
-- On how many cases words wait for a person, counted up to a limit.
SELECT count(*) AS waiting FROM (SELECT 1 FROM state WHERE data->>'unread_since' IS NOT NULL LIMIT $1) AS counted;

-- name: cases_of_opd
-- An OPD's cases in one state, oldest first, after a cursor.
SELECT key, data FROM state
WHERE data->>'opd' = $1 AND data->>'state' = $2 AND key > $3
ORDER BY key LIMIT $4;

-- name: cases_to_copy
-- Cases of which something must still be copied to SP4N, oldest first, after a cursor.
SELECT key, data FROM state WHERE data->'copies' <> '[]'::jsonb AND key > $1 ORDER BY key LIMIT $2;

-- name: cases_with_news
-- Cases of which SP4N tells something that a person must see, oldest first, after a cursor.
SELECT key, data FROM state WHERE data->'news' <> '[]'::jsonb AND key > $1 ORDER BY key LIMIT $2;

-- name: history
-- What happened to one case, from the log.
SELECT type, occurred_at, actor, data FROM events WHERE key = $1 AND topic = 'complaint.cases.v1' ORDER BY sequence LIMIT $2;
