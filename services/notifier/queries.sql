-- name: add_notices
-- What folds decided that somebody must be told.
INSERT INTO notices (event, complaint, audience, opd, contact, kind, occurred_at, due, at_once, facts, traceparent)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::timestamptz[], $8::timestamptz[],
    $9::boolean[], $10::jsonb[], $11::text[]);

-- name: wake
-- Looks again at once at what waits for these contacts; a message that waited for a template may be free text by now.
WITH unblocked AS (
    UPDATE messages SET approved = NULL WHERE contact = ANY($1::uuid[]) AND state = 'due' AND approved IS NOT NULL
)
UPDATE notices SET look_at = now(), looks = 0 WHERE contact = ANY($1::uuid[]);

-- name: add_statuses
-- What channels reported of our messages.
INSERT INTO statuses (event, provider_id, message, status, at, code)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[], $6::integer[])
ON CONFLICT DO NOTHING;

-- name: settle
-- What became of messages; a row that went on to another try meanwhile is left alone, what has arrived stays arrived.
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
-- These channels stand still from now on; a rest does not shorten a longer one, and never ends a stop.
INSERT INTO stopped_channels AS s (channel, reason, until)
SELECT DISTINCT ON (channel) * FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS u (channel, reason, until)
ORDER BY channel, until DESC NULLS FIRST
ON CONFLICT (channel) DO UPDATE SET reason = CASE WHEN s.until IS NULL THEN s.reason ELSE excluded.reason END,
    since = CASE WHEN s.until < now() OR s.until IS NOT NULL AND excluded.until IS NULL THEN now() ELSE s.since END,
    until = CASE WHEN s.until IS NOT NULL AND excluded.until IS NOT NULL THEN greatest(s.until, excluded.until) END;

-- name: stop_templates
-- These approved templates are sent to nobody from now on.
INSERT INTO stopped_templates (name, reason)
SELECT DISTINCT ON (name) * FROM unnest($1::text[], $2::text[]) AS u (name, reason) ON CONFLICT DO NOTHING;

-- name: stop_addresses
-- These addresses are left alone from now on, as long as they asked for or until they are named again.
INSERT INTO stopped_addresses AS s (channel, address, reason, until)
SELECT DISTINCT ON (channel, address) * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) AS u (channel, address, reason, until)
ORDER BY channel, address, until DESC NULLS FIRST
ON CONFLICT (channel, address) DO UPDATE SET reason = CASE WHEN s.until IS NULL THEN s.reason ELSE excluded.reason END,
    since = CASE WHEN s.until < now() OR s.until IS NOT NULL AND excluded.until IS NULL THEN now() ELSE s.since END,
    until = CASE WHEN s.until IS NOT NULL AND excluded.until IS NOT NULL THEN greatest(s.until, excluded.until) END;

-- name: rests_over
-- Rests that have ended are forgotten.
WITH channels AS (DELETE FROM stopped_channels WHERE until < now()) DELETE FROM stopped_addresses WHERE until < now();

-- name: silent_host
-- This host gave no answer: it is left alone for 10 s, 30 s, 90 s … at most ten minutes.
INSERT INTO silent_hosts AS s (host, failures, until)
VALUES (lower(substring($1::text from '^[^:/]+://([^/?#]+)')), 1, now() + interval '10 seconds')
ON CONFLICT (host) DO UPDATE SET failures = s.failures + 1,
    until = now() + least(interval '10 seconds' * power(3, least(s.failures, 10)), interval '10 minutes');

-- name: host_answered
-- This host answers again.
DELETE FROM silent_hosts WHERE host = lower(substring($1::text from '^[^:/]+://([^/?#]+)'));

-- name: redo
-- A person decided on given-up messages: another round of tries with all they carry, or acknowledged as they are.
UPDATE messages AS m SET tries = m.tries + 1, tries_before = m.tries + 1, carrier = CASE WHEN m.id = r.id THEN NULL ELSE m.carrier END,
    first_try = NULL, state = CASE WHEN r.decision <> 'retry' THEN 'acknowledged' WHEN m.id = r.id THEN 'due' ELSE 'carried' END,
    attempt_at = now(), approved = NULL, note = r.why, changed_at = now()
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS r (id, decision, why)
WHERE (m.id = r.id OR m.carrier = r.id) AND m.state = 'given_up';

-- name: forget_notices
-- Erasure: nobody is told any more.
DELETE FROM notices WHERE complaint = ANY($1::uuid[]) OR contact = ANY($2::uuid[]);

-- name: forget_messages
-- Erasure: what a message said and where it went is gone; that there was one stays.
UPDATE messages SET facts = '{}', address = NULL, note = NULL, changed_at = now(), leased_until = NULL,
    state = CASE WHEN state IN ('due', 'sending', 'unsure', 'carried', 'given_up') THEN 'suppressed' ELSE state END
WHERE complaint = ANY($1::uuid[]) OR contact = ANY($2::uuid[]);

-- name: plan
-- Turns notices whose addresses are known into messages, one for each address; a machine is told at any hour. The others wait: an
-- address that becomes known wakes its own at once, so looking again by itself need not be often, however many wait. An address that
-- has gone counts as unknown.
WITH ready AS (
    SELECT * FROM notices WHERE look_at <= now() ORDER BY look_at LIMIT $1 FOR UPDATE SKIP LOCKED
), reached AS (
    SELECT r.position, 'contact:' || r.contact AS recipient, k.data ->> 'channel' AS channel, k.data ->> 'address' AS address
    FROM ready AS r JOIN state AS k ON k.key = r.contact WHERE r.audience = 'citizen' AND k.data ->> 'address' IS NOT NULL
    UNION ALL
    SELECT r.position, r.audience || ':' || a.id, a.channel, a.address
    FROM ready AS r JOIN addresses AS a ON a.active AND a.audience = r.audience AND a.opd IS NOT DISTINCT FROM r.opd
    WHERE NOT EXISTS (SELECT FROM stopped_addresses AS s WHERE s.channel = a.channel AND s.address = a.address AND s.until IS NULL)
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

-- name: lease_alone
-- One replica at a time decides who sends what, so that one person's messages are merged and stay in order.
SELECT lock_own('lease');

-- name: lease
-- The next message of each person who has none under way, with what else they are to hear within a minute of it. Each channel has its
-- own room ($2, $3). A webhook's host has at most $6 under way, one while it was silent last, none while it is left alone.
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

-- name: leased
-- What was leased, with what it carries, and what is remembered of complaint, contact and address. A webhook's secrets are its receiver's:
-- an imported person's by the address, a system's (that filed the complaint) by scheme, host and port.
SELECT m.id, coalesce(m.carrier, m.id) AS carrier, m.complaint, m.contact, m.audience, m.recipient, m.channel, m.address, m.template,
    m.occurred_at, m.position, m.facts, m.traceparent, m.tries, m.tries - m.tries_before AS round, m.first_try, m.as_template, c.data AS "case",
    k.data AS person, coalesce(a.secret, w.secret) AS secret, CASE WHEN a.secret IS NULL THEN w.secret_before ELSE a.secret_before END AS secret_before
FROM messages AS m LEFT JOIN state AS c ON c.key = m.complaint LEFT JOIN state AS k ON k.key = m.contact
    LEFT JOIN LATERAL (
        SELECT secret, secret_before FROM addresses
        WHERE m.channel = 'webhook' AND m.contact IS NULL AND channel = 'webhook' AND address = m.address AND active AND secret IS NOT NULL LIMIT 1
    ) AS a ON true
    LEFT JOIN webhook_receivers AS w ON m.channel = 'webhook' AND m.contact IS NOT NULL
        AND w.origin = lower(substring(m.address from '^[^:/]+://[^/?#]+'))
WHERE m.id = ANY($1::uuid[]) OR (m.carrier = ANY($1::uuid[]) AND m.state = 'carried')
ORDER BY m.occurred_at, m.position;

-- name: stopped_template
-- Whether this approved template stands still.
SELECT true FROM stopped_templates WHERE name = $1;

-- name: recover
-- Sends whose replica is gone may have arrived and are looked for first; of a webhook or a mail nothing would be heard.
UPDATE messages SET state = 'unsure', leased_until = NULL, changed_at = now(),
    attempt_at = CASE channel WHEN 'whatsapp' THEN leased_until + $1::interval ELSE now() END
WHERE state = 'sending' AND leased_until < now() RETURNING channel, traceparent;

-- name: release
-- What was carried by a message that is not sent any more (its complaint was erased) goes by itself.
UPDATE messages AS m SET state = 'due', carrier = NULL, attempt_at = now(), changed_at = now() FROM messages AS c
WHERE m.state = 'carried' AND c.id = m.carrier AND c.state = 'suppressed' AND c.changed_at < now() - interval '1 minute';

-- name: unsure
-- Messages of which no status came in time, with what they carry.
SELECT m.id, coalesce(m.carrier, m.id) AS carrier, m.complaint, m.contact, m.recipient, m.channel, m.template, m.tries,
    m.tries - m.tries_before AS round, m.first_try, m.approved, m.as_template, m.occurred_at, m.position, m.traceparent
FROM messages AS m JOIN (
    SELECT id FROM messages AS u WHERE u.state = 'unsure' AND u.attempt_at <= now()
        AND NOT EXISTS (SELECT FROM statuses AS s WHERE s.message = u.id)
    ORDER BY u.attempt_at LIMIT $1
) AS head ON m.id = head.id OR (m.carrier = head.id AND m.state = 'carried');

-- name: reported
-- The messages that these statuses are about, by our id or else the channel's, carried ones too; ``old`` where an earlier try had that id.
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

-- name: old_ids
-- These ids of a channel belonged to earlier tries of these messages.
INSERT INTO old_provider_ids (provider_id, message) SELECT * FROM unnest($1::text[], $2::uuid[]) ON CONFLICT DO NOTHING;

-- name: status_done
-- These statuses have been folded.
DELETE FROM statuses WHERE event = ANY($1::uuid[]);

-- name: status_wait
-- These statuses are of messages that are being tried: they are looked at again once the try has its answer.
UPDATE statuses SET look_at = now() + interval '1 second' WHERE event = ANY($1::uuid[]);

-- name: status_later
-- These belong to no message yet; after a day they are no message of ours.
WITH postponed AS (
    UPDATE statuses SET looks = looks + 1, look_at = now() + least(interval '1 second' * power(2, least(looks, 10)), interval '1 hour')
    WHERE event = ANY($1::uuid[]) AND looks < 30
)
DELETE FROM statuses WHERE event = ANY($1::uuid[]) AND looks >= 30 RETURNING event;

-- name: status_ready
-- Which statuses are to be looked at now.
SELECT event FROM statuses WHERE look_at <= now() ORDER BY look_at LIMIT $1;

-- name: others
-- Another way to reach the same people with the same messages: repeated on a channel not yet tried that is on ($3) and not stopped there.
INSERT INTO messages (event, complaint, contact, audience, recipient, channel, address, template, occurred_at, due, at_once, facts, traceparent)
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

-- name: other_address
-- The same message to an address that a person gave by hand.
INSERT INTO messages (event, complaint, contact, audience, recipient, channel, address, template, occurred_at, due, at_once, facts, traceparent)
SELECT event, complaint, contact, audience, recipient, $2, $3, template, occurred_at, due, at_once, facts, traceparent FROM messages WHERE id = $1
ON CONFLICT DO NOTHING RETURNING id;

-- name: message
-- One message as an operator sees it.
SELECT id, complaint, contact, audience, channel, address, template, state, tries, code, reason, due, changed_at FROM messages
WHERE id = $1;

-- name: listed
-- Messages in one state, oldest first, from a place on.
SELECT id, complaint, audience, channel, address, template, state, tries, code, reason, due, changed_at FROM messages
WHERE state = $1 AND ($2::text IS NULL OR channel = $2) AND (changed_at, id) > ($3, $4) ORDER BY changed_at, id LIMIT $5;

-- name: waiting
-- Notices that wait for an address, by whose it is.
SELECT audience, opd, kind, count(*) AS notices, min(made_at) AS since FROM notices WHERE looks > 0 GROUP BY audience, opd, kind
ORDER BY since;

-- name: pending
-- What is in flight: nothing of it is left once everyone who can be told by this moment has been. What waits for a person is not in flight.
SELECT (SELECT count(*) FROM notices WHERE looks = 0) AS notices, (SELECT count(*) FROM statuses WHERE looks = 0) AS statuses,
    (SELECT count(*) FROM messages AS m WHERE state = 'due' AND due <= $1 AND reason IS DISTINCT FROM 'channel off'
        AND NOT EXISTS (SELECT FROM stopped_channels AS s WHERE s.channel = m.channel AND s.until IS NULL)
        AND NOT EXISTS (SELECT FROM stopped_templates AS s WHERE s.name = m.approved)) AS due,
    (SELECT count(*) FROM messages WHERE state = 'sending') + (SELECT count(*) FROM messages WHERE state = 'unsure') AS sending;

-- name: open
-- Messages that are not done with, by channel and state; each state has an index of its own.
SELECT channel, 'due' AS state, count(*) AS messages FROM messages WHERE state = 'due' GROUP BY channel
UNION ALL SELECT channel, 'sending', count(*) FROM messages WHERE state = 'sending' GROUP BY channel
UNION ALL SELECT channel, 'unsure', count(*) FROM messages WHERE state = 'unsure' GROUP BY channel
UNION ALL SELECT channel, 'given_up', count(*) FROM messages WHERE state = 'given_up' GROUP BY channel;

-- name: counts
-- Messages by channel and state.
SELECT channel, state, count(*) AS messages FROM messages GROUP BY channel, state;

-- name: stopped
-- Channels that stand still; with ``until``, those that rest and go on by themselves.
SELECT channel, reason, since, until FROM stopped_channels WHERE until IS NULL OR until > now() ORDER BY channel;

-- name: stopped_templates
-- Approved templates that stand still, with how many messages wait for each.
SELECT s.name, s.reason, s.since, (SELECT count(*) FROM messages AS m WHERE m.state = 'due' AND m.approved = s.name) AS messages
FROM stopped_templates AS s ORDER BY s.name;

-- name: stopped_addresses
-- Addresses that are left alone; without ``until`` they wait for an import that names them.
SELECT channel, address, reason, since, until FROM stopped_addresses WHERE until IS NULL OR until > now() ORDER BY since, address;

-- name: resume
-- The channel goes on, and what waited for it has its full time again.
WITH waited AS (
    UPDATE messages SET first_try = NULL, attempt_at = now() WHERE channel = ANY($1::text[]) AND state = 'due' AND tries > 0
        AND EXISTS (SELECT FROM stopped_channels AS s WHERE s.channel = messages.channel)
)
DELETE FROM stopped_channels WHERE channel = ANY($1::text[]) RETURNING channel;

-- name: resume_templates
-- The approved template may be sent again, and what waited for it has its full time again.
WITH waited AS (
    UPDATE messages SET first_try = NULL, attempt_at = now(), approved = NULL WHERE state = 'due' AND approved = ANY($1::text[])
)
DELETE FROM stopped_templates WHERE name = ANY($1::text[]) RETURNING name;

-- name: import_addresses
-- Officers and supervisors as the file has them.
INSERT INTO addresses (audience, opd, name, channel, address, secret, secret_before)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
ON CONFLICT (audience, coalesce(opd, ''), channel, address) DO UPDATE
SET name = excluded.name, secret = excluded.secret, secret_before = excluded.secret_before, active = true, imported_at = now();

-- name: addresses_named_again
-- An import names these addresses: whoever was left alone is asked again.
DELETE FROM stopped_addresses AS s USING addresses AS a
WHERE a.active AND a.imported_at >= $1 AND a.channel = s.channel AND a.address = s.address;

-- name: retire_addresses
-- Whoever the file no longer has is told nothing more.
UPDATE addresses SET active = false WHERE active AND imported_at < $1 RETURNING id;

-- name: wake_staff
-- Looks again at once at what waited for an officer's or supervisor's address.
UPDATE notices SET look_at = now(), looks = 0 WHERE audience <> 'citizen';

-- name: addresses
-- All officers and supervisors that are told; ``signed`` says how many secrets a webhook has.
SELECT audience, opd, name, channel, address, imported_at,
    CASE channel WHEN 'webhook' THEN (secret IS NOT NULL)::integer + (secret_before IS NOT NULL)::integer END AS signed
FROM addresses WHERE active ORDER BY opd NULLS FIRST, audience, name;

-- name: add_receiver
-- A receiver with its first secret; nothing when it has one.
INSERT INTO webhook_receivers (origin, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING origin;

-- name: rotate_receiver
-- A new secret beside the present one: both sign until the rotation is finished.
UPDATE webhook_receivers SET secret_before = secret, secret = $2, changed_at = now() WHERE origin = $1 AND secret_before IS NULL
RETURNING origin;

-- name: finish_receiver
-- The rotation is finished: only the new secret signs.
UPDATE webhook_receivers SET secret_before = NULL, changed_at = now() WHERE origin = $1 AND secret_before IS NOT NULL RETURNING origin;

-- name: remove_receiver
-- Nothing is signed for this receiver any more, so nothing is sent to it.
DELETE FROM webhook_receivers WHERE origin = $1 RETURNING origin;

-- name: resume_receiver
-- The receiver's addresses that were left alone are asked again.
DELETE FROM stopped_addresses WHERE channel = 'webhook' AND lower(substring(address from '^[^:/]+://[^/?#]+')) = $1 RETURNING address;

-- name: receivers
-- All receivers that systems may name, without their secrets.
SELECT origin, 1 + (secret_before IS NOT NULL)::integer AS signed, changed_at FROM webhook_receivers ORDER BY origin;

-- name: known_webhook
-- Whether what is sent to this address can be signed: it is an imported person's, or of a receiver that systems may name ($2).
SELECT true WHERE EXISTS (SELECT FROM addresses WHERE NOT $2 AND active AND channel = 'webhook' AND address = $1 AND secret IS NOT NULL)
    OR EXISTS (SELECT FROM webhook_receivers WHERE $2 AND origin = lower(substring($1 from '^[^:/]+://[^/?#]+')));

-- name: overdue
-- How long, in seconds, the oldest message of each of these channels that may go out has waited for it. Both clocks must say so: held
-- over night a message was made long ago, and a stepped domain clock jumps.
SELECT c.channel, coalesce(max(w.waited), 0)::float8 AS seconds FROM unnest($2::text[]) AS c (channel) LEFT JOIN LATERAL (
    SELECT extract(epoch FROM least(now() - m.attempt_at, $1 - m.due)) AS waited FROM messages AS m
    WHERE m.channel = c.channel AND m.state = 'due' AND m.due <= $1 AND m.attempt_at <= now()
        AND NOT EXISTS (SELECT FROM stopped_channels AS s WHERE s.channel = m.channel AND (s.until IS NULL OR s.until > now()))
        AND NOT EXISTS (SELECT FROM stopped_templates AS s WHERE s.name = m.approved)
        AND NOT EXISTS (
            SELECT FROM stopped_addresses AS s
            WHERE s.channel = m.channel AND s.address = m.address AND (s.until IS NULL OR s.until > now()))
) AS w ON true GROUP BY c.channel;

-- name: blocked
-- Messages that cannot go the way they were meant to: their channel ($1: those that are on) is off, or their address has gone.
SELECT m.id, m.id AS carrier, m.complaint, m.contact, m.recipient, m.channel, m.template, m.tries, m.made_at, m.traceparent,
    CASE WHEN m.channel <> ALL($1::text[]) THEN 'channel off' ELSE 'address stopped' END AS why
FROM messages AS m WHERE m.state = 'due' AND m.due <= $2 AND m.attempt_at <= now() AND (m.channel <> ALL($1::text[]) OR EXISTS (
    SELECT FROM stopped_addresses AS s WHERE s.channel = m.channel AND s.address = m.address AND s.until IS NULL))
ORDER BY m.due, m.id LIMIT $3;

-- name: channels_on
-- These channels are configured: what waited for one of them goes out.
UPDATE messages SET attempt_at = now(), reason = NULL WHERE state = 'due' AND reason = 'channel off' AND channel = ANY($1::text[]);
