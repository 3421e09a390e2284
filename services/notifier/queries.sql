-- name: add_notices
-- What folds decided that somebody must be told.
INSERT INTO notices (event, complaint, audience, opd, contact, kind, occurred_at, due, at_once, facts)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::timestamptz[], $8::timestamptz[],
    $9::boolean[], $10::jsonb[]);

-- name: wake
-- Looks again at once at what waits for these contacts.
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
    leased_until = NULL, changed_at = now()
FROM (
    SELECT DISTINCT ON (id) * FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::integer[], $6::text[],
        $7::timestamptz[], $8::boolean[]) WITH ORDINALITY
        AS u (id, tries, state, provider_id, code, reason, attempt_at, as_template, place)
    ORDER BY id, place DESC
) AS r
WHERE m.id = r.id AND m.tries = r.tries AND m.state NOT IN ('read', 'suppressed', 'acknowledged')
    AND NOT (m.state = 'delivered' AND r.state <> 'read') AND NOT (m.state = 'sent' AND r.state = 'unsure');

-- name: stop_channels
-- These channels stand still from now on.
INSERT INTO stopped_channels (channel, reason) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING;

-- name: redo
-- A person decided on given-up messages: another try with all they carry, or acknowledged as they are.
UPDATE messages AS m SET tries = m.tries + 1, carrier = CASE WHEN m.id = r.id THEN NULL ELSE m.carrier END, first_try = NULL,
    state = CASE WHEN r.decision <> 'retry' THEN 'acknowledged' WHEN m.id = r.id THEN 'due' ELSE 'carried' END, attempt_at = now(), note = r.why, changed_at = now()
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
-- address that becomes known wakes its own at once, so looking again by itself need not be often, however many wait.
WITH ready AS (
    SELECT * FROM notices WHERE look_at <= now() ORDER BY look_at LIMIT $1 FOR UPDATE SKIP LOCKED
), reached AS (
    SELECT r.position, 'contact:' || r.contact AS recipient, k.data ->> 'channel' AS channel, k.data ->> 'address' AS address
    FROM ready AS r JOIN state AS k ON k.key = r.contact WHERE r.audience = 'citizen' AND k.data ->> 'address' IS NOT NULL
    UNION ALL
    SELECT r.position, r.audience || ':' || a.id, a.channel, a.address
    FROM ready AS r JOIN addresses AS a ON a.active AND a.audience = r.audience AND a.opd IS NOT DISTINCT FROM r.opd
), made AS (
    INSERT INTO messages (event, complaint, contact, audience, recipient, channel, address, template, occurred_at, due, at_once, facts,
        attempt_at)
    SELECT r.event, r.complaint, r.contact, r.audience, p.recipient, p.channel, p.address, r.kind, r.occurred_at,
        CASE p.channel WHEN 'webhook' THEN r.occurred_at ELSE r.due END, r.at_once, r.facts,
        CASE WHEN r.at_once AND r.kind = ANY($3::text[]) THEN r.made_at + make_interval(secs => $2) ELSE r.made_at END
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
-- The next message of each person who has none under way, with what else they are to hear within a minute of it.
WITH waiting AS (
    SELECT id, position, channel, address, template, occurred_at, tries, due FROM messages AS m
    WHERE state = 'due' AND due <= $1 AND attempt_at <= now() AND channel = ANY($4::text[])
        AND NOT EXISTS (SELECT FROM stopped_channels AS s WHERE s.channel = m.channel)
        AND NOT EXISTS (
            SELECT FROM messages AS other
            WHERE other.state = 'sending' AND other.channel = m.channel AND other.address IS NOT DISTINCT FROM m.address)
    ORDER BY due, id LIMIT $2 * 8
), first AS (
    SELECT * FROM (SELECT DISTINCT ON (channel, address) * FROM waiting ORDER BY channel, address, occurred_at, position) AS one
    ORDER BY due, position LIMIT $2
), beside AS (
    SELECT m.id, f.id AS carrier FROM first AS f JOIN messages AS m ON m.channel = f.channel AND m.address = f.address AND m.id <> f.id
    WHERE f.tries = 0 AND m.state = 'due' AND m.tries = 0 AND 'reply' NOT IN (f.template, m.template) AND m.due <= $1 + $5::interval
        AND m.occurred_at BETWEEN f.occurred_at AND f.occurred_at + $5::interval
), carried AS (
    UPDATE messages AS m SET state = 'carried', carrier = b.carrier, changed_at = now() FROM beside AS b WHERE m.id = b.id
)
UPDATE messages AS m SET state = 'sending', leased_until = now() + $3::interval, tries = m.tries + 1,
    first_try = coalesce(m.first_try, now()), changed_at = now()
FROM first AS f WHERE m.id = f.id RETURNING m.id;

-- name: leased
-- What was leased, with what it carries, and what is remembered of complaint, contact and address.
SELECT m.id, coalesce(m.carrier, m.id) AS carrier, m.complaint, m.contact, m.audience, m.recipient, m.channel, m.address, m.template,
    m.occurred_at, m.position, m.facts, m.tries, m.first_try, m.as_template, c.data AS "case", k.data AS person, a.secret
FROM messages AS m LEFT JOIN state AS c ON c.key = m.complaint LEFT JOIN state AS k ON k.key = m.contact
    LEFT JOIN addresses AS a ON m.channel = 'webhook' AND m.contact IS NULL AND a.id::text = split_part(m.recipient, ':', 2)
WHERE m.id = ANY($1::uuid[]) OR (m.carrier = ANY($1::uuid[]) AND m.state = 'carried')
ORDER BY m.occurred_at, m.position;

-- name: recover
-- Sends whose replica is gone: a webhook may be repeated, the others may have arrived and are looked for first.
UPDATE messages SET state = CASE channel WHEN 'webhook' THEN 'due' ELSE 'unsure' END, leased_until = NULL, changed_at = now(),
    attempt_at = CASE channel WHEN 'whatsapp' THEN leased_until + $1::interval ELSE now() END
WHERE state = 'sending' AND leased_until < now() RETURNING channel;

-- name: release
-- What was carried by a message that is not sent any more (its complaint was erased) goes by itself.
UPDATE messages AS m SET state = 'due', carrier = NULL, attempt_at = now(), changed_at = now() FROM messages AS c
WHERE m.state = 'carried' AND c.id = m.carrier AND c.state = 'suppressed' AND c.changed_at < now() - interval '1 minute';

-- name: unsure
-- Messages of which no status came in time.
SELECT m.id, m.complaint, m.contact, m.recipient, m.channel, m.template, m.tries
FROM messages AS m WHERE m.state = 'unsure' AND m.attempt_at <= now()
    AND NOT EXISTS (SELECT FROM statuses AS s WHERE s.message = m.id)
ORDER BY m.attempt_at LIMIT $1;

-- name: reported
-- The messages that these statuses are about, by our id or else the channel's, carried ones too.
WITH about AS (
    SELECT s.*, s.message AS head FROM statuses AS s WHERE s.event = ANY($1::uuid[]) AND s.message IS NOT NULL
    UNION ALL
    SELECT s.*, m.id FROM statuses AS s JOIN messages AS m USING (provider_id) WHERE s.event = ANY($1::uuid[]) AND s.message IS NULL
)
SELECT s.event, s.status, s.code, s.provider_id, m.id, coalesce(m.carrier, m.id) AS carrier, m.complaint, m.contact, m.recipient,
    m.channel, m.template, m.tries, m.first_try, m.state
FROM about AS s JOIN messages AS m ON m.id = s.head OR m.carrier = s.head ORDER BY s.at, s.event;

-- name: status_done
-- These statuses have been folded.
DELETE FROM statuses WHERE event = ANY($1::uuid[]);

-- name: status_later
-- These belong to no message yet; after a day they are no message of ours.
WITH postponed AS (
    UPDATE statuses SET looks = looks + 1, look_at = now() + least(interval '1 second' * power(2, least(looks, 10)), interval '1 hour')
    WHERE event = ANY($1::uuid[]) AND looks < 30
)
DELETE FROM statuses WHERE event = ANY($1::uuid[]) AND looks >= 30;

-- name: status_ready
-- Which statuses are to be looked at now.
SELECT event FROM statuses WHERE look_at <= now() ORDER BY look_at LIMIT $1;

-- name: others
-- Another way to reach the same people with the same message: repeated on a channel not yet tried.
INSERT INTO messages (event, complaint, contact, audience, recipient, channel, address, template, occurred_at, due, at_once, facts)
SELECT m.event, m.complaint, m.contact, m.audience, m.audience || ':' || other.id, other.channel, other.address, m.template,
    m.occurred_at, m.due, m.at_once, m.facts
FROM messages AS m
    JOIN addresses AS mine ON mine.id::text = split_part(m.recipient, ':', 2)
    JOIN addresses AS other ON other.active AND other.audience = mine.audience AND other.opd IS NOT DISTINCT FROM mine.opd
        AND other.name = mine.name AND other.channel <> m.channel AND ($2::text IS NULL OR other.channel = $2)
WHERE m.id = $1 AND m.contact IS NULL
UNION ALL
SELECT m.event, m.complaint, k.key, m.audience, 'contact:' || k.key, k.data ->> 'channel', k.data ->> 'address', m.template,
    m.occurred_at, m.due, m.at_once, m.facts
FROM messages AS m
    JOIN state AS c ON c.key = m.complaint
    JOIN LATERAL jsonb_array_elements_text(c.data -> 'contacts') AS people (id) ON people.id <> m.contact::text
    JOIN state AS k ON k.key = people.id::uuid
WHERE m.id = $1 AND m.contact IS NOT NULL AND k.data ->> 'address' <> '' AND k.data ->> 'channel' <> m.channel
    AND ($2::text IS NULL OR k.data ->> 'channel' = $2)
    AND k.data -> 'links' -> m.complaint::text ->> 'role' = 'reporter'
ON CONFLICT DO NOTHING RETURNING id;

-- name: other_address
-- The same message to an address that a person gave by hand.
INSERT INTO messages (event, complaint, contact, audience, recipient, channel, address, template, occurred_at, due, at_once, facts)
SELECT event, complaint, contact, audience, recipient, $2, $3, template, occurred_at, due, at_once, facts FROM messages WHERE id = $1
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
-- What is in flight: nothing of it is left once everyone who can be told by this moment has been.
SELECT (SELECT count(*) FROM notices WHERE looks = 0) AS notices, (SELECT count(*) FROM statuses WHERE looks = 0) AS statuses,
    (SELECT count(*) FROM messages AS m WHERE state = 'due' AND due <= $1
        AND NOT EXISTS (SELECT FROM stopped_channels AS s WHERE s.channel = m.channel)) AS due,
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
-- Channels that stand still.
SELECT channel, reason, since FROM stopped_channels ORDER BY channel;

-- name: resume
-- A person has dealt with it: the channel goes on.
DELETE FROM stopped_channels WHERE channel = $1 RETURNING channel;

-- name: import_addresses
-- Officers and supervisors as the file has them.
INSERT INTO addresses (audience, opd, name, channel, address, secret)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
ON CONFLICT (audience, coalesce(opd, ''), channel, address) DO UPDATE
SET name = excluded.name, secret = excluded.secret, active = true, imported_at = now();

-- name: retire_addresses
-- Whoever the file no longer has is told nothing more.
UPDATE addresses SET active = false WHERE active AND imported_at < $1 RETURNING id;

-- name: wake_staff
-- Looks again at once at what waited for an officer's or supervisor's address.
UPDATE notices SET look_at = now(), looks = 0 WHERE audience <> 'citizen';

-- name: addresses
-- All officers and supervisors that are told.
SELECT audience, opd, name, channel, address, imported_at FROM addresses WHERE active ORDER BY opd NULLS FIRST, audience, name;

-- name: overdue
-- How long, in seconds, the oldest message that may go out has waited for it.
SELECT coalesce(extract(epoch FROM now() - min(attempt_at)), 0)::float8 FROM messages
WHERE state = 'due' AND due <= $1 AND attempt_at <= now();
