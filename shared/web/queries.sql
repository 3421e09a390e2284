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
