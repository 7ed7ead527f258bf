-- How many connections the service :'application' has to this database.
SELECT count(*)
FROM pg_stat_activity
WHERE datname = current_database()
  AND application_name LIKE :'application' || '%'
  AND pid <> pg_backend_pid();
