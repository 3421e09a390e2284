-- name: ticket_block
-- The next block of ticket numbers.
SELECT nextval('ticket_blocks');

-- name: keys_by_ticket
-- The complaint ids of these tickets.
SELECT key, data ->> 'ticket' AS ticket FROM state WHERE data ->> 'kind' = 'complaint' AND data ->> 'ticket' = ANY($1::text[]);

-- name: by_ticket
-- A complaint by its ticket, with its text as it was told last; nothing for a ticket that is none of ours.
SELECT s.key, s.version, s.data, coalesce(c.data, e.data) AS submitted
FROM state AS s LEFT JOIN events AS e ON e.topic = 'complaint.submissions.v1' AND e.key = s.key AND e.sequence = 1
LEFT JOIN LATERAL (
    SELECT data FROM events WHERE key = s.key AND topic = 'complaint.submissions.v1' AND type = 'submission.source_changed'
    ORDER BY sequence DESC LIMIT 1
) AS c ON TRUE
WHERE s.data ->> 'kind' = 'complaint' AND s.data ->> 'ticket' = $1;

-- name: versions
-- The versions of these complaints' rows: one statement for all live streams of a process.
SELECT key, version FROM state WHERE key = ANY($1::uuid[]);

-- name: first_submissions
-- The first words of those of these complaints whose state keeps no digests yet: taken over by an older version.
SELECT e.key, e.data FROM state AS s JOIN events AS e ON e.topic = 'complaint.submissions.v1' AND e.key = s.key AND e.sequence = 1
WHERE s.key = ANY($1::uuid[]) AND coalesce(s.data -> 'source_digests', '{}') = '{}' AND NOT (s.data ->> 'erased')::boolean;

-- name: choice_counts
-- Of this many of the last events: complaints filed here, reporters asked what theirs is about, and answers.
SELECT count(*) FILTER (WHERE type = 'submission.submitted' AND data ->> 'external' IS NULL) AS filed,
    count(*) FILTER (WHERE type = 'submission.choice_asked') AS asked,
    count(*) FILTER (WHERE type = 'submission.citizen_chose') AS chosen
FROM events WHERE position > (SELECT max(position) FROM events) - $1;

-- name: accepted_between
-- How many complaints were accepted by channel, from one id until before another: ids sort by time.
SELECT data ->> 'channel' AS channel, count(*) AS number FROM state
WHERE key >= $1 AND key < $2 AND data ->> 'kind' = 'complaint' GROUP BY 1;

-- name: contact_cases
-- The complaints that these contacts follow, each contact's newest first, and place and text of those that a message may be about. An id
-- that leads to another contact has that one's complaints too.
WITH asked AS (
    SELECT key, coalesce((data ->> 'same_as')::uuid, key) AS main, data -> 'complaints' AS complaints
    FROM state WHERE key = ANY($1::uuid[]) AND NOT (data ->> 'erased')::boolean
), followed AS (
    SELECT asked.key, asked.main, f.id, f.place, 0 AS distance
    FROM asked LEFT JOIN LATERAL jsonb_array_elements_text(asked.complaints) WITH ORDINALITY AS f (id, place) ON TRUE
    UNION ALL
    SELECT asked.key, asked.main, f.id, f.place, 1
    FROM asked JOIN state AS m ON m.key = asked.main AND asked.main <> asked.key
    CROSS JOIN LATERAL jsonb_array_elements_text(m.data -> 'complaints') WITH ORDINALITY AS f (id, place)
)
SELECT f.key AS contact, f.main, k.key AS complaint,
    concat_ws(' ', e.data ->> 'place', e.data ->> 'title', left(e.data ->> 'text', 2000)) AS about
FROM followed AS f
LEFT JOIN state AS k ON k.key = f.id::uuid
LEFT JOIN events AS e ON e.topic = 'complaint.submissions.v1' AND e.key = k.key AND e.sequence = 1
    AND k.data ->> 'state' IN ('verification', 'assigned', 'in_progress', 'awaiting_citizen', 'resolved', 'closed')
ORDER BY f.key, f.distance DESC, f.place DESC;

-- name: quoted_complaints
-- The complaint a quoted message is about.
SELECT p.provider_hash, k.key AS complaint
FROM provider_messages AS p
LEFT JOIN own_messages AS o ON o.message = p.message
JOIN state AS k ON k.key = coalesce(p.complaint, o.complaint)
WHERE p.provider_hash = ANY($1::text[]);

-- name: keep_messages
-- What is newly known of quotable messages; what is known already stays.
WITH own AS (
    INSERT INTO own_messages (message, complaint)
    SELECT DISTINCT ON (message) message, complaint FROM unnest($1::text[], $2::uuid[], $3::uuid[]) AS n (provider_hash, message, complaint)
    WHERE message IS NOT NULL AND complaint IS NOT NULL
    ORDER BY message
    ON CONFLICT (message) DO NOTHING
)
INSERT INTO provider_messages AS p (provider_hash, message, complaint)
SELECT DISTINCT ON (provider_hash) provider_hash, message, complaint
FROM unnest($1::text[], $2::uuid[], $3::uuid[]) AS n (provider_hash, message, complaint)
WHERE provider_hash IS NOT NULL
ORDER BY provider_hash
ON CONFLICT (provider_hash) DO NOTHING;

-- name: forget_messages
-- Takes out every message of erased complaints.
WITH gone AS (DELETE FROM own_messages WHERE complaint = ANY($1::uuid[]) RETURNING message)
DELETE FROM provider_messages WHERE provider_hash IN (
    SELECT provider_hash FROM provider_messages WHERE complaint = ANY($1::uuid[])
    UNION ALL SELECT p.provider_hash FROM gone JOIN provider_messages AS p USING (message));

-- name: park_webhook
-- Keeps a webhook or a part of one that cannot be read; the same one twice is kept once.
INSERT INTO parked (topic, partition, "offset", appended_at, headers, body, reason, detail)
SELECT $4, 0, n.mark, now(), '[]'::jsonb, n.body, 'undecodable', n.detail
FROM unnest($1::bigint[], $2::bytea[], $3::text[]) AS n (mark, body, detail)
ON CONFLICT DO NOTHING;

-- name: link_media
-- Links files to complaints, unless a file was erased since it was checked. The event that names them says all.
INSERT INTO media_links (media, complaint, said_at)
SELECT DISTINCT m.id, n.complaint, now() FROM unnest($1::uuid[], $2::uuid[]) AS n (media, complaint)
JOIN media AS m ON m.id = n.media AND m.state <> 'erased'
ON CONFLICT DO NOTHING;

-- name: name_evidence
-- Notes the pictures that an agency named as evidence. Each is compared once for each complaint.
INSERT INTO evidence (media, complaint, own)
SELECT DISTINCT m.id, n.complaint, EXISTS (SELECT FROM media_links AS l WHERE l.media = m.id AND l.complaint = n.complaint)
FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS n (media, complaint, sha256)
JOIN media AS m ON m.id = n.media AND m.sha256 = n.sha256 AND m.state = 'kept' AND m.width IS NOT NULL
ON CONFLICT DO NOTHING;

-- name: forget_evidence
-- Forgets which pictures were evidence for erased complaints.
DELETE FROM evidence WHERE complaint = ANY($1::uuid[]);

-- name: link_evidence
-- Links an agency's evidence to complaints. A file that belongs to a complaint already is not shown to another reporter.
INSERT INTO media_links (media, complaint)
SELECT DISTINCT ON (m.id) m.id, n.complaint FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS n (media, complaint, sha256)
JOIN media AS m ON m.id = n.media AND m.sha256 = n.sha256 AND m.state = 'kept'
WHERE NOT EXISTS (SELECT FROM media_links AS l WHERE l.media = m.id)
ON CONFLICT DO NOTHING;

-- name: await_media
-- Files of complaints that the platform still holds; each is due for fetching at once. WhatsApp names a file by an id, Instagram by an
-- address.
WITH awaited AS (
    INSERT INTO media (id, owner, state, provider_id, next_try_at)
    SELECT DISTINCT ON (n.id) n.id, CASE WHEN n.provider_id LIKE 'http%' THEN 'instagram' ELSE 'whatsapp' END, 'awaited', n.provider_id,
        now()
    FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS n (id, complaint, provider_id)
    ORDER BY n.id ON CONFLICT (id) DO NOTHING
)
INSERT INTO media_links (media, complaint)
SELECT DISTINCT n.id, n.complaint FROM unnest($1::uuid[], $2::uuid[]) AS n (id, complaint)
ON CONFLICT DO NOTHING;

-- name: note_said
-- Notes that events say what became of these files of these complaints.
UPDATE media_links AS l SET said_at = now() FROM unnest($1::uuid[], $2::uuid[]) AS n (media, complaint)
WHERE l.media = n.media AND l.complaint = n.complaint;

-- name: erase_media
-- Erases the files of erased complaints that no other complaint has, and marks their bytes for deletion.
WITH gone AS (
    DELETE FROM media_links WHERE complaint = ANY($1::uuid[]) RETURNING media
), alone AS (
    SELECT id, sha256 FROM media AS m
    WHERE id IN (SELECT media FROM gone)
        AND NOT EXISTS (SELECT FROM media_links AS l WHERE l.media = m.id AND l.complaint <> ALL($1::uuid[]))
    ORDER BY id FOR UPDATE
), erased AS (
    UPDATE media AS m SET state = 'erased', reason = 'complaint', sent_sha256 = NULL, provider_id = NULL, sha256 = NULL, type = NULL,
        size = NULL, width = NULL, height = NULL, look = NULL, taken_at = NULL, latitude = NULL, longitude = NULL, next_try_at = NULL
    FROM alone WHERE m.id = alone.id
)
INSERT INTO media_doomed (sha256) SELECT DISTINCT sha256 FROM alone WHERE sha256 IS NOT NULL ON CONFLICT DO NOTHING;

-- name: keep_words
-- Keeps the words of new complaints.
INSERT INTO complaint_words (complaint, filed_at, region, terms)
SELECT n.complaint, n.filed_at, n.region,
    to_tsvector('indonesian', n.words) || array_to_tsvector(string_to_array(n.places, E'\n'))
FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[])
    AS n (complaint, filed_at, region, places, words)
ON CONFLICT DO NOTHING;

-- name: forget_words
-- Forgets the words of erased complaints.
DELETE FROM complaint_words WHERE complaint = ANY($1::uuid[]);

-- name: forget_old_words
-- Forgets the words of complaints that were filed before a time.
DELETE FROM complaint_words WHERE filed_at < $1;

-- name: similar
-- Open complaints at one of these places that share enough words: of the newest that share any, those that share most.
WITH asked AS (
    SELECT lexemes, (SELECT string_agg(quote_literal(place), '|') FROM unnest($2::text[]) AS p (place))::tsquery
        && (SELECT string_agg(quote_literal(lexeme), '|') FROM unnest(lexemes) AS l (lexeme))::tsquery AS terms
    FROM (SELECT tsvector_to_array(to_tsvector('indonesian', $1)) AS lexemes) AS stems
), near AS (
    SELECT w.complaint, w.filed_at, w.terms, asked.lexemes FROM asked JOIN complaint_words AS w ON w.terms @@ asked.terms
    WHERE w.filed_at > $4 AND ($3::text IS NULL OR w.region IS NULL OR w.region = $3)
    ORDER BY w.filed_at DESC LIMIT 200
), counted AS (
    SELECT near.complaint, near.filed_at, cardinality(near.lexemes) AS asked,
        (SELECT count(*) FROM unnest(tsvector_to_array(near.terms)) AS t (term) WHERE term = ANY(near.lexemes)) AS shared,
        (SELECT count(*) FROM unnest(tsvector_to_array(near.terms)) AS t (term) WHERE term NOT LIKE '@%') AS stored
    FROM near
)
SELECT c.filed_at, s.data ->> 'ticket' AS ticket, s.data ->> 'state' AS state, s.data ->> 'topic' AS topic
FROM counted AS c JOIN state AS s ON s.key = c.complaint
WHERE c.shared >= greatest(2, 0.3 * least(c.asked, c.stored))
    AND s.data ->> 'state' IN ('verification', 'assigned', 'in_progress', 'awaiting_citizen', 'resolved')
    AND NOT (s.data ->> 'rahasia')::boolean AND NOT (s.data ->> 'erased')::boolean
ORDER BY c.shared DESC, c.filed_at DESC LIMIT $5;

-- name: followed_by
-- The complaints of other people that a contact follows.
SELECT ARRAY(SELECT jsonb_array_elements_text(data -> 'following')) FROM state
WHERE key = $1 AND data ->> 'kind' = 'contact' AND jsonb_typeof(data -> 'following') = 'array';

-- name: keep_form
-- Keeps what a visitor has typed; a form that was sent already, or that is another visitor's, stays as it is.
INSERT INTO web_forms AS w (id, visitor, token, content) VALUES ($1, $2, $3, $4)
ON CONFLICT (id) DO UPDATE SET content = excluded.content, typed_at = now() WHERE w.visitor = excluded.visitor AND w.sent_at IS NULL
RETURNING w.id;

-- name: find_form
-- A form of this visitor, for a day after it was typed.
SELECT token, content, complaint, ticket FROM web_forms WHERE id = $1 AND visitor = $2 AND typed_at > now() - interval '1 day';

-- name: form_sent
-- Blanks a form that was sent, and keeps a mark of it for the hint that the same was just sent.
UPDATE web_forms SET content = NULL, complaint = $2, ticket = $3, text_mark = $4, whole_mark = $5, sent_at = now()
WHERE id = $1 AND sent_at IS NULL;

-- name: form_sent_before
-- The complaint that this visitor sent with the same text, or anybody with the same content, within these minutes.
SELECT complaint, ticket, visitor = $2 AS own FROM web_forms
WHERE id <> $1 AND sent_at > now() - make_interval(mins => $5) AND (visitor = $2 AND text_mark = $3 OR whole_mark = $4)
ORDER BY own DESC, sent_at DESC LIMIT 1;

-- name: clear_forms
-- Deletes forms a day after they were typed, a bounded number at a time.
DELETE FROM web_forms WHERE id IN (
    SELECT id FROM web_forms WHERE typed_at < now() - interval '1 day' ORDER BY typed_at LIMIT 1000
);

-- name: forget_forms
-- Deletes what is left of the forms of erased complaints.
DELETE FROM web_forms WHERE complaint = ANY($1::uuid[]);

-- name: take_laporan_folder
-- Locks the watched folder of exports for this connection, unless another has it.
SELECT take_laporan_folder();

-- name: leave_laporan_folder
-- Unlocks the watched folder of exports.
SELECT leave_laporan_folder();
