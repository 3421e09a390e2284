-- What a service's role may do only through functions of its schema's owner; {role} is the service's own role.

-- The lock of the relay and locks by name, each within this schema alone: the server's own functions take any key of the whole
-- database, and no service may call them.
CREATE FUNCTION lead_relay() RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_try_advisory_lock(hashtext('relay'), hashtext('{role}'))
$$;
CREATE FUNCTION lock_own(name text) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_advisory_xact_lock(hashtext(name), hashtext('{role}'))
$$;
CREATE FUNCTION lock_own_shared(name text) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_advisory_xact_lock_shared(hashtext(name), hashtext('{role}'))
$$;

-- A key is made once and ended once. Both know what an earlier try of the same call has done, by the id and by the instant.
CREATE FUNCTION create_key(new_id uuid, new_prefix text, new_hash bytea, new_owner text, new_role text, new_opd text)
    RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = {role}, pg_temp AS $$
    INSERT INTO keys (id, prefix, hash, owner, role, opd) VALUES (new_id, new_prefix, new_hash, new_owner, new_role, new_opd)
    ON CONFLICT (id) DO NOTHING
$$;
CREATE FUNCTION revoke_key(old_prefix text, at timestamptz)
    RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = {role}, pg_temp AS $$
    WITH ended AS (
        UPDATE keys SET revoked_at = at WHERE prefix = old_prefix AND (revoked_at IS NULL OR revoked_at = at) RETURNING 1
    )
    SELECT EXISTS (SELECT FROM ended)
$$;
REVOKE ALL ON FUNCTION lead_relay(), lock_own(text), lock_own_shared(text), create_key(uuid, text, bytea, text, text, text),
    revoke_key(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lead_relay(), lock_own(text), lock_own_shared(text), create_key(uuid, text, bytea, text, text, text),
    revoke_key(text, timestamptz) TO {role};
