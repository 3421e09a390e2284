-- name: add_notices
-- Saves the notices that folds have decided.
INSERT INTO notices (event, complaint, audience, opd, contact, kind, occurred_at, due, at_once, facts, traceparent)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::timestamptz[], $8::timestamptz[],
    $9::boolean[], $10::jsonb[], $11::text[]);

-- name: wake_contacts
-- Makes the notices and messages that wait for these contacts ready to be looked at again. A message that waited for a
-- template may be free text by now.
WITH unblocked AS (
    UPDATE messages SET approved = NULL WHERE contact = ANY($1::uuid[]) AND state = 'due' AND approved IS NOT NULL
)
UPDATE notices SET look_at = now(), looks = 0 WHERE contact = ANY($1::uuid[]);

-- name: add_statuses
-- Saves the statuses that channels reported of our messages.
INSERT INTO statuses (event, provider_id, message, status, at, code)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[], $6::integer[])
ON CONFLICT DO NOTHING;

-- name: settle
-- Saves the results of tries. A row that has gone on to another try is left as it is, and an arrived message stays arrived.
UPDATE messages AS m SET state = r.state, provider_id = coalesce(r.provider_id, m.provider_id), code = coalesce(r.code, m.code),
    reason = nullif(r.reason, ''), carrier = CASE WHEN r.state <> 'due' THEN m.carrier END,
    attempt_at = coalesce(r.attempt_at, m.attempt_at), as_template = m.as_template OR r.as_template,
    approved = coalesce(r.approved, m.approved), tries_before = m.tries_before + r.untried::integer,
    first_try = CASE WHEN NOT r.untried THEN m.first_try END, leased_until = NULL, changed_at = now()
FROM (
    SELECT DISTINCT ON (id) * FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::integer[], $6::text[],
        $7::timestamptz[], $8::boolean[], $9::text[], $10::boolean[]) WITH ORDINALITY
        AS u (id, tries, state, provider_id, code, reason, attempt_at, as_template, approved, untried, place)
    ORDER BY id, place DESC
) AS r
WHERE m.id = r.id AND m.tries = r.tries AND m.state NOT IN ('read', 'suppressed', 'acknowledged')
    AND NOT (m.state = 'delivered' AND r.state <> 'read') AND NOT (m.state = 'sent' AND r.state = 'unsure');

-- name: stop_channels
-- Stops or pauses channels. A pause neither shortens a longer one nor ends a stop.
INSERT INTO stopped_channels AS s (channel, reason, until)
SELECT DISTINCT ON (channel) * FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS u (channel, reason, until)
ORDER BY channel, until DESC NULLS FIRST
ON CONFLICT (channel) DO UPDATE SET reason = CASE WHEN s.until IS NULL THEN s.reason ELSE excluded.reason END,
    since = CASE WHEN s.until < now() OR s.until IS NOT NULL AND excluded.until IS NULL THEN now() ELSE s.since END,
    until = CASE WHEN s.until IS NOT NULL AND excluded.until IS NOT NULL THEN greatest(s.until, excluded.until) END;

-- name: stop_templates
-- Stops approved templates for all recipients.
INSERT INTO stopped_templates (name, reason)
SELECT DISTINCT ON (name) * FROM unnest($1::text[], $2::text[]) AS u (name, reason) ON CONFLICT DO NOTHING;

-- name: stop_addresses
-- Stops or pauses addresses. A pause neither shortens a longer one nor ends a stop.
INSERT INTO stopped_addresses AS s (channel, address, reason, until)
SELECT DISTINCT ON (channel, address) * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) AS u (channel, address, reason, until)
ORDER BY channel, address, until DESC NULLS FIRST
ON CONFLICT (channel, address) DO UPDATE SET reason = CASE WHEN s.until IS NULL THEN s.reason ELSE excluded.reason END,
    since = CASE WHEN s.until < now() OR s.until IS NOT NULL AND excluded.until IS NULL THEN now() ELSE s.since END,
    until = CASE WHEN s.until IS NOT NULL AND excluded.until IS NOT NULL THEN greatest(s.until, excluded.until) END;

-- name: delete_ended_pauses
-- Deletes the pauses of channels and addresses that have ended.
WITH channels AS (DELETE FROM stopped_channels WHERE until < now()) DELETE FROM stopped_addresses WHERE until < now();

-- name: add_silent_host
-- Pauses a host that gave no answer: for 10 s, 30 s, 90 s and so on, at most ten minutes.
INSERT INTO silent_hosts AS s (host, failures, until)
VALUES (lower(substring($1::text from '^[^:/]+://([^/?#]+)')), 1, now() + interval '10 seconds')
ON CONFLICT (host) DO UPDATE SET failures = s.failures + 1,
    until = now() + least(interval '10 seconds' * power(3, least(s.failures, 10)), interval '10 minutes');

-- name: delete_silent_host
-- Ends the pause of a host that has answered.
DELETE FROM silent_hosts WHERE host = lower(substring($1::text from '^[^:/]+://([^/?#]+)'));

-- name: redo
-- Carries out an operator's decision on given-up messages: another round of tries with all that they carry, or acknowledged.
UPDATE messages AS m SET tries = m.tries + 1, tries_before = m.tries + 1, carrier = CASE WHEN m.id = r.id THEN NULL ELSE m.carrier END,
    first_try = NULL, state = CASE WHEN r.decision <> 'retry' THEN 'acknowledged' WHEN m.id = r.id THEN 'due' ELSE 'carried' END,
    attempt_at = now(), approved = NULL, note = r.why, changed_at = now()
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS r (id, decision, why)
WHERE (m.id = r.id OR m.carrier = r.id) AND m.state = 'given_up';

-- name: erase_notices
-- Deletes the waiting notices of erased complaints and contacts.
DELETE FROM notices WHERE complaint = ANY($1::uuid[]) OR contact = ANY($2::uuid[]);

-- name: erase_messages
-- Erases the content and the address of messages. The rows stay, so that the counts stay true.
UPDATE messages SET facts = '{}', address = NULL, note = NULL, changed_at = now(), leased_until = NULL,
    state = CASE WHEN state IN ('due', 'sending', 'unsure', 'carried', 'given_up') THEN 'suppressed' ELSE state END
WHERE complaint = ANY($1::uuid[]) OR contact = ANY($2::uuid[]);

-- name: plan
-- Turns notices whose addresses are known into messages, one for each address. A webhook has no send window. The other notices wait.
-- They are looked at again less and less often, however many they are, because a new address wakes its own notices at once. A stopped
-- address counts as unknown.
WITH ready AS (
    SELECT * FROM notices WHERE look_at <= now() ORDER BY look_at LIMIT $1 FOR UPDATE SKIP LOCKED
), reached AS (
    SELECT r.position, 'contact:' || r.contact AS recipient, k.data ->> 'channel' AS channel, k.data ->> 'address' AS address
    FROM ready AS r JOIN state AS k ON k.key = r.contact WHERE r.audience = 'citizen' AND k.data ->> 'address' IS NOT NULL
    UNION ALL
    SELECT r.position, r.audience || ':' || a.id, a.channel, a.address
    FROM ready AS r JOIN addresses AS a ON a.active AND a.audience = r.audience AND a.opd IS NOT DISTINCT FROM r.opd
    WHERE NOT EXISTS (SELECT FROM stopped_addresses AS s WHERE s.channel = a.channel AND s.address = a.address AND s.until IS NULL)
    UNION ALL
    SELECT r.position, 'authority:' || md5(r.facts ->> 'mail'), 'email', r.facts ->> 'mail'
    FROM ready AS r
    WHERE r.audience = 'authority'
        AND NOT EXISTS (SELECT FROM stopped_addresses AS s WHERE s.channel = 'email' AND s.address = r.facts ->> 'mail' AND s.until IS NULL)
), made AS (
    INSERT INTO messages (event, complaint, contact, audience, recipient, channel, address, template, occurred_at, due, at_once, facts,
        traceparent, attempt_at)
    SELECT r.event, r.complaint, r.contact, r.audience, p.recipient, p.channel, p.address, r.kind, r.occurred_at,
        CASE WHEN p.channel = 'webhook' AND r.kind <> 'taken_over' THEN r.occurred_at ELSE r.due END, r.at_once, r.facts,
        r.traceparent, CASE WHEN r.at_once AND r.kind = ANY($3::text[]) THEN r.made_at + make_interval(secs => $2) ELSE r.made_at END
    FROM ready AS r JOIN reached AS p USING (position) ORDER BY r.position
    ON CONFLICT DO NOTHING RETURNING 1
), done AS (
    DELETE FROM notices WHERE position IN (SELECT position FROM reached) RETURNING 1
), later AS (
    UPDATE notices SET looks = looks + 1, look_at = now() + least(interval '1 second' * power(2, least(looks, 15)), interval '6 hours')
    WHERE position IN (SELECT position FROM ready EXCEPT SELECT position FROM reached) RETURNING 1
)
SELECT (SELECT count(*) FROM made) AS made, (SELECT count(*) FROM done) AS done, (SELECT count(*) FROM later) AS waiting;

-- name: lock_leasing
-- Lets one replica at a time lease messages, so that the messages of one person are merged and stay in order.
SELECT lock_own('lease');

-- name: lease
-- Leases the next message of each address that has none under way, with the notices within a minute of it. $2 and $3 give the room of
-- each channel. A webhook's host has at most $6 messages under way, one after it was silent, and none during its pause.
WITH hosts AS MATERIALIZED (
    SELECT host, (CASE WHEN bool_or(silent) THEN 1 ELSE $6::integer END) - sum(sending)::integer AS room, bool_or(resting) AS resting
    FROM (
        SELECT lower(substring(address from '^[^:/]+://([^/?#]+)')) AS host, 1 AS sending, false AS silent, false AS resting
        FROM messages WHERE state = 'sending' AND channel = 'webhook'
        UNION ALL SELECT host, 0, true, until > now() FROM silent_hosts
    ) AS one WHERE host IS NOT NULL GROUP BY host
), waiting AS (
    SELECT w.* FROM unnest($2::text[], $3::integer[]) AS r (channel, room) CROSS JOIN LATERAL (
        SELECT m.id, m.position, m.channel, m.address, m.template, m.occurred_at, m.tries, m.due, r.room,
            CASE m.channel WHEN 'webhook' THEN lower(substring(m.address from '^[^:/]+://([^/?#]+)')) ELSE m.address END AS host
        FROM messages AS m
        WHERE m.channel = r.channel AND m.state = 'due' AND m.due <= $1 AND m.attempt_at <= now()
            AND NOT EXISTS (SELECT FROM stopped_channels AS s WHERE s.channel = m.channel AND (s.until IS NULL OR s.until > now()))
            AND NOT EXISTS (SELECT FROM stopped_templates AS s WHERE s.name = m.approved)
            AND NOT EXISTS (
                SELECT FROM stopped_addresses AS s
                WHERE s.channel = m.channel AND s.address = m.address AND (s.until IS NULL OR s.until > now()))
            AND NOT EXISTS (
                SELECT FROM messages AS other
                WHERE other.state = 'sending' AND other.channel = m.channel AND other.address IS NOT DISTINCT FROM m.address)
            AND (m.channel <> 'webhook' OR NOT EXISTS (
                SELECT FROM hosts AS h
                WHERE (h.room <= 0 OR h.resting) AND h.host = lower(substring(m.address from '^[^:/]+://([^/?#]+)'))))
        ORDER BY m.due, m.id LIMIT r.room * 8
    ) AS w
), each AS (
    SELECT DISTINCT ON (channel, address) * FROM waiting ORDER BY channel, address, occurred_at, position
), fitting AS (
    SELECT e.*, row_number() OVER (PARTITION BY e.channel ORDER BY e.due, e.position) AS place FROM (
        SELECT *, row_number() OVER (PARTITION BY channel, host ORDER BY due, position) AS at_host FROM each
    ) AS e LEFT JOIN hosts AS h ON e.channel = 'webhook' AND h.host = e.host
    WHERE e.channel <> 'webhook' OR e.at_host <= coalesce(h.room, $6::integer)
), first AS (
    SELECT * FROM fitting WHERE place <= room
), beside AS (
    SELECT m.id, f.id AS carrier FROM first AS f JOIN messages AS m ON m.channel = f.channel AND m.address = f.address AND m.id <> f.id
    WHERE f.tries = 0 AND m.state = 'due' AND m.tries = 0 AND 'reply' NOT IN (f.template, m.template) AND m.due <= $1 + $5::interval
        AND m.occurred_at BETWEEN f.occurred_at AND f.occurred_at + $5::interval
), carried AS (
    UPDATE messages AS m SET state = 'carried', carrier = b.carrier, changed_at = now() FROM beside AS b WHERE m.id = b.id
), before AS (
    INSERT INTO old_provider_ids (provider_id, message) SELECT m.provider_id, m.id FROM first JOIN messages AS m USING (id)
    WHERE m.provider_id IS NOT NULL ON CONFLICT DO NOTHING
)
UPDATE messages AS m SET state = 'sending', leased_until = now() + $4::interval, tries = m.tries + 1, provider_id = NULL, approved = NULL,
    first_try = coalesce(m.first_try, now()), changed_at = now()
FROM first AS f WHERE m.id = f.id RETURNING m.id;

-- name: load_leased
-- Loads leased messages with those that they carry, and the states of complaint and contact. A webhook has its receiver's secrets: an
-- officer's are found by the address, a system's by scheme, host and port.
SELECT m.id, coalesce(m.carrier, m.id) AS carrier, m.complaint, m.contact, m.audience, m.recipient, m.channel, m.address, m.template,
    m.occurred_at, m.position, m.facts, m.traceparent, m.tries, m.tries - m.tries_before AS round, m.first_try, m.as_template,
    c.data AS "case", k.data AS person, coalesce(a.secret, w.secret) AS secret,
    CASE WHEN a.secret IS NULL THEN w.secret_before ELSE a.secret_before END AS secret_before
FROM messages AS m LEFT JOIN state AS c ON c.key = m.complaint LEFT JOIN state AS k ON k.key = m.contact
    LEFT JOIN LATERAL (
        SELECT secret, secret_before FROM addresses
        WHERE m.channel = 'webhook' AND m.contact IS NULL AND channel = 'webhook' AND address = m.address AND active AND secret IS NOT NULL LIMIT 1
    ) AS a ON true
    LEFT JOIN webhook_receivers AS w ON m.channel = 'webhook' AND m.contact IS NOT NULL
        AND w.origin = lower(substring(m.address from '^[^:/]+://[^/?#]+'))
WHERE m.id = ANY($1::uuid[]) OR (m.carrier = ANY($1::uuid[]) AND m.state = 'carried')
ORDER BY m.occurred_at, m.position;

-- name: is_template_stopped
-- Tells whether an approved template is stopped.
SELECT true FROM stopped_templates WHERE name = $1;

-- name: recover_lost_tries
-- Marks tries whose replica is gone as unsure, because the message may have arrived. Only WhatsApp reports a status later, so only
-- its messages wait for one.
UPDATE messages SET state = 'unsure', leased_until = NULL, changed_at = now(),
    attempt_at = CASE channel WHEN 'whatsapp' THEN leased_until + $1::interval ELSE now() END
WHERE state = 'sending' AND leased_until < now() RETURNING channel, traceparent;

-- name: release_carried
-- Lets messages go by themselves whose carrier is not sent any more, because its complaint was erased.
UPDATE messages AS m SET state = 'due', carrier = NULL, attempt_at = now(), changed_at = now() FROM messages AS c
WHERE m.state = 'carried' AND c.id = m.carrier AND c.state = 'suppressed' AND c.changed_at < now() - interval '1 minute';

-- name: load_unsure
-- Loads unsure messages of which no status came in time, with those that they carry.
SELECT m.id, coalesce(m.carrier, m.id) AS carrier, m.complaint, m.contact, m.recipient, m.channel, m.template, m.tries,
    m.tries - m.tries_before AS round, m.first_try, m.approved, m.as_template, m.occurred_at, m.position, m.traceparent
FROM messages AS m JOIN (
    SELECT id FROM messages AS u WHERE u.state = 'unsure' AND u.attempt_at <= now()
        AND NOT EXISTS (SELECT FROM statuses AS s WHERE s.message = u.id)
    ORDER BY u.attempt_at LIMIT $1
) AS head ON m.id = head.id OR (m.carrier = head.id AND m.state = 'carried');

-- name: load_status_messages
-- Loads the messages that statuses are about, found by our id or else by the channel's, with those that they carry. ``old`` says that an
-- earlier try had the channel's id.
WITH about AS (
    SELECT s.*, s.message AS head FROM statuses AS s WHERE s.event = ANY($1::uuid[]) AND s.message IS NOT NULL
    UNION ALL
    SELECT s.*, m.id FROM statuses AS s JOIN messages AS m USING (provider_id) WHERE s.event = ANY($1::uuid[]) AND s.message IS NULL
    UNION ALL
    SELECT s.*, o.message FROM statuses AS s JOIN old_provider_ids AS o USING (provider_id)
    WHERE s.event = ANY($1::uuid[]) AND s.message IS NULL AND NOT EXISTS (SELECT FROM messages AS m WHERE m.provider_id = s.provider_id)
)
SELECT s.event, s.status, s.code, s.provider_id, m.provider_id AS now_id, m.id, coalesce(m.carrier, m.id) AS carrier, m.complaint, m.contact,
    m.recipient, m.channel, m.address, m.template, m.tries, m.tries - m.tries_before AS round, m.first_try, m.approved, m.as_template,
    m.traceparent, m.state, EXISTS (SELECT FROM old_provider_ids AS o WHERE o.provider_id = s.provider_id) AS old
FROM about AS s JOIN messages AS m ON m.id = s.head OR m.carrier = s.head ORDER BY s.at, s.event, m.occurred_at, m.position;

-- name: add_old_provider_ids
-- Saves the channel's ids of earlier tries.
INSERT INTO old_provider_ids (provider_id, message) SELECT * FROM unnest($1::text[], $2::uuid[]) ON CONFLICT DO NOTHING;

-- name: delete_statuses
-- Deletes statuses that have been folded.
DELETE FROM statuses WHERE event = ANY($1::uuid[]);

-- name: postpone_statuses
-- Postpones the statuses of messages that are being tried, until the try has its answer.
UPDATE statuses SET look_at = now() + interval '1 second' WHERE event = ANY($1::uuid[]);

-- name: postpone_unknown_statuses
-- Postpones statuses that fit no message yet. After about a day they are deleted, since they are about no message of ours.
WITH postponed AS (
    UPDATE statuses SET looks = looks + 1, look_at = now() + least(interval '1 second' * power(2, least(looks, 10)), interval '1 hour')
    WHERE event = ANY($1::uuid[]) AND looks < 30
)
DELETE FROM statuses WHERE event = ANY($1::uuid[]) AND looks >= 30 RETURNING event;

-- name: list_ready_statuses
-- Lists the statuses that are ready to be folded.
SELECT event FROM statuses WHERE look_at <= now() ORDER BY look_at LIMIT $1;

-- name: copy_to_other_channel
-- Copies messages to another address of the same people, on a channel that is on ($3), not yet tried, and not stopped for that address.
INSERT INTO messages (event, complaint, contact, audience, recipient, channel, address, template, occurred_at, due, at_once, facts,
    traceparent)
SELECT m.event, m.complaint, m.contact, m.audience, m.audience || ':' || other.id, other.channel, other.address, m.template,
    m.occurred_at, m.due, m.at_once, m.facts, m.traceparent
FROM messages AS m
    JOIN addresses AS mine ON mine.id::text = split_part(m.recipient, ':', 2)
    JOIN addresses AS other ON other.active AND other.audience = mine.audience AND other.opd IS NOT DISTINCT FROM mine.opd
        AND other.name = mine.name AND other.channel <> m.channel AND ($2::text IS NULL OR other.channel = $2)
WHERE m.id = ANY($1::uuid[]) AND m.contact IS NULL AND other.channel = ANY($3::text[])
    AND NOT EXISTS (SELECT FROM stopped_addresses AS s WHERE s.channel = other.channel AND s.address = other.address AND s.until IS NULL)
UNION ALL
SELECT m.event, m.complaint, k.key, m.audience, 'contact:' || k.key, k.data ->> 'channel', k.data ->> 'address', m.template,
    m.occurred_at, m.due, m.at_once, m.facts, m.traceparent
FROM messages AS m
    JOIN state AS c ON c.key = m.complaint
    JOIN LATERAL jsonb_array_elements_text(c.data -> 'contacts') AS people (id) ON people.id <> m.contact::text
    JOIN state AS k ON k.key = people.id::uuid
WHERE m.id = ANY($1::uuid[]) AND m.contact IS NOT NULL AND k.data ->> 'channel' = ANY($3::text[])
    AND k.data ->> 'address' <> '' AND k.data ->> 'channel' <> m.channel
    AND ($2::text IS NULL OR k.data ->> 'channel' = $2)
    AND k.data -> 'links' -> m.complaint::text ->> 'role' = 'reporter'
ON CONFLICT DO NOTHING RETURNING id;

-- name: copy_to_address
-- Copies a message to an address that an operator has given.
INSERT INTO messages (event, complaint, contact, audience, recipient, channel, address, template, occurred_at, due, at_once, facts,
    traceparent)
SELECT event, complaint, contact, audience, recipient, $2, $3, template, occurred_at, due, at_once, facts, traceparent
FROM messages WHERE id = $1
ON CONFLICT DO NOTHING RETURNING id;

-- name: load_message
-- Loads one message as an operator sees it.
SELECT id, complaint, contact, audience, channel, address, template, state, tries, code, reason, due, changed_at FROM messages
WHERE id = $1;

-- name: list_messages
-- Lists the messages in one state from a position on, oldest first.
SELECT id, complaint, audience, channel, address, template, state, tries, code, reason, due, changed_at FROM messages
WHERE state = $1 AND ($2::text IS NULL OR channel = $2) AND (changed_at, id) > ($3, $4) ORDER BY changed_at, id LIMIT $5;

-- name: count_waiting
-- Counts the notices that wait for an address, by audience, OPD and kind.
SELECT audience, opd, kind, count(*) AS notices, min(made_at) AS since FROM notices WHERE looks > 0 GROUP BY audience, opd, kind
ORDER BY since;

-- name: count_pending
-- Counts what is in flight. All counts are 0 once everybody who can be told by $1 has been told. Messages that wait for an operator are
-- not in flight.
SELECT (SELECT count(*) FROM notices WHERE looks = 0) AS notices, (SELECT count(*) FROM statuses WHERE looks = 0) AS statuses,
    (SELECT count(*) FROM messages AS m WHERE state = 'due' AND due <= $1 AND reason IS DISTINCT FROM 'channel off'
        AND NOT EXISTS (SELECT FROM stopped_channels AS s WHERE s.channel = m.channel AND s.until IS NULL)
        AND NOT EXISTS (SELECT FROM stopped_templates AS s WHERE s.name = m.approved)) AS due,
    (SELECT count(*) FROM messages WHERE state = 'sending') + (SELECT count(*) FROM messages WHERE state = 'unsure') AS sending;

-- name: count_open
-- Counts unfinished messages by channel and state. Each state has an index of its own.
SELECT channel, 'due' AS state, count(*) AS messages FROM messages WHERE state = 'due' GROUP BY channel
UNION ALL SELECT channel, 'sending', count(*) FROM messages WHERE state = 'sending' GROUP BY channel
UNION ALL SELECT channel, 'unsure', count(*) FROM messages WHERE state = 'unsure' GROUP BY channel
UNION ALL SELECT channel, 'given_up', count(*) FROM messages WHERE state = 'given_up' GROUP BY channel;

-- name: count_messages
-- Counts messages by channel and state.
SELECT channel, state, count(*) AS messages FROM messages GROUP BY channel, state;

-- name: list_stopped_channels
-- Lists the stopped channels. One with ``until`` is paused and goes on by itself.
SELECT channel, reason, since, until FROM stopped_channels WHERE until IS NULL OR until > now() ORDER BY channel;

-- name: list_stopped_templates
-- Lists the stopped templates, each with the number of messages that wait for it.
SELECT s.name, s.reason, s.since, (SELECT count(*) FROM messages AS m WHERE m.state = 'due' AND m.approved = s.name) AS messages
FROM stopped_templates AS s ORDER BY s.name;

-- name: list_stopped_addresses
-- Lists the stopped addresses. One without ``until`` waits for an import that names it.
SELECT channel, address, reason, since, until FROM stopped_addresses WHERE until IS NULL OR until > now() ORDER BY since, address;

-- name: resume_channels
-- Resumes channels. Their waiting messages have the full time limit again.
WITH waited AS (
    UPDATE messages SET first_try = NULL, attempt_at = now() WHERE channel = ANY($1::text[]) AND state = 'due' AND tries > 0
        AND EXISTS (SELECT FROM stopped_channels AS s WHERE s.channel = messages.channel)
)
DELETE FROM stopped_channels WHERE channel = ANY($1::text[]) RETURNING channel;

-- name: resume_templates
-- Resumes approved templates. Their waiting messages have the full time limit again.
WITH waited AS (
    UPDATE messages SET first_try = NULL, attempt_at = now(), approved = NULL WHERE state = 'due' AND approved = ANY($1::text[])
)
DELETE FROM stopped_templates WHERE name = ANY($1::text[]) RETURNING name;

-- name: import_addresses
-- Saves the officers and supervisors of an imported file.
INSERT INTO addresses (audience, opd, name, channel, address, secret, secret_before)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
ON CONFLICT (audience, coalesce(opd, ''), channel, address) DO UPDATE
SET name = excluded.name, secret = excluded.secret, secret_before = excluded.secret_before, active = true, imported_at = now();

-- name: resume_imported_addresses
-- Resumes the stopped addresses that an import names.
DELETE FROM stopped_addresses AS s USING addresses AS a
WHERE a.active AND a.imported_at >= $1 AND a.channel = s.channel AND a.address = s.address;

-- name: retire_addresses
-- Retires the addresses that an imported file does not have.
UPDATE addresses SET active = false WHERE active AND imported_at < $1 RETURNING id;

-- name: wake_staff
-- Makes the notices that wait for an officer's or supervisor's address ready to be looked at again.
UPDATE notices SET look_at = now(), looks = 0 WHERE audience <> 'citizen';

-- name: list_addresses
-- Lists the officers and supervisors. ``signed`` is the number of a webhook's secrets.
SELECT audience, opd, name, channel, address, imported_at,
    CASE channel WHEN 'webhook' THEN (secret IS NOT NULL)::integer + (secret_before IS NOT NULL)::integer END AS signed
FROM addresses WHERE active ORDER BY opd NULLS FIRST, audience, name;

-- name: add_receiver
-- Adds a receiver with its first secret. Returns nothing when it has one.
INSERT INTO webhook_receivers (origin, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING origin;

-- name: rotate_receiver
-- Adds a second secret. Both sign until the rotation is finished.
UPDATE webhook_receivers SET secret_before = secret, secret = $2, changed_at = now() WHERE origin = $1 AND secret_before IS NULL
RETURNING origin;

-- name: finish_receiver
-- Finishes a rotation: only the newer secret signs from now on.
UPDATE webhook_receivers SET secret_before = NULL, changed_at = now() WHERE origin = $1 AND secret_before IS NOT NULL RETURNING origin;

-- name: remove_receiver
-- Removes a receiver. Nothing is sent to a receiver without a secret.
DELETE FROM webhook_receivers WHERE origin = $1 RETURNING origin;

-- name: resume_receiver
-- Resumes the stopped addresses of a receiver.
DELETE FROM stopped_addresses WHERE channel = 'webhook' AND lower(substring(address from '^[^:/]+://[^/?#]+')) = $1 RETURNING address;

-- name: list_receivers
-- Lists the receivers that systems may name, without their secrets.
SELECT origin, 1 + (secret_before IS NOT NULL)::integer AS signed, changed_at FROM webhook_receivers ORDER BY origin;

-- name: can_sign_webhook
-- Tells whether a webhook to this address can be signed: for an officer's address, or for a receiver that systems may name ($2).
SELECT true WHERE EXISTS (SELECT FROM addresses WHERE NOT $2 AND active AND channel = 'webhook' AND address = $1 AND secret IS NOT NULL)
    OR EXISTS (SELECT FROM webhook_receivers WHERE $2 AND origin = lower(substring($1 from '^[^:/]+://[^/?#]+')));

-- name: measure_overdue
-- Measures for how many seconds the oldest message of each channel that may go out has waited. Both clocks must say so: a message held
-- over night was made long ago, and a stepped domain clock jumps.
SELECT c.channel, coalesce(max(w.waited), 0)::float8 AS seconds FROM unnest($2::text[]) AS c (channel) LEFT JOIN LATERAL (
    SELECT extract(epoch FROM least(now() - m.attempt_at, $1 - m.due)) AS waited FROM messages AS m
    WHERE m.channel = c.channel AND m.state = 'due' AND m.due <= $1 AND m.attempt_at <= now()
        AND NOT EXISTS (SELECT FROM stopped_channels AS s WHERE s.channel = m.channel AND (s.until IS NULL OR s.until > now()))
        AND NOT EXISTS (SELECT FROM stopped_templates AS s WHERE s.name = m.approved)
        AND NOT EXISTS (
            SELECT FROM stopped_addresses AS s
            WHERE s.channel = m.channel AND s.address = m.address AND (s.until IS NULL OR s.until > now()))
) AS w ON true GROUP BY c.channel;

-- name: load_blocked
-- Loads messages that cannot go out as planned: their channel is off ($1 lists those that are on), or their address is stopped.
SELECT m.id, m.id AS carrier, m.complaint, m.contact, m.recipient, m.channel, m.template, m.tries, m.made_at, m.traceparent,
    CASE WHEN m.channel <> ALL($1::text[]) THEN 'channel off' ELSE 'address stopped' END AS why
FROM messages AS m WHERE m.state = 'due' AND m.due <= $2 AND m.attempt_at <= now() AND (m.channel <> ALL($1::text[]) OR EXISTS (
    SELECT FROM stopped_addresses AS s WHERE s.channel = m.channel AND s.address = m.address AND s.until IS NULL))
ORDER BY m.due, m.id LIMIT $3;

-- name: wake_channels
-- Makes messages ready that waited for a channel which is on now.
UPDATE messages SET attempt_at = now(), reason = NULL WHERE state = 'due' AND reason = 'channel off' AND channel = ANY($1::text[]);
