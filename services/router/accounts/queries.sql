-- name: account_add
-- A new account. No row when the e-mail address has one.
INSERT INTO accounts (id, email, name, roles, opd) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (email) DO NOTHING
RETURNING id;

-- name: account_by_email
-- The account of an e-mail address.
SELECT id, email, name, roles, opd, password, second, disabled_at FROM accounts WHERE email = $1;

-- name: account_by_id
-- One account.
SELECT id, email, name, roles, opd, password, second, disabled_at FROM accounts WHERE id = $1;

-- name: account_list
-- All accounts, by name, those in use first.
SELECT id, email, name, roles, opd, password IS NOT NULL AS invited, second IS NOT NULL AS has_second, disabled_at
FROM accounts ORDER BY disabled_at IS NOT NULL, name, email;

-- name: account_members
-- The open accounts of an OPD's officers and heads, by name.
SELECT id, name, email FROM accounts
WHERE opd = $1 AND roles && '{officer,head}' AND disabled_at IS NULL ORDER BY name, email;

-- name: account_change
-- Changes name, roles and OPD.
UPDATE accounts SET name = $2, roles = $3, opd = $4 WHERE id = $1;

-- name: account_disable
-- Closes an account, or opens it again.
UPDATE accounts SET disabled_at = CASE WHEN $2 THEN coalesce(disabled_at, now()) END WHERE id = $1;

-- name: password_set
-- Keeps a new password's hash.
UPDATE accounts SET password = $2 WHERE id = $1;

-- name: second_set
-- Keeps the sealed secret of a second factor and the time step of its first code; null takes the factor away.
UPDATE accounts SET second = $2, second_step = $3 WHERE id = $1;

-- name: second_used
-- Marks a code as used. No row when this or a later one was used before.
UPDATE accounts SET second_step = $2 WHERE id = $1 AND second_step < $2 RETURNING id;

-- name: codes_clear
-- Takes all recovery codes of an account away.
DELETE FROM account_codes WHERE account = $1;

-- name: code_add
-- Keeps a recovery code's hash.
INSERT INTO account_codes (account, hash) VALUES ($1, $2);

-- name: code_used
-- Uses up a recovery code. No row for a wrong or used one.
DELETE FROM account_codes WHERE account = $1 AND hash = $2 RETURNING account;

-- name: codes_left
-- How many recovery codes an account has.
SELECT count(*) FROM account_codes WHERE account = $1;

-- name: link_add
-- Keeps a link's hash.
INSERT INTO account_links (hash, account, purpose, expires_at) VALUES ($1, $2, $3, now() + make_interval(secs => $4));

-- name: link_find
-- The account of a live link, if it is open.
SELECT l.account, l.purpose FROM account_links l JOIN accounts a ON a.id = l.account
WHERE l.hash = $1 AND l.expires_at > now() AND a.disabled_at IS NULL;

-- name: links_end
-- Ends all links of an account.
DELETE FROM account_links WHERE account = $1;

-- name: session_open
-- Keeps a new session's hash until it expires.
INSERT INTO account_sessions (hash, id, account, whole, agent, expires_at)
VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6));

-- name: session_find
-- A live session and its account. A session ends early when nobody used it for $2 seconds.
SELECT s.id AS session, s.whole, s.seen_at < now() - interval '1 minute' AS stale,
    a.id, a.email, a.name, a.roles, a.opd, a.password, a.second, a.disabled_at
FROM account_sessions s JOIN accounts a ON a.id = s.account
WHERE s.hash = $1 AND s.expires_at > now() AND s.seen_at > now() - make_interval(secs => $2) AND a.disabled_at IS NULL;

-- name: session_seen
-- Notes that a session is in use.
UPDATE account_sessions SET seen_at = now() WHERE hash = $1;

-- name: session_end
-- Ends the session of a cookie, for every copy of it.
DELETE FROM account_sessions WHERE hash = $1;

-- name: session_end_by_id
-- Ends one of an account's sessions.
DELETE FROM account_sessions WHERE account = $1 AND id = $2;

-- name: sessions_end
-- Ends all sessions of an account.
DELETE FROM account_sessions WHERE account = $1;

-- name: sessions_list
-- The live sessions of an account, the latest first.
SELECT id, agent, opened_at, seen_at FROM account_sessions
WHERE account = $1 AND whole AND expires_at > now() AND seen_at > now() - make_interval(secs => $2) ORDER BY seen_at DESC;

-- name: sessions_clear
-- Takes out expired sessions, a bounded number at a time.
DELETE FROM account_sessions WHERE hash IN (
    SELECT hash FROM account_sessions WHERE expires_at <= now() ORDER BY expires_at LIMIT 1000);

-- name: log_add
-- Records what was done to an account.
INSERT INTO account_log (account, actor, what, detail) VALUES ($1, $2, $3, $4);

-- name: log_list
-- What was done to an account, the latest first.
SELECT at, actor, what, detail FROM account_log WHERE account = $1 ORDER BY id DESC LIMIT 100;
