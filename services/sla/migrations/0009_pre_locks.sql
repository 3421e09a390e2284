-- The same lock as before, through the schema's own function: the server's are closed to services.
CREATE OR REPLACE FUNCTION rules_in_force() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM lock_own_shared('rules');
    RETURN (SELECT coalesce(max(version), 0) FROM rule_versions);
END $$;
