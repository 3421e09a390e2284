-- name: database_exists
-- Is the database there already?
SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1);

-- name: role_exists
-- Is the role there already?
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1);

-- name: quoted_create_database
-- The statement that creates the database, its name quoted by the server.
SELECT format('CREATE DATABASE %I ENCODING ''UTF8'' TEMPLATE template0', $1::text);

-- name: quoted_create_role
-- The statement that creates a role that can log in and nothing else.
SELECT format('CREATE ROLE %I LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION', $1::text);

-- name: quoted_password
-- The statement that gives a role its password, quoted by the server.
SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text);

-- name: quoted_setting
-- The statement that fixes a setting for every session of a role.
SELECT format('ALTER ROLE %I SET %I TO %L', $1::text, $2::text, $3::text);

-- name: quoted_attributes
-- The statement that takes from a role what it may have been given beside logging in.
SELECT format('ALTER ROLE %I LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', $1::text);

-- name: quoted_reset
-- The statement that takes away every setting of a role, also those that it has given itself.
SELECT format('ALTER ROLE %I RESET ALL', $1::text);

-- name: quoted_reset_in
-- The same for its settings in one database, which go before the others.
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', $1::text, $2::text);

-- name: quoted_locks_closed
-- The statements that shut everybody out of the server's advisory locks.
SELECT string_agg(format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure), '; ')
FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname LIKE 'pg%advisory%';

-- name: quoted_locks_for
-- The statements that let a role take these locks, or no longer.
SELECT string_agg(format('%s EXECUTE ON FUNCTION %s %s %I', $1::text, oid::regprocedure, $2::text, $3::text), '; ')
FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname LIKE 'pg%advisory%';

-- name: made_before_locks
-- Has this schema tables, but not yet its own function for the relay's lock?
SELECT to_regclass(format('%I.migrations', $1::text)) IS NOT NULL AND to_regprocedure(format('%I.lead_relay()', $1::text)) IS NULL;

-- name: settings
-- What is set for this role, everywhere or in this database.
SELECT unnest(setconfig) AS setting FROM pg_db_role_setting
WHERE setrole = (SELECT oid FROM pg_roles WHERE rolname = $1) AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()));

-- name: attributes
-- What this role may beside logging in, and whose rights it has.
SELECT array_remove(ARRAY[
    CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolcreaterole THEN 'creates roles' END,
    CASE WHEN rolcreatedb THEN 'creates databases' END, CASE WHEN rolreplication THEN 'replicates' END,
    CASE WHEN rolbypassrls THEN 'passes row security' END, CASE WHEN rolinherit THEN 'inherits' END
], NULL) AS more,
    ARRAY(SELECT g.rolname::text FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid WHERE m.member = r.oid ORDER BY 1) AS member_of
FROM pg_roles AS r WHERE rolname = $1;

-- name: may_lock
-- Whether this role may take a lock of any key of the database.
SELECT bool_or(has_function_privilege($1::text, oid, 'EXECUTE')) FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND proname LIKE 'pg%advisory%';

-- name: may_write
-- Which tables this role may change that functions alone should change.
SELECT array_agg(DISTINCT format('%s.%s', schemaname, tablename)) FROM pg_tables
CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS what
WHERE schemaname = $1::text
    AND (tablename, what) IN (('keys', 'INSERT'), ('keys', 'UPDATE'), ('keys', 'DELETE'), ('events', 'UPDATE'), ('events', 'DELETE'), ('seals', 'UPDATE'), ('seals', 'DELETE'), ('reads', 'UPDATE'), ('reads', 'DELETE'))
    AND has_table_privilege($1::text, format('%I.%I', schemaname, tablename), what);

-- name: quoted_close_database
-- The statement that shuts everybody out of the database who is not let in by name.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', $1::text);

-- name: quoted_connect
-- The statement that lets a role into the database.
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', $1::text, $2::text);

-- name: quoted_membership
-- The statement by which the owner may hand the outbox to the service, which alone may then vacuum it.
SELECT format('GRANT %I TO %I', $1::text, $2::text);

-- name: quoted_create_schema
-- The statement that creates a service's schema, owned by the role that migrates it.
SELECT format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', $1::text, $2::text);

-- name: quoted_usage
-- The statement that lets a role look into a schema.
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', $1::text, $2::text);

-- name: close_public
-- Nobody keeps anything in the schema that everybody shares.
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- name: is_standby
-- Whether this server follows another.
SELECT pg_is_in_recovery();

-- name: promote
-- Ends following, and waits up to so many seconds until the server takes writes.
SELECT pg_promote(true, $1::int);

-- name: streams
-- Whether a standby follows and has caught up.
SELECT EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming');

-- name: streams_in_step
-- Whether each commit waits for a standby.
SELECT EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum'));

-- name: quoted_wait_for
-- The statement that names the standbys for which commits wait: '*' for any, '' for none.
SELECT format('ALTER SYSTEM SET synchronous_standby_names = %L', $1::text);

-- name: reload
-- Lets the server read its settings again.
SELECT pg_reload_conf();
