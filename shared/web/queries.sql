-- name: key_find
-- The live key with this prefix.
SELECT id, hash, owner, role, opd FROM keys WHERE prefix = $1 AND revoked_at IS NULL;

-- name: key_create
-- Keeps a new key's hash.
INSERT INTO keys (id, prefix, hash, owner, role, opd) VALUES ($1, $2, $3, $4, $5, $6);

-- name: key_list
-- All keys, the newest first.
SELECT prefix, owner, role, opd, created_at, revoked_at FROM keys ORDER BY created_at DESC;

-- name: key_revoke
-- Ends a key.
UPDATE keys SET revoked_at = now() WHERE prefix = $1 AND revoked_at IS NULL;

-- name: read_note
-- Who read whose personal data, and why.
INSERT INTO reads (actor, key, why) VALUES ($1, $2, $3);
