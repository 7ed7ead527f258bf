#!/bin/sh
# A database for each owner among the files in /run/databases (or $DATABASES): `travel_owner` owns database `travel`,
# and `travel` and `travel_*` are the roles that work in it. A file's name is the role's, its content the
# password. Run by the image when it makes a new cluster, and by hand for a new field or after an upgrade
# (README.md, "Roles"); what is there stays, with the passwords of the files.
#
# usage: [DATABASES=DIR] databases.sh        (as the superuser of psql's environment)
set -eu
# Never an argument: the image sources a file without its x bit, and the arguments are then the image's own.
dir=${DATABASES:-/run/databases}

run() {
    psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" "$@"
}

# make_role FILE: the role, which may log in and nothing else.
make_role() {
    run --dbname postgres --set name="$(basename "$1")" --set file="$1" <<'SQL'
\set password `cat :'file'`
SELECT format('CREATE ROLE %I LOGIN', :'name')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" PASSWORD :'password';
SQL
}

# Nobody but the superuser connects to the databases that every server has.
run --dbname postgres --command "REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC"

for owner in "$dir"/*_owner; do
    [ -e "$owner" ] || { echo "databases.sh: $dir names no owner; run deploy/secrets.sh first" >&2; exit 1; }
    name=$(basename "$owner" _owner)
    make_role "$owner"
    run --dbname postgres --set name="$name" --set owner="${name}_owner" <<'SQL'
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
    for file in "$dir/$name" "$dir/${name}"_*; do
        if [ "$file" = "$owner" ] || [ ! -e "$file" ]; then continue; fi
        make_role "$file"
        # Whatever connects as it is ended when it hangs. What it owned in an earlier release is the owner's.
        run --dbname "$name" --set name="$name" --set owner="${name}_owner" \
            --set role="$(basename "$file")" <<'SQL'
ALTER ROLE :"role" SET statement_timeout = '30s';
ALTER ROLE :"role" SET lock_timeout = '10s';
ALTER ROLE :"role" SET idle_in_transaction_session_timeout = '30s';
REASSIGN OWNED BY :"role" TO :"owner";
GRANT CONNECT ON DATABASE :"name" TO :"role";
SQL
    done
done
