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

-- name: quoted_search_path
-- The statement that fixes a role's search path to one schema.
SELECT format('ALTER ROLE %I SET search_path TO %I', $1::text, $2::text);

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
