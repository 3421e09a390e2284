-- name: under_way
-- What is under way in the four services at this moment of domain time, in one snapshot; events up to the marks are known as read.
WITH said AS (
    SELECT topic, key, max(sequence) AS last FROM intake.events WHERE position > $2 GROUP BY 1, 2
    UNION ALL SELECT topic, key, max(sequence) FROM router.events WHERE position > $3 GROUP BY 1, 2
    UNION ALL SELECT topic, key, max(sequence) FROM sla.events WHERE position > $4 GROUP BY 1, 2
    UNION ALL SELECT topic, key, max(sequence) FROM notifier.events WHERE position > $5 GROUP BY 1, 2
), reads AS (
    SELECT 'intake' AS reader, key, read FROM intake.state UNION ALL SELECT 'router', key, read FROM router.state
    UNION ALL SELECT 'sla', key, read FROM sla.state UNION ALL SELECT 'notifier', key, read FROM notifier.state
), readers AS (
    SELECT * FROM unnest($6::text[], $7::text[]) AS r (topic, reader)
)
SELECT
    (SELECT count(*) FROM intake.outbox WHERE stuck IS NULL) + (SELECT count(*) FROM router.outbox WHERE stuck IS NULL)
        + (SELECT count(*) FROM sla.outbox WHERE stuck IS NULL) + (SELECT count(*) FROM notifier.outbox WHERE stuck IS NULL) AS unsent,
    (SELECT count(*) FROM intake.state WHERE due_at <= $1) + (SELECT count(*) FROM router.state WHERE due_at <= $1)
        + (SELECT count(*) FROM sla.state WHERE due_at <= $1) + (SELECT count(*) FROM notifier.state WHERE due_at <= $1) AS timers,
    (SELECT count(*) FROM intake.media WHERE state = 'awaited' AND provider_id IS NOT NULL)
        + (SELECT count(*) FROM intake.media_links AS l JOIN intake.media AS m ON m.id = l.media
            WHERE l.said_at IS NULL AND m.provider_id IS NOT NULL AND m.state IN ('kept', 'refused')) AS files,
    (SELECT count(*) FROM notifier.notices WHERE looks = 0) AS notices,
    (SELECT count(*) FROM notifier.messages AS m WHERE state = 'due' AND due <= $1
        AND NOT EXISTS (SELECT FROM notifier.stopped_channels AS s WHERE s.channel = m.channel))
        + (SELECT count(*) FROM notifier.messages WHERE state = 'sending')
        + (SELECT count(*) FROM notifier.messages WHERE state = 'unsure') AS messages,
    (SELECT count(*) FROM notifier.statuses WHERE looks = 0) AS statuses,
    (SELECT count(*) FROM said JOIN readers USING (topic) LEFT JOIN reads ON reads.reader = readers.reader AND reads.key = said.key
        WHERE coalesce((reads.read ->> said.topic)::bigint, 0) < said.last) AS unread;

-- name: mirror_waits
-- What has not reached SP4N yet, and why.
SELECT state, coalesce(reason, '') AS reason, count(*) AS number FROM router.sp4n_mirror WHERE state <> 'settled' GROUP BY 1, 2;

-- name: not_mirrored
-- The cases without a number in SP4N, by the reason: none is accepted yet, or it ended before it was.
SELECT data ->> 'state' AS state, count(*) AS number FROM router.state
WHERE data IS NOT NULL AND data -> 'sp4n' ->> 'id' IS NULL AND data -> 'external' ->> 'system' IS DISTINCT FROM 'sp4n' GROUP BY 1;

-- name: marks
-- How far each log has come.
SELECT coalesce((SELECT max(position) FROM intake.events), 0) AS intake, coalesce((SELECT max(position) FROM router.events), 0) AS router,
    coalesce((SELECT max(position) FROM sla.events), 0) AS sla, coalesce((SELECT max(position) FROM notifier.events), 0) AS notifier;

-- name: handled
-- How far the router has handled a topic.
SELECT partition, next FROM router.offsets WHERE topic = $1;

-- name: submissions
-- Every complaint as it was accepted.
SELECT key, data ->> 'ticket' AS ticket, data ->> 'channel' AS channel, data ->> 'text' AS text
FROM intake.events WHERE topic = 'complaint.submissions.v1' AND type = 'submission.submitted' ORDER BY position;

-- name: case_events
-- What happened to cases after a place in the log.
SELECT position, key, type, data::text AS data FROM router.events
WHERE topic = 'complaint.cases.v1' AND position > $1 ORDER BY position;

-- name: held_in
-- The complaints that each schema holds.
SELECT 'intake' AS schema, key FROM intake.state WHERE data ->> 'kind' = 'complaint' UNION ALL SELECT 'router', key FROM router.state
UNION ALL SELECT 'sla', key FROM sla.state UNION ALL SELECT 'notifier', key FROM notifier.state;

-- name: parked
-- The complaints with something parked, by schema.
SELECT 'intake' AS schema, key FROM intake.books_parked UNION ALL SELECT 'router', key FROM router.books_parked
UNION ALL SELECT 'sla', key FROM sla.books_parked UNION ALL SELECT 'notifier', key FROM notifier.books_parked;

-- name: escalations
-- Every escalation, by complaint, clock, run and level; those taken back since do not count against a second one.
WITH told AS (
    SELECT key, data ->> 'clock' AS clock, (data ->> 'run')::int AS run, (data ->> 'level')::int AS level,
        data ->> 'offset' AS step, min(data ->> 'opd') AS opd, count(*) AS times
    FROM sla.events WHERE type = 'deadline.escalated' GROUP BY 1, 2, 3, 4, 5
)
SELECT told.*, (
    SELECT count(*) FROM sla.events AS r WHERE r.key = told.key AND r.type = 'deadline.retracted'
        AND r.data ->> 'clock' = told.clock AND (r.data ->> 'run')::int = told.run
        AND (r.data::jsonb -> 'levels') @> to_jsonb(told.level)) AS retracted
FROM told;

-- name: per_opd
-- What each OPD was given and what it answered.
SELECT data ->> 'opd' AS opd, count(*) FILTER (WHERE type = 'case.assigned') AS assigned,
    count(*) FILTER (WHERE type = 'case.accepted') AS accepted, count(*) FILTER (WHERE type = 'case.declined') AS declined,
    count(DISTINCT key) FILTER (WHERE type = 'case.resolved') AS answered
FROM router.events WHERE topic = 'complaint.cases.v1' AND data ->> 'opd' IS NOT NULL
    AND type IN ('case.assigned', 'case.accepted', 'case.declined', 'case.resolved')
GROUP BY data ->> 'opd' ORDER BY assigned DESC, opd;

-- name: notices
-- Messages by channel and what became of them.
SELECT channel, state, count(*) AS messages FROM notifier.messages GROUP BY channel, state ORDER BY channel, state;

-- name: states
-- Where the cases stand.
SELECT data ->> 'state' AS state, count(*) AS cases FROM intake.state WHERE data ->> 'kind' = 'complaint' GROUP BY 1 ORDER BY 2 DESC;

-- name: scene_rows
-- How intake and router hold these complaints, with the types of their kept files and the number filed with the same text.
SELECT c.data ->> 'ticket' AS ticket, e.data ->> 'channel' AS channel, e.data ->> 'text' AS text,
    coalesce(e.data ->> 'place', '') AS place, e.data ->> 'place_code' AS place_code, r.data ->> 'state' AS state,
    (SELECT count(*) FROM intake.events AS o
        WHERE o.type = 'submission.submitted' AND position(split_part(e.data ->> 'text', E'\n', 1) IN o.data ->> 'text') > 0) AS filed,
    ARRAY(SELECT m.type FROM intake.media_links AS l JOIN intake.media AS m ON m.id = l.media
        WHERE l.complaint = c.key AND m.state = 'kept' ORDER BY m.id) AS types
FROM intake.state AS c
JOIN intake.events AS e ON e.key = c.key AND e.type = 'submission.submitted'
JOIN router.state AS r ON r.key = c.key
WHERE c.data ->> 'ticket' = ANY($1::text[]);
