-- The lock of the watched folder of exports, which ends with its connection: no service may call the server's own functions.
CREATE FUNCTION take_laporan_folder() RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_try_advisory_lock(hashtext('laporan-folder'), hashtext('{role}'))
$$;
CREATE FUNCTION leave_laporan_folder() RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_advisory_unlock(hashtext('laporan-folder'), hashtext('{role}'))
$$;
REVOKE ALL ON FUNCTION take_laporan_folder(), leave_laporan_folder() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_laporan_folder(), leave_laporan_folder() TO {role};
