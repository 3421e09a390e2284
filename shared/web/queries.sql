-- name: key_find
-- The live key with this prefix.
SELECT id, hash, owner, role, opd FROM keys WHERE prefix = $1 AND revoked_at IS NULL;

-- name: key_create
-- Keeps a new key's hash.
SELECT create_key($1, $2, $3, $4, $5, $6);

-- name: key_list
-- All keys, the newest first.
SELECT prefix, owner, role, opd, created_at, revoked_at FROM keys ORDER BY created_at DESC;

-- name: key_revoke
-- Ends a key at an instant; false when no live key has this prefix.
SELECT revoke_key($1, $2);

-- name: read_note
-- Who read whose personal data, and why.
INSERT INTO reads (actor, key, why) VALUES ($1, $2, $3);

-- name: session_open
-- Keeps a new session's hash until it expires.
INSERT INTO sessions (hash, prefix, expires_at) VALUES ($1, $2, now() + make_interval(secs => $3));

-- name: session_find
-- The live key of a live session.
SELECT k.id, k.owner, k.role, k.opd FROM sessions s JOIN keys k ON k.prefix = s.prefix
WHERE s.hash = $1 AND s.expires_at > now() AND k.revoked_at IS NULL;

-- name: session_end
-- Ends a session, for every copy of its cookie.
DELETE FROM sessions WHERE hash = $1;

-- name: sessions_clear
-- Takes out expired sessions, a bounded number at a time.
DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE expires_at <= now() ORDER BY expires_at LIMIT 1000);

-- name: case_seals
-- The events of one key in this service's log, the oldest first, with the number and link of each seal if it has one.
SELECT e.type, e.occurred_at, s.number, s.link FROM events AS e LEFT JOIN seals AS s ON s.position = e.position
WHERE e.key = $1 ORDER BY e.position LIMIT 2000;
