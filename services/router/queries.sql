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
-- List the cases that wait at a desk, filtered and sorted, after a cursor (rank, key), with the names of who has each open and of who has taken it on.
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
        AND ($6::text = '' OR due < $6) AND ($13::text = '' OR key IN (SELECT key FROM desk_owners WHERE reader = $13))
        AND ($7::text = '' OR key IN (
            SELECT key FROM state
            WHERE data->>'state' = 'verification' AND to_tsvector('indonesian', coalesce(data->>'title', '') || ' '
                || coalesce(data->>'text', '') || ' ' || coalesce(data->>'place', '')) @@ websearch_to_tsquery('indonesian', $7)))
), page AS (
    SELECT * FROM ranked WHERE (rank, key) > ($8, $9) ORDER BY rank, key LIMIT $10
)
SELECT page.key, page.rank, page.total, page.alike, s.data, looks.name AS open_at, owners.name AS owner, owners.reader = $11 AS own
FROM page JOIN state AS s ON s.key = page.key
LEFT JOIN desk_owners AS owners ON owners.key = page.key AND owners.at >= coalesce((s.data->>'since')::timestamptz, owners.at)
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

-- name: cases_appealed
-- List the closed cases whose citizens appealed and wait for a decision, after a cursor (appealed at, key), the oldest first.
SELECT key, data FROM state
WHERE data->>'appeal_since' IS NOT NULL
    AND ((data->>'appeal_since') > $1 OR ((data->>'appeal_since') = $1 AND key > $2))
ORDER BY (data->>'appeal_since'), key LIMIT $3;

-- name: cases_doubted
-- List the cases with photos of the answer that a second person must look at, after a cursor, the oldest first.
SELECT key, data FROM state WHERE data->'doubted' <> '[]'::jsonb AND key > $1 ORDER BY key LIMIT $2;

-- name: cases_of_opd
-- List an OPD's cases in one state after a cursor, the oldest first.
SELECT key, data FROM state
WHERE data->>'opd' = $1 AND data->>'state' = $2 AND key > $3
ORDER BY key LIMIT $4;

-- name: work_of_opd
-- List an OPD's open cases after a cursor (due, key), the one that is due first on top. An account as $6 leaves the cases for which it is responsible, as $7 those with a note that it has not read. An empty text leaves all.
SELECT key, data FROM state
WHERE data->>'opd' = $1 AND data->>'state' = ANY ($2::text[])
    AND data->>'state' IN ('assigned', 'in_progress', 'awaiting_citizen', 'resolved')
    AND (coalesce(data->>'due_resolve', '~'), key) > ($3, $4)
    AND ($6::text = '' OR data->>'holder' = $6) AND ($7::text = '' OR data->'mentioned' ? $7)
ORDER BY coalesce(data->>'due_resolve', '~'), key LIMIT $5;

-- name: count_work_of_opd
-- Count an OPD's cases by state, and those with a note that an account has not read.
SELECT data->>'state' AS state, count(*) AS number, count(*) FILTER (WHERE data->'mentioned' ? $2) AS mentions FROM state
WHERE data->>'opd' = $1 AND data->>'state' IN ('assigned', 'in_progress', 'awaiting_citizen', 'resolved')
GROUP BY 1;

-- name: help_of_opd
-- List the cases that an OPD helps, and whose part is missing, after a cursor (due, key), the one that is due first on top.
WITH helped AS (
    SELECT key, data, (
        SELECT coalesce(one->>'due_resolve', '~') FROM jsonb_array_elements(data->'helpers') AS one
        WHERE one->>'opd' = $1 AND one->>'state' <> 'resolved' LIMIT 1
    ) AS due
    FROM state
    WHERE data->'helpers' <> '[]'::jsonb
        AND (data->'helpers' @> jsonb_build_array(jsonb_build_object('opd', $1::text, 'state', 'assigned'))
            OR data->'helpers' @> jsonb_build_array(jsonb_build_object('opd', $1::text, 'state', 'in_progress')))
)
SELECT key, data FROM helped WHERE (due, key) > ($2, $3) ORDER BY due, key LIMIT $4;

-- name: count_help_of_opd
-- Count the cases that an OPD helps, and whose part is missing.
SELECT count(*) FROM state
WHERE data->'helpers' <> '[]'::jsonb
    AND (data->'helpers' @> jsonb_build_array(jsonb_build_object('opd', $1::text, 'state', 'assigned'))
        OR data->'helpers' @> jsonb_build_array(jsonb_build_object('opd', $1::text, 'state', 'in_progress')));

-- name: cases_of_application
-- List the cases about one application for a permit after a cursor, the oldest first. Without an OPD, list those of all.
SELECT key, data FROM state
WHERE data->>'application' = $1 AND key > $2 AND ($3::text IS NULL OR data->>'opd' = $3)
ORDER BY key LIMIT $4;

-- name: cases_to_copy
-- List the cases with entries that must still reach SP4N, after a cursor, the oldest first, of one OPD and of one kind or of all.
SELECT key, data FROM state
WHERE data->'copies' <> '[]'::jsonb AND key > $1 AND ($3::text = '' OR data->>'opd' = $3)
    AND ($4::text = '' OR data->'copies' @> jsonb_build_array(jsonb_build_object('what', $4::text)))
ORDER BY key LIMIT $2;

-- name: cases_to_copy_by_person
-- List those of them that do not go by themselves, because SP4N does not take them or because they may be there already.
SELECT s.key, s.data FROM sp4n_mirror AS m JOIN state AS s ON s.key = m.complaint
WHERE m.state = 'person' AND s.data->'copies' <> '[]'::jsonb AND m.complaint > $1 AND ($3::text = '' OR s.data->>'opd' = $3)
    AND ($4::text = '' OR s.data->'copies' @> jsonb_build_array(jsonb_build_object('what', $4::text)))
ORDER BY m.complaint LIMIT $2;

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

-- name: count_at_desks
-- Count the cases that wait at each desk, and read since when the first of them does.
SELECT data->>'desk' AS desk, count(*) AS number, min((data->>'since')::timestamptz) AS since FROM state
WHERE data->>'state' = 'verification' AND data->>'held_until' IS NULL GROUP BY 1;

-- name: count_of_opds
-- Count the open cases of each OPD by state.
SELECT data->>'opd' AS opd, data->>'state' AS state, count(*) AS number FROM state
WHERE data->>'state' IN ('assigned', 'in_progress', 'awaiting_citizen', 'resolved') AND data->>'opd' IS NOT NULL GROUP BY 1, 2;

-- name: count_referred
-- Count the referred cases by stage.
SELECT (CASE WHEN data->'referral'->>'fresh' = 'true' THEN 'baru'
        WHEN data->'referral'->>'answered' = 'true' THEN 'dijawab' WHEN data->'referral'->>'told' IS NOT NULL THEN 'diberitahu'
        WHEN data->'referral'->>'to' IS NOT NULL THEN 'surat' END) AS stage, count(*) AS number
FROM state WHERE data->>'state' = 'referred' GROUP BY 1;

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

-- name: save_mirror_rows
-- Save the rows of complaints for SP4N. A new head begins anew; otherwise a row that a person must see stays with the person.
INSERT INTO sp4n_mirror AS m (complaint, tracking_id, head, open, state, since)
SELECT complaint, tracking_id, head, open, CASE WHEN head IS NULL THEN 'settled' ELSE 'due' END, CASE WHEN head IS NULL THEN NULL ELSE now() END
FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::boolean[]) AS r (complaint, tracking_id, head, open)
ON CONFLICT (complaint) DO UPDATE SET tracking_id = excluded.tracking_id, head = excluded.head, open = excluded.open, changed_at = now(),
    state = CASE WHEN m.head IS DISTINCT FROM excluded.head OR excluded.head IS NULL THEN excluded.state ELSE m.state END,
    reason = CASE WHEN m.head IS DISTINCT FROM excluded.head OR excluded.head IS NULL THEN NULL ELSE m.reason END,
    since = CASE WHEN m.head IS DISTINCT FROM excluded.head THEN excluded.since ELSE m.since END,
    tries = CASE WHEN m.head IS DISTINCT FROM excluded.head THEN 0 ELSE m.tries END,
    attempt_at = CASE WHEN m.head IS DISTINCT FROM excluded.head THEN now() ELSE m.attempt_at END,
    poll_at = CASE WHEN m.tracking_id IS DISTINCT FROM excluded.tracking_id THEN now() + interval '5 seconds' ELSE m.poll_at END;

-- name: save_erased_there
-- Put erased complaints that stand in SP4N before a person, who asks the admin of SP4N to erase them there.
-- One that never went there is settled; one that may have arrived is put before the person without its number.
INSERT INTO sp4n_mirror AS m (complaint, tracking_id, open, state, reason, since)
SELECT complaint, tracking_id, false, CASE WHEN tracking_id IS NULL THEN 'settled' ELSE 'person' END, 'erased', now()
FROM unnest($1::uuid[], $2::text[]) AS r (complaint, tracking_id)
ON CONFLICT (complaint) DO UPDATE SET head = NULL, open = false, reason = 'erased', since = now(), changed_at = now(),
    tracking_id = coalesce(excluded.tracking_id, m.tracking_id),
    state = CASE WHEN coalesce(excluded.tracking_id, m.tracking_id) IS NULL AND m.unsure_number IS NULL THEN 'settled' ELSE 'person' END;

-- name: lease_mirror
-- Lease complaints that have something to go to SP4N, the longest waiting first.
UPDATE sp4n_mirror SET lease = gen_random_uuid(), leased_until = now() + $2
WHERE complaint IN (
    SELECT complaint FROM sp4n_mirror
    WHERE state = 'due' AND attempt_at <= now() AND (leased_until IS NULL OR leased_until < now())
    ORDER BY attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING complaint, lease, tries, unsure_number;

-- name: mark_sending
-- Note before a sending that it may arrive, if the lease still holds.
UPDATE sp4n_mirror SET unsure_number = $3, sent_at = now()
WHERE complaint = $1 AND lease = $2 AND leased_until > now() AND state = 'due' RETURNING true;

-- name: end_lease
-- Give a lease back after a sending that arrived, or when nothing waits.
UPDATE sp4n_mirror SET lease = NULL, leased_until = NULL WHERE complaint = $1 AND lease = $2;

-- name: put_off_mirror
-- Give a lease back after a try that failed. With $5 it never arrived, so that nobody must look for it.
UPDATE sp4n_mirror SET lease = NULL, leased_until = NULL, tries = tries + 1, reason = $3, attempt_at = now() + $4, changed_at = now(),
    unsure_number = CASE WHEN $5 THEN NULL ELSE unsure_number END
WHERE complaint = $1 AND lease = $2;

-- name: mirror_to_person
-- Put a complaint that SP4N does not take before a person.
UPDATE sp4n_mirror SET lease = NULL, leased_until = NULL, tries = tries + 1, state = 'person', reason = $3, changed_at = now(),
    unsure_number = CASE WHEN $4 THEN NULL ELSE unsure_number END
WHERE complaint = $1 AND lease = $2;

-- name: retry_mirror
-- Send complaints that stood before a person again. Of an unsure one the person says that it is not there.
UPDATE sp4n_mirror SET state = 'due', tries = 0, attempt_at = now(), changed_by = $2, changed_at = now(),
    unsure_number = CASE WHEN reason = 'unsure' THEN NULL ELSE unsure_number END
WHERE complaint = ANY($1::uuid[]) AND state = 'person' AND reason <> 'erased' RETURNING complaint;

-- name: erased_there
-- Record that the admin of SP4N was asked to erase a complaint.
UPDATE sp4n_mirror SET state = 'settled', reason = 'erasure_asked', changed_by = $2, changed_at = now()
WHERE complaint = $1 AND state = 'person' AND reason = 'erased' RETURNING true;

-- name: mirror_to_erase
-- List the erased complaints that the admin of SP4N must still be asked to erase, the oldest first.
SELECT complaint, tracking_id, since FROM sp4n_mirror WHERE state = 'person' AND reason = 'erased' ORDER BY since LIMIT $1;

-- name: mirror_reasons
-- Read why these complaints have not gone to SP4N yet.
SELECT complaint, state, reason, tries FROM sp4n_mirror WHERE complaint = ANY($1::uuid[]) AND state <> 'settled';

-- name: count_mirror
-- Count the rows that wait by state and reason, with the age of the oldest in seconds.
SELECT state, coalesce(reason, '') AS reason, count(*) AS number, coalesce(extract(epoch FROM now() - min(since)), 0)::float AS age
FROM sp4n_mirror WHERE state <> 'settled' GROUP BY state, coalesce(reason, '');

-- name: count_mirrored
-- Count the complaints that stand in SP4N. It reads an entry of an index for each of them.
SELECT count(*) FROM sp4n_mirror WHERE tracking_id IS NOT NULL;

-- name: longest_unread
-- Read for how many seconds SP4N should have been asked about a complaint already: the longest of all.
SELECT coalesce(greatest(extract(epoch FROM now() - poll_at), 0), 0)::float
FROM sp4n_mirror
WHERE tracking_id IS NOT NULL AND reason IS DISTINCT FROM 'erased' AND reason IS DISTINCT FROM 'erasure_asked'
ORDER BY poll_at LIMIT 1;

-- name: lease_polls
-- Take complaints that SP4N is to be asked about, and set when each is asked again. Ended ones are asked once a day.
UPDATE sp4n_mirror SET poll_at = now() + CASE WHEN open THEN $2::interval ELSE interval '1 day' END
WHERE complaint IN (
    SELECT complaint FROM sp4n_mirror
    WHERE tracking_id IS NOT NULL AND poll_at <= now() AND reason IS DISTINCT FROM 'erased' AND reason IS DISTINCT FROM 'erasure_asked'
    ORDER BY poll_at LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING complaint, tracking_id;

-- name: poll_again
-- Ask SP4N about a complaint again soon, because it gave no answer.
UPDATE sp4n_mirror SET poll_at = least(poll_at, now() + $2) WHERE complaint = $1;

-- name: mirrored_after
-- List the complaints that stand in SP4N, after a cursor (key).
SELECT complaint, tracking_id FROM sp4n_mirror
WHERE tracking_id IS NOT NULL AND reason IS DISTINCT FROM 'erased' AND reason IS DISTINCT FROM 'erasure_asked' AND complaint > $1
ORDER BY complaint LIMIT $2;

-- name: save_comparison
-- Keep the result of a comparison, and only the last hundred.
WITH kept AS (INSERT INTO sp4n_comparisons (at, compared, differences) VALUES ($1, $2, $3) ON CONFLICT (at) DO NOTHING)
DELETE FROM sp4n_comparisons WHERE at < (SELECT min(at) FROM (SELECT at FROM sp4n_comparisons ORDER BY at DESC LIMIT 100) AS last);

-- name: last_comparison
-- Read the last comparison, with its age in seconds.
SELECT compared, jsonb_array_length(differences) AS differences, extract(epoch FROM now() - at)::float AS age
FROM sp4n_comparisons ORDER BY at DESC LIMIT 1;

-- name: answer_templates
-- List the templates of an OPD that are in force, by name.
SELECT id, name, text FROM answer_templates WHERE opd = $1 AND to_at IS NULL ORDER BY lower(name), id;

-- name: answer_template_end
-- End the version of a template that is in force.
UPDATE answer_templates SET to_at = $3, ended_by = $4 WHERE opd = $1 AND id = $2 AND to_at IS NULL;

-- name: answer_template_add
-- Put a version of a template in force.
INSERT INTO answer_templates (opd, id, from_at, actor, name, text) VALUES ($1, $2, $3, $4, $5, $6);

-- name: similar_cases
-- List the open cases like one case, the newest first: those of the same person, and those of the same topic and kecamatan that were filed within 30 days of it.
(SELECT key, data, true AS same_person FROM state
WHERE data->'contacts' ?| $4::text[] AND key <> $1
    AND data->>'state' IN ('verification', 'assigned', 'in_progress', 'awaiting_citizen', 'resolved')
ORDER BY key DESC LIMIT $6)
UNION ALL
(SELECT key, data, false AS same_person FROM state
WHERE data->>'topic' = $2 AND left(data->>'place_code', 8) = $3 AND key <> $1
    AND data->>'state' IN ('verification', 'assigned', 'in_progress', 'awaiting_citizen', 'resolved')
    AND (data->>'filed_at')::timestamptz BETWEEN $5::timestamptz - interval '30 days' AND $5::timestamptz + interval '30 days'
ORDER BY key DESC LIMIT $6);

-- name: registry_history
-- The changes of the registry, the newest first, with the name of the person where it is an account.
SELECT v.version, v.changes, v.changed_at, v.changed_by, v.why, a.name
FROM registry_versions AS v LEFT JOIN accounts AS a ON v.changed_by = 'administrator:' || a.id
ORDER BY v.version DESC LIMIT $1;

-- name: cases_of_ended
-- The cases that OPDs which exist no more still have in hand or help, but for some, a bounded number at a time.
SELECT key, opd, data->>'ticket' AS ticket FROM (
    SELECT key, data, data->>'opd' AS opd FROM state WHERE data->>'opd' = ANY($1::text[]) AND data->>'state' = ANY($2::text[])
    UNION ALL
    SELECT key, data, gone.opd FROM unnest($1::text[]) AS gone (opd) JOIN state ON data->'helpers' <> '[]'::jsonb
        AND (data->'helpers' @> jsonb_build_array(jsonb_build_object('opd', gone.opd, 'state', 'assigned'))
            OR data->'helpers' @> jsonb_build_array(jsonb_build_object('opd', gone.opd, 'state', 'in_progress')))
) AS found
WHERE key <> ALL($3::uuid[]) LIMIT $4;

-- name: desk_views
-- List the views that a person has saved, by name.
SELECT id, name, query FROM desk_views WHERE reader = $1 ORDER BY lower(name), id;

-- name: desk_view_add
-- Save a view, unless the person has as many as allowed.
INSERT INTO desk_views (id, reader, name, query)
SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM desk_views WHERE reader = $2) < $5 RETURNING id;

-- name: desk_view_drop
-- Forget a view of a person.
DELETE FROM desk_views WHERE reader = $1 AND id = $2;

-- name: desk_own
-- Keep that a person has taken a case on.
INSERT INTO desk_owners (key, reader, name, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (key) DO UPDATE SET reader = excluded.reader, name = excluded.name, at = excluded.at;

-- name: desk_disown
-- Forget that a person has taken a case on.
DELETE FROM desk_owners WHERE key = $1 AND reader = $2;

-- name: desk_owner
-- Read who has taken a case on since it last moved.
SELECT o.reader, o.name FROM desk_owners AS o JOIN state AS s ON s.key = o.key
WHERE o.key = $1 AND o.at >= coalesce((s.data->>'since')::timestamptz, o.at);
