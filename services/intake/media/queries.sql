-- name: begin
-- The row of a file that was sent: a new one, or the one that this sender's equal bytes have already.
INSERT INTO media (id, owner, state, sent_sha256) VALUES ($1, $2, 'awaited', $3)
ON CONFLICT (owner, sent_sha256) WHERE provider_id IS NULL AND state IN ('awaited', 'kept') DO UPDATE SET used_at = now()
RETURNING id, state, sha256, type, size;

-- name: lock
-- Orders the references to bytes and their deletion; held until the transaction ends.
SELECT lock_own('media ' || $1::text);

-- name: refer
-- Makes a row refer to bytes before they are written, unless these bytes are being deleted.
UPDATE media SET sha256 = $2 WHERE id = $1 AND state = 'awaited' AND NOT EXISTS (SELECT FROM media_doomed WHERE sha256 = $2)
RETURNING id;

-- name: settle_kept
-- States that the bytes are written; nothing for a row that was erased or given up meanwhile.
UPDATE media SET state = 'kept', type = $3, size = $4, width = $5, height = $6, scanned = $7, taken_at = $8, latitude = $9,
    longitude = $10, look = $11::bigint::bit(64), next_try_at = NULL, used_at = now()
WHERE id = $1 AND state = 'awaited' AND sha256 = $2 RETURNING id;

-- name: settle_refused
-- States why a file is not kept.
UPDATE media SET state = 'refused', reason = $2, sha256 = NULL, next_try_at = NULL WHERE id = $1 AND state = 'awaited'
RETURNING id;

-- name: kept
-- A kept file by its id.
SELECT id, sha256, type, size FROM media WHERE id = $1 AND state = 'kept';

-- name: give_up
-- Gives up what nobody finishes: uploads that were cut off an hour ago, and files that could not be fetched for a day.
WITH late AS (
    SELECT id, sha256 FROM media
    WHERE state = 'awaited' AND (used_at < now() - interval '1 hour' AND provider_id IS NULL OR made_at < now() - interval '1 day')
    ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED
), given_up AS (
    UPDATE media AS m SET state = 'refused', reason = CASE WHEN provider_id IS NULL THEN 'abandoned' ELSE 'not_fetched' END,
        sha256 = NULL, next_try_at = NULL
    FROM late WHERE m.id = late.id RETURNING m.reason
), doomed AS (
    INSERT INTO media_doomed (sha256) SELECT DISTINCT sha256 FROM late WHERE sha256 IS NOT NULL ON CONFLICT DO NOTHING
)
SELECT reason, count(*) AS number FROM given_up GROUP BY reason;

-- name: erase_unused
-- Erases what was uploaded and never filed with a complaint within these hours.
WITH unused AS (
    SELECT id, sha256 FROM media AS m
    WHERE state = 'kept' AND used_at < now() - make_interval(hours => $1) AND NOT EXISTS (SELECT FROM media_links WHERE media = m.id)
    ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED
), erased AS (
    UPDATE media AS m SET state = 'erased', reason = 'unused', sent_sha256 = NULL, provider_id = NULL, sha256 = NULL, type = NULL,
        size = NULL, width = NULL, height = NULL, look = NULL, taken_at = NULL, latitude = NULL, longitude = NULL
    FROM unused WHERE m.id = unused.id RETURNING m.id
), doomed AS (
    INSERT INTO media_doomed (sha256) SELECT DISTINCT sha256 FROM unused ON CONFLICT DO NOTHING
)
SELECT count(*) FROM erased;

-- name: doom_orphans
-- Marks those of these bytes for deletion to which no row refers.
INSERT INTO media_doomed (sha256)
SELECT DISTINCT n.sha256 FROM unnest($1::text[]) AS n (sha256)
WHERE NOT EXISTS (SELECT FROM media AS m WHERE m.sha256 = n.sha256 AND m.state IN ('awaited', 'kept'))
ON CONFLICT DO NOTHING;

-- name: doomed
-- Bytes that are to be deleted, and those whose deletion was begun by a replica that has not finished it.
SELECT sha256 FROM media_doomed WHERE taken_at IS NULL OR taken_at < now() - interval '5 minutes' ORDER BY sha256 LIMIT 500;

-- name: pardon
-- Keeps bytes to which a row refers.
DELETE FROM media_doomed
WHERE sha256 = $1 AND EXISTS (SELECT FROM media AS m WHERE m.sha256 = $1 AND m.state IN ('awaited', 'kept'));

-- name: take_doomed
-- Takes bytes for deletion. From here on nobody refers to them until they are gone.
UPDATE media_doomed SET taken_at = now()
WHERE sha256 = $1 AND (taken_at IS NULL OR taken_at < now() - interval '5 minutes') RETURNING sha256;

-- name: deleted
-- States that these bytes are gone.
DELETE FROM media_doomed WHERE sha256 = ANY($1::text[]);

-- name: take_awaited
-- Takes files that are due for fetching. Another replica may take them again after two minutes.
UPDATE media AS m SET tries = tries + 1, next_try_at = now() + interval '2 minutes'
WHERE m.id IN (
    SELECT id FROM media WHERE state = 'awaited' AND provider_id IS NOT NULL AND next_try_at <= now()
    ORDER BY next_try_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
RETURNING m.id, m.provider_id, m.tries;

-- name: try_later
-- Puts the next try of a file off by so many seconds.
UPDATE media SET next_try_at = now() + make_interval(secs => $2) WHERE id = $1 AND state = 'awaited';

-- name: usable
-- The uploads of one sender among these that are kept; using them keeps them from being swept.
UPDATE media SET used_at = now()
WHERE id = ANY($1::uuid[]) AND owner = $2 AND provider_id IS NULL AND state = 'kept' RETURNING id, sha256, type, size;

-- name: own_picture
-- A kept picture of one sender, also before a complaint has it.
SELECT sha256 FROM media WHERE id = $1 AND owner = $2 AND provider_id IS NULL AND state = 'kept' AND width IS NOT NULL;

-- name: seen
-- A kept file with the complaints that it belongs to, and the OPDs that have or help them. Those of a merged complaint are the
-- OPDs of the one that goes on.
SELECT m.id, m.sha256, m.type, m.size, m.width IS NOT NULL AS picture, array_agg(s.key) AS complaints,
    array_agg(coalesce(t.data, s.data) ->> 'opd') AS opds, jsonb_agg(coalesce(t.data, s.data) -> 'helpers') AS helpers
FROM media AS m JOIN media_links AS l ON l.media = m.id JOIN state AS s ON s.key = l.complaint
LEFT JOIN state AS t ON t.data ->> 'kind' = 'complaint' AND t.data ->> 'ticket' = s.data ->> 'merged_into'
    AND s.data ->> 'state' = 'merged'
WHERE m.id = $1 AND m.state = 'kept' GROUP BY m.id;

-- name: public
-- Whether a complaint that is not confidential shows this file to everybody. $2 is the id as text.
SELECT EXISTS (
    SELECT FROM media_links AS l JOIN state AS s ON s.key = l.complaint
    WHERE l.media = $1 AND s.data -> 'public_files' ? $2 AND NOT coalesce((s.data ->> 'rahasia')::boolean, FALSE)
);

-- name: of_complaint
-- The kept files of a complaint, in the order in which they were sent.
SELECT m.id, m.sha256, m.type, m.size, m.width IS NOT NULL AS picture
FROM media_links AS l JOIN media AS m ON m.id = l.media
WHERE l.complaint = $1 AND m.state = 'kept' ORDER BY m.made_at, m.id;

-- name: unsaid
-- Files of channels that are kept or refused, and of which no event of the complaint says so yet. The oldest come first.
SELECT l.media, l.complaint, m.state, m.reason, m.sha256, m.type, m.size
FROM media_links AS l JOIN media AS m ON m.id = l.media
WHERE l.said_at IS NULL AND m.provider_id IS NOT NULL AND m.state IN ('kept', 'refused')
ORDER BY m.made_at, m.id LIMIT $1;

-- name: uncompared
-- Evidence that nobody has compared yet, the oldest first. A picture that is gone meanwhile needs no comparison.
SELECT e.media, e.complaint, m.sha256, m.taken_at, m.latitude, m.longitude, m.look::bigint AS look,
    (s.data ->> 'filed_at')::timestamptz AS filed_at
FROM evidence AS e JOIN media AS m ON m.id = e.media AND m.state = 'kept' JOIN state AS s ON s.key = e.complaint
WHERE e.compared_at IS NULL ORDER BY e.named_at, e.media LIMIT $1;

-- name: own_pictures
-- The citizen's pictures of a complaint, the newest first. An agency may have named one of them as its evidence.
SELECT m.id, m.sha256, m.latitude, m.longitude
FROM media_links AS l JOIN media AS m ON m.id = l.media AND m.state = 'kept' AND m.width IS NOT NULL
WHERE l.complaint = $1 AND NOT EXISTS (SELECT FROM evidence AS e WHERE e.media = m.id AND e.complaint = $1 AND NOT e.own)
ORDER BY m.made_at DESC, m.id LIMIT $2;

-- name: earlier_evidence
-- The earlier evidence that looks most like a picture, or like its mirror image. Evidence for the same complaint counts too.
SELECT id, sha256 FROM (
    SELECT DISTINCT ON (m.id) m.id, m.sha256,
        least(bit_count(m.look # $3::bigint::bit(64)), bit_count(m.look # $4::bigint::bit(64))) AS distance
    FROM evidence AS e JOIN media AS m ON m.id = e.media AND m.state = 'kept' AND m.look IS NOT NULL
    WHERE (e.media, e.complaint) <> ($1, $2)
        AND e.named_at < (SELECT named_at FROM evidence WHERE media = $1 AND complaint = $2)
    ORDER BY m.id
) AS near WHERE distance <= $5 ORDER BY distance, id LIMIT $6;

-- name: compared
-- States that a picture was compared for a complaint.
UPDATE evidence SET compared_at = now() WHERE media = $1 AND complaint = $2;

-- name: waiting
-- How many files wait to be fetched, and for how many seconds the oldest has waited.
SELECT count(*) AS number, coalesce(extract(epoch FROM now() - min(made_at)), 0)::float8 AS seconds
FROM media WHERE state = 'awaited' AND provider_id IS NOT NULL;

-- name: mark
-- The mark that our folder or bucket bears.
SELECT mark::text FROM media_store;
