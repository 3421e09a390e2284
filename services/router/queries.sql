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
-- List the cases that wait at a desk after a cursor (priority, key): urgent ones first, then the oldest. Held ones have a list of their own.
SELECT key, data FROM state
WHERE data->>'state' = 'verification' AND data->>'desk' = $1 AND data->>'held_until' IS NULL
    AND ((data->>'priority') < $2 OR ((data->>'priority') = $2 AND key > $3))
ORDER BY (data->>'priority') DESC, key LIMIT $4;

-- name: desk_list
-- List the cases that wait at a desk, filtered and sorted, after a cursor (rank, key), with the name of who has each open.
WITH waiting AS (
    SELECT key, data->>'topic' AS topic, data->>'place_code' AS place, data->>'channel' AS channel,
        data->>'priority' AS priority, data->>'due_decide' AS due,
        count(*) OVER (PARTITION BY data->>'topic', data->>'place_code') - 1 AS alike
    FROM state
    WHERE data->>'state' = 'verification' AND data->>'desk' = $1 AND data->>'held_until' IS NULL
), ranked AS (
    SELECT key, count(*) OVER () AS total, CASE WHEN topic IS NULL OR place IS NULL THEN 0 ELSE alike END AS alike,
        CASE $2::text
            WHEN 'tenggat' THEN coalesce(due, '~')
            WHEN 'terlama' THEN ''
            WHEN 'terbaru' THEN translate(key::text, '0123456789abcdef', 'fedcba9876543210')
            ELSE CASE priority WHEN 'urgent' THEN '0' ELSE '1' END
        END AS rank
    FROM waiting
    WHERE ($3::text = '' OR topic = $3) AND ($4::text = '' OR left(place, 5) = $4) AND ($5::text = '' OR channel = $5)
        AND ($6::text = '' OR due < $6)
        AND ($7::text = '' OR key IN (
            SELECT key FROM state
            WHERE data->>'state' = 'verification' AND to_tsvector('indonesian', coalesce(data->>'title', '') || ' '
                || coalesce(data->>'text', '') || ' ' || coalesce(data->>'place', '')) @@ websearch_to_tsquery('indonesian', $7)))
), page AS (
    SELECT * FROM ranked WHERE (rank, key) > ($8, $9) ORDER BY rank, key LIMIT $10
)
SELECT page.key, page.rank, page.total, page.alike, s.data, looks.name AS open_at
FROM page JOIN state AS s ON s.key = page.key
LEFT JOIN LATERAL (
    SELECT name FROM desk_looks AS l WHERE l.key = page.key AND l.reader <> $11 AND l.at > $12 ORDER BY l.at DESC LIMIT 1
) AS looks ON true
ORDER BY page.rank, page.key;

-- name: look_at
-- Keep that a person has this case open, and no other one.
INSERT INTO desk_looks (reader, name, key, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (reader) DO UPDATE SET name = excluded.name, key = excluded.key, at = excluded.at;

-- name: look_away
-- Forget which case a person has open.
DELETE FROM desk_looks WHERE reader = $1;

-- name: looks_at
-- Read who else has a case open since a time, the last one first.
SELECT name, at FROM desk_looks WHERE key = $1 AND reader <> $2 AND at > $3 ORDER BY at DESC;

-- name: count_at_desk
-- Count the cases that wait at a desk, up to a limit.
SELECT count(*) AS waiting FROM (
    SELECT 1 FROM state WHERE data->>'state' = 'verification' AND data->>'desk' = $1 AND data->>'held_until' IS NULL LIMIT $2
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

-- name: cases_with_voices
-- List the open cases with voice notes that nobody has written down, after a cursor (voice since, key), the oldest first.
SELECT key, data FROM state
WHERE data->>'voice_since' IS NOT NULL AND data->>'state' IN ('verification', 'assigned', 'in_progress', 'awaiting_citizen', 'resolved')
    AND ((data->>'voice_since') > $1 OR ((data->>'voice_since') = $1 AND key > $2))
ORDER BY (data->>'voice_since'), key LIMIT $3;

-- name: voices_since
-- Read since when each of these cases waits for its oldest voice note, up to a limit.
SELECT (data->>'voice_since')::timestamptz AS since FROM state
WHERE data->>'voice_since' IS NOT NULL AND data->>'state' IN ('verification', 'assigned', 'in_progress', 'awaiting_citizen', 'resolved')
ORDER BY (data->>'voice_since'), key LIMIT $1;

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

-- name: work_of_opd
-- List an OPD's open cases after a cursor (due, key), the one that is due first on top.
SELECT key, data FROM state
WHERE data->>'opd' = $1 AND data->>'state' = ANY ($2::text[])
    AND (coalesce(data->>'due_resolve', '~'), key) > ($3, $4)
ORDER BY coalesce(data->>'due_resolve', '~'), key LIMIT $5;

-- name: count_work_of_opd
-- Count an OPD's cases by state.
SELECT data->>'state' AS state, count(*) AS number FROM state
WHERE data->>'opd' = $1 AND data->>'state' IN ('assigned', 'in_progress', 'awaiting_citizen', 'resolved')
GROUP BY 1;

-- name: cases_of_application
-- List the cases about one application for a permit after a cursor, the oldest first. Without an OPD, list those of all.
SELECT key, data FROM state
WHERE data->>'application' = $1 AND key > $2 AND ($3::text IS NULL OR data->>'opd' = $3)
ORDER BY key LIMIT $4;

-- name: cases_to_copy
-- List the cases with texts that must still be copied to SP4N, after a cursor, the oldest first.
SELECT key, data FROM state WHERE data->'copies' <> '[]'::jsonb AND key > $1 ORDER BY key LIMIT $2;

-- name: cases_with_news
-- List the cases with news from SP4N that a person must see, after a cursor, the oldest first.
SELECT key, data FROM state WHERE data->'news' <> '[]'::jsonb AND key > $1 ORDER BY key LIMIT $2;

-- name: cases_held
-- List the held cases after a cursor, the oldest first.
SELECT key, data FROM state WHERE data->>'held_until' IS NOT NULL AND key > $1 ORDER BY key LIMIT $2;

-- name: referrals
-- List the referred cases at one stage, filtered, after a cursor (rank, key): the oldest first, or the least certain first.
WITH found AS (
    SELECT key, CASE $2::text WHEN 'ragu' THEN coalesce(data->'referral'->>'certainty', '~') ELSE '' END AS rank, data
    FROM state
    WHERE data->>'state' = 'referred' AND (CASE WHEN data->'referral'->>'fresh' = 'true' THEN 'baru'
            WHEN data->'referral'->>'answered' = 'true' THEN 'dijawab' WHEN data->'referral'->>'told' IS NOT NULL THEN 'diberitahu'
            WHEN data->'referral'->>'to' IS NOT NULL THEN 'surat' END) = $1
        AND ($3::text = '' OR data->'referral'->>'authority' = $3) AND ($4::text = '' OR data->>'topic' = $4)
        AND ($5::text = '' OR left(data->>'place_code', 5) = $5) AND ($6::text = '' OR data->>'channel' = $6)
        AND ($7::text = '' OR strpos(lower(data->'referral'->>'to'), lower($7)) > 0)
)
SELECT key, rank, data FROM found WHERE (rank, key) > ($8, $9) ORDER BY rank, key LIMIT $10;

-- name: count_referrals
-- Count the referred cases at one stage, up to a limit.
SELECT count(*) AS waiting FROM (
    SELECT 1 FROM state
    WHERE data->>'state' = 'referred' AND (CASE WHEN data->'referral'->>'fresh' = 'true' THEN 'baru'
            WHEN data->'referral'->>'answered' = 'true' THEN 'dijawab' WHEN data->'referral'->>'told' IS NOT NULL THEN 'diberitahu'
            WHEN data->'referral'->>'to' IS NOT NULL THEN 'surat' END) = $1
    LIMIT $2
) AS counted;

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
